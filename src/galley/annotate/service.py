"""Use cases of the annotation queue: open projects, fill them, claim, submit, read.

People, models, simulations and imports are all labelers of one queue. Time is passed to the database, never read
there, so that a test or a replay can set it. Reviews and late answers are in `annotate.review`.
"""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
import psycopg

from galley.annotate import repo
from galley.annotate.answers import StoredAnswer
from galley.annotate.errors import (
    LabelerKindError,
    LeaseLostError,
    ProjectSchemaError,
    ProjectUnknownError,
    ReasonUnknownError,
    SlotUnknownError,
)
from galley.annotate.model import (
    SKIP_REASONS,
    Answer,
    Event,
    Judgement,
    Labeler,
    LabelerKind,
    Lease,
    Placed,
    Project,
    Receipt,
    Revision,
    SlotRow,
    Stage,
)
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.store.database import Connection, Database
from galley.store.errors import DatabaseBusyError

__all__ = [
    "Batch",
    "Request",
    "add_items",
    "claim",
    "ensure_labeler",
    "ensure_slots",
    "expire",
    "find_project",
    "get_project",
    "history",
    "judgements",
    "labelers",
    "open_project",
    "outbox",
    "place_many",
    "progress",
    "projects",
    "release",
    "renew",
    "reprioritise",
    "skip",
    "slots_of",
    "store_late",
    "submit",
    "submit_late",
    "submit_many",
    "void_slots",
]

T = TypeVar("T")

_ITEMS_A_STATEMENT: Final = 5000
_ANSWERS_A_STATEMENT: Final = 2000
_JUDGEMENTS_A_PAGE: Final = 2000
_ITEMS_WORTH_ANALYSING: Final = 2000
_CLAIM_ATTEMPTS: Final = 50
_EXPIRE_LIMIT: Final = 1000


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a labeler asks for: up to `count` slots of a stage, from the first pools on, leased for `seconds`."""

    stage: Stage = "label"
    count: int = 1
    pools: tuple[str, ...] = ("",)
    seconds: float = 1800.0  # see rules.lease_seconds


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """How slots are made for items: how many each, where, and how urgent."""

    overlap: int = 1
    pool: str = ""
    priority: int = 0  # higher comes first
    gold: frozenset[str] = frozenset()  # items whose answer is known; nobody can tell from the slot


# --- projects, labelers, items ---------------------------------------------------------------------------------------


def ensure_labeler(database: Database, clock: Clock, name: str, kind: LabelerKind) -> Labeler:
    """The labeler of that name, registered at first use; raises LabelerKindError when it is of another kind."""
    with database.connection() as connection:
        found = repo.insert_labeler(connection, name, kind, clock.now())
    if found.kind != kind:
        raise LabelerKindError(name=name, known=found.kind, kind=kind)
    return found


def labelers(database: Database) -> list[Labeler]:
    """All labelers of the workspace."""
    with database.connection() as connection:
        return repo.labelers(connection)


def open_project(
    database: Database, clock: Clock, *, line: str, purpose: str, schema_sha256: str, schema_version: int = 1
) -> Project:
    """The line's project for a purpose, made at first use; raises ProjectSchemaError for another label schema."""
    facts = {
        "line": line,
        "purpose": purpose,
        "name": f"{line} · {purpose}",
        "schema_sha256": schema_sha256,
        "schema_version": schema_version,
        "salt": f"{line}\n{purpose}",
        "now": clock.now(),
    }
    with database.connection() as connection:
        found = repo.insert_project(connection, facts)
    if (found.schema_sha256, found.schema_version) != (schema_sha256, schema_version):
        raise ProjectSchemaError(line=line, purpose=purpose)
    return found


def find_project(database: Database, line: str, purpose: str) -> Project | None:
    """The line's project for a purpose, or None."""
    with database.connection() as connection:
        return repo.project(connection, line, purpose)


def get_project(database: Database, line: str, purpose: str) -> Project:
    """The line's project for a purpose; raises ProjectUnknownError."""
    found = find_project(database, line, purpose)
    if found is None:
        raise ProjectUnknownError(line=line, purpose=purpose)
    return found


def projects(database: Database) -> list[Project]:
    """All projects of the workspace."""
    with database.connection() as connection:
        return repo.projects(connection)


def add_items(database: Database, project: Project, items: Iterable[str], batch: Batch | None = None) -> int:
    """Queue records for labelling, `overlap` slots each; how many were new. Items already there are left as they are."""
    made = batch or Batch()
    added = 0
    for chunk in _chunks(items, _ITEMS_A_STATEMENT):
        facts = {
            "project": project.id,
            "items": chunk,
            "overlap": made.overlap,
            "pool": made.pool,
            "priority": made.priority,
            "gold": sorted(made.gold.intersection(chunk)),
        }
        added += database.retried(functools.partial(repo.add_items, facts=facts))
    if added >= _ITEMS_WORTH_ANALYSING:
        with database.connection() as connection:
            repo.analyse(connection)
    return added


def ensure_slots(
    database: Database, project: Project, stage: Stage, items: Iterable[str], batch: Batch | None = None
) -> int:
    """Bring every item to `overlap` live slots (ready, leased or submitted) in a stage; how many slots were added.

    For third opinions (`label`, overlap 3) and adjudication. Doing it again adds nothing.
    """
    invariant(stage != "review", "reviews are opened per slot by annotate.review.add_reviews")
    made = batch or Batch()
    added = 0
    for chunk in _chunks(items, _ITEMS_A_STATEMENT):
        facts: dict[str, Any] = {"project": project.id, "stage": stage, "items": chunk, "overlap": made.overlap}
        facts |= {"pool": made.pool, "priority": made.priority}
        with database.transaction() as connection:
            repo.lock_items(connection, project.id, chunk)
            added += repo.ensure_slots(connection, facts)
    return added


def reprioritise(database: Database, project: Project, stage: Stage, priorities: Mapping[str, int]) -> int:
    """Set how urgent items are; how many ready slots changed. Higher comes first."""
    changed = 0
    for chunk in _chunks(sorted(priorities), _ITEMS_A_STATEMENT):
        facts = {"project": project.id, "stage": stage, "items": chunk, "priorities": [priorities[i] for i in chunk]}
        with database.connection() as connection:
            changed += repo.reprioritise(connection, facts)
    return changed


def void_slots(database: Database, clock: Clock, project: Project, slots: Sequence[int], reason: str) -> int:
    """Take slots out of the work; how many were not void yet."""
    facts = {"project": project.id, "slots": list(slots), "reason": reason, "now": clock.now()}
    with database.connection() as connection:
        return repo.void_slots(connection, facts)


# --- claim -----------------------------------------------------------------------------------------------------------


def claim(
    database: Database, clock: Clock, project: Project, labeler: int, request: Request | None = None
) -> list[Lease]:
    """Lease slots to a labeler: first those it holds already (renewed), then new ones; at most `request.count`.

    Never two slots of one item in a stage to one labeler, whatever runs at the same time. Asking again after a lost
    answer returns the same leases. Run-out leases are taken back when nothing else is ready. Paused and closed projects
    give nothing, nor do any to people who are paused there; a draining one gives what was left to finish.
    """
    wanted = request or Request()

    def work(connection: Connection) -> list[Lease]:
        held = _claim_pools(connection, clock, project, labeler, wanted)
        if len(held) < wanted.count and repo.expire(connection, clock.now(), _EXPIRE_LIMIT):
            held = _claim_pools(connection, clock, project, labeler, wanted)
        return held

    return database.retried(work)


def _claim_pools(connection: Connection, clock: Clock, project: Project, labeler: int, wanted: Request) -> list[Lease]:
    held: list[Lease] = []
    # A pool at a time: over several pools at once the index could not give the order, and all of it would be sorted.
    for pool in wanted.pools:
        missing = wanted.count - len(held)
        if missing <= 0:
            break
        facts: dict[str, Any] = {
            "project": project.id,
            "stage": wanted.stage,
            "pool": pool,
            "worker": labeler,
            "k": missing,
        }
        facts |= {"seconds": wanted.seconds, "now": clock.now()}
        found = _claim_one(connection, labeler, {**facts, "wrap": False})
        if len(found) < missing:
            found = _claim_one(connection, labeler, {**facts, "wrap": True})
        held += found
    return held


def _claim_one(connection: Connection, labeler: int, facts: dict[str, Any]) -> list[Lease]:
    for _ in range(_CLAIM_ATTEMPTS):
        try:
            found = repo.claim(connection, facts)
        except psycopg.errors.UniqueViolation:
            # An earlier claim of this labeler ended after our snapshot: its leases are seen by the next attempt.
            continue
        if found is not None:
            return found
        repo.wait_for_gate(connection, labeler)
    raise DatabaseBusyError(reason=f"labeler {labeler} claims from too many places at once")


def renew(database: Database, clock: Clock, labeler: int, seconds: float = 1800.0) -> int:
    """Heartbeat: extend all leases of a labeler from now; how many it holds."""
    return database.retried(lambda connection: repo.renew(connection, labeler, clock.now(), seconds))


def release(database: Database, labeler: int, lease: Lease) -> bool:
    """Give a slot back unanswered; False when the lease was lost already."""
    facts = {"slot": lease.slot, "worker": labeler, "token": lease.token}
    with database.connection() as connection:
        return repo.release(connection, facts)


def skip(database: Database, clock: Clock, labeler: int, lease: Lease, reason: str) -> int:
    """Pass an item on with one of SKIP_REASONS; the id of the slot opened for somebody else.

    Raises LeaseLostError when the lease was lost.
    """
    if reason not in SKIP_REASONS:
        raise ReasonUnknownError(reason=reason, known=", ".join(SKIP_REASONS))
    facts = {"slot": lease.slot, "worker": labeler, "token": lease.token, "reason": reason, "now": clock.now()}
    with database.connection() as connection:
        replacement = repo.skip(connection, facts)
    if replacement is None:
        raise LeaseLostError(slot=lease.slot)
    return replacement


def expire(database: Database, clock: Clock, limit: int = _EXPIRE_LIMIT) -> int:
    """Reaper: make the slots of run-out leases ready again; how many (call again while it returns `limit`)."""
    with database.connection() as connection:
        return repo.expire(connection, clock.now(), limit)


# --- submit ----------------------------------------------------------------------------------------------------------


def submit(database: Database, clock: Clock, labeler: int, answer: Answer) -> Receipt:
    """Store the answer of a leased slot durably. Sending it again (same client_id) gives the same receipt.

    Work is never refused: an answer whose lease ran out counts while nobody else took the slot; when the lease is lost
    it is kept as an orphan and the receipt says why.
    """
    stored = StoredAnswer.of(answer.body)
    facts = {"slot": answer.slot, "token": answer.token, "labeler": labeler, "client_id": answer.client_id}
    facts |= {"body": stored.text, "sha256": stored.sha256, "now": clock.now()}

    def work(connection: Connection) -> Receipt:
        revision = repo.submit(connection, facts)
        if revision is not None:
            return Receipt(accepted=True, revision=revision)
        return submit_late(connection, facts)

    return database.retried(work)


def submit_late(connection: Connection, facts: dict[str, Any]) -> Receipt:
    """The receipt of an answer without a lease: the one given before, that of the slot when the lease only ran out and
    nobody else took it, or an orphan's.
    """
    known = repo.find_receipt(connection, facts)
    revision = repo.submit_lapsed(connection, facts) if known is None else None
    return store_late(connection, facts) if revision is None else Receipt(accepted=True, revision=revision)


def store_late(connection: Connection, facts: dict[str, Any]) -> Receipt:
    """The receipt of an answer whose slot is not leased to its labeler: the one given before, or an orphan's."""
    known = repo.find_receipt(connection, facts)
    if known is None:
        repo.insert_orphan(connection, facts)
        known = repo.find_receipt(connection, facts)
    if known is None:
        raise SlotUnknownError(slot=facts["slot"])
    return known


def submit_many(database: Database, clock: Clock, labeler: int, answers: Iterable[Answer]) -> list[Receipt]:
    """Submit many leased slots of one labeler in few round trips; receipts in the order of the answers."""
    receipts: list[Receipt] = []
    for chunk in _chunks(answers, _ANSWERS_A_STATEMENT):
        stored = [StoredAnswer.of(answer.body) for answer in chunk]
        facts: dict[str, Any] = {
            "labeler": labeler,
            "now": clock.now(),
            "slots": [answer.slot for answer in chunk],
            "tokens": [answer.token for answer in chunk],
            "client_ids": [answer.client_id for answer in chunk],
            "bodies": [body.text for body in stored],
            "sha256s": [body.sha256 for body in stored],
        }
        # The same slot twice in one call: the first is its answer, the second is late, as it would be one by one.
        invariant(len(set(facts["slots"])) == len(chunk), "one answer a slot in a call")
        done = database.retried(functools.partial(repo.submit_many, facts=facts))
        for answer in chunk:
            revision = done.get(answer.slot)
            accepted = Receipt(accepted=True, revision=revision)
            receipts.append(accepted if revision is not None else submit(database, clock, labeler, answer))
    return receipts


def place_many(  # noqa: PLR0913  # two of them have defaults that nearly everybody takes
    database: Database,
    clock: Clock,
    project: Project,
    labeler: int,
    answers: Iterable[tuple[str, Any]],
    *,
    stage: Stage = "label",
    holder: int | None = None,
) -> Placed:
    """Answer (item, body) pairs without leases, for machines, simulations and imports; 2,000 a round trip.

    Each answer takes a ready slot of its item, unless this labeler has answered the item; an item without a free slot
    is reported in `unplaced`. Doing it again after a crash places only what is missing.

    `holder` is the labeler who gave the answers under another name: they are not asked about these items again, review
    none of these answers, and get returned ones first; the answers themselves and the accounts name `labeler`.
    """
    invariant(stage != "review", "reviews are decided one by one")
    placed = already = 0
    unplaced: list[str] = []
    for chunk in _chunks(answers, _ANSWERS_A_STATEMENT):
        items = [item for item, _ in chunk]
        invariant(len(set(items)) == len(items), "one answer an item in a call", labeler=labeler)
        stored = [StoredAnswer.of(body) for _, body in chunk]
        facts = {
            "project": project.id,
            "stage": stage,
            "labeler": labeler,
            "holder": labeler if holder is None else holder,
            "now": clock.now(),
            "items": items,
            "bodies": [body.text for body in stored],
            "sha256s": [body.sha256 for body in stored],
            "client_ids": [f"placed:{stage}:{item}" for item in items],
        }
        done = _again_on_conflict(database, functools.partial(repo.place_many, facts=facts))
        placed += len(done)
        if len(done) < len(items):
            with database.connection() as connection:
                before = repo.answered_items(connection, facts) - done
            already += len(before)
            unplaced += [item for item in items if item not in done and item not in before]
    return Placed(placed=placed, already=already, unplaced=tuple(unplaced))


def _again_on_conflict(database: Database, work: Callable[[Connection], T]) -> T:
    for _ in range(_CLAIM_ATTEMPTS):
        try:
            return database.retried(work)
        except psycopg.errors.UniqueViolation:
            continue  # the same labeler placed the same items at the same moment: seen by the next attempt
    raise DatabaseBusyError(reason="one labeler answers from too many places at once")


# --- reading ---------------------------------------------------------------------------------------------------------


def judgements(
    database: Database, project: Project, stage: Stage = "label", items: Sequence[str] | None = None
) -> Iterator[Judgement]:
    """The newest answer of every submitted slot, by item and slot, streamed; of some items when given."""
    if items is not None:
        for chunk in _chunks(sorted(set(items)), _JUDGEMENTS_A_PAGE):
            with database.connection() as connection:
                found = repo.judgements_of(connection, project.id, stage, chunk)
            yield from found
        return
    facts: dict[str, Any] = {"project": project.id, "stage": stage, "item": "", "slot_no": -1}
    while True:
        with database.connection() as connection:
            page = repo.judgements_page(connection, {**facts, "limit": _JUDGEMENTS_A_PAGE})
        yield from page
        if len(page) < _JUDGEMENTS_A_PAGE:
            return
        facts |= {"item": page[-1].item, "slot_no": page[-1].slot_no}


def progress(database: Database, project: Project) -> dict[Stage, dict[str, int]]:
    """Slots by stage and state."""
    found: dict[Any, dict[str, int]] = {}
    with database.connection() as connection:
        for stage, state, slots in repo.progress(connection, project.id):
            found.setdefault(stage, {})[state] = slots
    return found


def slots_of(database: Database, project: Project, items: Sequence[str]) -> list[SlotRow]:
    """Every slot of some items, as it is now."""
    with database.connection() as connection:
        return repo.slot_states(connection, project.id, items)


def history(database: Database, slot: int) -> list[Revision]:
    """Every revision of a slot, oldest first."""
    with database.connection() as connection:
        return repo.history(connection, slot)


def outbox(database: Database, after: tuple[str, int] = ("0", 0), limit: int = 1000) -> list[Event]:
    """Events after a place (tx, id), each exactly once when read from place to place."""
    with database.connection() as connection:
        return repo.outbox_page(connection, after[0], after[1], limit)


def _chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk
