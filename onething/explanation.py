"""Why a due date is what it is: in goes the account of one count, out comes a sentence in two languages.

The sentence is one that a clerk can read out at the window: start, limit, days left out, pauses, last day.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from onething.calendar import HolidaySpan
from onething.duration import Duration, Extension, Pause, Resume
from onething.text import Text

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Correction, and the reasons of the Administrative Licensing Act art. 45; any other is said as it stands.
_REASONS = {
    "correction": ("补正材料", "correction of papers"),
    "hearing": ("听证", "hearing"),
    "inspection": ("检验", "inspection"),
    "testing": ("检测", "testing"),
    "quarantine": ("检疫", "quarantine"),
    "appraisal": ("鉴定", "appraisal"),
    "expert_review": ("专家评审", "expert review"),
    "public_notice": ("公示", "public notice"),
    "investigation": ("调查核实", "investigation"),
    "pause": ("其他原因", "another reason"),
}
KNOWN_REASONS = tuple(_REASONS)
"""Every reason that has words of its own."""


class Account(NamedTuple):
    """What one count of days or hours met on its way; `due_at` is the instant the limit ends.

    `until` is the day to which a pause still open was counted; the other days are those of the calendar.
    """

    start: date | datetime
    duration: Duration
    due: date
    due_at: datetime
    without_calendar: bool = False
    rest_days: int = 0
    holidays: tuple[HolidaySpan, ...] = ()
    make_up: tuple[date, ...] = ()
    pauses: tuple[Pause, ...] = ()
    until: date | None = None
    extension: Extension | None = None
    first_due: date | None = None
    moved_from: date | None = None
    moved_over: tuple[HolidaySpan, ...] = ()
    unannounced: tuple[int, ...] = ()


def explain(account: Account) -> Text:
    """Return the sentence for `account`, ending with the due day."""
    zh, en = zip(*_parts(account), strict=True)
    return Text(zh="；".join(zh) + "。", en="; ".join(en) + ".")


def said_day(day: date) -> Text:
    """Return `day` in words with its weekday: 2026年3月13日（星期五）, Fri 13 Mar 2026."""
    return Text(zh=_day_zh(day), en=_day_en(day))


def said_reason(reason: str) -> Text:
    """Return a pause's reason in words, one that the law does not name as it stands."""
    zh, en = _reason(reason)
    return Text(zh=zh, en=en)


def _parts(account: Account) -> list[tuple[str, str]]:
    parts = [_start(account)]
    if account.rest_days:
        parts.append(_rest(account))
    if account.make_up:
        parts.append(_make_up(account.make_up))
    if account.pauses:
        parts += [_pause(pause, account) for pause in account.pauses]
    if account.extension and account.first_due:
        parts.append(_extension(account.extension, account.first_due))
    if account.moved_from:
        parts.append(_moved(account))
    parts.append(_due(account))
    if account.unannounced:
        parts.append(_provisional(account.unannounced))
    return parts


def _start(account: Account) -> tuple[str, str]:
    limit, start = account.duration, account.start
    if isinstance(start, datetime):
        return (
            f"自{_day_zh(start)}{start:%H时%M分}起按实际时间计算，期限{limit.text.zh}",
            f"Counted in real time from {start:%H:%M} on {_day_en(start)}, limit {limit.text.en}",
        )
    alone = "，按自然日计算、末日遇休息日不顺延" if account.without_calendar else ""
    alone_en = ", natural days, not moved off rest days" if account.without_calendar else ""
    if limit.amount == 0:
        return (
            f"{_day_zh(start)}收到，当日办结{alone}",
            f"Received on {_day_en(start)}, due the same day{alone_en}",
        )
    said = limit.text
    return (
        f"自{_day_zh(start)}起，当日不计，期限{said.zh}{alone}",
        f"Counted from {_day_en(start)}, that day excluded, limit {said.en}{alone_en}",
    )


def _rest(account: Account) -> tuple[str, str]:
    said_zh, said_en = f"其间休息日{account.rest_days}天不计", f"{account.rest_days} rest days left out"
    if account.rest_days == 1:
        said_en = "1 rest day left out"
    if not account.holidays:
        return said_zh, said_en
    named = [_named(span.zh, span.en, span.first, span.last) for span in account.holidays]
    zh, en = zip(*named, strict=True)
    return f"{said_zh}（含{'、'.join(zh)}）", f"{said_en} (with {', '.join(en)})"


def _make_up(days: tuple[date, ...]) -> tuple[str, str]:
    zh, en = zip(*[_worked_in_exchange(day) for day in days], strict=True)
    verb = "is a make-up workday and counts" if len(days) == 1 else "are make-up workdays and count"
    return f"{'、'.join(zh)}为调休上班日，照常计入", f"{', '.join(en)} {verb}"


@lru_cache(maxsize=1024)
def _named(zh: str, en: str, first: date, last: date) -> tuple[str, str]:
    return f"{zh}{_range_zh(first, last)}", f"{en} {_range_en(first, last)}"


@lru_cache(maxsize=1024)
def _worked_in_exchange(day: date) -> tuple[str, str]:
    weekday = day.weekday()
    return f"{_short_zh(day)}（星期{_WEEKDAYS_ZH[weekday]}）", f"{_WEEKDAYS_EN[weekday]} {_short_en(day)}"


def _reason(reason: str) -> tuple[str, str]:
    return _REASONS.get(reason) or (reason, reason)


def _pause(pause: Pause, account: Account) -> tuple[str, str]:
    reason_zh, reason_en = _reason(pause.reason)
    last = pause.last or account.until or pause.first
    zh, en = _range_zh(pause.first, last), _range_en(pause.first, last)
    if pause.counts:
        return f"{zh}{reason_zh}，计入期限", f"{en}: {reason_en}, counted into the limit"
    if pause.last is None:
        zh, en = f"{zh}（尚未恢复）", f"{en} (not yet resumed)"
    if pause.resume is Resume.RESET:
        return (
            f"{zh}因{reason_zh}中止，{_short_zh(last)}当日不计，期限重新计算",
            f"stopped {en} for {reason_en}, the full limit runs anew after {_short_en(last)}",
        )
    return f"{zh}因{reason_zh}暂停，不计入期限", f"paused {en} for {reason_en}, not counted"


def _extension(extension: Extension, first_due: date) -> tuple[str, str]:
    added = extension.duration.text
    return (
        f"原定{_short_zh(first_due)}届满，{_short_zh(extension.decided)}批准延长{added.zh}",
        f"first due {_short_en(first_due)}, extended on {_short_en(extension.decided)} by {added.en}",
    )


def _moved(account: Account) -> tuple[str, str]:
    day = account.moved_from or account.due
    zh = "".join(f"（{span.zh}）" for span in account.moved_over)
    en = "".join(f" ({span.en})" for span in account.moved_over)
    return (
        f"最后一日{_short_zh(day)}{zh}不是工作日，顺延至{_short_zh(account.due)}",
        f"the last day {_short_en(day)}{en} is not worked, so it moves to {_short_en(account.due)}",
    )


def _due(account: Account) -> tuple[str, str]:
    at = account.due_at
    if at.date() > account.due:
        return f"至{_day_zh(account.due)}24时届满", f"due by the end of {_day_en(account.due)}"
    return f"至{_day_zh(account.due)}{at:%H时%M分}届满", f"due by {at:%H:%M} on {_day_en(account.due)}"


def _provisional(years: tuple[int, ...]) -> tuple[str, str]:
    zh = "、".join(f"{year}年" for year in years)
    en = ", ".join(str(year) for year in years)
    return f"{zh}放假安排尚未公布，此日期为暂定", f"provisional: the holidays of {en} are not announced yet"


@lru_cache(maxsize=4096)
def _day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（星期{_WEEKDAYS_ZH[day.weekday()]}）"


@lru_cache(maxsize=4096)
def _day_en(day: date) -> str:
    return f"{_WEEKDAYS_EN[day.weekday()]} {_short_en(day)} {day.year}"


@lru_cache(maxsize=4096)
def _short_zh(day: date) -> str:
    return f"{day.month}月{day.day}日"


@lru_cache(maxsize=4096)
def _short_en(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]}"


def _range_zh(first: date, last: date) -> str:
    if first == last:
        return _short_zh(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{_short_zh(first)}至{f'{last.day}日' if same_month else _short_zh(last)}"


def _range_en(first: date, last: date) -> str:
    if first == last:
        return _short_en(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same_month else _short_en(first)} to {_short_en(last)}"


def with_days(form: Text, **days: date) -> Text:
    """A sentence with its days as each language writes them; its other places stay open."""
    told = form
    for name, day in days.items():
        said = said_day(day)
        told = Text(zh=told.zh.replace(f"{{{name}}}", said.zh), en=told.en.replace(f"{{{name}}}", said.en))
    return told
