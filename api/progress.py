"""How far a case is, in one sentence: in go its items' states and holders, out comes what every list says.

It says how many items have a result and what the others wait for: a case in progress in which much is decided
is no contradiction once it is said who is at it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Protocol

from onething.text import Text

DECIDED: Final = frozenset({"granted", "partly_granted", "refused", "declined"})
"""The states in which an agency has decided."""
_GONE: Final = frozenset({"lapsed", "not_applicable"})
_BLOCKED: Final = "blocked"
_WAITS: Final = {
    "applicant": Text(zh="等申请人 {n} 项", en="{n} for the applicant"),
    "window": Text(zh="等窗口处理 {n} 项", en="{n} for the window"),
    "agency": Text(zh="等部门办理 {n} 项", en="{n} with agencies"),
    "submitting": Text(zh="正在送达部门 {n} 项", en="{n} on the way to agencies"),
    "before": Text(zh="等前面的事项 {n} 项", en="{n} behind other items"),
    "day": Text(zh="到时间自动办理 {n} 项", en="{n} to go on by itself on its day"),
}
"""Whom or what is waited for: who can do something stands first."""


class Stand(Protocol):
    """An item as far as a list knows it."""

    @property
    def state(self) -> str:
        """The code of its state."""

    @property
    def holder(self) -> str | None:
        """Who holds it."""


def progress_of(items: Iterable[Stand], *, over: bool) -> Text:
    """Say how many items have a result, how many will have none, and what the rest waits for.

    Once the case is `over` nothing is waited for: what still stands behind another item comes to nothing.
    """
    every = tuple(items)
    decided = [one for one in every if one.state in DECIDED]
    withdrawn = sum(one.state == "withdrawn" for one in every)
    gone = sum(one.state in _GONE or (over and one.state == _BLOCKED) for one in every)
    rest = [] if over else [one for one in every if one.state not in DECIDED | _GONE | {"withdrawn"}]
    said = [_count(len(decided), len(every))]
    if withdrawn:
        said.append(Text(zh="已撤回 {n} 项", en="{n} withdrawn").fill(n=withdrawn))
    if gone:
        said.append(Text(zh="不再办理 {n} 项", en="{n} not gone on with").fill(n=gone))
    line = _joined(said)
    owing = 0 if over else sum(one.holder == "applicant" for one in decided)
    after = _waiting(rest, some=len(rest) < len(every)) if rest else _OWING.fill(n=owing) if owing else None
    if after is None:
        return line
    return Text(zh=f"{line.zh}；{after.zh}", en=f"{line.en}; {after.en}")


_OWING: Final = Text(zh="其中 {n} 项还等申请人补交材料", en="papers are still owed for {n}")


def _count(decided: int, every: int) -> Text:
    if decided == every:
        return Text(zh="{n} 项均已有结果", en="all {n} have a result").fill(n=every)
    if not decided:
        return Text(zh="{n} 项都还没有结果", en="none of {n} has a result yet").fill(n=every)
    return Text(zh="{n} 项中 {done} 项已有结果", en="{done} of {n} with a result").fill(done=decided, n=every)


def _waiting(rest: list[Stand], *, some: bool) -> Text:
    """What those wait for that have come to nothing yet."""
    counted = Counter(map(_wait_of, rest))
    who = _joined([text.fill(n=counted[wait]) for wait, text in _WAITS.items() if counted[wait]])
    return Text(zh=f"其余{who.zh}", en=f"the rest: {who.en}") if some else who


def _wait_of(one: Stand) -> str:
    if one.holder in _WAITS:
        return str(one.holder)
    if one.state == _BLOCKED:
        return "before" if one.holder == "nobody" else "day"
    return one.state if one.state in _WAITS else "before"


def _joined(texts: list[Text]) -> Text:
    return Text(zh="，".join(one.zh for one in texts), en=", ".join(one.en for one in texts))
