"""Commands about the place of work: init, status, doctor."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from galley import __version__
from galley.cli.exits import Exit
from galley.cli.progress import STAGES
from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.extension import KINDS, available, broken
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.line.status import LineStatus

__all__ = ["add"]

_INIT = Text("Make a folder with an example line and a workspace.", "新建目录，内含示例产线与工作区。")
_STATUS = Text("Show the lines of the workspace: how far they are, what failed.", "查看工作区各产线的进度与失败记录。")
_DOCTOR = Text(
    "Check the installation, the database, the store and all extensions.", "检查安装、数据库、存储与全部扩展。"
)
_WORKSPACE = Text("the workspace (default: the nearest one)", "工作区（默认：最近的一个）")
_JSON = Text("print JSON", "输出 JSON")
_DIR = Text("folder to make", "要新建的目录")
_MADE = Text("made {folder}; next: galley run {recipe}", "已创建 {folder}；下一步：galley run {recipe}")
_NO_RUNS = Text("nothing has run here yet: galley run LINE.yaml", "尚未运行过：galley run LINE.yaml")
_QUARANTINE = Text(
    "{count} in quarantine, e.g. {key}: {code} {message}", "隔离 {count} 条，例如 {key}：{code} {message}"
)
_OPEN = Text("{open} answers by people are missing", "还缺 {open} 个人工回答")
_STATES: dict[str, Text] = {
    "running": Text("running", "运行中"),
    "waiting": Text("waiting for people", "等待人工"),
    "done": Text("done", "完成"),
    "failed": Text("failed", "失败"),
}


class NotEmptyError(InputError):
    """The folder to make exists and holds files."""

    code = "GLY-CLI-002"
    text = Text("{folder} exists and is not empty.", "{folder} 已存在且不为空。")
    hint = Text("Choose another folder; nothing was changed.", "请另选目录；未做任何更改。")


def add(app: typer.Typer, language: Language) -> None:
    """Add the commands."""

    @app.command("init", help=_INIT.say(language))
    def init(
        directory: Annotated[Path, typer.Argument(help=_DIR.say(language), show_default=False)],
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        voice = Voice(language, as_json=as_json)
        try:
            recipe = _make(directory)
        except GalleyError as problem:
            voice.fail(problem)
        voice.data(
            {"folder": str(directory), "recipe": str(recipe)},
            lambda: voice.say(_MADE, folder=str(directory), recipe=str(recipe)),
        )

    @app.command("status", help=_STATUS.say(language))
    def status(
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.cli.find import open_workspace
        from galley.line.status import line_statuses

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                found = line_statuses(opened)
        except GalleyError as problem:
            voice.fail(problem)
        voice.data(found, lambda: _show(voice, found))

    @app.command("doctor", help=_DOCTOR.say(language))
    def doctor(
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        voice = Voice(language, as_json=as_json)
        checks = _checks(workspace)
        healthy = all(check["ok"] for check in checks)

        def draw() -> None:
            for check in checks:
                mark = "[green]✓[/]" if check["ok"] else "[bold red]✗[/]"
                voice.out.print(f"{mark} {escape(check['what'])}: {escape(str(check['found']))}")

        voice.data({"healthy": healthy, "checks": checks}, draw)
        if not healthy:
            raise SystemExit(int(Exit.FAILED))


def _make(directory: Path) -> Path:
    if directory.exists() and any(directory.iterdir()):
        raise NotEmptyError(folder=str(directory))
    from galley.store.workspace import Workspace

    example = resources.files("galley.cli").joinpath("example")
    with resources.as_file(example) as source:
        shutil.copytree(source, directory, dirs_exist_ok=True)
    Workspace.open(directory / "workspace", create=True).close()
    return directory / "line.yaml"


def _show(voice: Voice, found: "list[LineStatus]") -> None:
    if not found:
        voice.say(_NO_RUNS)
    for line in found:
        colour = {"done": "green", "failed": "red", "waiting": "yellow"}.get(line.status, "cyan")
        moment = line.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
        state = voice.text(_STATES[line.status])
        voice.out.print(f"[bold]{escape(line.line)}[/]  [{colour}]{state}[/]  {line.run} · {moment}")
        table = Table(box=None, pad_edge=False, show_header=False)
        for step in line.steps:
            counts = " · ".join(f"{name} {count:,}" for name, count in step.counts.items() if count)
            stage = voice.text(STAGES.get(step.stage, Text(step.stage, step.stage)))
            table.add_row(f"  {stage}", escape(step.op), counts)
        voice.out.print(table)
        if line.open_answers:
            voice.say(_OPEN, open=line.open_answers)
        if line.quarantined:
            example = line.quarantine[0]
            told = voice.text(
                _QUARANTINE, count=line.quarantined, key=example.key, code=example.code, message=example.message
            )
            voice.out.print(f"  [red]{escape(told)}[/]")
        if line.error:
            voice.out.print(f"  [red]{escape(str(line.error.get('title', '')))}[/]")


def _checks(workspace: Path | None) -> list[dict[str, Any]]:
    checks = [
        _check("galley", lambda: __version__),
        _check("python", lambda: f"{platform.python_version()} {sys.executable}"),
    ]
    for kind in KINDS:
        problems = broken(kind)
        told = "; ".join(f"{name}: {reason}" for name, reason in problems.items())
        checks.append({"what": kind, "ok": not problems, "found": told or f"{len(available(kind))}"})
    checks.append(_check("workspace", lambda: _workspace_facts(workspace)))
    checks.append(_check("server", lambda: _server_facts(workspace)))
    return checks


def _workspace_facts(workspace: Path | None) -> str:
    from galley.cli.find import open_workspace

    with open_workspace(workspace) as opened:
        facts = opened.database.facts()
        sha256 = opened.blobs.put(b"galley doctor")
        intact = opened.blobs.get(sha256) == b"galley doctor"
        free = shutil.disk_usage(opened.path).free
        return f"{opened.path} · PostgreSQL {facts.get('version', '?')} · blobs {'ok' if intact else 'BROKEN'} · {free >> 30} GiB free"


def _server_facts(workspace: Path | None) -> str:
    from galley.cli.find import open_workspace
    from galley.server.settings import settings_of

    settings_of(os.environ)
    with open_workspace(workspace) as opened:
        opened.database.check_schema()
        fenced = opened.database.check_fence()
        return f"schema current · roles galley_app, galley_house · {fenced} tables fenced"


def _check(what: str, look: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"what": what, "ok": True, "found": look()}
    except GalleyError as problem:
        return {"what": what, "ok": False, "found": f"{problem.code} {problem}"}
