"""The stand-ins' one page: in goes the desk, out comes plain HTML: what each agency plays and did."""

from html import escape
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from simulator.control import choose_steps, end_story, totals
from simulator.desk import EVERYWHERE, Desk
from simulator.filing import TheDesk
from simulator.preset import PRESETS, preset_of
from simulator.problem import Refusal
from simulator.world import AgencyCard

router = APIRouter()

_STYLE: Final = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@router.get("/", response_class=HTMLResponse)
async def page(desk: TheDesk) -> str:
    """Show which agency plays what, and the ledgers' counts."""
    sums = totals(desk)
    agencies = "".join(
        _agency(desk, card, sums["agencies"][name]) for name, card in desk.world.agencies.items()
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>模拟部门</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>模拟部门</h1>"
        '<p class="lead">以下各部门均为演示用的模拟系统，不连接任何真实政务系统。'
        "所选办理方式自下一次收件起生效。</p>"
        f"{_sums(sums)}{_story(desk)}{agencies}{_registers(desk)}</main></body></html>"
    )


@router.post("/play")
async def choose_preset(
    agency: Annotated[str, Form()],
    item: Annotated[str, Form()],
    preset: Annotated[str, Form()],
    desk: TheDesk,
) -> RedirectResponse:
    """Let an item play the chosen preset."""
    if agency not in desk.world.agencies or preset not in PRESETS:
        raise Refusal(404, "unknown_preset")
    choose_steps(desk, agency, item, PRESETS[preset].steps)
    return RedirectResponse("/", 303)


@router.post("/play/story")
async def choose_story(story: Annotated[str, Form()], desk: TheDesk) -> RedirectResponse:
    """Let all agencies play the chosen story; an empty choice ends it."""
    if story and story not in desk.world.stories:
        raise Refusal(404, "unknown_story")
    end_story(desk)
    for name, steps in desk.world.stories.get(story, {}).items():
        choose_steps(desk, EVERYWHERE, name, steps)
    return RedirectResponse("/", 303)


@router.post("/play/register")
async def choose_register(
    name: Annotated[str, Form()], closed: Annotated[bool, Form()], desk: TheDesk
) -> RedirectResponse:
    """Switch a register off or on."""
    desk.ledger.close_register(name, closed=closed)
    return RedirectResponse("/", 303)


def _sums(sums: dict[str, Any]) -> str:
    shown = (
        ("收到的请求", sums["attempts"], ""),
        ("收件", sums["filings"], ""),
        ("产生的办理结果", sums["effects"], ""),
        ("重复产生结果的办件", sums["more_than_once"], "bad" if sums["more_than_once"] else ""),
    )
    cells = (f'<div><dt>{label}</dt><dd class="{css}">{count}</dd></div>' for label, count, css in shown)
    return f'<dl class="sums">{"".join(cells)}</dl>'


def _story(desk: Desk) -> str:
    if not desk.world.stories:
        return ""
    playing = desk.ledger.behaviours(EVERYWHERE)
    note = f"正在按剧本办理：{escape('、'.join(sorted(playing)))}" if playing else "当前未按剧本办理"
    options = "".join(
        f'<option value="{escape(name)}">{escape(name)}</option>' for name in desk.world.stories
    )
    return (
        f'<section><header><h2>剧本</h2><span class="muted">{note}</span></header>'
        '<form class="row" method="post" action="/play/story"><label for="story">各部门一并按剧本办理</label>'
        f'<select id="story" name="story"><option value="">不按剧本</option>{options}</select>'
        "<button>应用</button></form></section>"
    )


def _agency(desk: Desk, card: AgencyCard, sums: dict[str, Any]) -> str:
    promises = (
        (card.capabilities.idempotent_submit, "同一编号重复提交不重复办理", "重复提交会重复办理"),
        (card.capabilities.query_by_key, "可按编号查询", "不可按编号查询"),
    )
    told = " · ".join(yes if holds else f'<span class="bad">{no}</span>' for holds, yes, no in promises)
    twice = (
        f' · <span class="bad">重复 {len(sums["more_than_once"])}</span>' if sums["more_than_once"] else ""
    )
    rows = "".join(_item(desk, card, item) for item in card.items)
    none = '<p class="row muted">暂无事项</p>'
    return (
        f"<section><header><h2>{escape(card.title.zh)}</h2>"
        f"<span>收件 {sums['filings']} · 结果 {sums['effects']}{twice}</span>"
        f'<span class="muted">{told}</span>'
        f'<span><a href="/ledger/{escape(card.agency)}">台账</a></span></header>{rows or none}</section>'
    )


def _item(desk: Desk, card: AgencyCard, item: str) -> str:
    playing = preset_of(desk.playing(card, item))
    own = "" if playing else '<option selected disabled value="">自定义</option>'
    options = own + "".join(
        f'<option value="{name}"{" selected" if name == playing else ""}>{escape(preset.label)}</option>'
        for name, preset in PRESETS.items()
    )
    name = f"{escape(card.agency)}-{escape(item)}"
    return (
        '<form class="row" method="post" action="/play">'
        f'<label for="{name}">{escape(card.items[item].zh)}</label>'
        f'<input type="hidden" name="agency" value="{escape(card.agency)}">'
        f'<input type="hidden" name="item" value="{escape(item)}">'
        f'<select id="{name}" name="preset">{options}</select><button>应用</button></form>'
    )


def _registers(desk: Desk) -> str:
    rows = []
    for register, count in sorted(desk.ledger.people().items()):
        closed = desk.ledger.closed(register)
        state = '<span class="bad">已停用</span>' if closed else "可查询"
        rows.append(
            '<form class="row" method="post" action="/play/register">'
            f'<span class="name">{escape(register)}</span>'
            f'<span class="muted">{count} 人</span><span>{state}</span>'
            f'<input type="hidden" name="name" value="{escape(register)}">'
            f'<input type="hidden" name="closed" value="{str(not closed).lower()}">'
            f"<button>{'恢复' if closed else '停用'}</button></form>"
        )
    return f"<section><header><h2>共享数据</h2></header>{''.join(rows)}</section>" if rows else ""
