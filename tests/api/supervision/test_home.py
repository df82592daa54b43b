"""The supervisor's page: what was filed, decided, late and stuck in the area, and nothing of any other."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.identity.development import staff_account
from api.page_view import render
from api.role import Purpose, Role
from api.supervision.figures import Step, most, overview
from api.supervision.page_home import FigureFilter, query_of
from api.visit import Caller
from onething.case_event import Stuck, Ticked
from onething.case_state import OperatorReason
from onething.errors import NotKnown
from onething.text import Locale
from records.account import change_account
from records.statistics import FigureQuery, OpenCount, figures

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


@pytest.fixture
async def supervisor(client, number):
    """The browser signed in as a supervisor; gives the account's id."""
    del number
    await client.post("/sign-in/development", data={"account": "supervisor"})
    return client


async def counted(office, area="", **narrowed: Any):
    today = office.today()
    return await figures(office.archive, FigureQuery(area, today - timedelta(days=40), today, **narrowed))


async def test_what_is_filed_stuck_and_late_is_counted_by_area_and_agency(number, office, engine):
    at = office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    await engine.feed(
        number, Stuck(slot="medical_stop", round=1, reason=OperatorReason.AGENCY_UNAVAILABLE, detail="")
    )
    found = await counted(office)
    assert sum(one.count for one in found.filed) == found.open_cases == 1
    assert [(one.region, one.agency) for one in found.late] == [(number[:6], "police")]
    assert [(one.reason, one.count) for one in found.stuck] == [("agency_unavailable", 1)]
    elsewhere = await counted(office, "37")
    assert (elsewhere.filed, elsewhere.open_cases, elsewhere.late, elsewhere.stuck) == ((), 0, (), ())
    assert (await counted(office, number[:4])).late == found.late
    police = await counted(office, agency="police")
    assert (police.stuck, police.late, police.open_cases) == ((), found.late, 1)


async def test_a_decision_after_the_promised_day_is_not_in_time(client, number, office, engine):
    at = office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    await engine.says(number, POLICE, {"kind": "granted"})
    await engine.asks(number, "medical_stop", fields=["xm"])
    await client.post(f"/api/v1/cases/{number}/slots/{POLICE}/rating", json={"level": 1})
    query = FigureQuery("", office.today() - timedelta(days=40), office.today())
    shown = overview(office, query, await figures(office.archive, query), None)
    lines = {one.agency: one for one in shown.agencies}
    assert (lines["police"].decided, lines["police"].on_time) == (1, 0.0)
    assert lines["police"].content == 0.0
    assert shown.on_time == 50.0
    assert (shown.per_case, shown.to_rectify) == (1.0, 1)
    assert [one.count for one in shown.levels] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("step", "columns"),
    [(Step.DAY, 40), (Step.WEEK, 6), (Step.MONTH, 2), (None, 6)],
)
async def test_columns_are_days_weeks_or_months_without_gaps(office, step, columns):
    query = FigureQuery("", date(2026, 1, 5), date(2026, 2, 13))
    shown = overview(office, query, await figures(office.archive, query), step)
    days = [one.day for one in shown.columns]
    assert (len(days), days) == (columns, sorted(set(days)))


async def test_the_page_shows_the_figures_with_a_table_behind_each_chart(supervisor):
    page = await supervisor.get("/supervision")
    assert page.status_code == 200
    assert page.text.count("<svg") >= 3
    assert 'role="img"' in page.text
    assert "<table" in page.text
    assert "style=" not in page.text
    assert "<script" not in page.text
    assert "Supervision" in (await supervisor.get("/supervision?lang=en")).text


async def test_what_makes_a_line_to_tick_does_not_stretch_the_charts(supervisor):
    sheet = (await supervisor.get("/static/supervision.css")).text
    ways = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    bare = [words for places, words in ways if {".one", ".two"} & {one.strip() for one in places.split(",")}]
    assert [words for words in bare if "min-height" in words or "display" in words] == []
    assert re.search(r"label\.one \{[^}]*min-height: 44px", sheet)


async def test_the_overview_counts_the_reminders_that_wait(supervisor, number, office, engine):
    tile = '<div><dt>督办提醒</dt><dd><a href="/supervision/escalations#told">{}</a></dd></div>'
    assert tile.format(0) in (await supervisor.get("/supervision")).text
    at = office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    assert tile.format(1) in (await supervisor.get("/supervision")).text
    account = await staff_account(office, "supervisor")
    await change_account(office.archive, account.id, area="11")
    assert tile.format(0) in (await supervisor.get("/supervision")).text
    await change_account(office.archive, account.id, area="36")
    page = (await supervisor.get("/supervision/escalations")).text
    (notice,) = re.findall(r'name="notice" value="([0-9a-f]{32})"', page)
    (mark,) = set(re.findall(r'name="csrf" value="([^"]+)"', page))
    await supervisor.post("/supervision/reminders/settle", data={"csrf": mark, "notice": notice})
    assert tile.format(0) in (await supervisor.get("/supervision")).text


async def test_the_file_says_what_the_page_says(supervisor):
    answer = await supervisor.get("/supervision/figures.csv?step=day")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert rows[0] == ["表", "对象", "指标", "数值"]
    assert ["收件和办结", "2026-03-03", "收件", "1"] in rows
    assert {len(row) for row in rows} == {4}


@pytest.mark.parametrize("query", ["since=2026-03-04&until=2026-03-01", "since=1999-01-01", "step=hour"])
async def test_a_period_that_is_none_is_refused(supervisor, query):
    assert (await supervisor.get(f"/supervision?{query}")).status_code == 422


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-03-04&until=2026-03-01", "截止日期不能早于起始日期"),
        ("since=1999-01-01&until=2026-03-01", "统计期间不能超过 3 年"),
    ],
)
async def test_a_period_that_is_none_is_told_at_its_field_and_the_page_stays(supervisor, query, said):
    page = (await supervisor.get(f"/supervision?{query}", headers={"accept": "text/html"})).text
    assert f'<p class="error" id="until-error">{said}</p>' in page
    assert 'aria-describedby="until-error"' in page
    assert f'name="since" value="{query[6:16]}"' in page
    assert 'name="until" value="2026-03-01"' in page
    assert "请求的格式不对" not in page
    file = await supervisor.get(f"/supervision/figures.csv?{query}")
    assert (file.status_code, file.json()["errors"][0]["zh"]) == (422, said)


@pytest.mark.parametrize("page", ["/supervision", "/supervision/figures.csv"])
@pytest.mark.parametrize("query", ["until=0001-01-02", "since=9999-12-31", "until=9999-12-31"])
async def test_a_day_that_cannot_be_reckoned_with_is_refused_at_its_field(supervisor, page, query):
    answer = await supervisor.get(f"{page}?{query}")
    assert answer.status_code == 422
    (entry,) = answer.json()["errors"]
    assert (entry["pointer"], entry["code"]) in {
        ("/until", "minimum"),
        ("/since", "maximum"),
        ("/until", "maximum"),
    }
    assert entry["pointer"].strip("/") == query.partition("=")[0]


async def test_another_areas_region_is_not_known(office):
    caller = Caller("s", Role.SUPERVISOR, Purpose.SUPERVISE, area="36")
    assert query_of(office, caller, FigureFilter()).area == "36"
    assert query_of(office, caller, FigureFilter(region="360900")).area == "360900"
    with pytest.raises(NotKnown):
        query_of(office, caller, FigureFilter(region="370200"))
    with pytest.raises(NotKnown):
        query_of(office, caller, FigureFilter(agency="nobody"))
    nowhere = Caller("s", Role.SUPERVISOR, Purpose.SUPERVISE, area=None)
    found = await figures(office.archive, query_of(office, nowhere, FigureFilter()))
    assert (found.filed, found.open_cases) == ((), 0)


async def test_what_does_not_fit_on_the_page_is_said_to_be_in_the_file(number, office):
    query = FigureQuery("", office.today() - timedelta(days=40), office.today())
    found = await figures(office.archive, query)
    many = tuple(OpenCount(number[:6], f"agency_{place:02}", "auth_denied", 1) for place in range(25))
    shown = overview(office, query, replace(found, stuck=many), None)
    page = render(
        "supervision/home.html",
        Locale.ZH,
        shown=shown,
        query=query,
        wanted=FigureFilter(),
        most=most,
        regions=[],
        agencies=[],
        reminders=0,
        problems=(),
        since=query.since,
        until=query.until,
        now=office.now(),
    )
    assert shown.stuck == 25
    assert "另有 5 行，见表格下载" in page
