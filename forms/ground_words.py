"""Grounds in words: in goes how items stood by the rules at filing, out come lines a receipt may carry.

They say by which conditions and by which version of which parameter an item stood, as far as was declared and
known when the case was filed, and never name the household's own figures: what registers said of one person
is not for whoever holds the paper. They are no decision: that is the agency's.
"""

from collections.abc import Mapping
from typing import Final

from onething.eligibility import Rung, Standing
from onething.receipt import ReceiptGrounds
from onething.rule import RuleBook, Unit
from onething.rule_decision import Truth, UsedParameter
from onething.text import Text

_CLASS: Final = "class"
_MARKS: Final = {
    Truth.TRUE: Text(zh="符合", en="holds"),
    Truth.FALSE: Text(zh="不符合", en="does not hold"),
    Truth.UNKNOWN: Text(zh="待核实", en="not known yet"),
}
_STANDINGS: Final = {
    Standing.FITS: Text(zh="按申报情况测算符合条件", en="By what was declared the conditions are met"),
    Standing.DOES_NOT_FIT: Text(
        zh="按申报情况测算不符合条件", en="By what was declared the conditions are not met"
    ),
    Standing.NOT_KNOWN: Text(zh="提交时尚有情况待核实", en="Something was still to be checked at filing"),
    Standing.AGENCY_DECIDES: Text(zh="由部门按实际情况决定", en="The agency weighs the case"),
}


def receipt_grounds(rungs: tuple[Rung, ...], book: RuleBook) -> dict[str, ReceiptGrounds]:
    """Word how each item with rules stood, by slot; left out where not even the question could be put."""
    classes = book.facts(Unit.HOUSEHOLD)[_CLASS].options if Unit.HOUSEHOLD in book.relations else {}
    return {
        rung.slot: ReceiptGrounds(
            standing=_STANDINGS[rung.standing],
            conditions=tuple(_condition(one.truth, one.masked) for one in rung.conditions),
            standards=tuple(_standard(one, book, classes) for one in rung.standards),
            others=tuple(_standard(one, book, classes) for one in _others(rung)),
        )
        for rung in rungs
        if rung.decision is not None
    }


def _condition(truth: Truth, sentence: Text) -> Text:
    mark = _MARKS[truth]
    return Text(zh=f"{mark.zh}：{sentence.zh}", en=f"{mark.en}: {sentence.en}")


def _others(rung: Rung) -> tuple[UsedParameter, ...]:
    """What was used beside the parameters worth printing."""
    printed = {one.parameter for one in rung.standards}
    used = rung.decision.parameters if rung.decision is not None else ()
    return tuple(one for one in used if one.value is not None and one.parameter not in printed)


def _standard(one: UsedParameter, book: RuleBook, classes: Mapping[str, Text]) -> Text:
    """Title, value, and which version: whose, for whom, since when, and whether its source was read."""
    words = book.parameters[one.parameter].options
    if one.value is None:
        return Text(zh=f"{one.title.zh}：当地未公布", en=f"{one.title.en}: none laid down here")
    named = words.get(str(one.value))
    value = named or Text(zh=f"{one.value} {one.unit.zh}", en=f"{one.value} {one.unit.en}")
    kind = classes.get(one.class_ or "")
    zh = [one.place.zh if one.place else "", kind.zh if kind else ""]
    en = [one.place.en if one.place else "", kind.en if kind else ""]
    if one.since is not None:
        zh.append(f"{one.since.year}年{one.since.month}月{one.since.day}日起")
        en.append(f"from {one.since.day} {one.since:%B} {one.since.year}")
    if one.basis is not None and not one.basis.verified:
        zh.append("来源待核对")
        en.append("source unverified")
    version_zh = "，".join(part for part in zh if part)
    version_en = ", ".join(part for part in en if part)
    return Text(
        zh=f"{one.title.zh}：{value.zh}" + (f"（{version_zh}）" if version_zh else ""),
        en=f"{one.title.en}: {value.en}" + (f" ({version_en})" if version_en else ""),
    )
