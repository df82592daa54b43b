"""Figures as a file: in goes what the page shows, out come its tables as lines for a spreadsheet."""

from collections.abc import Mapping

from api.supervision.figures import Overview


def as_rows(shown: Overview, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The page's tables as lines of a file: which table, of what, which figure, its value.

    `names` are the words of the columns, by key.
    """
    rows: list[tuple[str, ...]] = [(names["table"], names["of"], names["figure"], names["value"])]
    for one in shown.columns:
        rows.append((names["over_time"], one.day.isoformat(), names["filed"], str(one.filed)))
        rows.append((names["over_time"], one.day.isoformat(), names["closed"], str(one.closed)))
    for event in shown.events:
        rows.append((names["by_event"], event.title.zh, names["filed"], str(event.filed)))
        rows.append((names["by_event"], event.title.zh, names["closed"], str(event.closed)))
    for line in shown.agencies:
        share = "" if line.on_time is None else str(line.on_time)
        rows += [
            (names["by_agency"], line.title.zh, names["decided"], str(line.decided)),
            (names["by_agency"], line.title.zh, names["on_time"], share),
            (names["by_agency"], line.title.zh, names["beyond_law"], str(line.beyond_law)),
            (names["by_agency"], line.title.zh, names["late"], str(line.late)),
            (names["by_agency"], line.title.zh, names["stuck"], str(line.stuck)),
        ]
    for why in shown.reasons:
        of = f"{why.agency.zh} {why.region.zh}"
        rows.append((names["stuck_reasons"], of, why.reason.zh, str(why.count)))
    rows += [(names["ratings"], one.title.zh, names["count"], str(one.count)) for one in shown.levels]
    return rows
