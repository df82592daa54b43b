"""A receipt says that a clock stands still only where the item's procedure stops it."""

from datetime import date

import pytest

from activities.receipt_course import course
from onething.case_state import CaseState, SlotCase, SlotState
from onething.duration import Pause
from tests.onething.office import FILED_AT

FIRST = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("reason", "counts", "last", "said"),
    [
        ("public_notice", True, None, "公示，计入办理期限"),
        ("public_notice", True, date(2026, 3, 10), "公示，计入办理期限"),
        ("hearing", False, None, "起暂停计时（听证）"),
        ("hearing", False, date(2026, 3, 10), "暂停计时（听证），不计入办理期限"),
    ],
)
def test_a_wait_that_counts_is_no_standing_still(reason, counts, last, said):
    pause = Pause(first=FIRST, last=last, reason=reason, counts=counts)
    slot = SlotCase(slot="a", item="x/a", agency="x", state=SlotState.UNDER_REVIEW, pauses=(pause,))
    state = CaseState(number="n", slots={"a": slot}, updated_at=FILED_AT)
    (line,) = course(slot, state)
    assert said in line.zh
    assert ("暂停计时" in line.zh) is not counts
