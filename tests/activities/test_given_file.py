"""Result files: counted item by item in the order of decision, and only once the case has the decision."""

import pytest

from activities.given_file import given_files, has_files
from onething.case_state import SlotState
from records.desk_item import DeskAct, DeskItem, DeskPaper, DeskState
from tests.onething.office import FILED_AT, Play, slot


def filing(name, round_=1, papers=()):
    files = tuple(DeskPaper("b" * 32, "张三的证明.pdf", mime, 10, given=given) for mime, given in papers)
    act = DeskAct(3, "grant", "x", FILED_AT, (), {}, files)
    plain = {"id": f"i{name}", "agency": "police", "key": "k", "case": "N", "slot": name, "item": "p/i"}
    state = {"round": round_, "state": DeskState.GRANTED, "revision": 1, "payload": {}, "materials": ()}
    return DeskItem(**plain, **state, received_at=FILED_AT, changed_at=FILED_AT, acts=(act,))


@pytest.fixture
def state():
    return Play([slot("a"), slot("b")]).begin().grant("a").state


def test_files_are_named_by_number_and_kind_and_never_as_the_agency_called_them(state):
    mixed = [("application/pdf", True), ("application/pdf", False), ("application/ofd", True)]
    found = given_files([filing("a", papers=mixed)], state)
    assert [(one.title.zh, one.kind, one.name) for one in found] == [
        ("结果文件 1", "PDF", "ia-3-0"),
        ("结果文件 2", "OFD", "ia-3-2"),
    ]


def test_nobody_reads_a_paper_before_its_case_has_the_decision(state):
    early = filing("b", papers=[("image/png", True)])
    assert state.slots["b"].state is not SlotState.GRANTED
    assert has_files([early])
    assert given_files([early], state) == ()


def test_what_is_not_given_out_is_no_file_of_the_family(state):
    kept = filing("a", papers=[("application/pdf", False)])
    assert not has_files([kept])
    assert given_files([kept], state) == ()
