"""What `once clock` says: in goes a fault or the name of a line, out come its words in both languages."""

from typing import Final

from onething.duration import ClockError, ClockFault
from onething.text import Text

_LIMIT_FORMS_ZH: Final = "写成数字加单位，例如 15wd（工作日）、30d（自然日）、2w（周）、3m（月）、48h（小时）"
_LIMIT_FORMS_EN: Final = (
    "write a number with its unit, such as 15wd (working days), 30d (natural days), 2w, 3m or 48h"
)

FAULTS: Final[dict[ClockFault, Text]] = {
    ClockFault.LIMIT_UNREADABLE: Text(
        zh="{option} 的“{limit}”不是期限：请" + _LIMIT_FORMS_ZH,
        en="{option} {limit} is no limit: " + _LIMIT_FORMS_EN,
    ),
    ClockFault.LIMIT_WITHOUT_UNIT: Text(
        zh="{option} 的“{limit}”没有单位：请" + _LIMIT_FORMS_ZH,
        en="{option} {limit} lacks its unit: " + _LIMIT_FORMS_EN,
    ),
    ClockFault.PAUSE_UNREADABLE: Text(
        zh="--pause 的“{pause}”不是一段暂停：请写成“起日..止日:原因”，例如 2026-02-24..2026-02-27:correction"
        "，尚未恢复的不写止日，重新计算的末尾加 :reset",
        en="--pause {pause} is no pause: write FIRST..LAST:REASON, such as 2026-02-24..2026-02-27:correction,"
        " without LAST while it is open, with :reset when the limit runs anew",
    ),
    ClockFault.PAUSE_REASON_UNKNOWN: Text(
        zh="{option} 的原因“{reason}”不认识：可以写 {known}",
        en="{option} knows no reason {reason}: use one of {known}",
    ),
    ClockFault.PAUSE_BACKWARDS: Text(
        zh="--pause 的止日 {last} 早于起日 {first}：请把起日写在前面",
        en="--pause ends on {last}, before it begins on {first}: put the first day first",
    ),
    ClockFault.PAUSES_OVERLAP: Text(
        zh="--pause 有重叠：前一段到 {last} 为止，后一段从 {first} 就开始；请改成互不相交的几段",
        en="--pause overlaps: one runs to {last}, the next begins on {first}: keep them apart",
    ),
    ClockFault.OPEN_PAUSE_NEEDS_TODAY: Text(
        zh="--pause 自 {first} 起尚未恢复：请用 --today 写明算到哪一天",
        en="--pause from {first} is still open: say with --today up to which day it counts",
    ),
    ClockFault.WORKING_DAYS_NEED_CALENDAR: Text(
        zh="--calendar none 不能计算工作日（{limit}）：请改用 --calendar cn，或改用自然日、周、月",
        en="--calendar none cannot count working days ({limit}): use --calendar cn, or natural days, weeks "
        "or months",
    ),
    ClockFault.HOURS_NEED_INSTANT: Text(
        zh="--limit 按小时计算，--start 只有日期 {start}：请写到时分和时区，例如 {start}T09:00+08:00",
        en="--limit is in hours but --start is the bare day {start}: write the time and zone too, such as "
        "{start}T09:00+08:00",
    ),
    ClockFault.INSTANT_WITHOUT_ZONE: Text(
        zh="--start 的“{start}”没有时区：请在末尾加上 +08:00",
        en="--start {start} has no time zone: add +08:00",
    ),
    ClockFault.DATE_OUT_OF_RANGE: Text(
        zh="日期 {day} 不在 1900 年至 2200 年之间：请检查 --start、--pause、--today 和 --what-if",
        en="{day} is not between 1900 and 2200: look at --start, --pause, --today and --what-if",
    ),
    ClockFault.DATE_UNREADABLE: Text(
        zh="{option} 的“{text}”不是日期：请写成 2026-03-02；只有 --start 可以写到时分，例如 "
        "2026-03-02T09:00+08:00",
        en="{option} {text} is no date: write 2026-03-02; only --start may carry a time, such as "
        "2026-03-02T09:00+08:00",
    ),
    ClockFault.CALENDAR_UNKNOWN: Text(
        zh="--calendar 没有名为“{name}”的日历：可以用 {known}",
        en="--calendar knows no {name}: use {known}",
    ),
    ClockFault.EXTENSION_TOO_LATE: Text(
        zh="--decided 的 {decided} 晚于届满时间 {due}：延长须在期限届满前批准，请改正日期或去掉 --extend",
        en="--decided {decided} is after the limit ended ({due}): an extension must be decided before; mend "
        "the day or leave --extend out",
    ),
    ClockFault.EXTENSION_MIXES_UNITS: Text(
        zh="--extend 与 --limit 的单位不能一个按小时、一个按天：请用同一类单位",
        en="--extend and --limit cannot be one in hours and one in days: use the same kind of unit",
    ),
    ClockFault.EXTENSION_INCOMPLETE: Text(
        zh="--extend 和 --decided 要一起写：延长多久、哪一天批准，例如 --extend 10wd --decided 2026-03-25",
        en="--extend and --decided go together: how long, and on which day it was decided, such as "
        "--extend 10wd --decided 2026-03-25",
    ),
    ClockFault.WHAT_IF_UNREADABLE: Text(
        zh="--what-if 的“{text}”看不懂：请写成“原因:天数”，例如 correction:5d，不能按小时，"
        "重新计算的末尾加 :reset",
        en="--what-if {text} is not understood: write REASON:DAYS, such as correction:5d, never in hours, "
        "with :reset when the limit would run anew",
    ),
    ClockFault.WHAT_IF_WHILE_PAUSED: Text(
        zh="--what-if 假设 {day} 起暂停，但 --pause 在这一天已经暂停：请改 --today，或去掉这段 --pause",
        en="--what-if supposes a pause from {day}, on which --pause stands still already: change --today or "
        "leave that --pause out",
    ),
}
"""One sentence for each fault, naming the option and the mend."""

DUE: Final = Text(zh="届满：{day}24时", en="Due by the end of {day}")
DUE_AT: Final = Text(zh="届满：{day}{time}", en="Due at {time} on {day}")
LIGHTS: Final = Text(
    zh="黄灯：{yellow_day}{yellow_time}起；红灯：{red_day}{red_time}起",
    en="Yellow from {yellow_time} on {yellow_day}, red from {red_time} on {red_day}",
)
NOTE: Final = Text(zh="注意：", en="Note: ")
PROVISIONAL: Final = Text(zh="暂定", en="provisional")
SUPPOSED: Final = Text(
    zh="如果从{asked}起因{reason}暂停，到{answered}为止：",
    en="If it stood still for {reason} from {asked} to {answered}: ",
)
LATER: Final = Text(zh="推迟{days}天", en="{days} days later")
SAME: Final = Text(zh="届满日不变", en="the due day stays")


def fault_sentence(error: ClockError) -> Text:
    """Return the sentence of a fault, filled with its own values."""
    return FAULTS[error.fault].fill(**{"option": "--limit", **error.params})
