"""Chains of work: in go a form's slots, out come their steps and promised days, before and after a region."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from forms.binding import ActiveSlot, BoundCondition
from forms.condition import applies
from forms.resolve import Resolution
from onething.condition_reference import rebind
from onething.duration import Unit
from onething.item import Item, ItemStep, Limit


@dataclass(frozen=True, slots=True)
class LocalChain:
    """One item as it is worked nationally and here, for one family."""

    slot: str
    before: tuple[ItemStep, ...]
    after: tuple[ItemStep, ...]
    promised_before: Limit
    promised_after: Limit

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps before and after; an item without named steps is one."""
        return max(len(self.before), 1), max(len(self.after), 1)

    @property
    def days(self) -> tuple[int, int]:
        """Promised working days before and after, other units as `working_days` counts them."""
        return working_days(self.promised_before), working_days(self.promised_after)


def local_chains(slots: Iterable[ActiveSlot], resolution: Resolution) -> Iterator[LocalChain]:
    """Yield the slots whose item a region works in its own way."""
    for slot in slots:
        if slot.national is not None:
            yield LocalChain(
                slot=slot.name,
                before=tuple(_steps(slot, slot.national, resolution)),
                after=tuple(_steps(slot, slot.item, resolution)),
                promised_before=slot.national.limits.promised,
                promised_after=slot.item.limits.promised,
            )


def days(slots: Iterable[ActiveSlot]) -> tuple[int, int]:
    """Promised working days one after the other, and along the longest path of the bundle's order."""
    spent: dict[str, int] = {}
    serial = 0
    for slot in _ordered(tuple(slots)):
        own = working_days(slot.item.limits.promised)
        serial += own
        before = [spent[name] for name in slot.slot.waits_for if name in spent]
        spent[slot.name] = own + max(before, default=0)
    return serial, max(spent.values(), default=0)


def working_days(limit: Limit) -> int:
    """A limit in working days, rounded up: five to seven natural days, eight hours of the desk to a day."""
    match limit.unit:
        case Unit.WORKING_DAY:
            return limit.amount
        case Unit.HOUR:
            return ceil(limit.amount / 24)
        case Unit.DAY:
            return ceil(limit.amount * 5 / 7)
        case Unit.WEEK:
            return limit.amount * 5
        case Unit.MONTH:
            return limit.amount * 22


def _steps(slot: ActiveSlot, item: Item, resolution: Resolution) -> Iterator[ItemStep]:
    """The steps that this family's case goes through: a notice about a child is not put up."""
    for one in item.steps:
        bound = rebind(one.when, slot.slot.roles)
        if applies(BoundCondition(f"step:{one.step}", bound, None, str(bound)), resolution):
            yield one


def _ordered(slots: tuple[ActiveSlot, ...]) -> list[ActiveSlot]:
    """The slots so that each stands behind those it waits for."""
    names = {slot.name for slot in slots}
    placed: dict[str, ActiveSlot] = {}
    waiting = list(slots)
    while waiting:
        ready = [slot for slot in waiting if not (names & set(slot.slot.waits_for)) - placed.keys()]
        placed.update({slot.name: slot for slot in ready})
        waiting = [slot for slot in waiting if slot.name not in placed]
    return list(placed.values())
