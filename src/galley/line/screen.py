"""What a run tells while it works; the command line draws it, tests collect it, a server streams it."""

from typing import Protocol

__all__ = ["Quiet", "Screen"]


class Screen(Protocol):
    """Hears of a run's progress. Words are stable keys; faces translate them."""

    def begin(self, stage: str, total: int | None) -> None:
        """A stage begins: collect, clean, annotate, assess, release, verify; `total` records, when known."""
        ...

    def advance(self, records: int) -> None:
        """Some records of the current stage are done."""
        ...

    def note(self, key: str, **facts: object) -> None:
        """Something worth a line: `reused`, `waiting`, `round` …"""
        ...

    def end(self, stage: str) -> None:
        """The stage is done."""
        ...


class Quiet:
    """Tells nobody."""

    def begin(self, stage: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, records: int) -> None:
        """Nothing."""

    def note(self, key: str, **facts: object) -> None:
        """Nothing."""

    def end(self, stage: str) -> None:
        """Nothing."""
