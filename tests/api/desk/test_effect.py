"""Values that a grant brings about, as typed: read exactly, or not at all."""

from types import SimpleNamespace

import pytest

from api.desk.effect import EffectField, EffectOption, _told, _value, effects_of
from onething.case_definition import SlotEffect
from onething.errors import AnswersRejected
from onething.item import EffectFrom
from onething.text import Text

TITLE = Text(zh="金额", en="Amount")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1,234.50", 123450),
        (" 12 ", 1200),
        ("0.005", None),
        ("1e999999999", None),
        ("1e400000", None),
        ("-1e999999999", None),
        ("9" * 200, None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        (None, None),
    ],
)
def test_money_is_read_in_cents_and_nothing_endless_is_taken(typed, cents):
    field = EffectField(fact="amount(aid)", title=TITLE, widget="money", required=True)
    assert _value(field, typed) == cents


@pytest.mark.parametrize(
    ("widget", "value", "zh", "en"),
    [
        ("money", 120000, "1,200.00 元", "1,200.00 yuan"),
        ("money", 5, "0.05 元", "0.05 yuan"),
        ("choice", "female", "女", "Female"),
        ("choice", "else", "else", "else"),
        ("minute", "2026-03-03T06:42", "2026年3月3日 06:42", "3 March 2026 06:42"),
        ("date", "2026-03-03", "2026年3月3日", "3 March 2026"),
        ("date", "不详", "不详", "不详"),
        ("integer", 3, "3", "3"),
        ("text", "20260303", "20260303", "20260303"),
    ],
)
def test_what_was_granted_is_told_as_its_form_asked_for_it(widget, value, zh, en):
    options = (EffectOption(value="female", title=Text(zh="女", en="Female")),)
    field = EffectField(fact="f(person)", title=TITLE, widget=widget, options=options, required=True)
    told = _told(field, value)
    assert (told.zh, told.en) == (zh, en)


async def test_the_history_tells_results_as_the_form_asked_for_them(number, at, engine):
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    funeral = await at("funeral")
    item = await funeral.item()
    given = {"cremation_certificate_no(funeral)": "HH20260304001", "cremation_date(funeral)": "2026-03-03"}
    given = {f"/effects/{fact}": value for fact, value in given.items()}
    early = given | {"/effects/cremation_date(funeral)": "2026-03-04"}
    assert "火化日期不能晚于现在" in await funeral.act(item, "grant", 422, **early)
    await funeral.open(f"/desk/items/{item}")
    before = given | {"/effects/cremation_date(funeral)": "2026-02-27"}
    assert "火化日期不能早于死亡时间（2026年3月1日）" in await funeral.act(item, "grant", 422, **before)
    await funeral.open(f"/desk/items/{item}")
    await funeral.act(item, "grant", **given)
    assert "决定作出后不能在这里直接修改" in funeral.page
    assert "：2026年3月3日" in funeral.page
    assert "：2026-03-03" not in funeral.page
    assert "：HH20260304001" in funeral.page


@pytest.mark.parametrize(
    ("fact", "money", "typed", "said"),
    [
        ("birth_order(child)", False, "头胎", "孩次请填写阿拉伯数字"),
        ("birth_order(child)", False, "99", "孩次的写法不对"),
        ("aid_amount(need)", True, "一千元", "核定金额请填写以元为单位的数字"),
    ],
)
def test_where_a_number_belongs_it_is_said_how_it_is_typed(office, fact, money, typed, said):
    stated = SlotEffect(
        fact=fact,
        item_fact=fact,
        title=Text(zh="核定金额", en="Amount"),
        since=EffectFrom.DECISION,
        money=money,
    )
    place = SimpleNamespace(
        definition=SimpleNamespace(effects=(stated,)),
        published=None,
        item=SimpleNamespace(payload={}),
    )
    with pytest.raises(AnswersRejected) as wrong:
        effects_of(office, place, {fact: typed}, partial=False)
    (problem,) = wrong.value.params["problems"]
    assert problem.text.zh.startswith(said)
