"""`galley backup` and `galley restore`."""

from pathlib import Path
from typing import Annotated

import typer

from galley import __version__
from galley.cli.speech import Voice
from galley.kernel.clock import SystemClock
from galley.kernel.errors import GalleyError
from galley.kernel.language import Language, Text

__all__ = ["add"]

_BACKUP = Text(
    "Write a backup of a workspace into a folder, or bring the one there up to date; work goes on meanwhile.",
    "将工作区备份到目录，或更新其中已有的备份；期间工作照常进行。",
)
_RESTORE = Text(
    "Make a workspace from a backup, in a new folder and an empty database.", "由备份在新目录与空数据库中恢复工作区。"
)
_FOLDER = Text("folder of the backup", "备份目录")
_NEW = Text("folder of the new workspace", "新工作区目录")
_WORKSPACE = Text("the workspace (default: the nearest one)", "工作区（默认：最近的一个）")
_KEYS = Text("include the signing keys: whoever has them can sign as you", "包含签名密钥：持有者可以你的名义签名")
_NO_OBJECTS = Text("leave the objects out, when their bucket has a backup of its own", "不含对象（对象桶另有备份时）")
_URL = Text("restore into this empty PostgreSQL database instead of an embedded one", "恢复到该空的 PostgreSQL 数据库")
_OBJECTS_URL = Text("restore the objects into this bucket instead of the folder", "将对象恢复到该对象桶")
_JSON = Text("print JSON", "输出 JSON")
_DONE = Text(
    "backed up: database of PostgreSQL {postgres}, {objects} objects ({copied} new), the log",
    "已备份：PostgreSQL {postgres} 数据库，{objects} 个对象（新增 {copied}），日志",
)
_WITHOUT_KEYS = Text(
    "the signing keys are not in it: keep {keys} safe separately, or use --keys",
    "不含签名密钥：请另行妥善保管 {keys}，或使用 --keys",
)
_RESTORED = Text("restored the state of {created} into {folder}", "已将 {created} 的状态恢复到 {folder}")


def add(app: typer.Typer, language: Language) -> None:
    """Add the commands."""

    @app.command("backup", help=_BACKUP.say(language))
    def backup(
        folder: Annotated[Path, typer.Argument(help=_FOLDER.say(language), show_default=False)],
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        keys: Annotated[bool, typer.Option("--keys", help=_KEYS.say(language))] = False,
        no_objects: Annotated[bool, typer.Option("--no-objects", help=_NO_OBJECTS.say(language))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        import msgspec

        from galley.cli.find import open_workspace
        from galley.worker.backup import back_up

        voice = Voice(language, as_json=as_json)
        try:
            with open_workspace(workspace) as opened:
                place = opened.keys
                made = back_up(opened, folder, SystemClock(), version=__version__, objects=not no_objects, keys=keys)
        except GalleyError as problem:
            voice.fail(problem)

        def draw() -> None:
            voice.say(_DONE, postgres=made.postgres, objects=made.objects or 0, copied=made.copied)
            if not keys:
                voice.say(_WITHOUT_KEYS, keys=place)

        voice.data(msgspec.to_builtins(made), draw)

    @app.command("restore", help=_RESTORE.say(language))
    def restore_command(
        folder: Annotated[Path, typer.Argument(help=_FOLDER.say(language), show_default=False)],
        workspace: Annotated[Path, typer.Argument(help=_NEW.say(language), show_default=False)],
        database_url: Annotated[str, typer.Option(help=_URL.say(language), show_default=False)] = "",
        objects_url: Annotated[str, typer.Option(help=_OBJECTS_URL.say(language), show_default=False)] = "",
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        import msgspec

        from galley.worker.backup import restore

        voice = Voice(language, as_json=as_json)
        try:
            found = restore(folder, workspace.absolute(), database_url=database_url, objects_url=objects_url)
        except GalleyError as problem:
            voice.fail(problem)
        told = msgspec.to_builtins(found)
        voice.data(told, lambda: voice.say(_RESTORED, created=found.created, folder=workspace))
