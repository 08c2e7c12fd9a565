"""Programs an operator installed as verifiers: read from a file of their own, run apart and under limits.

The file (TOML) names them: a project's settings can only choose among its names, never say what is run.

    [commands.unit-tests]
    run = ["/opt/verify/unit-tests", "--quick"]
    seconds = 10
    megabytes = 512
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from galley.annotate.verifiers import launch
from galley.annotate.verifiers.errors import VerifierFileError
from galley.annotate.verifiers.model import Case, Command, Finding
from galley.kernel.language import Text

__all__ = ["Installed", "read_installed", "run_command"]

_STDOUT_BYTES: Final = 64 * 1024
_MESSAGE_CHARS: Final = 2_000

NOT_INSTALLED: Final = Text("This verifier is not installed here.", "此处未安装该校验程序。")
TOO_LONG: Final = Text("The check took too long and was stopped.", "校验超时，已停止。")
NOT_RUN: Final = Text("The check could not be run.", "校验程序无法运行。")
PASSED: Final = Text("The check passed.", "校验通过。")
FAILED: Final = Text("The check did not pass.", "校验未通过。")


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One program, and what it may use."""

    run: tuple[str, ...]  # the program's absolute path and its arguments
    seconds: int = 10
    megabytes: int = 512  # of address space


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    commands: dict[str, Installed]


class _Told(msgspec.Struct):
    passed: bool
    message: str = ""


def read_installed(path: str) -> dict[str, Installed]:
    """The programs of the operator's file by name; none when no file is named. Raises VerifierFileError."""
    if not path:
        return {}
    try:
        found = msgspec.convert(tomllib.loads(Path(path).read_text("utf-8")), _File).commands
    except (OSError, ValueError) as problem:
        raise VerifierFileError(path=path, reason=str(problem)) from problem
    for name, one in found.items():
        if not one.run or not Path(one.run[0]).is_absolute():
            raise VerifierFileError(path=path, reason=f"{name}: run must begin with an absolute path")
        if not (1 <= one.seconds <= 120 and 16 <= one.megabytes <= 65_536):
            raise VerifierFileError(path=path, reason=f"{name}: seconds 1…120, megabytes 16…65536")
    return found


def run_command(verifier: Command, installed: Installed | None, case: Case) -> Finding:
    """What a program says of an answer: it reads {labels, record} as JSON from its input and writes {passed, message} as
    JSON, or says by its exit code alone. It has an empty environment and an empty folder, which is removed after."""
    if installed is None:
        return Finding(verifier=verifier.name, passed=None, message=NOT_INSTALLED)
    told = msgspec.json.encode(case)
    with tempfile.TemporaryDirectory(prefix="galley-verify-", ignore_cleanup_errors=True) as room:
        code, said = _run(installed, told, Path(room))
    if code is None:
        return Finding(verifier=verifier.name, passed=None, message=TOO_LONG if said else NOT_RUN)
    return _finding(verifier.name, code, said)


def _run(installed: Installed, told: bytes, room: Path) -> tuple[int | None, bytes]:
    """The exit code (None: it was stopped, or did not start) and the beginning of what was written."""
    limits = [str(installed.seconds), str(installed.megabytes)]
    inside = room / "work"
    inside.mkdir()
    (room / "in").write_bytes(told)
    with (room / "in").open("rb") as given, (room / "out").open("w+b") as out:
        try:
            process = subprocess.Popen(  # what the operator installed, by absolute path, without a shell
                [sys.executable, "-I", "-S", launch.__file__, *limits, *installed.run],
                stdin=given, stdout=out, stderr=subprocess.DEVNULL, env={}, cwd=inside, start_new_session=True,
            )  # fmt: skip
        except OSError:
            return None, b""
        try:
            code = process.wait(installed.seconds + 1)
        except subprocess.TimeoutExpired:
            return None, b"stopped"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and whatever it started and left behind
            process.wait()
        out.seek(0)
        said = out.read(_STDOUT_BYTES)
    return (None, b"stopped") if code == -signal.SIGXCPU else (code, said)


def _finding(name: str, code: int, said: bytes) -> Finding:
    try:
        told = msgspec.json.decode(said, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Finding(verifier=name, passed=code == 0, message=PASSED if code == 0 else FAILED)
    passed = told.passed and code == 0
    message = told.message.strip()[:_MESSAGE_CHARS]
    return Finding(
        verifier=name, passed=passed, message=Text(message, message) if message else (PASSED if passed else FAILED)
    )
