"""What waits at a gate is called by its kind, and what goes on by itself is declined."""

import re
from html import unescape

import pytest

from onething.item import Proof

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}
SLOT = "poor_elderly"


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "opt_out_of_free_electricity")


@pytest.fixture
async def number(file_story, engine):
    number = (await file_story()).json()["number"]
    for before in ("means_check", "low_income"):
        await engine.says(number, before, {"kind": "granted"})
    assert engine.states[number].slots[SLOT].state == "blocked"
    return number


async def words(client, path):
    page = await client.get(path, headers=HTML)
    assert page.status_code == 200, page.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


async def test_what_goes_on_by_itself_is_declined_and_nowhere_withdrawn_or_on_hold(client, number, engine):
    case = await words(client, f"/cases/{number}")
    assert "申请人不需要，放弃这一项" in case
    assert "谢绝" not in case
    page = await words(client, f"/cases/{number}/withdrawal?slot={SLOT}")
    assert "放弃这一事项" in page
    assert "确认放弃" in page
    assert "免申即享，待自动办理" in page
    for other in ("撤回", "暂不能办理", "谢绝"):
        assert other not in page
    place, form = f"/cases/{number}/withdrawal", {"slot": SLOT, "reason": "not_wanted"}
    assert (await client.post(place, data=form, headers=HTML)).status_code == 303
    assert engine.states[number].slots[SLOT].state == "withdrawn"
    case = (await client.get(f"/cases/{number}", headers=HTML)).text
    item = re.search(rf'id="slot-{SLOT}".*?</dl>', case, re.DOTALL)
    assert item is not None
    assert "已放弃" in item.group(0)


async def test_a_gate_of_confirmation_says_how_to_word_it_and_speaks_of_no_notary(client, number):
    page = await words(client, f"/cases/{number}/slots/{SLOT}/gates/opt_out")
    assert "写明谁在哪一天、以什么方式确认。例如“申请人3月1日电话确认账户无误" in page
    assert "公证" not in page
    english = await words(client, f"/cases/{number}/slots/{SLOT}/gates/opt_out?lang=en")
    assert "Say who agreed, on which day, and how. For example" in english


def test_every_gate_says_what_proves_it_and_gives_an_example_unless_an_answer_does(catalog):
    gates = [gate for versions in catalog.items.values() for item in versions for gate in item.gates]
    opened = [gate for gate in gates if gate.month is None]
    kinds = {gate.gate: gate.proved_by for gate in opened}
    assert kinds["both_in_person"] is Proof.PRESENCE
    assert kinds["opt_out"] is kinds["head_consents"] is Proof.CONSENT
    assert kinds["heirs_resolved"] is Proof.DOCUMENT
    assert {gate.gate for gate in opened if gate.example is None} == {"child_named"}
    assert kinds["child_named"] is Proof.ANSWER


def test_what_goes_on_by_itself_offers_its_family_nothing_that_only_a_window_can_do(catalog):
    gates = [gate for versions in catalog.items.values() for item in versions for gate in item.gates]
    offered = [gate for gate in gates if gate.opt_out is not None]
    assert len(offered) >= 5
    assert {gate.fix.zh for gate in offered if "提前" in gate.fix.zh or "确认账户" in gate.fix.zh} == set()
    assert {gate.fix.en for gate in offered if "earlier" in gate.fix.en or "confirm" in gate.fix.en} == set()
