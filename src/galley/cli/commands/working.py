"""`galley work`: answer a line's questions in the terminal."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from galley.cli.speech import Voice
from galley.kernel.clock import SystemClock
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.labels.schema import Control
    from galley.line.working import Desk, Task

__all__ = ["add"]

_HELP = Text("Answer the questions a line has for people, in the terminal.", "在终端回答产线中等待人工的问题。")
_LINE = Text("the line", "产线")
_AS = Text("your name, as it stands in the recipe's `people:`", "你的名字，与配方 `people:` 中一致")
_WORKSPACE = Text("the workspace (default: the nearest one)", "工作区（默认：最近的一个）")
_DONE = Text(
    "nothing left for you: run the line again. {count} answered.", "没有更多问题；请重新运行产线。已回答 {count} 条。"
)
_KEYS = Text("(number or word; s = skip, q = stop)", "（输入序号或文字；s 跳过，q 结束）")
_SEVERAL = Text("(several: separate with commas; empty = none)", "（多选用逗号分隔；留空表示无）")
_JSON_VALUE = Text("(the value as JSON)", "（以 JSON 填写）")
_FILE = Text("see {path}", "见 {path}")
_KEPT = Text("kept", "已保存")
_LATE = Text("kept for a lead to decide: the lease had run out", "租约已过期；已保存，由负责人决定")


def add(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("work", help=_HELP.say(language))
    def work(
        line: Annotated[str, typer.Argument(help=_LINE.say(language), show_default=False)],
        name: Annotated[str, typer.Option("--as", help=_AS.say(language))] = "me",
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
    ) -> None:
        from galley.cli.find import open_workspace
        from galley.line.working import Desk

        voice = Voice(language)
        try:
            with open_workspace(workspace) as opened, tempfile.TemporaryDirectory() as shown:
                count = _answer_all(voice, Desk(opened, SystemClock(), line=line, name=name), Path(shown))
        except GalleyError as problem:
            voice.fail(problem)
        voice.say(_DONE, count=count)


def _answer_all(voice: Voice, desk: "Desk", shown: Path) -> int:
    count = 0
    while (task := desk.next()) is not None:
        _show(voice, desk, task, shown)
        labels: dict[str, Any] = {}
        for control in task.schema.controls:
            said = _ask(voice, control)
            if said is _STOP:
                return count
            if said is _SKIP:
                desk.skip(task, "other")
                break
            if said is not None:
                labels[control.name] = said
        else:
            try:
                receipt = desk.submit(task, labels)
            except InputError as problem:
                voice.err.print(f"[red]{escape(problem.message(voice.language))}[/]")
                continue
            voice.say(_KEPT if receipt.accepted else _LATE)
            count += 1
    return count


def _show(voice: Voice, desk: "Desk", task: "Task", shown: Path) -> None:
    voice.out.rule(f"{task.record['key']} · {task.lease.stage}", align="left")
    if task.record["text"] is not None:
        voice.out.print(escape(task.record["text"]))
        return
    file = shown / f"{task.record['id']}.{task.record['media_type'].rpartition('/')[2]}"
    file.write_bytes(desk.content(task))
    voice.say(_FILE, path=str(file))


_STOP = object()
_SKIP = object()


def _ask(voice: Voice, control: "Control") -> Any:
    """One control's answer; None leaves it out."""
    from galley.labels.choices import words

    params = control.label_type.params
    choices = list(words(getattr(params, "choices", ())))
    single = bool(choices) and getattr(params, "mode", "single") == "single"
    hint = _KEYS if single else _SEVERAL if choices else Text("", "") if _is_text(control) else _JSON_VALUE
    voice.out.print(f"[bold]{escape(control.says(voice.language))}[/] [dim]{escape(voice.text(hint))}[/]")
    for number, choice in enumerate(choices, start=1):
        voice.out.print(f"  {number}  {escape(choice)}")
    said = typer.prompt("", prompt_suffix="> ", default="", show_default=False).strip()
    if said in ("q", "s"):
        return _STOP if said == "q" else _SKIP
    if choices:
        picked = [_chosen(word.strip(), choices) for word in said.split(",") if word.strip()]
        return (picked[0] if picked else None) if single else picked
    if _is_text(control):
        return said
    try:
        return json.loads(said) if said else None
    except ValueError:
        return said


def _is_text(control: "Control") -> bool:
    return control.type.partition("@")[0] in ("text", "transcript")


def _chosen(word: str, choices: list[str]) -> str:
    """A choice by its number, unless a choice is called so."""
    if word not in choices and word.isdigit() and 1 <= int(word) <= len(choices):
        return choices[int(word) - 1]
    return word
