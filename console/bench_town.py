"""A town's cases for the benchmark: in go how many, out come rows as filing and recording leave them.

The rows are written in bulk, past the door, but with data keys, sealed words and keyed hashes that open and
match like any others; a few are real cases through and through, for the pages that are timed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from activities.agencies.registry import build, in_process
from activities.record import snapshot_of
from activities.signatures import RecordCaseInput
from console.seal import seal
from console.story import file_story
from forms.intake import Prepared
from onething.calendar import WorkCalendar
from onething.case import initial_state, step
from onething.case_event import Begun
from onething.catalog import Catalog
from records import data_key, search
from records.archive import Archive
from records.case import mark_started
from records.schema import case, slot_case, timeline
from records.schema import data_key as key_table
from records.schema_case_work import case_owner, case_text, case_word
from records.search import index_case
from records.snapshot import apply_snapshot

REGION: Final = "360900"
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰红玉梅建华国庆文辉志鹏飞宇浩然子涵欣怡"
    "雨桐诗琪思远嘉豪晓东海燕春生冬梅金凤银花根水火土木林森山川河江湖云雷雪霜露"
)
_SLOTS: Final = 9
_LINES: Final = 24
_BATCH: Final = 1000
_SEED: Final = 360900
_BUNDLE: Final = "bereavement"


@dataclass(frozen=True, slots=True)
class Town:
    """Where cases are laid down, and the story that the real ones tell."""

    archive: Archive
    prepared: Prepared


def town_of(catalog: Catalog, calendar: WorkCalendar, archive: Archive) -> Town:
    """The published nine items as the case that every family files."""
    agencies = list(catalog.agencies.values())
    items = [version for versions in catalog.items.values() for version in versions]
    adapters = build(agencies, in_process(agencies, items))
    capabilities = {name: adapter.capabilities for name, adapter in adapters.items()}
    story = catalog.scenario(_BUNDLE, "yichun_nine")
    filed = file_story(catalog, _BUNDLE, story, "bench", (calendar, capabilities))
    return Town(archive, filed.prepared)


async def real_cases(town: Town, count: int) -> list[str]:
    """File and begin `count` whole cases; their numbers."""
    numbers = []
    draw = random.Random(_SEED)  # noqa: S311 - invented names, the same ones in every run
    for place in range(count):
        number = f"{REGION}-A-20260302-{place:06d}-R"
        sealed = await seal(town.archive, town.prepared, number)
        begun = step(sealed, initial_state(sealed), Begun(), sealed.submitted_at)
        task = RecordCaseInput(state=begun.state, entries=begun.entries)
        await apply_snapshot(town.archive, snapshot_of(task))
        await mark_started(town.archive, number, sealed.submitted_at)
        await index_case(town.archive, number, _words(draw))
        numbers.append(number)
    return numbers


async def lay_down(town: Town, count: int, first: int = 0) -> None:
    """Write `count` cases with slots, lines, owner and words, numbered from `first`."""
    for start in range(first, first + count, _BATCH):
        places = range(start, min(start + _BATCH, first + count))
        await town.archive.database.write(partial(_write, town=town, places=places))


def name(draw: random.Random) -> str:
    """An invented name; some characters are much more common than others, as in life."""
    family = _SURNAMES[min(int(draw.expovariate(0.12)), len(_SURNAMES) - 1)]
    return family + "".join(draw.choice(_GIVEN) for _ in range(draw.choice((1, 2, 2))))


def _words(draw: random.Random) -> search.Words:
    kinds = (("applicant", name(draw)), ("subject", name(draw)))
    return (*kinds, *(("other", name(draw)) for _ in range(draw.choice((0, 1, 2)))))


def _write(connection: Connection, *, town: Town, places: range) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {}
    seq = connection.execute(select(func.coalesce(func.max(case_text.c.seq), 0))).scalar_one()
    for place in places:
        seq += 1
        for table, row in _rows(town, place, seq):
            rows.setdefault(table, []).append(row)
    for table in (key_table, case, slot_case, timeline, case_owner, case_text, case_word):
        connection.execute(insert(table), rows[table])


def _rows(town: Town, place: int, seq: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    draw = random.Random(_SEED + place)  # noqa: S311 - see above
    definition = town.prepared.case.definition
    number = f"{REGION}-A-20260302-{place:06d}-B"
    at = town.prepared.case.submitted_at + timedelta(seconds=place)
    ring = town.archive.ring
    key, key_row = data_key.fresh(ring, at)
    yield key_table, key_row
    yield case, {
        "number": number, "bundle": _BUNDLE, "region": REGION, "state": "running", "origin": "window",
        "filing_mode": "assisted", "window_id": "dev-window-1", "submitted_at": at,
        "received_on": at.date(), "key_blind": f"{place:064x}", "body_blind": "0" * 64,
        "data_key_id": key.id, "inputs": {}, "revision": 1, "started_at": at,
    }  # fmt: skip
    for position, slot in enumerate(definition.slots[:_SLOTS]):
        light = draw.choice(("green", "green", "green", "yellow", "red"))
        yield slot_case, {
            "case": number, "slot": slot.slot, "position": position, "item": slot.item, "agency": slot.agency,
            "state": draw.choice(("accepted", "granted", "under_review")), "round": 1, "updated_at": at,
            "due_promised": at.date() + timedelta(days=10), "light_promised": light, "holder": "agency",
        }  # fmt: skip
    for line in range(_LINES):
        yield timeline, {
            "case": number, "seq": line + 1, "at": at, "kind": "received", "text": "received", "slot": None
        }  # fmt: skip
    yield case_owner, {"case": number, "account": f"clerk-{place % 50}", "window_id": None, "since": at}
    words = _words(draw)
    sealed = key.seal_json(words, f"case_text.text:{number}")
    yield case_text, {"seq": seq, "case": number, "sealed_text": sealed}
    for one in _hashes(town, words):
        yield case_word, {"word_blind": one, "seq": seq}


def _hashes(town: Town, words: search.Words) -> frozenset[int]:
    return frozenset().union(*(_hashed(town.archive.ring, text) for _, text in words))


@cache
def _hashed(ring: Any, text: str) -> frozenset[int]:
    return search.hashes(ring, (("name", text),))
