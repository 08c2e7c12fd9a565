"""The account of a run: what was read, what became of it, and by which step; stored as a blob, without any time.

Equal recipes over equal input have equal accounts, so an account can be evidence of a release.
"""

from typing import Any

import msgspec

from galley.catalog.manifest import FileRef
from galley.engine.counts import Counts
from galley.engine.shard import StepCounts

__all__ = ["RunAccount", "SourceAccount", "Totals", "totals"]


class SourceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What one source brought."""

    name: str
    connector: dict[str, Any]  # extension.spec_of
    license: str
    basis: str
    grade: str
    units: int
    records: int  # that became records
    failed: int  # that could not be read, in quarantine


class RunAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The account of one run, as far as it got."""

    format: str = "galley/run/v1"
    line: str
    recipe: str  # SHA-256 of the filled recipe
    recipe_text: str  # the filled recipe as YAML
    galley: str  # version of the program
    sources: tuple[SourceAccount, ...] = ()
    steps: tuple[StepCounts, ...] = ()  # clean steps, numbered from 1
    plans: dict[str, str] = {}  # step number -> SHA-256 of the plan of a whole-set step
    events: tuple[FileRef, ...] = ()
    quarantine: tuple[FileRef, ...] = ()
    versions: dict[str, str] = {}  # collected | clean | labelled -> root
    labels: dict[str, Any] | None = None  # what the annotate stage did, see line.annotating


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A run in five numbers: read + born = kept + edited + dropped + failed + split + merged.

    `kept` are records of the result that no step changed, `edited` those that some step did.
    """

    read: int
    kept: int
    edited: int
    dropped: int
    failed: int
    split: int = 0
    merged: int = 0
    born: int = 0


def totals(account: RunAccount, edited: int) -> Totals:
    """The five numbers; `edited` (distinct surviving records with an edit) is counted from the events by the caller."""
    clean = [step.counts for step in account.steps]
    collected = sum(source.records for source in account.sources)
    unread = sum(source.failed for source in account.sources)
    gone = Counts()
    for each in clean:
        gone = gone + each
    last = clean[-1].out if clean else collected
    return Totals(
        read=collected + unread,
        kept=last - edited,
        edited=edited,
        dropped=gone.dropped,
        failed=gone.failed + unread,
        split=gone.split,
        merged=gone.merged,
        born=gone.born,
    )
