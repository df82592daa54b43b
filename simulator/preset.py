"""Behaviours to choose from on the stand-ins' page: in goes a name, out come its words and its steps."""

from typing import Any, Final, NamedTuple


class Preset(NamedTuple):
    """A named behaviour with its Chinese label."""

    label: str
    steps: list[Any]


PRESETS: Final[dict[str, Preset]] = {
    "at_once": Preset("即时办结（默认）", []),
    "in_a_minute": Preset("受理后一分钟办结", ["accept", {"grant": "1min"}]),
    "in_three_days": Preset("受理后三天办结", ["accept", {"grant": "3d"}]),
    "partly": Preset("部分准予", ["partly_grant"]),
    "already_done": Preset("此前已办结", [{"grant": {"already": True}}]),
    "correction": Preset("要求补正，补正后办结", ["ask_correction"]),
    "decline": Preset("不予受理", ["decline"]),
    "refuse": Preset("不予批准", ["refuse"]),
    "suspend": Preset("暂停一分钟后恢复并办结", ["suspend", {"resume": "1min"}]),
    "extend": Preset("延长期限后办结", [{"extend": "10s"}, {"grant": "1min"}]),
    "unavailable": Preset("前三次不可用，之后恢复", [{"unavailable": 3}]),
    "down": Preset("停机十分钟", [{"unavailable": "10min"}]),
    "lose_reply": Preset("已收件但回复丢失一次", ["lose_reply"]),
    "answer_twice": Preset("同一结果重复送达", ["answer_twice"]),
    "never_answer": Preset("收件后一直不答复", ["never_answer"]),
    "crash": Preset("系统出错（HTTP 500）", ["crash"]),
}


def preset_of(steps: list[Any]) -> str | None:
    """Name the preset with these steps; None for steps of one's own."""
    return next((name for name, preset in PRESETS.items() if preset.steps == steps), None)
