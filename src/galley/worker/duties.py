"""The list of duties; each is one function of the package it belongs to."""

from typing import Final

from galley.annotate import service as queue
from galley.worker.duty import Duty, Floor

__all__ = ["DUTIES"]


def _expire(floor: Floor) -> int:
    """Make the slots of run-out leases ready again."""
    return queue.expire(floor.house, floor.clock)


DUTIES: Final = (Duty(name="expire", number=1, every_seconds=5.0, run=_expire),)
