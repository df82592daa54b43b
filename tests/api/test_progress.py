"""How far a case is: one sentence says how many items have a result and what the rest waits for."""

import re
from dataclasses import dataclass

import pytest

from api.progress import progress_of


@dataclass
class Item:
    state: str
    holder: str


DONE, LEFT = Item("granted", "nobody"), Item("withdrawn", "nobody")
AGENCY, FAMILY = Item("under_review", "agency"), Item("correction_requested", "applicant")
BEHIND = Item("blocked", "nobody")


@pytest.mark.parametrize(
    ("items", "over", "said"),
    [
        ([DONE, DONE], True, "2 项均已有结果"),
        ([AGENCY, BEHIND], False, "2 项都还没有结果；等部门办理 1 项，等前面的事项 1 项"),
        ([DONE, AGENCY, FAMILY], False, "3 项中 1 项已有结果；其余等申请人 1 项，等部门办理 1 项"),
        ([DONE, LEFT, BEHIND], True, "3 项中 1 项已有结果，已撤回 1 项，不再办理 1 项"),
        ([DONE, Item("granted", "applicant")], False, "2 项均已有结果；其中 1 项还等申请人补交材料"),
        ([Item("needs_operator", "window"), DONE], False, "2 项中 1 项已有结果；其余等窗口处理 1 项"),
        ([Item("waiting", "system")], False, "1 项都还没有结果；等前面的事项 1 项"),
        ([Item("submitting", "system")], False, "1 项都还没有结果；正在送达部门 1 项"),
        ([Item("blocked", "system"), DONE], False, "2 项中 1 项已有结果；其余到时间自动办理 1 项"),
    ],
)
def test_a_case_in_progress_says_what_its_rest_waits_for(items, over, said):
    assert progress_of(items, over=over).zh == said
    assert re.search("[一-鿿]", progress_of(items, over=over).en) is None
