"""Findings in words: in go a finding and its field, out comes a sentence in both languages."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from onething.text import Text

PROBLEMS: Final[dict[str, Text]] = {
    "required": Text(zh="请{verb}{title}", en="{title} is required"),
    "nothing_chosen": Text(
        zh="请至少选择一项要办理的内容（{title}）", en="Choose at least one thing to be dealt with ({title})"
    ),
    "type": Text(zh="{title}的格式不对，请重新{verb}", en="{title} has the wrong type"),
    "enum": Text(zh="请从给出的选项中选择{title}", en="Choose {title} from the options given"),
    "const": Text(zh="{title}只能是规定的值", en="{title} can only be the value laid down"),
    "minLength": Text(zh="{title}至少要有 {limit} 个字", en="{title} needs at least {limit} characters"),
    "maxLength": Text(zh="{title}最多 {limit} 个字", en="{title} takes at most {limit} characters"),
    "pattern": Text(zh="{title}的写法不对，请核对", en="{title} is not written as it should be"),
    "format": Text(zh="{title}的写法不对，请核对", en="{title} is not a valid {format}"),
    "citizen-id": Text(
        zh="{title}有误：应为 18 位（末位可以是 X），出生日期和校验码都要对得上，请对照身份证逐位核对",
        en="{title} is wrong: it has 18 characters (the last may be X), with a birth date and a check digit "
        "that hold; compare it with the card",
    ),
    "date": Text(zh="{title}要写成年-月-日，例如 2026-03-02", en="{title} is a date such as 2026-03-02"),
    "date-time": Text(
        zh="{title}要写成日期和时间，例如 2026-03-02T09:30:00+08:00",
        en="{title} is a date and time such as 2026-03-02T09:30:00+08:00",
    ),
    "moment": Text(
        zh="{title}要写成日期和时间，例如 2026-03-02 09:30",
        en="{title} is a date and time such as 2026-03-02 09:30",
    ),
    "month": Text(zh="{title}要写成年-月，例如 2026-03", en="{title} is a month such as 2026-03"),
    "min_day": Text(zh="{title}不能早于{limit}", en="{title} cannot be before {limit}"),
    "max_day": Text(zh="{title}不能晚于{limit}", en="{title} cannot be after {limit}"),
    "minimum": Text(zh="{title}不能小于 {limit}", en="{title} cannot be less than {limit}"),
    "maximum": Text(zh="{title}不能大于 {limit}", en="{title} cannot be more than {limit}"),
    "exclusiveMinimum": Text(zh="{title}必须大于 {limit}", en="{title} must be more than {limit}"),
    "exclusiveMaximum": Text(zh="{title}必须小于 {limit}", en="{title} must be less than {limit}"),
    "multipleOf": Text(
        zh="{title}必须是 {multiple_of} 的整数倍", en="{title} must be a multiple of {multiple_of}"
    ),
    "minItems": Text(zh="{title}至少要填 {limit} 位", en="{title}: at least {limit} needed"),
    "maxItems": Text(zh="{title}最多填 {limit} 位", en="{title}: at most {limit}"),
    "uniqueItems": Text(zh="{title}有重复", en="{title} has repeated entries"),
    "minProperties": Text(zh="{title}没有填完整", en="{title} is incomplete"),
    "maxProperties": Text(zh="{title}填得过多", en="{title} has too many entries"),
    "contains": Text(zh="{title}缺少必需的内容", en="{title} lacks a needed entry"),
    "not": Text(zh="{title}不能是这个值", en="{title} cannot be this value"),
    "anyOf": Text(zh="{title}不符合任何一种允许的情况", en="{title} fits none of the allowed forms"),
    "oneOf": Text(zh="{title}不符合规定的情况", en="{title} does not fit exactly one allowed form"),
    "falseSchema": Text(zh="这种情况下不能填{title}", en="{title} may not be given in this situation"),
    "additionalProperties": Text(zh="{title}里有不认识的内容", en="{title} has unknown entries"),
    "unevaluatedProperties": Text(zh="{title}里有不认识的内容", en="{title} has unknown entries"),
    "unevaluatedItems": Text(zh="{title}里有多余的内容", en="{title} has surplus entries"),
    "propertyNames": Text(zh="{title}里有不认识的名称", en="{title} has an unknown name"),
    "dependentRequired": Text(zh="{title}没有填完整", en="{title} is incomplete"),
    "additionalItems": Text(zh="{title}里有多余的内容", en="{title} has surplus entries"),
    "contentEncoding": Text(zh="{title}的编码不对", en="{title} is encoded wrongly"),
    "contentMediaType": Text(zh="{title}的文件类型不对", en="{title} has the wrong media type"),
    "unconvertible": Text(
        zh="{title}无法换算成部门要求的格式，请核对", en="{title} cannot be put into the agency's form"
    ),
    "unknown_field": Text(zh="没有名为 {name} 的内容，请去掉", en="There is no field {name}: remove it"),
    "contradiction": Text(zh="{zh}", en="{en}"),
    "same_person": Text(
        zh="这个人在“{zh}”中已经填写，同一个人只填一次，请核对身份号码或者删去一行",
        en="This person stands under “{en}” already; check the number or remove the row",
    ),
    "unnamed": Text(
        zh="{zh}为 {size} 人，已填 {named} 人（含申请人）：请添加其他成员；"
        "其他人不共同生活的，把“{zh}”改为实际共同生活的人数",
        en="“{en}” says {size} and {named} are named, the applicant among them: add the others, or, if they "
        "live elsewhere, set “{en}” to those who really live together",
    ),
    "other_sex": Text(
        zh="{title}第 17 位表示的性别与“{zh}”不符，请核对号码，或者改前面的选择",
        en="Digit 17 of {title} tells another sex than “{en}”: check the number, or the answer before",
    ),
    "before_other": Text(zh="{title}不能早于{zh}，请核对", en="{title} cannot be before “{en}”: check both"),
    "above_other": Text(
        zh="{title}不能多于{zh}，请核对", en="{title} cannot be more than “{en}”: check both"
    ),
    "material_missing": Text(zh="请上传{title}", en="Upload {title}"),
    "pledge_missing": Text(zh="请阅读并勾选承诺", en="Read and tick the pledge"),
    "main_material": Text(
        zh="{title}是主要材料，须在提交时交齐", en="{title} is a main paper and cannot follow later"
    ),
    "not_asked": Text(
        zh="没有要求补正{title}，不能改动", en="Nobody asked about {title}: it cannot be changed here"
    ),
    "paper_unanswered": Text(
        zh="部门要求提交{title}：请上传，没有上传的请选择怎样处理",
        en="{title} is asked for: upload it, or say how it stands with it",
    ),
    "unknown_upload": Text(
        zh="没有找到{title}，请重新上传", en="{title} is not this case's: upload it again"
    ),
    "number": Text(zh="{title}要填数字，没有的填 0", en="{title} is a number; 0 if there is none"),
    "past_day": Text(zh="{title}不能早于今天", en="{title} cannot be before today"),
    "future_day": Text(zh="{title}不能晚于今天", en="{title} cannot be after today"),
}

VERBS: Final[dict[str, Text]] = {
    "text": Text(zh="填写", en="fill in"),
    "choice": Text(zh="选择", en="choose"),
    "upload": Text(zh="上传", en="upload"),
    "tick": Text(zh="勾选", en="tick"),
}


class Blank(dict[str, Any]):
    """Parameters of a sentence; what nobody gave is left blank."""

    def __missing__(self, key: str) -> str:
        return ""


def problem_sentence(code: str, params: Mapping[str, Any], title: Text, verb: Text = VERBS["text"]) -> Text:
    """The sentence for a validation finding; `format` findings are told by their format's own name."""
    key = str(params.get("format", code)) if code == "format" else code
    day = _day(params.get("limit"))
    key = _BY_DAY.get(key, key) if day is not None else key
    text = PROBLEMS.get(key) or PROBLEMS.get(code) or PROBLEMS["pattern"]
    values = {key: value for key, value in params.items() if key not in {"zh", "en"}}
    in_zh = {"limit": f"{day.year}年{day.month}月{day.day}日"} if day is not None else {}
    in_en = {"limit": f"{day.day} {day:%B} {day.year}"} if day is not None else {}
    return Text(
        zh=text.zh.format_map(Blank(values | in_zh, title=title.zh, verb=verb.zh, zh=params.get("zh", ""))),
        en=text.en.format_map(Blank(values | in_en, title=title.en, verb=verb.en, en=params.get("en", ""))),
    )


_BY_DAY: Final = {"minimum": "min_day", "maximum": "max_day"}
"""A day is not small or large: it is early or late."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(limit: object) -> date | None:
    """The day that a limit is, if it is one."""
    if isinstance(limit, str) and _DAY.fullmatch(limit):
        return date.fromisoformat(limit)
    return limit if isinstance(limit, date) else None
