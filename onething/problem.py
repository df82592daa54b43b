"""One finding about an answer: where in the merged form, which machine code, with which parameters."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """A validation finding as data; its sentences stand in `onething.sentence`."""

    pointer: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    slot: str | None = None
    """The slot whose agency's own form found it, if the merged form did not."""
