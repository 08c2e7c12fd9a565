"""Use cases of the hot path: the requests of many people on one project as one durable transaction.

Nothing lives only in memory: what is answered is committed, and what a process remembers (`Memory`) are hints that
save work and are compared with the database or may be forgotten. Whoever a batch could not serve asks the exact claim
of `annotate.service`; the unique indexes stay the last guard, and a batch they refuse is tried again in halves.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from galley.annotate import service
from galley.annotate.errors import AnswerBodyError, SlotUnknownError
from galley.annotate.model import Project, Receipt
from galley.annotate.work import repo
from galley.annotate.work.checking import Schemas, check_answers
from galley.annotate.work.errors import ProjectMissingError
from galley.annotate.work.hidden import hidden_fields, without
from galley.annotate.work.model import (
    ANY_POOL,
    HEAD,
    Answered,
    Asker,
    Demands,
    Entry,
    Facts,
    Free,
    Handed,
    Node,
    Outcome,
    Place,
    Refused,
    SchemaAt,
    Submission,
    Want,
)
from galley.annotate.work.rules import asked_together, demands, pairs, refusal, rework_only, schema_at, schemas_of
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store.database import Connection, Database

__all__ = ["Desk", "claim_exactly", "forget_preferences", "held_contents", "held_items", "labeler_of", "renew", "serve"]

Result = Outcome | GalleyError

_PREFERENCES_A_STATEMENT: Final = 1000


class Desk(msgspec.Struct):
    """Where the people of one node are served by one process, one batch at a time.

    `facts` and `place` are memory: the project as of the last batch, which every batch compares with its row, and where
    in the queue the last batch left off, behind which lie mostly finished slots.
    """

    database: Database
    clock: Clock
    schemas: Schemas
    node: Node
    facts: Facts | None = None
    place: Place = HEAD

    def demands(self) -> Demands:
        """What the node asks and gives; raises ProjectMissingError."""
        if self.facts is None:
            with self.database.connection() as connection:
                self.facts = repo.node(connection, self.node.project)()
        if self.facts is None:
            raise ProjectMissingError(project=self.node.project)
        return demands(self.facts, self.node)

    def at(self, pool: str) -> "Desk":
        """The desk of another pool of the same stage."""
        return msgspec.structs.replace(self, node=msgspec.structs.replace(self.node, pool=pool), place=HEAD)


class _SchemaChanged(Exception):
    """Answers were checked against a label schema while the project got another."""


class _Changed(Exception):
    def __init__(self, facts: Facts | None) -> None:
        super().__init__()
        self.facts = facts


class _Given(msgspec.Struct):
    """What one transaction did."""

    revisions: dict[repo.Key, int]
    leases: dict[int, list[Handed]]
    refused: dict[int, Refused]


# --- a batch ---------------------------------------------------------------------------------------------------------


def serve(desk: Desk, entries: Sequence[Entry]) -> list[Result]:
    """Serve requests of one node together; what became of each, in their order.

    A bad answer fails alone and keeps its lease. An answer whose lease ran out counts while nobody else took the slot;
    one whose lease is lost is stored as an orphan; one that was stored before gets its receipt again. Leases held
    count as given, so who failed to hear of them gets the same.
    """
    under: _Under = lambda _: ()  # noqa: E731  # nobody answers
    if any(entry.answer is not None for entry in entries):
        try:
            desk.demands()
        except ProjectMissingError as problem:
            return [problem] * len(entries)
        under = _under(desk, [entry.answer.slot for entry in entries if entry.answer is not None])
    checked = check_answers(entries, desk.schemas, under, functools.partial(_contents, desk))
    good = [entry for entry, found in zip(entries, checked, strict=True) if not isinstance(found, GalleyError)]
    answers = [found for found in checked if isinstance(found, Answered)]
    try:
        given = _transact(desk, good, answers) if good else _Given({}, {}, {})
    except (psycopg.IntegrityError, psycopg.DataError) as problem:
        return _apart(desk, entries, problem)
    except ProjectMissingError as problem:
        return [problem] * len(entries)
    except _SchemaChanged:
        return serve(desk, entries)  # nothing is stored yet, and what is remembered is the new one now
    late = _late(desk, [answer for answer in answers if _key(answer) not in given.revisions])
    return [
        found if isinstance(found, GalleyError) else _outcome(desk, entry, found, given, late)
        for entry, found in zip(entries, checked, strict=True)
    ]


_Under = Callable[[Submission], Sequence[SchemaAt]]


def _under(desk: Desk, slots: Sequence[int]) -> _Under:
    """Which label schemas answers may be under; where a project had but one, nothing needs to be looked up."""
    facts, leases = desk.facts, dict[int, tuple[UUID, datetime]]()
    if facts is not None and len(facts.versions) > 1:
        with desk.database.connection() as connection:
            leases = repo.lease_times(connection, desk.node.project, slots)
    return lambda sent: [] if facts is None else schemas_of(facts, sent.token, leases.get(sent.slot))


def _contents(desk: Desk, slots: Sequence[int]) -> dict[int, str]:
    with desk.database.connection() as connection:
        found = repo.contents(connection, desk.node.project, slots)
    hidden = hidden_fields(desk.facts.settings) if desk.facts else ()
    return {slot: without(text, hidden) for slot, text in found.items()} if hidden else found


def _key(answer: Answered) -> repo.Key:
    return answer.submission.slot, answer.labeler, answer.submission.client_id


def _apart(desk: Desk, entries: Sequence[Entry], problem: psycopg.Error) -> list[Result]:
    """The batch in halves, so that what the database refuses fails alone."""
    desk.place = HEAD
    if len(entries) > 1:
        middle = len(entries) // 2
        return [*serve(desk, entries[:middle]), *serve(desk, entries[middle:])]
    entry = entries[0]
    if entry.answer is None:
        return [Outcome(short=entry.count)]  # the exact claim tries again until it fits
    if entry.count == 0:
        return [AnswerBodyError(reason=str(problem).partition("\n")[0])]
    alone = serve(desk, [msgspec.structs.replace(entry, count=0)])[0]
    return [alone if isinstance(alone, GalleyError) else msgspec.structs.replace(alone, short=entry.count)]


def _transact(desk: Desk, entries: Sequence[Entry], answers: Iterable[Answered]) -> _Given:
    """Store, choose, lease and commit: two round trips, a third when the queue must be looked at from its head."""
    wants = asked_together([Want(entry.labeler, entry.count) for entry in entries])
    first: dict[tuple[int, str, int], Answered] = {}
    for answer in answers:
        first.setdefault((answer.submission.slot, str(answer.submission.token), answer.labeler), answer)
    # In the order of the slots everywhere, so that two batches never wait for each other in a circle.
    chosen = [first[lease] for lease in sorted(first)]

    def work(connection: Connection) -> _Given:
        while True:
            try:
                return _attempt(desk, connection, wants, chosen)
            except _Changed as changed:
                before, desk.facts, desk.place = desk.facts, changed.facts, HEAD
                if changed.facts is None:
                    raise ProjectMissingError(project=desk.node.project) from None
                if chosen and (before is None or before.versions != changed.facts.versions):
                    raise _SchemaChanged from None

    return desk.database.retried(work)


def _attempt(desk: Desk, connection: Connection, wants: dict[int, int], answers: Sequence[Answered]) -> _Given:
    known, project, now = desk.facts, desk.node.project, desk.clock.now()
    question = _question(desk.node, known, wants, now) if known is not None and wants else None
    given = _Given({}, {}, {})
    leased = None
    with connection.pipeline() as pipeline, connection.transaction():
        fresh = repo.node(connection, project)
        stored = repo.submit_batch(connection, project, answers, now) if answers else None
        asking = repo.askers(connection, question) if question else None
        opened = repo.open_slots(connection, question, desk.place) if question else None
        pipeline.sync()  # all of it in one round trip; without this every answer would be asked for by itself
        current = fresh()
        if known is None or current != known:
            raise _Changed(current)
        if stored is not None:
            given.revisions = stored()
        if question and asking is not None and opened is not None:
            leased = _choose(desk, connection, question, asking(), opened(), given.refused)
    if leased is not None:
        given.leases = _handed(connection, desk.node, known, leased())
    return given


def _question(node: Node, facts: Facts, wants: dict[int, int], now: datetime) -> dict[str, Any]:
    needs = demands(facts, node)
    return {
        "project": node.project,
        "stage": node.stage,
        "pool": needs.pools[0] if node.pool == ANY_POOL else node.pool,
        "now": now,
        "workers": list(wants),
        "counts": list(wants.values()),
        "skills": list(needs.skills),
        "levels": list(needs.skills.values()),
        "seconds": needs.seconds,
        "rework_only": rework_only(facts),
    }


def _choose(
    desk: Desk,
    connection: Connection,
    question: dict[str, Any],
    asked: Sequence[Asker],
    free: list[Free],
    refused: dict[int, Refused],
) -> repo.Wait[list[tuple[Any, ...]]] | None:
    """Send the leases that follow from who asks and what is free."""
    wants: list[Want] = []
    held: list[int] = []
    for asker, count in zip(asked, question["counts"], strict=True):
        reason = refusal(desk.facts, asker) if desk.facts else None
        if reason is not None:
            refused[asker.worker] = reason
            continue
        if not asker.gate_open:
            continue  # the exact claim waits for the other one
        held += asker.held
        if len(asker.held) < count:
            wants.append(Want(asker.worker, count - len(asker.held)))
    lacking = sum(want.lack for want in wants)
    if len(free) < lacking and desk.place != HEAD:
        desk.place = HEAD
        locked = {slot.id for slot in free}
        free += [slot for slot in repo.open_slots(connection, question, HEAD)() if slot.id not in locked]
    elif free:
        last = max(free, key=lambda slot: (slot.urgency, slot.rkey))
        desk.place = Place(last.urgency, last.rkey)
    taken = pairs(free, wants)
    if not taken and not held:
        return None
    slots, workers = [slot for slot, _ in taken], [worker for _, worker in taken]
    return repo.lease(connection, {**question, "slots": slots, "workers": workers, "held": held})


def _handed(
    connection: Connection, node: Node, facts: Facts, rows: Sequence[tuple[Any, ...]]
) -> dict[int, list[Handed]]:
    """The rows of leases by labeler, with the answers they are about."""
    rework = [row[0] for row in rows if row[6] > 1]
    targets = [row[5] for row in rows if row[5] is not None]
    hidden = hidden_fields(facts.settings)
    returned = repo.returned(connection, rework) if rework else {}
    reviewed = repo.reviewed(connection, targets) if targets else {}
    found: dict[int, list[Handed]] = {}
    for slot, worker, item, slot_no, pool, target, attempt, token, until, content, leased_at in rows:
        schema = schema_at(facts, leased_at)
        handed = Handed(
            slot=slot,
            item=item,
            slot_no=slot_no,
            target=target,
            stage=node.stage,
            pool=pool,
            attempt=attempt,
            token=token,
            until=until,
            schema_version=schema.version,
            label_schema=schema.sha256,
            guideline_version=facts.guideline_version,
            content=None if content is None else msgspec.Raw(without(content, hidden).encode()),
            before=returned.get(slot) if target is None else reviewed.get(target),
        )
        found.setdefault(worker, []).append(handed)
    return found


def _late(desk: Desk, answers: Sequence[Answered]) -> dict[repo.Key, Receipt | GalleyError]:
    """Receipts of the answers without a lease: stored before, stored now because nobody else took the slot, or kept as
    orphans for a lead.
    """
    found: dict[repo.Key, Receipt | GalleyError] = {}
    if not answers:
        return found
    with desk.database.connection() as connection:
        ours = repo.of_project(connection, desk.node.project, [answer.submission.slot for answer in answers])
    for answer in answers:
        slot = answer.submission.slot
        if slot not in ours:
            found[_key(answer)] = SlotUnknownError(slot=slot)
            continue
        sent = answer.submission
        facts: dict[str, Any] = {"slot": slot, "labeler": answer.labeler, "client_id": sent.client_id}
        facts |= {"token": sent.token, "guideline_version": sent.guideline_version}
        facts |= {"body": answer.text, "sha256": answer.sha256, "now": desk.clock.now()}
        facts |= {"schema_version": answer.schema_version, "activity": sent.activity}
        try:
            found[_key(answer)] = desk.database.retried(functools.partial(service.submit_late, facts=facts))
        except GalleyError as problem:
            found[_key(answer)] = problem
    return found


def _outcome(
    desk: Desk, entry: Entry, answer: Answered | None, given: _Given, late: dict[repo.Key, Receipt | GalleyError]
) -> Result:
    receipt: Receipt | None = None
    if answer is not None:
        revision = given.revisions.get(_key(answer))
        told = late[_key(answer)] if revision is None else Receipt(accepted=True, revision=revision)
        if isinstance(told, GalleyError):
            return told
        receipt = told
    # One that had run out may have been given again in this very batch, before its answer was looked at.
    own = answer.submission.slot if answer is not None else None
    leases = tuple([lease for lease in given.leases.get(entry.labeler, ()) if lease.slot != own][: entry.count])
    refused = given.refused.get(entry.labeler) if entry.count else None
    draining = desk.facts is not None and rework_only(desk.facts)
    return Outcome(
        receipt=receipt,
        leases=leases,
        refused=refused,
        schema=desk.facts.schema_sha256 if desk.facts else "",
        guideline=desk.facts.guideline if desk.facts else None,
        short=0 if refused or draining else entry.count - len(leases),
    )


# --- what a batch cannot do --------------------------------------------------------------------------------------------


def claim_exactly(desk: Desk, labeler: int, count: int) -> tuple[Handed, ...]:
    """Look through the whole pool for what this one labeler may have, and take back leases that ran out.

    For whoever the batch left short: everything near the head is barred to them, or another claim of theirs was running.
    """
    needs = desk.demands()
    facts = desk.facts
    if facts is None:
        return ()
    pool = needs.pools[0] if desk.node.pool == ANY_POOL else desk.node.pool
    # The claim reads nothing of a project but its id.
    project = Project(
        id=desk.node.project,
        line="",
        purpose="",
        name="",
        schema_sha256=facts.schema_sha256,
        schema_version=facts.schema_version,
        salt="",
    )
    request = service.Request(stage=desk.node.stage, count=count, pools=(pool,), seconds=needs.seconds)
    leases = service.claim(desk.database, desk.clock, project, labeler, request)
    if not leases:
        return ()
    with desk.database.connection() as connection:
        rows = repo.handouts(connection, labeler, [lease.slot for lease in leases])
        return tuple(_handed(connection, desk.node, facts, rows).get(labeler, ()))


def renew(desk: Desk, labeler: int) -> list[int]:
    """Heartbeat: extend every lease a labeler holds in the project; the slots they hold."""
    seconds = desk.demands().seconds
    now = desk.clock.now()
    return desk.database.retried(
        lambda connection: repo.renew_project(connection, desk.node.project, labeler, now, seconds)
    )


def labeler_of(database: Database, clock: Clock, person: int) -> int:
    """The labeler that a person is in the organisation, made at first use."""
    with database.connection() as connection:
        found = repo.find_person(connection, person)
        return repo.insert_person(connection, person, clock.now()) if found is None else found


def held_contents(desk: Desk, labeler: int, slots: Sequence[int]) -> dict[int, str]:
    """Slot → what people see of its item, JSON text, of those of this project that the labeler holds."""
    desk.demands()
    hidden = hidden_fields(desk.facts.settings) if desk.facts else ()
    with desk.database.connection() as connection:
        mine = repo.of_project(connection, desk.node.project, slots)
        rows = repo.handouts(connection, labeler, sorted(mine)) if mine else []
    return {int(slot): without(str(content or "null"), hidden) for slot, *_, content, _ in rows}


def held_items(database: Database, project: int, labeler: int, items: Sequence[str]) -> set[str]:
    """Those of some items of a project that a labeler holds, at whatever stage."""
    with database.connection() as connection:
        return repo.held_items(connection, project, labeler, items)


def forget_preferences(house: Database, clock: Clock, limit: int = _PREFERENCES_A_STATEMENT) -> int:
    """Duty: give returned work to anybody once the person it waited for did not come; how many slots."""
    with house.connection() as connection:
        return repo.forget_preference(connection, clock.now(), limit)
