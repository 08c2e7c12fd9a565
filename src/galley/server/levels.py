"""Numbers of the whole floor for Prometheus, beside those of the processes: open work a project, and how duties fare.

Open work stands in the database, so whichever process is asked reads it there, from totals: never so many rows as there
are slots. The duties run in the parent of the processes that answer; it leaves their numbers in a file for them.
"""

import contextlib
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from galley.annotate.counters.service import open_work
from galley.store.database import Database
from galley.worker.duty import DutyState

__all__ = ["DUTIES_FILE", "DutyBoard", "duties_told", "duty_numbers", "work_numbers"]

DUTIES_FILE: Final = "GALLEY_SERVE_DUTIES"
"""Set by the parent for its processes: where the numbers of its duties are."""
_EVERY_SECONDS: Final = 5.0


class _Given(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> list[Metric]:
        return self._families


def _text(*families: Metric) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Given(families))
    return generate_latest(registry)


def work_numbers(house: Database) -> bytes:
    """Ready and leased slots of the newest projects that have any."""
    slots = GaugeMetricFamily(
        "galley_project_slots", "Slots of a project that are open.", labels=("organisation", "project", "state")
    )
    for each in open_work(house):
        place = (str(each.organisation), str(each.project))
        slots.add_metric((*place, "ready"), each.ready)
        slots.add_metric((*place, "leased"), each.leased)
    return _text(slots)


def duty_numbers(states: Mapping[str, DutyState]) -> bytes:
    """How the duties of this process fared."""
    runs = CounterMetricFamily("galley_duty_runs", "Turns of a duty that went well.", labels=("duty",))
    done = CounterMetricFamily("galley_duty_done", "How much a duty did.", labels=("duty",))
    failures = CounterMetricFamily("galley_duty_failures", "Turns of a duty that failed.", labels=("duty",))
    last = GaugeMetricFamily(
        "galley_duty_last_success_timestamp_seconds", "When a duty last went well.", labels=("duty",)
    )
    for name, state in states.items():
        runs.add_metric((name,), state.runs)
        done.add_metric((name,), state.done)
        failures.add_metric((name,), state.failures)
        if state.last_at is not None:
            last.add_metric((name,), state.last_at.timestamp())
    return _text(runs, done, failures, last)


class DutyBoard:
    """Writes the numbers of the duties to a file every few seconds, until it is stopped."""

    def __init__(self, file: Path, states: Mapping[str, DutyState]) -> None:
        self._file = file
        self._states = states
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="galley-duty-board", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.write()
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def write(self) -> None:
        """Write the numbers as they are; a reader finds the old file or the new one."""
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(duty_numbers(self._states))
        fresh.replace(self._file)

    def _serve(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            # A full disk must not end it: the numbers are old then, and their time says so.
            with contextlib.suppress(OSError):
                self.write()


def duties_told() -> bytes:
    """What the parent says of its duties; nothing where it runs none."""
    try:
        return Path(os.environ[DUTIES_FILE]).read_bytes()
    except (KeyError, OSError):
        return b""
