"""The voice of the command line: its language, its output (for people or as JSON), and how errors end a command."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import msgspec
from rich.console import Console
from rich.markup import escape

from galley.cli.exits import Exit
from galley.kernel.document import DocumentError
from galley.kernel.errors import GalleyError
from galley.kernel.language import Language, Text

__all__ = ["Voice", "language_of"]


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language asked for by `--lang`, else by GALLEY_LANG, else by the locale."""
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments):
            return _known(arguments[place + 1])
        if word.startswith("--lang="):
            return _known(word.partition("=")[2])
    for name in ("GALLEY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _known(environment[name])
    return "en"


def _known(word: str) -> Language:
    return "zh" if word.lower().startswith("zh") else "en"


class Voice:
    """Says things in one language; JSON goes to stdout alone, everything else to where people look."""

    def __init__(self, language: Language, *, as_json: bool = False) -> None:
        self.language: Language = language
        self.as_json = as_json
        self.out = Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self.err = Console(file=sys.stderr, highlight=False, soft_wrap=True)

    def text(self, text: Text, **facts: object) -> str:
        """One message in this voice's language."""
        return text.say(self.language, **facts)

    def say(self, text: Text, **facts: object) -> None:
        """Print a message for people; silent under --json."""
        if not self.as_json:
            self.out.print(escape(self.text(text, **facts)))

    def data(self, value: Any, draw: Callable[[], None]) -> None:
        """Print a result: the value as JSON under --json, else whatever `draw` prints."""
        if self.as_json:
            sys.stdout.write(
                json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            )
        else:
            draw()

    def fail(self, problem: GalleyError, code: Exit | None = None) -> NoReturn:
        """Print what happened and what to do next, and end the command."""
        ending = code if code is not None else _exit_of(problem)
        if self.as_json:
            sys.stdout.write(
                json.dumps({"error": problem.problem(self.language), "exit": int(ending)}, ensure_ascii=False) + "\n"
            )
        else:
            colour, word = ("yellow", _WAITING) if ending is Exit.WAITING else ("bold red", _ERROR)
            self.err.print(
                f"[{colour}]{word.say(self.language)} {problem.code}[/] {escape(problem.message(self.language))}"
            )
            advice = problem.advice(self.language)
            if advice:
                self.err.print(f"  [cyan]→[/] {escape(advice)}")
        if os.environ.get("GALLEY_TRACE"):
            raise problem
        raise SystemExit(int(ending))


_ERROR = Text("error", "错误")
_WAITING = Text("waiting", "等待")


def _exit_of(problem: GalleyError) -> Exit:
    if isinstance(problem, DocumentError) or problem.code.startswith(("GLY-LIN-00", "GLY-LAB-")):
        return Exit.BAD_RECIPE
    return Exit.FAILED
