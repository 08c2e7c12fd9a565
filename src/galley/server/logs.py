"""Structured logs: one JSON object a line on standard error, one line a request, failures with their cause.

Lines of requests are gathered for a moment and written together: at thousands of requests a second one write a line
would cost more than the requests' own work. A failure is written at once, with all that was gathered before it.
"""

import logging
import os
import sys
import threading
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.kernel.clock import Clock, SystemClock

__all__ = ["LOGGING", "JsonFormatter", "LogWriter", "Visit", "json_formatter"]

_GATHERED_MAX: Final = 256
_FLUSH_SECONDS: Final = 0.2


class Visit(msgspec.Struct, omit_defaults=True):
    """What the log says of one request."""

    at: datetime
    request: str
    method: str
    route: str
    status: int
    ms: float
    person: int | None = None
    token: int | None = None
    organisation: int | None = None
    code: str | None = None
    address: str | None = None


class LogWriter:
    """Writes lines to a file descriptor; safe from any thread."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stderr.fileno() if descriptor is None else descriptor
        self._gathered: list[bytes] = []
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()
        self._timer: threading.Timer | None = None

    def visit(self, visit: Visit) -> None:
        """A request's line, written within a moment."""
        self._gathered.append(self._encoder.encode(visit))
        if len(self._gathered) >= _GATHERED_MAX:
            self.flush()
        elif self._timer is None:
            self._start()

    def line(self, line: dict[str, Any]) -> None:
        """A line that must not wait."""
        self._gathered.append(self._encoder.encode(line))
        self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        with self._lock:
            gathered, self._gathered = self._gathered, []
            if gathered:
                _write_all(self._descriptor, b"\n".join(gathered) + b"\n")

    def _start(self) -> None:
        self._timer = threading.Timer(_FLUSH_SECONDS, self._tick)
        self._timer.daemon = True
        self._timer.start()

    def _tick(self) -> None:
        self._timer = None
        self.flush()


def _write_all(descriptor: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        # The reader of our log went away; requests are answered all the same.
        return


class JsonFormatter(logging.Formatter):
    """Log records of any library as one JSON object a line."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        """One line; facts given as `extra={"galley": {…}}` stand beside the message."""
        line: dict[str, Any] = {
            "at": self._clock.now(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "galley", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def json_formatter() -> JsonFormatter:
    """The formatter on the machine's clock."""
    return JsonFormatter(SystemClock())


LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "galley.server.logs.json_formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"galley": {"level": "INFO"}},
}
"""What libraries log, as JSON lines on standard error, warnings and worse; for `logging.config.dictConfig`."""
