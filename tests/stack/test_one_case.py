"""The main job on real processes: one filing, nine items, one signed receipt, each effect once."""

import pytest

from activities.rendering.sign import PUBLIC_FILE, load_public_keys
from activities.rendering.verify import Valid, verify_pdf
from console import records
from console.chaos import Wrong, examine
from console.footprint import stack_pss_mb
from tests.stack.town import BUNDLE, until

pytestmark = pytest.mark.slow


def test_a_story_ends_with_every_item_granted_once_and_a_receipt_of_this_installation(town):
    story = town.catalog.scenario(BUNDLE, "smooth_employee")
    town.counter.set_story(BUNDLE, story.scenario)
    number = town.file(story)
    town.until_ended([number])

    case = town.counter.case(number)
    assert {slot["slot"]: slot["state"] for slot in case["slots"]} == story.expect.slots
    effects = {
        key.split("/")[1]: told["effects"]
        for agency in town.agencies
        for key, told in town.counter.agencies.get(f"/ledger/{agency}", params={"prefix": number})
        .json()["keys"]
        .items()
    }
    assert effects == story.expect.effects
    pdf = town.counter.receipt(number, "pdf")
    keys = load_public_keys(town.stack.settings.keys_dir / PUBLIC_FILE)
    assert isinstance(verify_pdf(pdf, keys), Valid)
    assert town.harm() == ()


def test_twenty_cases_filed_at_once_all_end_with_each_effect_once(town):
    numbers = town.file_all(20)
    assert len(set(numbers)) == 20
    town.until_ended(numbers, seconds=120)
    assert town.harm() == ()
    assert town.effects(numbers) == 20 * 9


def test_a_case_whose_agencies_answer_later_ends_by_their_callbacks(town):
    town.play_everywhere("accept", {"wait": "1s"}, "grant")
    number = town.file(town.family())
    town.until_ended([number])
    assert town.harm() == ()


def test_a_filing_for_a_case_that_nobody_was_promised_is_found(town):
    number = town.file(town.family())
    town.until_ended([number])
    others = [promised for promised in town.promised if promised != number]
    harm = examine(town.counter, others)
    assert {one.wrong for one in harm} == {Wrong.NOBODYS_FILING}
    assert {one.case for one in harm} == {number}


def test_the_records_and_the_workflows_are_in_step_and_the_command_says_so(environment, capsys):
    number = environment.file(environment.family())
    assert records.check() == records.IN_STEP
    environment.until_ended([number])
    assert records.check() == records.IN_STEP
    assert "none twice" in capsys.readouterr().out


def test_all_processes_together_stay_under_the_limit(town):
    numbers = [town.file(town.family())]
    town.until_ended(numbers)
    until("the receipt is there", lambda: bool(town.counter.case(numbers[0])["receipts"]))
    weighed = stack_pss_mb(town.stack)
    assert min(weighed.values()) > 0
    assert sum(weighed.values()) < 1200
