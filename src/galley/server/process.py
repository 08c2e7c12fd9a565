"""One server process: whether it drains, what is under way, and what to do when it stops."""

import logging
import os
import threading
from collections.abc import Callable
from typing import Final

__all__ = ["Process"]

_LOG: Final = logging.getLogger("galley.server")


class Process:
    """State of this process that is not in the database, because it ends with it."""

    def __init__(self) -> None:
        self.prefix = os.urandom(6).hex()
        self.requests = 0
        self.in_flight = 0
        self.draining = False
        self.stopped = threading.Event()
        self._closing: list[Callable[[], None]] = []

    def next_id(self) -> str:
        """A request id that no other request of any process has."""
        self.requests += 1
        return f"{self.prefix}-{self.requests:x}"

    def on_stop(self, close: Callable[[], None]) -> None:
        """Call this when the process stops, after the last request was answered; the last added is called first."""
        self._closing.append(close)

    def drain(self) -> None:
        """Tell load balancers to send no more."""
        self.draining = True

    def stop(self) -> None:
        """Close what was opened; every part is closed whatever becomes of the others."""
        self.draining = True
        self.stopped.set()
        while self._closing:
            close = self._closing.pop()
            try:
                close()
            except Exception:  # broad: one part that cannot be closed must not keep the others open
                _LOG.exception("could not close %r", close)
