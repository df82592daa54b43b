"""What a refused applicant is told to do: review and a lawsuit, or what there is against no authority."""

import pytest

from api.remedy import remedies_against
from onething.case_event import Stuck
from onething.case_state import OperatorReason

LISTED = "不予的决定应当告知上面列出的救济途径"


@pytest.mark.parametrize("agency", ["charity", "power", "utilities", "funeral", "education"])
def test_no_review_lies_against_who_is_no_authority(catalog, agency):
    told = "".join(one.zh for one in remedies_against(catalog, agency).values())
    assert "申请复核" in told
    assert "行政复议" not in told
    assert "行政诉讼" not in told


@pytest.mark.parametrize("agency", ["police", "civil_affairs", "social_insurance", "an_agency_of_yesterday"])
def test_an_authority_tells_the_laws_two_ways(catalog, agency):
    assert [*remedies_against(catalog, agency)] == ["review", "lawsuit"]


async def test_a_funeral_homes_refusal_tells_its_own_remedies(number, at, engine):
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    home = await at("funeral")
    item = await home.item()
    assert "可以向殡仪馆申请复核" in home.page
    assert 'value="own_1" checked' in home.page
    assert "行政复议" not in home.page
    assert LISTED in await home.act(item, "refuse", 422, reason="预约已满", remedies=["own_1"])
    await home.open(f"/desk/items/{item}")
    await home.act(item, "refuse", reason="预约已满", remedies=["own_1", "own_2"])
    await engine.work()
    assert "可以向殡仪馆申请复核" in engine.state("cremation").remedies[0].zh
    assert len(engine.state("cremation").remedies) == 2


async def test_a_refusal_on_paper_tells_the_same_remedies(number, client, at, engine):
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    await engine.feed(number, Stuck(slot="cremation", round=1, reason=OperatorReason.WITHDRAWAL_FAILED))
    paper = {"decision": "refused", "words": "预约已满"}
    answer = await client.post(f"/cases/{number}/slots/cremation/decision", data=paper)
    assert answer.status_code == 303
    assert "可以向殡仪馆申请复核" in engine.state("cremation").remedies[0].zh
