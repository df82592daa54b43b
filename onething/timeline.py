"""One line of a case's story in words: in go its kind, its parameters and its item, out comes a text."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from onething.case_definition import SlotDefinition
from onething.explanation import said_reason, with_days
from onething.item import StepKind
from onething.text import Text
from onething.wording import TIMELINE

_STEP: Final = Text(zh="已完成“{zh}”", en="step taken: {en}")
_DISPUTED: Final = Text(
    zh="对“{zh}”有异议，须重新调查", en="objection to: {en}; it has to be looked into again"
)
_NOTICE: Final = Text(
    zh="开始公示（姓名部分隐去，不公开证件号码）",
    en="a public notice began (names masked, no identity numbers)",
)
_NOTICE_FOR: Final = Text(
    zh="开始公示，公示 {days} 日（姓名部分隐去，不公开证件号码）",
    en="a public notice began, for {days} days (names masked, no identity numbers)",
)
_LACKING: Final = Text(
    zh="作出决定时，没有“{zh}”已完成的记录",
    en="decided without a record that this was finished: {en}",
)
_NOTICE_DOWN: Final = Text(zh="公示撤下", en="the public notice was taken down")
_NOTICE_DOWN_GOES_ON: Final = Text(
    zh="公示撤下，恢复计时", en="the public notice was taken down; the clock goes on"
)
_WAITS: Final = Text(zh="等待{zh}，计入办理期限", en="waits for {en}, within the limit")
_WAITED: Final = Text(zh="{zh}结束", en="no longer waits for {en}")
_BY_WINDOW: Final = Text(zh="窗口代为补正", en="the window put it right for the applicant")
_AFTER: Final = Text(zh="暂不能办理：前置事项“{zh}”未办成", en="blocked: “{en}” was not granted")
_GATE: Final = Text(zh="暂不能办理：{zh}", en="blocked: {en}")
_UNASKED: Final = Text(zh="免申即享：{zh}", en="without asking: {en}")
_OFFERED: Final = Text(
    zh="符合条件，免申即享，{until}起自动办理；不需要的，请在此之前告知受理窗口",
    en="entitled without asking; it goes on by itself from {until} unless declined before",
)


def line_text(
    kind: str, params: Mapping[str, Any], definition: SlotDefinition | None, titles: Mapping[str, Text]
) -> Text:
    """Say one line, with the step, the gate, the item before or the day that it is about, if any.

    A public notice is told as one: whether the clock counts it in is the profile's to say.
    """
    plain = TIMELINE.get(kind, Text(zh=kind, en=kind))
    if kind == "corrected" and params.get("by") == "window":
        return _BY_WINDOW
    if definition is None:
        return plain
    match kind:
        case "step_done" | "step_disputed":
            titled = {step.step: step.title for step in definition.steps}
            form = _STEP if kind == "step_done" else _DISPUTED
            return _about(form, titled.get(str(params.get("step"))), plain)
        case "steps_missing":
            return _about(_LACKING, steps_lacking(params, definition), plain)
        case "suspended" | "clock_resumed":
            return _wait(kind, params, definition, plain)
        case "blocked":
            by = str(params.get("by"))
            gate = next((one for one in definition.gates if one.gate == by), None)
            if gate is None:
                return _about(_AFTER, titles.get(by), plain)
            if gate.in_person:
                return gate.text
            return _about(_GATE if gate.opt_out is None else _UNASKED, gate.text, plain)
        case "offered" if params.get("until"):
            return with_days(_OFFERED, until=date.fromisoformat(str(params["until"])))
    return plain


def steps_lacking(params: Mapping[str, Any], definition: SlotDefinition) -> Text | None:
    """The steps that were not finished when the decision came, by their titles; None where none is known."""
    missing = [step.title for step in definition.steps if step.step in params.get("steps", ())]
    if not missing:
        return None
    return Text(zh="、".join(one.zh for one in missing), en=", ".join(one.en for one in missing))


def _wait(kind: str, params: Mapping[str, Any], definition: SlotDefinition, plain: Text) -> Text:
    """A wait that begins or ends: only one that the profile does not count stops the clock."""
    counts, reason = bool(params.get("counts")), str(params.get("reason"))
    if kind == "suspended" and reason == StepKind.PUBLIC_NOTICE:
        days = next((step.days for step in definition.steps if step.kind is StepKind.PUBLIC_NOTICE), 0)
        return _NOTICE_FOR.fill(days=days) if days else _NOTICE
    if kind == "clock_resumed" and reason == StepKind.PUBLIC_NOTICE:
        return _NOTICE_DOWN if counts else _NOTICE_DOWN_GOES_ON
    if not counts:
        return plain
    return _about(_WAITS if kind == "suspended" else _WAITED, said_reason(reason), plain)


def _about(form: Text, named: Text | None, plain: Text) -> Text:
    if named is None:
        return plain
    return Text(zh=form.zh.replace("{zh}", named.zh), en=form.en.replace("{en}", named.en))
