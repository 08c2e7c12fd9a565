"""Commands about data that exists: versions, diff, explain, export, verify.

What a command needs is imported when it runs: `galley --help` must not wait a second for libraries it does not use.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from galley.cli.exits import Exit
from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.line.explain import Story
    from galley.release.model import Check

__all__ = ["add"]

_WORKSPACE = Text("the workspace (default: the nearest one)", "工作区（默认：最近的一个）")
_JSON = Text("print JSON", "输出 JSON")
_VERSIONS = Text("List the versions in the workspace.", "列出工作区中的数据版本。")
_DIFF = Text("Compare two versions record by record.", "逐条比较两个版本。")
_EXPLAIN = Text(
    "Tell every step that touched a record, and why it was dropped.", "说明处理过某条记录的每一步及其去留原因。"
)
_EXPORT = Text("Write a version in another format.", "以其他格式导出一个版本。")
_VERIFY = Text("Check a release offline, from its folder alone.", "仅凭发布目录离线验证。")
_SPEC = Text("name, name@number, or the first digits of a root", "名称、名称@编号，或根哈希的前几位")
_TO = Text(
    "format: parquet, jsonl, label-studio, coco, yolo, conll, csv",
    "格式：parquet、jsonl、label-studio、coco、yolo、conll、csv",
)
_OUT = Text("folder to write (must not exist or be empty)", "输出目录（须不存在或为空）")
_KEYS = Text(
    "file of keys you trust, one a line; without it the release's own keys are believed",
    "可信密钥文件，每行一个；不指定则采信发布目录自带的密钥",
)
_RECORDS = Text("also recompute the hash of every record", "同时重算每条记录的哈希")
_DIFF_LINE = Text(
    "{added} added, {removed} removed, {changed} changed, {relabelled} relabelled, {same} the same",
    "新增 {added}，移除 {removed}，内容变化 {changed}，改标 {relabelled}，相同 {same}",
)
_EXPORTED = Text(
    "{records} records in {files} files written to {out}", "已将 {records} 条记录写入 {out}（{files} 个文件）"
)
_SKIPPED = Text("{skipped} records have no place in this format", "{skipped} 条记录无法以该格式表示")
_VERIFIED = Text("verified: every check passed", "验证通过：所有检查均通过")
_NOT_VERIFIED = Text("NOT verified", "验证未通过")
_NO_VERSIONS = Text("no versions yet: galley run LINE.yaml makes some", "尚无版本：运行 galley run LINE.yaml 即可生成")
_ENDED: dict[str, Text] = {
    "kept": Text("it is in the result", "保留在结果中"),
    "dropped": Text("it was dropped", "已被丢弃"),
    "failed": Text("it failed and is in quarantine", "处理失败，已隔离"),
    "split": Text("it was split into the records named", "已拆分为所列记录"),
    "merged": Text("it was merged into the record named", "已合并到所列记录"),
}


def add(app: typer.Typer, language: Language) -> None:
    """Add the commands."""

    @app.command("versions", help=_VERSIONS.say(language))
    def list_versions(
        name: Annotated[str | None, typer.Argument(help=_SPEC.say(language), show_default=False)] = None,
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.catalog.service import versions
        from galley.cli.find import open_workspace

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                found = versions(opened.database, name)
        except GalleyError as problem:
            voice.fail(problem)

        def draw() -> None:
            if not found:
                voice.say(_NO_VERSIONS)
            table = Table(box=None, pad_edge=False, show_header=False)
            for each in found:
                moment = each.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
                table.add_row(f"[bold]{escape(each.spec)}[/]", f"{each.rows:,}", each.root[:12], moment)
            voice.out.print(table)

        voice.data(found, draw)

    @app.command("diff", help=_DIFF.say(language))
    def diff(
        version_a: Annotated[str, typer.Argument(help=_SPEC.say(language))],
        version_b: Annotated[str, typer.Argument(help=_SPEC.say(language))],
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.catalog.diff import diff_versions
        from galley.catalog.service import open_version
        from galley.cli.find import open_workspace

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                before, after = (open_version(opened.database, opened.blobs, spec) for spec in (version_a, version_b))
                found = diff_versions(before, after)
        except GalleyError as problem:
            voice.fail(problem)

        def draw() -> None:
            voice.say(
                _DIFF_LINE,
                added=found.added_total,
                removed=found.removed_total,
                changed=found.changed_total,
                relabelled=found.relabelled_total,
                same=found.same,
            )
            for sign, colour, ids in (
                ("+", "green", found.added),
                ("-", "red", found.removed),
                ("~", "yellow", found.changed),
                ("±", "magenta", found.relabelled),
            ):
                for record in ids[:20]:
                    voice.out.print(f"[{colour}]{sign} {record}[/]")
                if len(ids) > 20:
                    voice.out.print(f"[{colour}]{sign} …[/]")

        voice.data(found, draw)

    @app.command("explain", help=_EXPLAIN.say(language))
    def tell(
        record_id: Annotated[str, typer.Argument()],
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.cli.find import open_workspace
        from galley.line.explain import explain

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                story = explain(opened, record_id)
        except GalleyError as problem:
            voice.fail(problem)
        voice.data(story, lambda: _tell(voice, story))

    @app.command("export", help=_EXPORT.say(language))
    def export(
        version: Annotated[str, typer.Argument(help=_SPEC.say(language))],
        to: Annotated[str, typer.Option("--to", help=_TO.say(language), show_default=False)],
        out: Annotated[Path, typer.Option("--out", help=_OUT.say(language), show_default=False)],
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.cli.find import open_workspace
        from galley.line.releasing import export_version

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                report = export_version(opened, version, to, out)
        except GalleyError as problem:
            voice.fail(problem)

        def draw() -> None:
            voice.say(_EXPORTED, records=report.records, files=report.files, out=str(out))
            if report.skipped:
                voice.say(_SKIPPED, skipped=report.skipped)
            for loss in report.losses:
                voice.out.print(f"  [yellow]{escape(loss.code)}[/] × {loss.count}: {escape(loss.detail)}")

        voice.data(report, draw)

    @app.command("verify", help=_VERIFY.say(language))
    def verify(
        path: Annotated[Path, typer.Argument()],
        records: Annotated[bool, typer.Option("--records", help=_RECORDS.say(language))] = False,
        keys: Annotated[Path | None, typer.Option("--keys", help=_KEYS.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.line.checking import check_release

        voice = Voice(language, as_json=as_json)
        checks = []
        try:
            for check in check_release(path, language=language, records=records, trusted=keys):
                checks.append(check)
                if not as_json:
                    mark = {"passed": "[green]✓[/]", "failed": "[bold red]✗[/]", "skipped": "[dim]–[/]"}[check.outcome]
                    voice.out.print(f"{mark} {check.number:>2}. {escape(check.message)}{escape(_culprit(check))}")
        except GalleyError as problem:
            voice.fail(problem, Exit.VERIFICATION_FAILED)
        passed = bool(checks) and all(check.ok for check in checks)
        voice.data({"verified": passed, "checks": checks}, lambda: voice.say(_VERIFIED if passed else _NOT_VERIFIED))
        if not passed:
            raise SystemExit(int(Exit.VERIFICATION_FAILED))


def _culprit(check: "Check") -> str:
    """Which file a failed check is about, and records of it where they can be told."""
    if check.ok:
        return ""
    told = [check.file or "", ", ".join(check.records[:3]) + (" …" if len(check.records) > 3 else ""), check.code]
    return "".join(f"  [{part}]" for part in told if part)


def _tell(voice: Voice, story: "Story") -> None:
    record = story.record or {}
    voice.out.print(f"[bold]{story.id}[/]  {escape(story.line)} · {story.run}")
    for name in ("source", "key", "uri", "license", "basis", "grade", "time", "media_type", "bytes", "width", "height"):
        if name in record:
            voice.out.print(f"  {name}: {escape(str(record[name]))}")
    if record.get("text"):
        voice.out.print(f"  text: {escape(str(record['text']))}")
    colours = {"drop": "red", "fail": "bold red", "edit": "yellow", "split": "cyan", "merge": "cyan"}
    for step in story.steps:
        colour = colours.get(step.verdict, "green")
        why = " — ".join(part for part in (step.reason, step.detail) if part)
        voice.out.print(f"  {step.step:>2}. {escape(step.op):<28} [{colour}]{step.verdict}[/] {escape(why)}")
        for other in step.related:
            voice.out.print(f"        → {other}")
    for parent in story.parents:
        voice.out.print(f"  ← {parent}")
    voice.out.print(f"[bold]{voice.text(_ENDED[story.ended])}[/]")
    if story.labels is not None:
        voice.out.print(escape(f"  {story.labels}"))
