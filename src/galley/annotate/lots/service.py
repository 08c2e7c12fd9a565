"""Use cases of lots, without the statistics: make, draw, mark, close, withdraw, return.

What a plan is and what a verdict means belongs to the assessment; it comes in as plain data (`galley.line.lots`). A lot
freezes its items and their answers, then a commitment to all of it, which is stated in the transparency log and whose
SHA-256 is the seed of the sample: nobody can choose a sample, and anybody can draw it again.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from galley.annotate import repo as queue
from galley.annotate.errors import OwnWorkError, ReasonUnknownError
from galley.annotate.lots import repo
from galley.annotate.lots.errors import (
    LotChangedError,
    LotEmptyError,
    LotItemsTakenError,
    LotNotSampledError,
    LotScopeError,
    LotStateError,
    LotTooLargeError,
    LotUnfinishedError,
    LotUnknownError,
)
from galley.annotate.lots.model import LOT_ITEMS_MAX, Lot, LotLabeler, LotReceipt, Mark, NewLot, ReturnScope, SampleItem
from galley.annotate.model import RETURN_REASONS
from galley.annotate.rules import may_review
from galley.kernel.canonical import canonical_json, digest_of
from galley.kernel.clock import Clock
from galley.kernel.draw import sample
from galley.kernel.errors import invariant
from galley.kernel.merkle import tree_root
from galley.store.database import Connection, Database

__all__ = [
    "close",
    "commit",
    "commitment_of",
    "draw",
    "drawn_items",
    "frozen_items",
    "get",
    "give_back",
    "labelers",
    "make",
    "mark",
    "marks",
    "page",
    "returned",
    "sample_page",
    "sampled",
    "series",
    "withdraw",
]

_FORMAT: Final = "galley/lot/v1"
_PREFER_SECONDS: Final = 24 * 3600.0
_RETURNS_A_TRANSACTION: Final = 200

Planned = tuple[Any, Any]
"""(terms, plan) as plain data."""


# --- making ------------------------------------------------------------------------------------------------------


def make(database: Database, clock: Clock, new: NewLot, plan: Callable[[int], Planned]) -> Lot:
    """Freeze the items that fit into a lot and plan it; `plan` is asked with their number.

    A child takes over the items of its parent, which must be closed or withdrawn after its draw, and all of which must
    be finished again. Raises LotEmptyError, LotTooLargeError, LotItemsTakenError, LotUnfinishedError, LotStateError.
    """
    with database.transaction() as connection:
        wanted = None if new.parent is None else _superseded(connection, new.parent)
        pick = new.pick
        facts: dict[str, Any] = {"project": new.project, "stage": new.stage, "parent": new.parent}
        if pick.items is not None and new.parent is None:
            taken = repo.taken_item(connection, facts | {"items": list(pick.items)})
            if taken is not None:
                raise LotItemsTakenError(item=taken[0], lot=taken[1])
        lot = repo.insert_lot(
            connection,
            facts
            | {
                "name": new.name,
                "series": new.series,
                "resumes": new.resumes,
                "created_by": new.created_by,
                "now": clock.now(),
            }
            | {"pick": _text(pick)},
        )
        conditions = {name: getattr(pick, name) for name in ("batch", "labeler", "since", "until")}
        conditions |= {"items": None if pick.items is None else list(pick.items)}
        count = repo.take_items(connection, facts | conditions | {"lot": lot, "limit": pick.limit or LOT_ITEMS_MAX + 1})
        if count > LOT_ITEMS_MAX:
            raise LotTooLargeError(most=LOT_ITEMS_MAX)
        if wanted is not None and count < wanted:
            raise LotUnfinishedError(lot=new.parent, count=wanted - count)
        if count < 2:
            raise LotEmptyError(count=count)
        return _planned(connection, lot, plan(count))


def _superseded(connection: Connection, parent: int) -> int:
    """Take the items from the parent; how many."""
    found = _locked(connection, parent)
    if found.state not in ("accepted", "rejected") and not (found.state == "withdrawn" and found.commitment):
        raise LotStateError(lot=parent, state=found.state, wish="followed by another")
    freed = repo.free_items(connection, parent)
    if not freed:
        raise LotStateError(lot=parent, state="followed by another lot already", wish="followed by another")
    return freed


def _planned(connection: Connection, lot: int, planned: Planned) -> Lot:
    answers = repo.lot_answers(connection, lot)
    terms, plan = planned
    facts = {
        "lot": lot,
        "size": len(answers),
        "items_root": tree_root([item.encode() for item, _ in answers]).hex(),
        "answers_root": tree_root([canonical_json([item, revisions]) for item, revisions in answers]).hex(),
        "terms": _text(terms),
        "plan": _text(plan),
    }
    repo.plan_lot(connection, facts)
    return _found(connection, lot)


# --- drawing -----------------------------------------------------------------------------------------------------


def commitment_of(lot: Lot, beacon: str = "") -> dict[str, Any]:
    """Everything the draw depends on; the SHA-256 of its canonical JSON is the seed."""
    return {
        "format": _FORMAT,
        "lot": lot.id,
        "project": lot.project,
        "stage": lot.stage,
        "series": lot.series,
        "parent": lot.parent,
        "size": lot.size,
        "items_root": lot.items_root,
        "answers_root": lot.answers_root,
        "terms": lot.terms,
        "plan": lot.plan,
        "beacon": beacon,
    }


def drawn_items(commitment: Any, items: list[str], size: int) -> list[str]:
    """The sample that follows from a commitment: anybody with the list of items can draw it again."""
    return sample(items, size, bytes.fromhex(digest_of(commitment)))


def commit(database: Database, lot: int, *, beacon: str = "") -> Lot:
    """Fix the commitment that will draw a lot's sample, once: later calls, with another beacon too, find it fixed.

    `beacon`: public randomness from after the lot was made. Raises LotStateError when the lot is closed or withdrawn.
    """
    with database.transaction() as connection:
        found = _locked(connection, lot)
        if found.state not in ("open", "drawn"):
            raise LotStateError(lot=lot, state=found.state, wish="drawn")
        if found.stated is None and found.commitment is None:
            repo.commit_lot(connection, lot, canonical_json(commitment_of(found, beacon)).decode())
        return _found(connection, lot)


def draw(database: Database, clock: Clock, lot: int, size: int, receipt: LotReceipt) -> Lot:
    """Draw the sample of a lot whose commitment is fixed and stated, once; drawing again returns what was drawn."""
    with database.transaction() as connection:
        found = _locked(connection, lot)
        if found.state == "drawn":
            return found
        if found.state != "open" or found.stated is None:
            raise LotStateError(lot=lot, state=found.state, wish="drawn")
        items = [item for item, _ in repo.lot_answers(connection, lot)]
        drawn = drawn_items(msgspec.json.decode(found.stated), items, size)
        facts = {"lot": lot, "envelope": receipt.envelope, "log_index": receipt.index, "now": clock.now()}
        repo.draw_lot(connection, facts, drawn)
        return _found(connection, lot)


# --- inspecting --------------------------------------------------------------------------------------------------


def mark(database: Database, clock: Clock, lot: int, finding: Mark, inspector: int) -> None:
    """Write what an inspector found about a drawn item; their own finding may be replaced until the lot is closed.

    Raises LotNotSampledError, OwnWorkError, LotChangedError when the answer is not the frozen one any more.
    """
    if finding.wrong and finding.reason not in RETURN_REASONS:
        raise ReasonUnknownError(reason=finding.reason, known=", ".join(RETURN_REASONS))
    with database.transaction() as connection:
        found = _locked(connection, lot)
        if found.state != "drawn":
            raise LotStateError(lot=lot, state=found.state, wish="inspected")
        drawn = repo.sample_item(connection, lot, finding.item)
        if drawn is None:
            raise LotNotSampledError(item=finding.item, lot=lot)
        if not may_review(inspector, drawn.labelers):
            raise OwnWorkError(labeler=inspector, item=finding.item)
        if repo.changed_items(connection, lot, finding.item):
            raise LotChangedError(lot=lot, count=1)
        facts = {"lot": lot, "item": finding.item, "wrong": finding.wrong, "note": finding.note}
        facts |= {"reason": finding.reason if finding.wrong else None, "inspector": inspector, "now": clock.now()}
        if not repo.mark_item(connection, facts):
            raise LotNotSampledError(item=finding.item, lot=lot)


def sampled(database: Database, project: int, lot: int, item: str) -> SampleItem:
    """One drawn item of a lot of this project; raises LotUnknownError, LotNotSampledError."""
    get(database, project, lot)
    with database.connection() as connection:
        found = repo.sample_item(connection, lot, item)
    if found is None:
        raise LotNotSampledError(item=item, lot=lot)
    return found


def marks(database: Database, lot: int) -> list[bool | None]:
    """The findings so far in the order of the draw: True wrong, False right, None not inspected."""
    with database.connection() as connection:
        return repo.marks(connection, lot)


def close(
    database: Database, clock: Clock, lot: int, judge: Callable[[Lot, list[bool | None]], tuple[str, int, Any]]
) -> Lot:
    """Close a lot with the verdict of its marks; `judge` says (accepted | rejected | open, items missing, facts).

    Raises LotUnfinishedError while the plan wants more, LotChangedError when any answer of the lot is another by now.
    """
    with database.transaction() as connection:
        found = _locked(connection, lot)
        if found.state != "drawn":
            raise LotStateError(lot=lot, state=found.state, wish="closed")
        verdict, missing, facts = judge(found, repo.marks(connection, lot))
        if verdict == "open":
            raise LotUnfinishedError(lot=lot, count=missing)
        changed = repo.changed_items(connection, lot)
        if changed:
            raise LotChangedError(lot=lot, count=changed)
        repo.close_lot(connection, {"lot": lot, "state": verdict, "verdict": _text(facts), "now": clock.now()})
        return _found(connection, lot)


def withdraw(database: Database, clock: Clock, lot: int, reason: str) -> Lot:
    """Take a lot back. Before the draw its items are free again; after it they stay with it until a child takes them."""
    with database.transaction() as connection:
        found = _locked(connection, lot)
        if found.state not in ("open", "drawn"):
            raise LotStateError(lot=lot, state=found.state, wish="withdrawn")
        if found.state == "open" and found.stated is not None:  # whoever knows the sample cannot get another one
            raise LotStateError(lot=lot, state="committed to a sample", wish="withdrawn before it is drawn")
        if found.state == "open":
            repo.free_items(connection, lot)
        repo.withdraw_lot(connection, {"lot": lot, "reason": reason, "now": clock.now()})
        return _found(connection, lot)


def give_back(
    database: Database, clock: Clock, lot: int, scope: ReturnScope, *, reason: str, labeler: int | None = None
) -> int:
    """Return work of a closed lot to the people who did it; how many answers. Doing it again returns what is left.

    `failing` returns the items found wrong, `labeler` all answers of one person, `whole` everything. Each answer goes the
    way a reviewer's return goes: its slot is void, its next attempt waits for the same person first.
    """
    if reason not in RETURN_REASONS:
        raise ReasonUnknownError(reason=reason, known=", ".join(RETURN_REASONS))
    if (scope == "labeler") != (labeler is not None):
        raise LotScopeError(scope=scope, labeler=labeler)
    with database.connection() as connection:
        found = _found(connection, lot)
        if found.state not in ("accepted", "rejected"):
            raise LotStateError(lot=lot, state=found.state, wish="returned")
        facts = {"lot": lot, "failing": scope == "failing", "labeler": labeler}
        slots = repo.returnable_slots(connection, facts)
    returned = 0
    for start in range(0, len(slots), _RETURNS_A_TRANSACTION):
        with database.transaction() as connection:
            for slot, item in slots[start : start + _RETURNS_A_TRANSACTION]:
                returned += _return_one(connection, clock, lot, slot, item, reason)
    return returned


def labelers(database: Database, project: int, lot: int) -> list[LotLabeler]:
    """Who answered in a closed lot: before, an inspector decides without knowing. LotUnknownError, LotStateError."""
    found = get(database, project, lot)
    if found.state not in ("accepted", "rejected"):
        raise LotStateError(lot=lot, state=found.state, wish="asked who answered in it")
    with database.connection() as connection:
        return repo.lot_labelers(connection, lot)


def _return_one(connection: Connection, clock: Clock, lot: int, slot: int, item: str, reason: str) -> int:
    held = queue.lock_slot(connection, slot)
    if held is None or held["state"] != "submitted":
        return 0
    now = clock.now()
    again = queue.return_slot(connection, {"slot": slot, "reason": reason, "seconds": _PREFER_SECONDS, "now": now})
    invariant(again is not None, "a submitted slot can be returned", slot=slot)
    facts = {"lot": lot, "slot": slot, "item": item, "again": again, "reason": reason, "now": now}
    repo.insert_return(connection, facts)
    return 1


# --- reading -----------------------------------------------------------------------------------------------------


def get(database: Database, project: int, lot: int) -> Lot:
    """One lot of a project; raises LotUnknownError."""
    with database.connection() as connection:
        found = repo.find_lot(connection, lot)
    if found is None or found.project != project:
        raise LotUnknownError(lot=lot)
    return found


def page(database: Database, project: int, *, before: int | None = None, limit: int = 50) -> list[Lot]:
    """Lots of a project, newest first."""
    with database.connection() as connection:
        return repo.lots_page(connection, project, before or 2**62, limit)


def series(database: Database, project: int, name: str) -> list[Lot]:
    """The closed lots of a series on original inspection, oldest first."""
    with database.connection() as connection:
        return repo.series_lots(connection, project, name)


def frozen_items(database: Database, lot: int) -> list[str]:
    """Every item of a lot, by id: what the sample was drawn from."""
    with database.connection() as connection:
        return [item for item, _ in repo.lot_answers(connection, lot)]


def sample_page(database: Database, lot: int, *, after: int = 0, limit: int = 100) -> list[SampleItem]:
    """Drawn items after a rank, in the order of the draw."""
    with database.connection() as connection:
        return repo.sample_page(connection, lot, after, limit)


def returned(database: Database, lot: int) -> int:
    """How many answers a lot has returned."""
    with database.connection() as connection:
        return repo.returned_count(connection, lot)


def _found(connection: Connection, lot: int) -> Lot:
    found = repo.find_lot(connection, lot)
    if found is None:
        raise LotUnknownError(lot=lot)
    return found


def _locked(connection: Connection, lot: int) -> Lot:
    found = repo.find_lot(connection, lot, lock=True)
    if found is None:
        raise LotUnknownError(lot=lot)
    return found


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
