# ruff: noqa: PLC0415 -- each command imports what it runs, so that `once --help` answers in a tenth of a second
"""The `once` commands: in go arguments, out comes an exit code; each only hands over to `console`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from onething.errors import OneThingError

app = typer.Typer(
    name="once",
    help="一件事一次办 OneThing",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
forms = typer.Typer(help="表单 The merged forms", no_args_is_help=True)
records = typer.Typer(help="办件记录 The case records", no_args_is_help=True)
rules = typer.Typer(help="规则 The rules", no_args_is_help=True)
app.add_typer(forms, name="forms")
app.add_typer(records, name="records")
app.add_typer(rules, name="rules")
audit = typer.Typer(help="审计 The audit trail", no_args_is_help=True)
app.add_typer(audit, name="audit")

Bundle = Annotated[str, typer.Argument(help="一件事的代码 the life event's name")]
AnyBundle = Annotated[str | None, typer.Argument(help="一件事的代码 the life event's name")]
Scenario = Annotated[str | None, typer.Option(help="情景 a scenario of the bundle")]


@app.command()
def up(
    port: Annotated[int | None, typer.Option(min=1, max=65000, help="移动全部端口 move every port")] = None,
) -> None:
    """启动全部服务。Start everything and keep it running."""
    from console.up import run

    raise typer.Exit(run(port))


@app.command()
def demo(
    bundle: Bundle = "bereavement",
    scenario: Annotated[
        str | None, typer.Option(help="情景的名称（用 --list 查看）a story by name, see --list")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="填报内容 answers as JSON")] = None,
    out: Annotated[
        Path | None, typer.Option(help="回执输出目录 where the receipt goes", file_okay=False)
    ] = None,
    *,
    stories: Annotated[bool, typer.Option("--list", help="列出全部情景 list the stories instead")] = False,
) -> None:
    """演示一件办件直到回执。Take one case to its receipt."""
    if stories:
        from console.stories import run as tell

        raise typer.Exit(tell(bundle))
    from console.demo import run

    raise typer.Exit(run(bundle, scenario, answers, out))


@app.command()
def doctor() -> None:
    """检查运行环境。What is missing and the line that mends it."""
    from console.doctor import run

    raise typer.Exit(run())


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="回执 the receipt")] = None,
    key: Annotated[Path | None, typer.Option(help="签发公钥 the issuer's key")] = None,
    against: Annotated[Path | None, typer.Option(help="较新的回执 a newer receipt")] = None,
    qr: Annotated[str | None, typer.Option(help="二维码内容 the text of the QR code")] = None,
) -> None:
    """核验回执真伪（可断网）。Whether a receipt is genuine; works offline."""
    from console.verify import run

    raise typer.Exit(run(file, key, against, qr))


@forms.command("report")
def forms_report(
    bundle: AnyBundle = None,
    scenario: Scenario = None,
    *,
    all_bundles: Annotated[bool, typer.Option("--all", help="全部一件事 every life event")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    region: Annotated[str | None, typer.Option(help="区划代码 the place's code (GB/T 2260)")] = None,
) -> None:
    """表单精简情况。What the merged form saves."""
    from console.forms import report

    raise typer.Exit(report(bundle, scenario, all_bundles, as_json, region))


@forms.command("check")
def forms_check(bundle: AnyBundle = None) -> None:
    """检查各部门表单能否合并。Whether the agencies' forms fit together."""
    from console.forms import check

    raise typer.Exit(check(bundle))


@records.command("check")
def records_check() -> None:
    """核对办件记录与流程。Compare the records with the workflows."""
    from console.records import check

    raise typer.Exit(check())


@audit.command("verify")
def audit_verify(
    head: Annotated[str | None, typer.Option(help="另行保存的校验值 a head kept before, SEQ:HASH")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """核验审计记录是否完整。Whether the audit trail is whole."""
    from console.audit import verify

    raise typer.Exit(verify(head, as_json=as_json))


@audit.command("head")
def audit_head() -> None:
    """输出最新校验值，供另行保存。The newest entry's number and hash, to keep elsewhere."""
    from console.audit import head

    raise typer.Exit(head())


@audit.command("draw")
def audit_draw(
    seed: Annotated[str, typer.Option(help="公布的种子 the published seed")],
    names: Annotated[Path, typer.Option("--from", help="公布的名单 the published list, one name a line")],
    percent: Annotated[int, typer.Option(help="抽取比例 the share drawn, 30")] = 30,
    commitment: Annotated[
        str | None, typer.Option(help="事先公布的承诺值 the hash published before the draw")
    ] = None,
) -> None:
    """按公布的种子重新抽取。Draw an inspection again; needs no records."""
    from console.audit import draw

    raise typer.Exit(draw(seed, names, percent, commitment))


@rules.command("check")
def rules_check() -> None:
    """检查规则和参数。Whether the rules can be right."""
    from console.rules import check

    raise typer.Exit(check())


@rules.command("diff")
def rules_diff(  # noqa: PLR0913, PLR0917 -- one option for each part of the change
    parameter: Annotated[str | None, typer.Option(help="参数 the parameter")] = None,
    old: Annotated[
        str | None, typer.Option("--from", help="现标准 as it is; what is in force otherwise")
    ] = None,
    new: Annotated[str | None, typer.Option("--to", help="新标准 as it would be")] = None,
    on: Annotated[
        list[str] | None, typer.Option(help="比较两天 twice: compare the rules of two days")
    ] = None,
    region: Annotated[str, typer.Option(help="行政区划代码 the region's GB/T 2260 code")] = "",
    class_: Annotated[str | None, typer.Option("--class", help="类别 urban | rural")] = None,
    population: Annotated[
        Path | None, typer.Option(help="人口数据 a Parquet file, or a folder of them", exists=True)
    ] = None,
    generate: Annotated[
        int | None, typer.Option(min=1, max=5_000_000, help="模拟人数 this many made-up persons")
    ] = None,
    seed: Annotated[int, typer.Option(help="模拟种子 the seed of the made-up persons")] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """标准调整试算：谁受益、谁受损。Who gains and who loses by a change.

    ./once rules diff --region 370614 --class urban --parameter low_income_standard --from 679 --to 1001
    """
    from console.rules import Question, diff

    question = Question(region, class_, parameter, old, new, tuple(on or ()), population, generate, seed)
    raise typer.Exit(diff(question, as_json))


@app.command()
def clock(  # noqa: PLR0913, PLR0917 -- one option for each fact of a legal count
    start: Annotated[str, typer.Option(help="起算日 the start day, 2026-02-10, or 2026-02-10T09:00+08:00")],
    limit: Annotated[str, typer.Option(help="期限 the limit: 15wd, 30d, 2w, 3m, 48h")],
    calendar: Annotated[str, typer.Option(help="日历 cn | none")] = "cn",
    pause: Annotated[
        list[str] | None, typer.Option(help="暂停 A..[B]:REASON[:continue|reset], repeatable")
    ] = None,
    extend: Annotated[str | None, typer.Option(help="延长 the extension, 10wd")] = None,
    decided: Annotated[str | None, typer.Option(help="批准延长之日 the day it was decided")] = None,
    today: Annotated[str | None, typer.Option(help="今天 today, Beijing's otherwise")] = None,
    what_if: Annotated[
        str | None, typer.Option(help="如果今天暂停 if it stopped today, correction:5d")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """计算法定期限并说明理由。When a limit ends, and why."""
    from console.clock import Question, run

    question = Question(start, limit, calendar, tuple(pause or ()), extend, decided, today, what_if)
    raise typer.Exit(run(question, as_json))


@app.command()
def archive(
    case: Annotated[str | None, typer.Argument(help="办件编号 the case's number")] = None,
    out: Annotated[
        Path | None, typer.Option(help="案卷文件 where the case file goes", dir_okay=False)
    ] = None,
    verify_file: Annotated[
        Path | None,
        typer.Option("--verify", help="核验案卷 a case file to verify"),
    ] = None,
    key: Annotated[Path | None, typer.Option(help="签发公钥 the issuer's key")] = None,
    find: Annotated[
        str | None, typer.Option(help="按证件号码查找，- 为从输入读取 an ID number; - reads it from input")
    ] = None,
) -> None:
    """办结案卷：生成、核验（可断网）、查找。The case file: make, verify offline, find."""
    from console.archive import Wish, run

    raise typer.Exit(run(Wish(case=case, out=out, verify=verify_file, key=key, find=find)))


@app.command()
def bench(
    json_file: Annotated[
        Path | None, typer.Option("--json", help="结果文件 where the figures go", dir_okay=False)
    ] = None,
    waiting: Annotated[
        int | None, typer.Option(min=1, help="只测等待中的办件数 only: this many cases that wait, 10000")
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(min=100, help="只测页面和查询 only: pages, search over so many cases, 50000"),
    ] = None,
    *,
    paint: Annotated[
        bool, typer.Option("--paint", help="只测慢速手机上的页面 only: pages on a slow phone")
    ] = False,
    asked: Annotated[
        bool, typer.Option("--asked", help="部门定时查询 with --waiting: agencies are asked, too")
    ] = False,
) -> None:
    """性能测试。Measure."""
    from console.bench import run

    raise typer.Exit(run(json_file, waiting, pages, paint=paint, asked=asked))


@app.command()
def worker(
    role: Annotated[str, typer.Option(help="workflow | receipt | agency:<id> | all")] = "all",
) -> None:
    """单独运行一个工作进程。Run one worker."""
    from worker import run

    raise typer.Exit(run(role))


@app.command(hidden=True)
def serve() -> None:
    """Run the pages and the API."""
    from console.desk_setting import check_desks
    from runtime.settings import load

    check_desks(load())
    _serve("console.serve:application", "host", "api_port")


@app.command(hidden=True)
def simulator() -> None:
    """Run the stand-in agencies, on loopback only."""
    _serve("simulator.app:create_app", None, "simulator_port")


def main() -> None:
    """Run the command line; a setting that does not fit is one sentence, not a traceback."""
    try:
        app(prog_name="once")
    except OneThingError as error:
        from runtime.settings import SettingsInvalid

        if not isinstance(error, SettingsInvalid):
            raise
        for name, reason in error.problems:
            typer.echo(f"设置 {name} 不正确。Setting {name} is wrong: {reason}\n  → unset {name}", err=True)
        sys.exit(1)


def _serve(factory: str, host_setting: str | None, port_setting: str) -> None:
    import uvicorn

    from runtime.closing import serve
    from runtime.settings import load

    settings = load()
    config = uvicorn.Config(
        factory,
        factory=True,
        host=getattr(settings, host_setting) if host_setting else "127.0.0.1",
        port=getattr(settings, port_setting),
        log_level="warning",
        # Who calls is who connects: no header and no FORWARDED_ALLOW_IPS says otherwise.
        proxy_headers=False,
        forwarded_allow_ips="",
        access_log=False,  # addresses carry case numbers and receipt codes
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    raise typer.Exit(serve(config))


if __name__ == "__main__":
    main()
