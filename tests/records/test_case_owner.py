"""Who answers for a case: the first one does, until another has said yes; it is never nobody."""

from datetime import timedelta

import pytest

from onething.errors import NotKnown
from records.case import create_case
from records.case_owner import (
    HandoverState,
    NotTheirs,
    Offer,
    answer,
    ask,
    handovers_of,
    offered_to,
    owner_of,
    take,
)

NUMBER = "20261123-A"
ANNA, BEN, CARL = ("anna", "w1"), ("ben", "w2"), ("carl", "w2")


@pytest.fixture
async def owned(archive, filing):
    await create_case(archive, filing("A", owner="anna", window_id="w1"))
    return archive


async def test_who_files_at_a_window_answers_for_the_case(owned, now):
    owner = await owner_of(owned, NUMBER)
    assert (owner.account, owner.window_id, owner.since) == ("anna", "w1", now)
    assert [one.state for one in await handovers_of(owned, NUMBER)] == ["taken"]


async def test_a_case_that_nobody_took_is_taken_once(archive, filing, now):
    await create_case(archive, filing("A"))
    assert await owner_of(archive, NUMBER) is None
    assert (await take(archive, NUMBER, BEN, now)).account == "ben"
    assert (await take(archive, NUMBER, CARL, now)).account == "ben"
    assert len(await handovers_of(archive, NUMBER)) == 1
    with pytest.raises(NotKnown):
        await take(archive, "20261123-Z", BEN, now)


async def test_the_giver_answers_until_the_other_accepts(owned, now):
    later = now + timedelta(hours=1)
    await ask(owned, Offer(NUMBER, "anna", ("ben", "w2"), "leave"), now)
    assert (await owner_of(owned, NUMBER)).account == "anna"
    assert [one.case for one in await offered_to(owned, *BEN)] == [NUMBER]
    assert await offered_to(owned, *CARL) == ()
    with pytest.raises(NotTheirs):
        await answer(owned, NUMBER, CARL, HandoverState.ACCEPTED, later)
    newer = await answer(owned, NUMBER, BEN, HandoverState.ACCEPTED, later)
    assert (newer.account, newer.window_id, newer.since) == ("ben", "w2", later)
    assert await owner_of(owned, NUMBER) == newer
    assert [(one.state, one.answered_by) for one in await handovers_of(owned, NUMBER)] == [
        ("taken", "anna"),
        ("accepted", "ben"),
    ]
    assert await offered_to(owned, *BEN) == ()


async def test_an_offer_to_a_window_is_for_whoever_of_it_accepts_first(owned, now):
    await ask(owned, Offer(NUMBER, "anna", (None, "w2"), "area"), now)
    assert len(await offered_to(owned, *CARL)) == 1
    await answer(owned, NUMBER, CARL, HandoverState.ACCEPTED, now)
    with pytest.raises(NotTheirs):
        await answer(owned, NUMBER, BEN, HandoverState.ACCEPTED, now)


@pytest.mark.parametrize(("who", "state"), [(BEN, HandoverState.DECLINED), (ANNA, HandoverState.WITHDRAWN)])
async def test_declined_or_taken_back_it_stays_with_the_giver(owned, now, who, state):
    await ask(owned, Offer(NUMBER, "anna", ("ben", "w2"), "leave"), now)
    assert (await answer(owned, NUMBER, who, state, now)).account == "anna"
    with pytest.raises(NotTheirs):
        await answer(owned, NUMBER, BEN, HandoverState.ACCEPTED, now)


async def test_nobody_gives_away_what_is_another_s_or_gives_it_to_nobody(owned, now):
    for by, to in (("ben", ("carl", "w2")), ("anna", (None, None)), ("anna", ("anna", "w1"))):
        with pytest.raises(NotTheirs):
            await ask(owned, Offer(NUMBER, by, to, "leave"), now)
    for who, state in ((BEN, HandoverState.WITHDRAWN), (ANNA, HandoverState.ACCEPTED)):
        with pytest.raises(NotTheirs):
            await answer(owned, NUMBER, who, state, now)


async def test_a_newer_offer_takes_the_one_before_back(owned, now):
    await ask(owned, Offer(NUMBER, "anna", ("ben", "w2"), "leave"), now)
    await ask(owned, Offer(NUMBER, "anna", ("carl", "w2"), "leave"), now + timedelta(minutes=1))
    states = [one.state for one in await handovers_of(owned, NUMBER)]
    assert sorted(states) == ["asked", "taken", "withdrawn"]
    with pytest.raises(NotTheirs):
        await answer(owned, NUMBER, BEN, HandoverState.ACCEPTED, now)
