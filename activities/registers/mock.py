"""The in-process stand-in register: in goes a question, out comes what a story says the register holds."""

from datetime import UTC, datetime
from typing import Any

from activities.plugin import read_options
from onething.adapter import Health
from onething.errors import RegisterUnavailable
from onething.register import Ambiguous, Found, LookupRequest, NotFound, RegisterAnswer, guard, select
from onething.text import Model

_AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


class MockRegisterOptions(Model):
    """What the register holds by id number (a list of records is ambiguous), and whether it answers."""

    people: dict[str, Any] = {}
    """`unavailable: true` among them switches the register off, as in a story."""
    source: str = ""
    as_of: datetime = _AS_OF


class MockRegister:
    """Answers from memory; `available` may be switched while a test runs."""

    def __init__(self, register: str, options: MockRegisterOptions) -> None:
        """Keep the records."""
        self.register = register
        self._options = options
        self._people = {number: held for number, held in options.people.items() if number != "unavailable"}
        self.available = not options.people.get("unavailable", False)

    async def lookup(self, request: LookupRequest) -> RegisterAnswer:
        """Answer under the guard; raises LookupRefused, RegisterUnavailable."""
        guard(request)
        if not self.available:
            raise RegisterUnavailable(register=self.register)
        held = self._people.get(request.id_number)
        if held is None:
            return NotFound()
        if isinstance(held, list):
            return Ambiguous(records=len(held))
        source = self._options.source or self.register
        return Found(values=select(held, request), source=source, as_of=self._options.as_of)

    async def health(self) -> Health:
        """Say whether it is switched on."""
        return Health(ok=self.available, detail="in process")


def create(register: str, options: dict[str, Any]) -> MockRegister:
    """Build the stand-in register; options as in `MockRegisterOptions`."""
    return MockRegister(register, read_options(MockRegisterOptions, options, f"register {register}"))
