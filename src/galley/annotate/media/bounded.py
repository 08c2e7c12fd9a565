"""The makers' process: reads one request a line, decodes, answers one line. `python -m galley.annotate.media.bounded`

It has no database, no keys and no shelf: a file to read and a folder to write. Memory, file sizes and processor time are
bounded by the kernel, so the worst a hostile file can do is end this process.
"""

import contextlib
import os
import resource
import select
import sys
from pathlib import Path
from typing import Final

import msgspec

from galley.annotate.media.errors import MediaFormatError, MediaMakerError
from galley.annotate.media.model import Facts, MediaProblem, kind_of, problem_of
from galley.kernel.errors import GalleyError

__all__ = ["MEMORY_BYTES", "Answer", "Request", "main"]

MEMORY_BYTES: Final = 4 * 1024**3
_FILE_BYTES: Final = 4 * 1024**3
_IDLE_SECONDS: Final = 60.0
_PROCESSOR_SECONDS: Final = 900


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A file to look at, and a folder for what is made of it."""

    source: str
    folder: str
    media_type: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The facts, or why there are none."""

    facts: Facts | None = None
    problem: MediaProblem | None = None


def _answer(asked: Request) -> Answer:
    source, folder = Path(asked.source), Path(asked.folder)
    try:
        if kind_of(asked.media_type) == "image":
            from galley.annotate.media.image import make_image  # noqa: PLC0415 - a process meets one kind, mostly

            return Answer(facts=make_image(source, folder, asked.media_type))
        if kind_of(asked.media_type) == "audio":
            from galley.annotate.media.audio import make_audio  # noqa: PLC0415 - as above

            return Answer(facts=make_audio(source, folder, asked.media_type))
        raise MediaFormatError(media_type=asked.media_type)
    except MemoryError:
        return Answer(problem=problem_of(MediaMakerError(detail="memory")))
    except GalleyError as problem:
        return Answer(problem=problem_of(problem))


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    with contextlib.suppress(OSError):
        os.nice(10)  # people at work come before what can wait


def main() -> int:
    """Serve until the other end closes, or nothing came for a minute."""
    _bound()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([requests], [], [], _IDLE_SECONDS)[0]:
        line = requests.readline()
        if not line:
            break
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + _PROCESSOR_SECONDS, resource.RLIM_INFINITY))
        answers.write(msgspec.json.encode(_answer(msgspec.json.decode(line, type=Request))) + b"\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
