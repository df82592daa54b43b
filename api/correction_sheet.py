"""A correction on the screen: in go the fields and files a page sends, out comes what to draw or to do.

At the window and on the phone it is the same sheet; only the pages drawn of it differ.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fastapi import Request

from api import audit, correction
from api.asked import AskedView, view_asked
from api.asked_paper import ways_of
from api.case import arrived
from api.case_view import ORDER_WORDS
from api.changed import PAPER, lay_over
from api.correction import CorrectionRequest, ForeseenCorrection
from api.errors import ConsequencesUnseen
from api.guide.refusal import told_upload
from api.guide.said import say_value
from api.material import keep_with_case
from api.office import Office
from api.own import withheld_in_case
from api.page_form import Posted, answers_of, read
from api.page_hand import by_pointer
from api.principal import Caller
from api.problem import told
from api.standing import Answered, Standing, answered_of, form_of, standing_of, value_at
from forms.merge import MergedForm
from onething.case_record import PaperInstead
from onething.errors import ActionRejected, AnswersRejected, RequestRejected
from onething.plan import PlanField, PlanProblem
from onething.text import Text
from records.material import Holder, materials_of

_ACTS: Final = frozenset({"check", "confirm"})
_MANY: Final = 40
"""Rows of a list, and files, that one page may send."""
_HIDDEN: Final = Text(zh="（不在此显示）", en="(not shown here)")
_EMPTY: Final = Text(zh="（未填写）", en="(empty)")
_INSTEAD: Final = "/instead/"
_MATERIAL: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")


@dataclass(frozen=True, slots=True)
class TypedChange:
    """One field that is typed differently: whose, which, what stands there and what comes in its place."""

    owner: Text
    title: Text
    before: Text
    after: Text


@dataclass(slots=True)
class CorrectionSheet:
    """One correction on the screen: what is asked, what is typed, which files have come."""

    office: Office
    caller: Caller
    standing: Standing
    form: MergedForm
    answered: Answered
    given: dict[str, Any] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)
    instead: dict[str, PaperInstead] = field(default_factory=dict)
    problems: tuple[PlanProblem, ...] = ()
    foresight: ForeseenCorrection | None = None

    @classmethod
    async def show(cls, office: Office, caller: Caller, number: str) -> "CorrectionSheet":
        """The sheet before anything is typed; that it was read is audited."""
        sheet = await cls._open(office, caller, number)
        pointers = tuple(one.pointer for one in sheet.asked().fields)
        await audit.note(office, caller, "read_corrections", number, pointers)
        return sheet

    @classmethod
    async def take(
        cls, office: Office, caller: Caller, number: str, request: Request
    ) -> "CorrectionSheet | None":
        """Keep chosen files and find out what would follow; None once it is done, just as it was seen."""
        async with request.form(max_files=_MANY, max_fields=500) as form:
            posted = read(form)
            sheet = await cls._open(office, caller, number)
            sheet.given, sheet.instead = _changes(sheet.form, posted), _instead(posted)
            sheet.problems = tuple([one async for one in sheet.keep(posted)])
        if sheet.problems or posted.one("do") not in _ACTS:
            return sheet  # a file that was chosen is kept, and the page stays as it is
        return None if await sheet.done(posted) else sheet

    def asked(self) -> AskedView:
        """What is asked, with what is typed so far in its place."""
        answered = self.answered
        withheld = withheld_in_case(self.office, self.caller, self.form, answered)
        try:
            answers, _ = lay_over(self.form, answered, self.given)
            answered = replace(answered, answers=answers)
        except AnswersRejected:
            pass  # what has no shape is told beside its field; the field keeps what it had
        view = view_asked(self.office, self.standing, self.form, answered, withheld, self.answered)
        typed = {one: value_at(self.given, one) for one in view.withheld}
        fields = tuple(
            one.model_copy(update={"value": typed[one.pointer]}) if one.pointer in typed else one
            for one in view.fields
        )
        return view.model_copy(update={"fields": fields})

    async def values(self) -> dict[str, Any]:
        """What a template draws the sheet of."""
        asked = self.asked()
        return {
            "number": self.standing.number,
            "asked": asked,
            "groups": _grouped(asked),
            "withheld": asked.withheld,
            "agencies": {one.slot: one.agency_title for one in self.standing.case.definition.slots},
            "corrected": frozenset(self._differing(asked)),
            "uploads": self.uploads,
            "papers": await self._names(),
            "ways": ways_of(self.caller),
            "changes": tuple(self._changed(asked)),
            "instead": self.instead,
            "problems": self.problems,
            "found": by_pointer(self.problems),
            "foresight": self.foresight,
            "mark": self.foresight.mark if self.foresight else "",
            "order_words": ORDER_WORDS,
        }

    @classmethod
    async def _open(cls, office: Office, caller: Caller, number: str) -> "CorrectionSheet":
        standing = await standing_of(office, number)
        answered = await answered_of(office, standing)
        return cls(office, caller, standing, form_of(office, standing, answered), answered)

    async def keep(self, posted: Posted) -> AsyncIterator[PlanProblem]:
        """Keep every chosen file with the case; yield what to say of those that cannot be taken."""
        self.uploads = list(posted.every("upload"))[:_MANY]
        titles = {one.material: one.title for one in self.asked().materials}
        for name, file in posted.files.items():
            material = name.removeprefix("/materials/")
            if material not in titles:
                known = self.office.catalog.materials.get(material)
                yield told(name, "not_asked", known.title if known else PAPER)
                continue
            try:
                kept = await keep_with_case(self.office, self.caller, self.standing.number, material, file)
            except RequestRejected as error:
                yield told_upload(name, titles[material], error)
            else:
                self.uploads.append(kept.id)

    async def done(self, posted: Posted) -> bool:
        """Whether it was confirmed as it was seen, and so is done."""
        office, caller, number = self.office, self.caller, self.standing.number
        wanted = CorrectionRequest(answers=self.given, materials=tuple(self.uploads), instead=self.instead)
        try:
            self.foresight = await correction.preview(office, caller, number, wanted)
            if posted.one("do") != "confirm" or posted.one("seen") != self.foresight.mark:
                return False
            seen = wanted.model_copy(update={"seen": self.foresight.mark})
            applied = await correction.correct(office, caller, number, seen)
        except ActionRejected:
            if posted.one("do") == "confirm" and await self._came_in():
                return True  # tapped twice: the first tap did it
            raise
        except ConsequencesUnseen:  # an agency decided in between: what follows now is shown
            self.foresight = await correction.preview(office, caller, number, wanted)
            return False
        except AnswersRejected as error:
            found: Any = error.params["problems"]
            self.problems, self.foresight = tuple(found), None
            return False
        await arrived(office, number, applied.revision)  # or the page after it asks for the same again
        return True

    async def _came_in(self) -> bool:
        """Whether everything typed stands in the case by now, and nothing is asked any more."""
        now = await self._open(self.office, self.caller, self.standing.number)
        answers, changed = lay_over(now.form, now.answered, self.given)
        return not changed and answers == now.answered.answers and not now.asked().slots

    def _changed(self, asked: AskedView) -> Iterator[TypedChange]:
        """What is typed differently from what stands there now; a value that is not shown stays so."""
        before = {one.pointer: one.value for one in self._as_it_stands().fields}
        for one in asked.fields:
            held = asked.withheld.get(one.pointer)
            if one.value == before.get(one.pointer) or (held and one.value in (None, "")):
                continue
            old = _HIDDEN if held else say_value(one, before.get(one.pointer)) or _EMPTY
            yield TypedChange(asked.owners[one.pointer], one.title, old, say_value(one, one.value) or _EMPTY)

    def _as_it_stands(self) -> AskedView:
        withheld = withheld_in_case(self.office, self.caller, self.form, self.answered)
        return view_asked(self.office, self.standing, self.form, self.answered, withheld)

    async def _names(self) -> dict[str, list[str]]:
        """The names of the files that have come with this correction, by material."""
        names: dict[str, list[str]] = {}
        if self.uploads:
            for one in await materials_of(self.office.archive, Holder(case=self.standing.number)):
                if one.id in self.uploads:
                    names.setdefault(one.material, []).append(one.name)
        return names

    def _differing(self, asked: AskedView) -> Iterator[str]:
        """Fields at which something else is typed than a register gave, as far as its word is seen."""
        for one in asked.fields:
            known = self.answered.known.get(one.pointer)
            typed = value_at(self.given, one.pointer) or value_at(self.answered.answers, one.pointer)
            if known and one.pointer not in asked.withheld and typed not in (None, "", known.value):
                yield one.pointer


def _changes(form: MergedForm, posted: Posted) -> dict[str, Any]:
    """What the page showed, as it is now; a field left empty is taken away."""
    given = answers_of(form.bundle, form, posted, {}, {})
    for pointer in posted.every("shown"):
        role, *rest = pointer.strip("/").split("/")
        if role not in form.bundle.roles or value_at(given, pointer) is not None:
            continue
        if form.bundle.roles[role].many:
            _empty_row(given.setdefault(role, []), rest)
        elif len(rest) == 1:
            given.setdefault(role, {})[rest[0]] = None
    return given


def _instead(posted: Posted) -> dict[str, PaperInstead]:
    """What is said about papers that were not uploaded; anything else that a page sends is nothing said."""
    words = {
        name.removeprefix(_INSTEAD): posted.one(name) for name in posted.texts if name.startswith(_INSTEAD)
    }
    return {
        name: PaperInstead(word)
        for name, word in list(words.items())[:_MANY]
        if word in set(PaperInstead) and _MATERIAL.fullmatch(name)
    }


def _empty_row(rows: list[dict[str, Any]], rest: list[str]) -> None:
    if len(rest) != 2 or not rest[0].isdecimal() or int(rest[0]) >= _MANY:
        return
    while len(rows) <= int(rest[0]):
        rows.append({})
    rows[int(rest[0])][rest[1]] = None


def _grouped(asked: AskedView) -> list[tuple[Text, list[PlanField]]]:
    """The fields under whom or what they are about."""
    groups: list[tuple[Text, list[PlanField]]] = []
    for one in asked.fields:
        owner = asked.owners[one.pointer]
        if not groups or groups[-1][0] != owner:
            groups.append((owner, []))
        groups[-1][1].append(one)
    return groups
