"""The `galley` command: finds the language, builds the commands in it, runs one."""

import os
import sys
from collections.abc import Sequence

import typer

from galley.cli.commands import admin, data, extensions, keeping, place, running, schema, serving, working
from galley.cli.exits import MEANING, Exit
from galley.cli.speech import language_of
from galley.kernel.language import Language, Text

__all__ = ["build", "main"]

_ABOUT = Text(
    "Galley: raw data in; certified, signed datasets out.",
    "Galley：原始数据进，经认证、可验证的数据集出。",
)
_EXITS = Text("Exit codes", "退出码")


def build(language: Language) -> typer.Typer:
    """All commands, with their help in one language."""
    codes = "; ".join(f"{code.value} {MEANING[code].say(language)}" for code in Exit)
    app = typer.Typer(
        name="galley",
        help=_ABOUT.say(language),
        epilog=f"{_EXITS.say(language)}: {codes}.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for part in (keeping, place, running, working, serving, admin, data, schema, extensions):
        part.add(app, language)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; never returns normally without an exit code of `cli.exits`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(words, os.environ)
    try:
        build(language)(args=_without_language(words), prog_name="galley")
    except KeyboardInterrupt:
        sys.stderr.write(MEANING[Exit.INTERRUPTED].say(language) + "\n")
        raise SystemExit(int(Exit.INTERRUPTED)) from None
    except BrokenPipeError:
        # The reader of our output (head, a pager) went away; that is not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(int(Exit.OK)) from None


def _without_language(words: list[str]) -> list[str]:
    """The arguments without `--lang X`, which may stand anywhere."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--lang":
            skip = True
        elif not word.startswith("--lang="):
            kept.append(word)
    return kept


if __name__ == "__main__":
    main()
