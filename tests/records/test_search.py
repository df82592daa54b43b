"""Finding cases by words: what stands in them is found, what does not is not, and the file tells neither."""

from datetime import timedelta
from typing import Any

import pytest

from records.audit import AuditEntry
from records.case import create_case, erase_case
from records.search import Wanted, find_words, index_case, unindexed
from records.worklist_area import Area

PEOPLE = {
    "A": (("applicant", "李一"), ("subject", "张秀英"), ("address", "袁州区秀江中路12号")),
    "B": (("applicant", "张英秀"), ("subject", "李二一")),
    "C": (("applicant", "欧阳娜娜"), ("subject", "Dilnur Ablikim·Hasan")),
}


@pytest.fixture
async def stocked(archive, filing, now):
    for age, (name, words) in enumerate(PEOPLE.items()):
        region = "360902" if name == "A" else "360100"
        when = now + timedelta(minutes=age)
        await create_case(archive, filing(name, words=words, region=region, submitted_at=when))
    return archive


async def found(archive, *terms: str, **narrowed: Any):
    return "".join(hit.number[-1] for hit in await find_words(archive, Wanted(terms, **narrowed)))


@pytest.mark.parametrize(
    ("terms", "cases"),
    [
        (("张秀英",), "A"),
        (("秀英",), "A"),
        (("英秀",), "B"),
        (("张",), "BA"),
        (("李一",), "A"),
        (("张", "李"), "BA"),
        (("张秀英", "秀江中路"), "A"),
        (("秀江中路１２号",), "A"),
        (("张一",), ""),
        (("娜娜娜",), ""),
        (("dilnur ablikim hasan",), "C"),
        (("迪丽",), ""),
        (("·",), ""),
        (("%",), ""),
        (("_",), ""),
    ],
)
async def test_a_search_finds_the_cases_in_which_every_term_stands(stocked, terms, cases):
    assert await found(stocked, *terms) == cases


async def test_a_search_gives_what_lies_in_the_area_or_was_filed_at_the_own_window(stocked):
    assert await found(stocked, "张", area=Area("3609")) == "A"
    assert await found(stocked, "张", area=Area("37", window="yichun-01")) == "BA"
    assert await found(stocked, "张", area=Area(None)) == ""
    assert await found(stocked, "张", limit=1) == "B"


async def test_hits_whose_pairs_match_without_the_word_are_passed_over_and_the_next_ones_come(
    archive, filing, now
):
    # 甲乙甲 and 乙甲乙 have the same two pairs.
    for age in range(5):
        words = (("subject", "甲乙甲" if age else "乙甲乙"),)
        await create_case(archive, filing(str(age), words=words, submitted_at=now + timedelta(minutes=age)))
    assert await found(archive, "乙甲乙", limit=2) == "0"


async def test_an_erased_case_leaves_the_index(stocked, now):
    await erase_case(stocked, "20261123-A", now, AuditEntry("operator", "operator", "erasure", "erase_case"))
    assert await found(stocked, "张") == "B"
    assert await unindexed(stocked) == ()


async def test_older_cases_are_indexed_later_and_newer_words_replace_the_old_ones(stocked, filing):
    await create_case(stocked, filing("D"))
    assert await unindexed(stocked) == ("20261123-D",)
    await index_case(stocked, "20261123-D", (("subject", "赵六"),))
    assert await found(stocked, "赵六") == "D"
    await index_case(stocked, "20261123-D", (("subject", "钱七"),))
    assert await found(stocked, "赵六") == ""
    assert await found(stocked, "钱七") == "D"
    assert await unindexed(stocked) == ()


async def test_no_word_of_the_index_stands_on_disk(stocked, tmp_path):
    assert await found(stocked, "张秀英") == "A"
    files = [one for one in tmp_path.rglob("*") if one.is_file() and one.parent.name != "keys"]
    stored = b"".join(one.read_bytes() for one in files)
    assert b"360902" in stored
    for word in ("张秀英", "秀英", "张", "欧阳", "Dilnur", "dilnur", "袁州"):
        assert word.encode() not in stored
