"""The auditor finds who did what by account, case, purpose and period, and no value of anybody."""

import re

import pytest

from api.role import Purpose, Role
from api.supervision.page_audit import AuditFilter, _found
from api.visit import Caller
from api.window import DEVELOPMENT_WINDOW, keep_window
from onething.counting import BEIJING
from records.account import NewAccount, open_account
from records.audit import AuditEntry, append, entries_of, head

pytestmark = pytest.mark.usefixtures("ruling")


@pytest.fixture
async def auditor(client, number):
    await client.get(f"/api/v1/cases/{number}")
    await client.post("/sign-in/development", data={"account": "auditor"})
    return client


async def test_a_case_is_looked_up_and_the_look_is_audited(auditor, number, office, story):
    page = (await auditor.get(f"/audit?case={number}")).text
    assert number in page
    assert "查看办件" in page
    assert story.answers["applicant"]["id_number"] not in page
    entries = await entries_of(office.archive, case=number)
    assert (entries[-1].action, entries[-1].role) == ("search_audit", "auditor")


@pytest.mark.parametrize(("query", "field"), [("until=9999-12-31", "/until"), ("since=0001-01-01", "/since")])
async def test_a_day_that_cannot_be_reckoned_with_is_refused_at_its_field(auditor, query, field):
    answer = await auditor.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("narrowed", "some"),
    [
        ({"purpose": "follow_case"}, True),
        ({"purpose": "administer"}, False),
        ({"actor": "dev-clerk"}, True),
        ({"actor": "nobody"}, False),
        ({"case": "360900-A-20260303-000000-0"}, False),
    ],
)
async def test_each_field_narrows(auditor, office, narrowed, some):
    del auditor
    caller = Caller("a", Role.AUDITOR, Purpose.AUDIT)
    found = await _found(office, caller, AuditFilter(**narrowed))
    assert bool(found) is some
    assert [seq for seq, _ in found] == sorted((seq for seq, _ in found), reverse=True)


async def test_the_period_counts_whole_days_in_china(auditor, office, number):
    del auditor
    caller = Caller("a", Role.AUDITOR, Purpose.AUDIT)
    (first, *_) = await entries_of(office.archive, case=number)
    day = first.at.astimezone(BEIJING).date()
    here = {"case": number}
    assert await _found(office, caller, AuditFilter(since=day, **here))
    assert not await _found(office, caller, AuditFilter(until="2001-01-01", **here))


async def test_an_auditor_of_another_area_finds_nothing(auditor, office, number):
    del auditor
    for area, some in (("36", True), ("37", False), (None, False)):
        caller = Caller("a", Role.AUDITOR, Purpose.AUDIT, area=area)
        assert bool(await _found(office, caller, AuditFilter(case=number))) is some
        assert all(one.case for _, one in await _found(office, caller, AuditFilter()))


async def test_the_head_stands_there_to_be_kept(auditor, office):
    newest = await head(office.archive)
    assert f"{newest.seq}:{newest.hash}" in (await auditor.get("/audit")).text


async def test_a_script_in_the_question_is_only_text(auditor):
    page = (await auditor.get("/audit", params={"actor": '"><script>alert(1)</script>'})).text
    assert "<script>" not in page


@pytest.fixture
async def entered(auditor, office, number):
    """A function that notes one more look at the case by an account of this role; gives row and id."""

    async def enter(role: str, **place: str) -> tuple[str, str]:
        await keep_window(office.archive, DEVELOPMENT_WINDOW)
        new = NewAccount("test", f"{role}-1", role, person={"name": "林一二"}, **place)
        account = (await open_account(office.archive, new, office.now())).id
        await append(office.archive, AuditEntry(account, role, "follow_case", "read_case", case=number))
        page = (await auditor.get(f"/audit?case={number}&actor={account}")).text
        (row,) = (one for one in re.findall("<tr>.*?</tr>", page) if account in one)
        return row, account

    return enter


async def test_staff_stand_there_by_name_and_place_and_their_account_in_the_details(entered):
    row, account = await entered("clerk", window_id=DEVELOPMENT_WINDOW.id)
    seen, details = row.split("<details>")
    assert "林一二" in seen
    assert DEVELOPMENT_WINDOW.name.zh in seen
    assert "查看办件" in seen
    assert account not in seen
    assert account in details
    assert "read_case" not in seen
    row, _ = await entered("handler", agency="police")
    assert "公安" in row.split("<details>")[0]


async def test_a_person_is_never_named(entered):
    row, _ = await entered("citizen")
    assert "林一二" not in row


async def test_staff_are_found_by_name_and_by_their_name_at_the_identity_service(entered, auditor):
    _, account = await entered("clerk", window_id=DEVELOPMENT_WINDOW.id)
    for typed in ("林一二", " 一二 ", "clerk-1", account):
        page = (await auditor.get("/audit", params={"actor": typed})).text
        rows = re.findall("<tr><td.*?</tr>", page)
        assert len(rows) == 1, typed
        assert account in rows[0]
    place = (await auditor.get("/audit", params={"actor": DEVELOPMENT_WINDOW.name.zh})).text
    assert "actor=dev-clerk" in place
    assert "姓名或账号" in place


async def test_a_person_is_found_by_no_name(entered, auditor):
    await entered("citizen")
    for typed in ("林一二", "citizen-1"):
        assert not re.findall("<tr><td", (await auditor.get("/audit", params={"actor": typed})).text)


async def test_the_window_of_this_machine_is_named_without_an_account(auditor, number):
    page = (await auditor.get(f"/audit?case={number}&actor=dev-clerk")).text
    row = re.findall("<tr>.*?</tr>", page)[-1]
    assert DEVELOPMENT_WINDOW.name.zh in row.split("<details>")[0]


async def test_nobody_else_reads_the_trail(client, number):
    del number
    assert (await client.get("/audit")).status_code == 403
