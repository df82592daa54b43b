"""Papers asked for and not uploaded: what is said about them stands with the correction."""

from onething.case_event import Corrected
from onething.case_record import PaperInstead, WorkOrderKind

ASKED = {"materials": ("book",)}


def answered(office, **instead: PaperInstead):
    """A case whose agency asked for a paper, answered so."""
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction().model_copy(update=ASKED))
    play.take(Corrected(payloads={"a": "new"}, instead=instead, actor="clerk"))
    return play


def test_what_is_said_about_another_paper_is_not_kept(office):
    play = answered(office, book=PaperInstead.NONE, other=PaperInstead.AT_WINDOW)
    assert play.slot("a").round == 2
    assert play.slot("a").correction.instead == {"book": "none"}
    assert play.state.work_orders == ()


def test_an_original_at_the_window_is_handed_on_once(office):
    play = answered(office, book=PaperInstead.AT_WINDOW)
    assert [(one.kind, one.slot) for one in play.state.work_orders] == [(WorkOrderKind.DELIVER_PAPER, "a")]
