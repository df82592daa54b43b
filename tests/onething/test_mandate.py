"""What a mandate covers, and what a case refuses under one."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from onething.case import check_action
from onething.case_action import SCOPE_OF
from onething.case_event import Action, Corrected, GateOpened, PaperBrought, Withdrawn
from onething.errors import ActionRejected
from onething.mandate import SCOPES, Lacking, Mandated, MandateScope, UnderMandate, lacking

FIRST, LAST = date(2026, 3, 3), date(2026, 3, 31)
NOW = datetime.fromisoformat("2026-03-10T10:00:00+08:00")
CASE = ("360900-A-1", "bereavement")


def mandate(*scope: MandateScope, **given: Any):
    scope = scope or tuple(MandateScope)
    return Mandated(mandate="m1", scope=scope, starts_on=FIRST, until=LAST, **given)


@pytest.mark.parametrize("needed", MandateScope)
def test_a_mandate_covers_what_it_names_and_nothing_else(needed):
    assert lacking(mandate(needed), needed, CASE, NOW) is None
    others = tuple(set(MandateScope) - {needed})
    assert lacking(mandate(*others), needed, CASE, NOW) is Lacking.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-03-02T23:59:59+08:00", Lacking.NOT_YET),
        ("2026-03-03T00:00:00+08:00", None),
        ("2026-03-31T23:59:59+08:00", None),
        ("2026-03-31T16:00:00+00:00", Lacking.ENDED),  # midnight in China
        ("2027-01-01T00:00:00+08:00", Lacking.ENDED),
    ],
)
def test_it_counts_from_its_first_day_to_the_end_of_its_last(at, why):
    assert lacking(mandate(), MandateScope.FILE, CASE, datetime.fromisoformat(at)) is why


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"case": "360900-A-1"}, None),
        ({"case": "360900-A-2"}, Lacking.OTHER_CASE),
        ({"bundle": "bereavement"}, None),
        ({"bundle": "newborn"}, Lacking.OTHER_CASE),
        ({"bundle": "newborn", "case": "360900-A-1"}, Lacking.OTHER_CASE),
    ],
)
def test_it_may_be_for_one_case_or_one_life_event(given, why):
    assert lacking(mandate(**given), MandateScope.FOLLOW, CASE, NOW) is why


def test_everything_that_may_be_asked_under_one_says_what_it_has_to_cover():
    every = {action for action in UnderMandate.__subclasses__() if action.__module__.startswith("onething")}
    assert set(SCOPE_OF) == every
    assert set(SCOPES) == set(MandateScope)


def withdrawn(play, *scope: MandateScope, **given: Any):
    until = play.now.date() + timedelta(days=given.pop("days", 1))
    under = mandate(*scope, **given).model_copy(update={"starts_on": play.now.date(), "until": until})
    return Withdrawn(reason="applicant", actor="friend", mandate=under)


def test_the_case_takes_what_a_mandate_covers_and_refuses_the_rest(office):
    play = office.begun(office.slot("a"))
    check_action(play.case, play.state, withdrawn(play, MandateScope.WITHDRAW), play.now)
    wrong = {
        Lacking.OUT_OF_SCOPE: (withdrawn(play, MandateScope.FOLLOW), play.now),
        Lacking.OTHER_CASE: (withdrawn(play, case="another"), play.now),
        Lacking.ENDED: (withdrawn(play), play.now + timedelta(days=2)),
    }
    for why, (action, now) in wrong.items():
        with pytest.raises(ActionRejected) as told:
            check_action(play.case, play.state, action, now)
        assert told.value.params["what"] == why.value


@pytest.mark.parametrize("kind", [Corrected, PaperBrought])
def test_a_mandate_to_withdraw_corrects_nothing(office, kind):
    play = office.begun(office.slot("a"))
    under = withdrawn(play, MandateScope.WITHDRAW).mandate
    given = {"payloads": {"a": "b"}} if kind is Corrected else {"slot": "a", "material": "m"}
    with pytest.raises(ActionRejected) as told:
        check_action(play.case, play.state, kind(actor="friend", mandate=under, **given), play.now)
    assert told.value.params["what"] == Lacking.OUT_OF_SCOPE.value


def test_actions_told_before_there_were_mandates_are_still_read():
    old = {"kind": "withdrawn", "slot": None, "reason": "not_wanted", "actor": "clerk"}
    action = TypeAdapter(Action).validate_python(old)
    assert isinstance(action, Withdrawn)
    assert action.mandate is None
    assert not issubclass(GateOpened, UnderMandate)
