"""The `galley` command in processes of its own, as a person starts it.

`start` forks from a server that has imported everything once (a second saved each time); `Shell` semantics are those
of the real thing: own process, own environment, files for output, any signal. `real` starts the installed script.
"""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import galley_crash

__all__ = ["Ended", "Started", "galley", "real", "start"]

_PRELOADED = [
    "galley_command",
    "galley.cli.main",
    "galley.line.run",
    "galley.annotate.ext.text_classifier",
    "galley.assess.certificate_check",
    "galley.clean.ext.text_near_dup",
]
_SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Started:
    """A command that is going on."""

    def __init__(self, process: ForkServerProcess, folder: Path) -> None:
        self.process = process
        self._folder = folder

    @property
    def pid(self) -> int:
        """Of the command's process."""
        assert self.process.pid is not None
        return self.process.pid

    def signal(self, number: int) -> None:
        """Send a signal to the command."""
        os.kill(self.pid, number)

    def said(self) -> str:
        """What it has printed to stderr so far."""
        return (self._folder / "err").read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float = _SECONDS) -> Ended:
        """Wait for its end; a command that hangs is killed and fails the test."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            raise AssertionError(f"the command did not end in {seconds} s; it said: {self.said()}")
        texts = [(self._folder / name).read_text(encoding="utf-8") for name in ("out", "err")]
        shutil.rmtree(self._folder)
        return Ended(self.process.exitcode, *texts)


def start(
    *words: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    crash: str | None = None,
    stdin: str = "",
    plugins: bool = True,
) -> Started:
    """Start `galley WORDS` in a folder; `crash` arms a crash point; without `plugins` the tests' operators are unknown."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    said = Path(tempfile.mkdtemp(prefix="galley-said-"))
    (said / "in").write_text(stdin, encoding="utf-8")
    held = {**_plain_environment(), **(environment or {})}
    if crash:
        held[galley_crash.VARIABLE] = crash
    command = _Command([str(word) for word in words], str(folder), held, str(said), plugins)
    process = context.Process(target=command)
    process.start()
    return Started(process, said)


def galley(*words: str | Path, folder: Path, **others: Any) -> Ended:
    """`start` and wait."""
    return start(*words, folder=folder, **others).wait()


def real(
    *words: str | Path, folder: Path, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """The installed command itself, nothing preloaded."""
    script = Path(sys.executable).with_name("galley")
    return subprocess.run(
        [str(script), *(str(word) for word in words)],
        cwd=folder,
        env={**_plain_environment(), **(environment or {})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def _plain_environment() -> dict[str, str]:
    """The environment without anything that would change what Galley does."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GALLEY_", "LC_", "LANG")) and name not in ("COLUMNS", "PYTEST_CURRENT_TEST")
    }


@dataclass(frozen=True)
class _Command:
    """What the forked process does: become `galley WORDS`."""

    words: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    said: str
    plugins: bool

    def __call__(self) -> None:
        os.setsid()
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        self._take_files()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if not self.plugins:
            sys.path[:] = [place for place in sys.path if Path(place) != Path(__file__).parent]
        # What workers import as their main module; not pytest.
        main_module = types.ModuleType("__main__")
        main_module.__spec__ = ModuleSpec("galley_crash", None)
        sys.modules["__main__"] = main_module
        if galley_crash.VARIABLE in self.environment:
            galley_crash.arm(self.environment[galley_crash.VARIABLE])
        from galley.cli.main import main

        try:
            main(list(self.words))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()

    def _take_files(self) -> None:
        read, write = os.O_RDONLY, os.O_WRONLY | os.O_CREAT
        for number, (name, flags) in enumerate((("in", read), ("out", write), ("err", write))):
            os.dup2(os.open(Path(self.said) / name, flags, 0o600), number)
        for stream, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
            setattr(sys, stream, os.fdopen(os.dup(number), mode, encoding="utf-8"))
