"""Unfolding: in goes a life event as written, out comes one with a role for each person a role repeats for.

The first keeps its name and its slots theirs, so that nothing of a case moves when a second person is added;
the others exist only in the situations that call for them.
"""

from collections.abc import Iterator
from typing import Any, Final

from onething.definition import Bundle, Repeat, Role, Section, Slot
from onething.text import Text


def unfold(bundle: Bundle) -> Bundle:
    """The life event with every repeated role written out; itself where none repeats."""
    times = {name: role.repeat for name, role in bundle.roles.items() if role.repeat is not None}
    return _Unfolding(bundle, times).bundle() if times else bundle


def nth_role(name: str, number: int) -> str:
    """The role of the first, second … person."""
    return name if number == 1 else f"{name}_{number}"


def nth_slot(name: str, number: int) -> str:
    """The slot of the first, second … person."""
    return name if number == 1 else f"{name}[{number}]"


def numbered(text: Text, number: int) -> Text:
    """A title with the person's number; the first goes without."""
    return text if number == 1 else Text(zh=f"{text.zh}（{number}）", en=f"{text.en} ({number})")


class _Unfolding:
    """One life event being written out; `times` by repeated role."""

    def __init__(self, bundle: Bundle, times: dict[str, Repeat]) -> None:
        self.before, self.times = bundle, times
        self.repeated = {slot.slot: role for slot in bundle.slots if (role := self._repeats(slot))}

    def bundle(self) -> Bundle:
        return self.before.model_copy(
            update={
                "roles": dict(self._roles()),
                "slots": tuple(self._slots()),
                "sections": tuple(self._section(section) for section in self.before.sections),
            }
        )

    def _repeats(self, slot: Slot) -> str | None:
        return next((role for role in slot.roles.values() if role in self.times), None)

    def _most(self, role: str) -> int:
        return max(self.times[role].times.values()) if role in self.times else 1

    def _roles(self) -> Iterator[tuple[str, Role]]:
        for name, role in self.before.roles.items():
            for number in range(1, self._most(name) + 1):
                changes = {
                    "title": numbered(role.title, number),
                    "when": self._when(name, number, role.when),
                    "subject": role.subject and number == 1,
                }
                yield nth_role(name, number), role.model_copy(update=changes)

    def _slots(self) -> Iterator[Slot]:
        for slot in self.before.slots:
            role = self.repeated.get(slot.slot, "")
            for number in range(1, self._most(role) + 1):
                bound = {
                    own: nth_role(each, number) if each == role else each for own, each in slot.roles.items()
                }
                changes = {
                    "slot": nth_slot(slot.slot, number),
                    "roles": bound,
                    "number": number,
                    "when": self._when(role, number, slot.when),
                    **{key: self._named(getattr(slot, key), role, number) for key in _ORDER},
                }
                yield slot.model_copy(update=changes)

    def _when(self, role: str, number: int, when: dict[str, Any] | bool) -> dict[str, Any] | bool:
        if number == 1:
            return when
        repeat = self.times[role]
        answers = [answer for answer, times in repeat.times.items() if times >= number]
        there = {"in": [f"$situation.{repeat.situation}", answers]}
        return there if when is True else {"all": [when, there]}

    def _named(self, names: tuple[str, ...], own: str, number: int) -> tuple[str, ...]:
        """Of slots repeated for the same person that person's, of slots repeated for others all."""
        found: list[str] = []
        for name in names:
            role = self.repeated.get(name, "")
            if role and role == own:
                found.append(nth_slot(name, number))
            else:
                found += [nth_slot(name, each) for each in range(1, self._most(role) + 1)]
        return tuple(found)

    def _section(self, section: Section) -> Section:
        roles = tuple(
            nth_role(role, number) for role in section.roles for number in range(1, self._most(role) + 1)
        )
        return section.model_copy(update={"roles": roles})


_ORDER: Final = ("after", "after_any", "instead_of")
