"""What waits for a clerk, for the first page: a caller in, how many of each kind out."""

from api.case_work.handover import offers_of
from api.case_work.worklist import MOST, View, WorkQuery
from api.office import Office
from api.principal import Caller
from records.worklist import count_cases

_VIEWS = (View.OPERATOR, View.CORRECTION)


async def todo_of(office: Office, caller: Caller) -> dict[str, int]:
    """Count the cases offered to the caller and those of the pressing views; nothing for a kind without."""
    wanted = WorkQuery()
    counts = await count_cases(office.archive, [wanted.filter(caller, view) for view in _VIEWS], MOST + 1)
    found = {"offers": len(await offers_of(office, caller))}
    found |= {view.value: count for view, count in zip(_VIEWS, counts, strict=True)}
    return {name: count for name, count in found.items() if count}
