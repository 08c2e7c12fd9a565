"""`galley run`: a recipe, from raw data to a release."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from galley.cli.exits import Exit
from galley.cli.progress import Bars
from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.line.outcome import RunResult

__all__ = ["add", "near", "summarise"]

_RUN = Text(
    "Run a line: collect, clean, annotate, assess, release, verify.", "运行产线：采集、清洗、标注、评测、发布、验证。"
)
_RECIPE = Text("the recipe", "配方文件")
_WORKSPACE = Text(
    "where state is kept (default: `workspace` beside the recipe)", "工作区（默认：配方旁的 workspace 目录）"
)
_WORKERS = Text(
    "worker processes (default: one a core); the result does not depend on it",
    "工作进程数（默认每核一个）；结果与此无关",
)
_REPORT = Text("where the report is written", "报告输出位置")
_NO_WAIT = Text("do not wait for another run of the same line; refuse", "同一产线正在运行时不等待，直接拒绝")
_QUIET = Text("no progress bars", "不显示进度条")
_JSON = Text("print JSON", "输出 JSON")
_PASSPHRASE = Text(
    "name of the environment variable that holds the signing key's passphrase", "存放签名密钥口令的环境变量名"
)

_READ = Text(
    "records   read {read:,} · kept {kept:,} · edited {edited:,} · dropped {dropped:,} · failed {failed:,}",
    "记录     读取 {read:,} · 保留 {kept:,} · 修改 {edited:,} · 丢弃 {dropped:,} · 失败 {failed:,}",
)
_LABELS = Text(
    "labels    {people:,} records labelled or checked by people ({share:.1%} of {items:,}), {judgements:,} answers in all",
    "标注     人工标注或核查 {people:,} 条（占 {items:,} 条的 {share:.1%}），共 {judgements:,} 个回答",
)
_SIMULATED = Text(
    "          the people were SIMULATED (labeler_kind: simulated), with a stated error rate",
    "         标注人员为模拟（labeler_kind: simulated），错误率已声明",
)
_CERTIFIED = Text(
    "accuracy  certified: at least {accuracy:.1%} right, with {confidence:.0%} confidence (at most {errors:,} of {items:,} wrong)",
    "准确率   已认证：至少 {accuracy:.1%} 正确，置信度 {confidence:.0%}（{items:,} 条中至多 {errors:,} 条错误）",
)
_REFUSED = Text("accuracy  NOT certified: {reason}", "准确率   未获认证：{reason}")
_RELEASE = Text("release   {path}", "发布     {path}")
_ROOT = Text("root      {root}", "根哈希   {root}")
_REPORT_AT = Text("report    {path}", "报告     {path}")
_VERIFIED = Text("verified  every check passed offline", "验证     离线检查全部通过")
_NOT_VERIFIED = Text("verified  NO: run `galley verify {path}`", "验证     未通过：请运行 `galley verify {path}`")


def add(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("run", help=_RUN.say(language))
    def run(
        recipe: Annotated[Path, typer.Argument(help=_RECIPE.say(language), show_default=False)],
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        workers: Annotated[
            int | None, typer.Option(min=1, max=256, help=_WORKERS.say(language), show_default=False)
        ] = None,
        report: Annotated[Path | None, typer.Option(help=_REPORT.say(language), show_default=False)] = None,
        no_wait: Annotated[bool, typer.Option("--no-wait", help=_NO_WAIT.say(language))] = False,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_QUIET.say(language))] = False,
        passphrase_env: Annotated[str | None, typer.Option(help=_PASSPHRASE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.engine.counts import ConservationError
        from galley.line.annotating import SchemaMissingError
        from galley.line.kitchen import RunOptions
        from galley.line.outcome import BudgetError, NothingLeftError, WaitingForPeople
        from galley.line.recipe import RecipeError, RecipeMissingError
        from galley.line.run import run_line

        voice = Voice(language, as_json=as_json)
        options = RunOptions(
            wait=not no_wait,
            report=report,
            screen=Bars(language, quiet=quiet or as_json),
            workers=workers or os.cpu_count() or 1,
            passphrase=os.environ.get(passphrase_env) if passphrase_env else None,
        )
        try:
            result = run_line(recipe, workspace or recipe.parent / "workspace", options)
        except WaitingForPeople as problem:
            voice.fail(problem, Exit.WAITING)
        except (RecipeError, RecipeMissingError, SchemaMissingError) as problem:
            voice.fail(problem, Exit.BAD_RECIPE)
        except (BudgetError, NothingLeftError, ConservationError) as problem:
            voice.fail(problem, Exit.RUN_FAILED)
        except GalleyError as problem:
            voice.fail(problem)
        voice.data(_plain(result), lambda: summarise(voice, result))
        if result.verified is False:
            raise SystemExit(int(Exit.VERIFICATION_FAILED))


def summarise(voice: Voice, result: "RunResult") -> None:
    """The run in a few lines."""
    total = result.totals
    voice.out.print()
    voice.say(_READ, read=total.read, kept=total.kept, edited=total.edited, dropped=total.dropped, failed=total.failed)
    labels = result.labels
    if labels is not None:
        voice.say(_LABELS, **{name: labels[name] for name in ("people", "share", "items", "judgements")})
        if result.simulated:
            voice.say(_SIMULATED)
        certificate = result.certificate
        if certificate is not None and certificate.get("issued"):
            facts = {name: certificate[name] for name in ("confidence", "errors", "items")}
            # A proved lower bound is rounded down: 95.28 % must not be told as 95.3 %.
            voice.say(_CERTIFIED, accuracy=math.floor(1000 * certificate["accuracy"] + 1e-9) / 1000, **facts)
        elif certificate is not None:
            voice.say(_REFUSED, reason=str(certificate["reason"][voice.language]))
    if result.release is not None:
        voice.say(_RELEASE, path=near(result.release))
        voice.say(_ROOT, root=str(result.release_root))
    if result.report is not None:
        voice.say(_REPORT_AT, path=near(result.report))
    if result.verified is not None:
        mark = "[bold green]✓[/]" if result.verified else "[bold red]✗[/]"
        told = _VERIFIED if result.verified else _NOT_VERIFIED
        voice.out.print(f"{mark} {escape(voice.text(told, path=near(result.release)))}")


def _plain(result: "RunResult") -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Path) else value
        for name in type(result).__struct_fields__
        if (value := getattr(result, name)) is not None
    }


def near(path: Path | None) -> str:
    """A path as people would type it here: relative where it lies below the current folder."""
    if path is None:
        return ""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
