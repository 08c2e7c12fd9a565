"""`galley schema`: label schemas from other tools."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from galley.cli.exits import Exit
from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Language, Text

__all__ = ["add"]

_GROUP = Text("Label schemas.", "标签体系。")
_IMPORT = Text(
    "Turn a Label Studio labelling configuration into a label schema.", "将 Label Studio 标注配置转换为标签体系。"
)
_XML = Text("the Label Studio configuration (XML)", "Label Studio 配置（XML）")
_OUT = Text("file to write (default: print)", "输出文件（默认打印）")
_JSON = Text("print JSON", "输出 JSON")
_WRITTEN = Text("{controls} controls written to {out}", "已将 {controls} 个控件写入 {out}")
_LOSS = Text("line {line}: {loss}", "第 {line} 行：{loss}")


class NoFileError(InputError):
    """The file to import is not there."""

    code = "GLY-CLI-003"
    text = Text("There is no file at {path}.", "{path} 处没有文件。")


def add(app: typer.Typer, language: Language) -> None:
    """Add the group."""
    group = typer.Typer(help=_GROUP.say(language), no_args_is_help=True)

    @group.callback()
    def schemas() -> None:
        """Keep `schema` a group although it has one command."""

    @group.command("import", help=_IMPORT.say(language))
    def take(
        xml: Annotated[Path, typer.Argument(help=_XML.say(language), show_default=False)],
        out: Annotated[Path | None, typer.Option(help=_OUT.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        from galley.labels.label_studio_config import loss_of, read_config
        from galley.labels.schema_text import schema_yaml

        voice = Voice(language, as_json=as_json)
        try:
            if not xml.is_file():
                raise NoFileError(path=str(xml))
            imported = read_config(xml.read_bytes())
        except GalleyError as problem:
            voice.fail(problem, Exit.BAD_RECIPE)
        text = schema_yaml(imported.schema)
        if out is not None:
            out.write_text(text, encoding="utf-8")

        def draw() -> None:
            if out is None:
                voice.out.file.write(text)
            else:
                voice.say(_WRITTEN, controls=len(imported.schema.controls), out=str(out))
            for loss in imported.losses:
                voice.err.print(escape(voice.text(_LOSS, line=loss.line, loss=voice.text(loss_of(loss)))))

        voice.data({"schema": text, "losses": imported.losses}, draw)

    app.add_typer(group, name="schema")
