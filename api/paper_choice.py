"""Papers that may follow: in goes what is there and what was said of the rest, out come those passed over.

Window, phone and mini-program ask the same of each such paper: it is uploaded, it comes later, or there is
none. Nobody may think that one is done with which nobody has spoken of.
"""

from collections.abc import Iterable
from typing import Final

from api.filling import Filling
from api.intake import may_follow
from api.office import Office
from api.page_form import Posted
from api.page_view import word
from forms.resolve import Resolution
from onething.duration import Duration
from onething.plan import PlanProblem
from onething.text import Text

LATER: Final = "later"
NONE: Final = "none"
NAMED: Final = "/owed/"
"""How a choice is named in forms and findings, before the paper's own name."""


def open_papers(filling: Filling, uploaded: frozenset[str]) -> frozenset[str]:
    """The papers that may follow and are not there."""
    resolution = Resolution(filling.form, filling.answers, filling.known)
    return may_follow(filling.form.slots, resolution) - uploaded


def passed_over(
    office: Office, filling: Filling, uploaded: frozenset[str], said: Iterable[str]
) -> tuple[PlanProblem, ...]:
    """A finding for each paper that is neither there nor among those of which something was said."""
    left = open_papers(filling, uploaded) - frozenset(said)
    return tuple(_undecided(office, one) for one in sorted(left))


def chosen(office: Office, posted: Posted) -> dict[str, tuple[str, ...]]:
    """What a form says of such papers, as a draft keeps it: `owed` and `without`."""
    words = {
        name.removeprefix(NAMED): posted.one(name)
        for name in posted.texts
        if name.startswith(NAMED) and name.removeprefix(NAMED) in office.catalog.materials
    }
    owed, without = (tuple(sorted(one for one in words if words[one] == word)) for word in (LATER, NONE))
    return {"owed": owed, "without": without}


def _undecided(office: Office, paper: str) -> PlanProblem:
    title, words = office.catalog.materials[paper].title, word("paper_undecided")
    text = Text(zh=words.zh.format(title=title.zh), en=words.en.format(title=title.en))
    return PlanProblem(pointer=f"{NAMED}{paper}", code="required", text=text)


def owed_within(office: Office, filling: Filling) -> dict[str, str]:
    """How long there is from acceptance to bring each paper that may follow, such as `20d`: the shortest."""
    profiles = office.catalog.profiles
    found: dict[str, Duration] = {}
    for slot in filling.form.slots:
        within = profiles[slot.item.profile].rules.owed_within
        for paper in slot.item.materials:
            before = found.get(paper.material)
            if paper.may_be_missing and (before is None or within.amount < before.amount):
                found[paper.material] = within
    return {material: f"{within.amount}{within.unit.value}" for material, within in found.items()}
