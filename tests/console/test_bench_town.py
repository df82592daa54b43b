"""The town that the page benchmark lays down is one that the door could have filled."""

import random

import pytest

from console.bench_town import lay_down, name, real_cases, town_of
from onething.calendar import load_calendar
from onething.catalog import load_catalog
from records.archive import open_archive
from records.search import Wanted, find_words, words_for
from records.watch import marks_of
from records.worklist import CaseFilter, count_cases, list_cases
from runtime.keyring import KeyRing
from runtime.settings import TREE


@pytest.fixture
async def town(tmp_path):
    catalog = load_catalog(TREE / "catalog")
    ring = KeyRing.load_or_create(tmp_path / "keys")
    async with open_archive(f"sqlite:///{tmp_path}/once.db", ring, tmp_path / "blobs") as archive:
        yield town_of(catalog, load_calendar(TREE / "catalog" / "calendars"), archive)


async def test_its_cases_are_listed_counted_and_found_by_their_names(town):
    (real,) = await real_cases(town, 1)
    await lay_down(town, 7)
    await lay_down(town, 3, first=7)
    listed = await list_cases(town.archive, CaseFilter())
    assert len(listed) == 11
    assert await count_cases(town.archive, [CaseFilter(open=True), CaseFilter(open=False)]) == (11, 0)
    for number, words in (await words_for(town.archive, tuple(one.number for one in listed))).items():
        hits = await find_words(town.archive, Wanted((words[0][1],)))
        assert number in {hit.number for hit in hits}
    mark = (await marks_of(town.archive, [real]))[real]
    assert mark.seq > 0
    assert not mark.closed


def test_the_same_draw_gives_the_same_names():
    first, second = random.Random(1), random.Random(1)  # noqa: S311 - invented names
    assert [name(first) for _ in range(20)] == [name(second) for _ in range(20)]
