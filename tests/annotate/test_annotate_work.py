"""The hot path on PostgreSQL: batches of claims and answers keep every promise that one at a time keep."""

import uuid
from collections import Counter
from typing import Any

import msgspec
import psycopg
import pytest

from galley.annotate import review, service
from galley.annotate.errors import SlotUnknownError
from galley.annotate.model import Lease, Project, Review
from galley.annotate.service import Batch, Request
from galley.annotate.work import service as work
from galley.annotate.work.checking import Schemas
from galley.annotate.work.errors import ClientIdError, ProjectMissingError
from galley.annotate.work.model import HEAD, Entry, Handed, Node, Outcome, Submission
from galley.annotate.work.service import Desk
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import GalleyError
from galley.labels.errors import ControlMissingError, LabelChoiceError
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data
from galley.store.database import Database
from galley.testing.memory import FakeClock, MemoryBlobs

TOPIC = {"controls": [{"name": "topic", "type": "classify", "options": {"choices": ["World", "Sports"]}}]}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def project(database: Database, clock: FakeClock, blobs: MemoryBlobs) -> Project:
    sha256 = blobs.put(canonical_json(schema_dict(schema_of_data(TOPIC))))
    return service.open_project(database, clock, line="news", purpose="work", schema_sha256=sha256)


@pytest.fixture
def desk(database: Database, clock: FakeClock, blobs: MemoryBlobs, project: Project) -> Desk:
    return Desk(database, clock, Schemas(blobs), Node(1, project.id, "label", ""))


def people(database: Database, clock: FakeClock, count: int) -> list[int]:
    return [work.labeler_of(database, clock, 100 + number) for number in range(count)]


def sql(database: Database, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with database.connection() as connection:
        cursor = connection.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


def told(result: work.Result) -> Outcome:
    assert isinstance(result, Outcome), result
    return result


def claims(desk: Desk, workers: list[int], count: int = 1) -> list[tuple[Handed, ...]]:
    return [told(found).leases for found in work.serve(desk, [Entry(labeler=w, count=count) for w in workers])]


def answer(lease: Handed | Lease, topic: Any = "World", client_id: str = "") -> Submission:
    return Submission(
        slot=lease.slot, token=lease.token, body={"topic": topic}, client_id=client_id or f"c{lease.slot}"
    )


def test_a_batch_gives_each_their_own_and_takes_all_answers(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, [f"i{n:02}" for n in range(30)])
    sql(
        database,
        """INSERT INTO annotate.content (project, item, data) SELECT %s, 'i' || to_char(n, 'FM00'), '{"text":  "x"}'
        FROM generate_series(0, 29) n""",
        project.id,
    )
    workers = people(database, clock, 10)
    first = claims(desk, workers, 2)
    assert Counter(lease.item for leases in first for lease in leases) == Counter(
        lease.item for leases in first for lease in leases[:2]
    )
    assert len({lease.slot for leases in first for lease in leases}) == 20
    assert bytes(first[0][0].content or b"") == b'{"text":  "x"}'  # as it was stored, not read and written again
    entries = [
        Entry(labeler=worker, answer=answer(leases[0]), count=2) for worker, leases in zip(workers, first, strict=True)
    ]
    second = [told(found) for found in work.serve(desk, entries)]
    assert all(found.receipt is not None and found.receipt.accepted for found in second)
    for before, after in zip(first, second, strict=True):
        assert [lease.slot for lease in after.leases][:1] == [before[1].slot]
        assert len(after.leases) == 2
    assert service.progress(database, project) == {"label": {"submitted": 10, "leased": 20}}
    events = sql(database, "SELECT event, labeler, revision FROM annotate.outbox ORDER BY labeler")
    revisions = [found.receipt.revision for found in second if found.receipt]
    assert events == [("submitted", w, r) for w, r in zip(workers, revisions, strict=True)]
    assert {one.body["topic"] for one in service.judgements(database, project)} == {"World"}


def test_sending_again_gives_the_same_receipt_and_the_same_leases(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, ["a", "b", "c"])
    (worker,) = people(database, clock, 1)
    ((lease,),) = claims(desk, [worker])
    entry = Entry(labeler=worker, answer=answer(lease), count=1)
    once = told(work.serve(desk, [entry])[0])
    again = told(work.serve(desk, [entry])[0])
    assert again.receipt == once.receipt
    assert [found.slot for found in again.leases] == [found.slot for found in once.leases]
    together = [told(found) for found in work.serve(desk, [entry, entry])]
    assert [found.receipt for found in together] == [once.receipt, once.receipt]
    assert sql(database, "SELECT count(*) FROM annotate.revision") == [(1,)]
    assert sql(database, "SELECT count(*) FROM annotate.orphan") == [(0,)]


def test_a_bad_answer_fails_alone_and_keeps_its_lease(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, ["a", "b", "c", "d", "e", "f"])
    workers = people(database, clock, 6)
    leases = [found[0] for found in claims(desk, workers)]
    sent = [
        answer(leases[0], "Cooking"),
        answer(leases[1]),
        msgspec.structs.replace(answer(leases[2]), body={}),
        msgspec.structs.replace(answer(leases[3]), client_id="x\x00"),
        msgspec.structs.replace(answer(leases[4]), slot=10**9),
        msgspec.structs.replace(answer(leases[5]), token=uuid.UUID(int=1)),
    ]
    results = work.serve(desk, [Entry(labeler=w, answer=a) for w, a in zip(workers, sent, strict=True)])
    assert [type(found) for found in results] == [
        LabelChoiceError,
        Outcome,
        ControlMissingError,
        ClientIdError,
        SlotUnknownError,
        Outcome,
    ]
    late = told(results[5]).receipt
    assert late is not None
    assert (late.accepted, late.reason) == (False, "taken")
    assert service.progress(database, project) == {"label": {"submitted": 1, "leased": 5}}


def test_what_the_database_refuses_fails_alone(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    """An answer that passes every check of ours and is refused by PostgreSQL does not take the others with it."""
    service.add_items(database, project, [f"i{n}" for n in range(8)])
    workers = people(database, clock, 8)
    leases = [found[0] for found in claims(desk, workers)]
    entries = [
        Entry(labeler=worker, answer=answer(lease), count=1) for worker, lease in zip(workers, leases, strict=True)
    ]
    bad = msgspec.structs.replace(answer(leases[5]), activity="no json")
    entries[5] = Entry(labeler=workers[5], answer=bad, count=1)
    results = work.serve(desk, entries)
    assert [isinstance(found, GalleyError) for found in results] == [n == 5 for n in range(8)]
    assert service.progress(database, project) == {"label": {"submitted": 7, "leased": 1}}


def test_nobody_does_an_item_twice_and_overlap_is_kept(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(12)], Batch(overlap=3))
    workers = people(database, clock, 4)
    did: list[tuple[int, str]] = []
    for _ in range(40):
        got = 0
        for worker, found in zip(workers, work.serve(desk, [Entry(labeler=w, count=2) for w in workers]), strict=True):
            outcome = told(found)
            leases = outcome.leases or work.claim_exactly(desk, worker, 2)
            for lease in leases:
                got += 1
                did.append((worker, lease.item))
                told(work.serve(desk, [Entry(labeler=worker, answer=answer(lease))])[0])
        if not got:
            break
    assert len(did) == 36
    assert max(Counter(did).values()) == 1
    assert set(Counter(item for _, item in did).values()) == {3}


def test_paused_people_and_projects_get_nothing_but_may_submit(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(9)])
    workers = people(database, clock, 3)
    leases = [found[0] for found in claims(desk, workers)]
    for worker, state in zip(workers, ("paused", "blocked"), strict=False):
        sql(
            database,
            "INSERT INTO annotate.standing (project, labeler, state, updated_at) VALUES (%s, %s, %s, now())",
            *(project.id, worker, state),
        )
    results = [
        told(found)
        for found in work.serve(
            desk, [Entry(labeler=w, answer=answer(a), count=1) for w, a in zip(workers, leases, strict=True)]
        )
    ]
    assert [found.refused for found in results] == ["paused", "blocked", None]
    assert [len(found.leases) for found in results] == [0, 0, 1]
    assert all(found.receipt and found.receipt.accepted for found in results)
    sql(database, "UPDATE annotate.project SET state = 'paused'")
    assert told(work.serve(desk, [Entry(labeler=workers[2], count=2)])[0]).refused == "project-paused"
    sql(database, "UPDATE annotate.project SET state = 'draining'")
    drained = told(work.serve(desk, [Entry(labeler=workers[2], count=2)])[0])
    assert (drained.refused, len(drained.leases), drained.short) == (None, 1, 0)
    sql(database, "UPDATE annotate.project SET state = 'open'")
    assert len(claims(desk, [workers[2]], 2)[0]) == 2


def test_a_skill_is_asked_for(desk: Desk, database: Database, clock: FakeClock, project: Project) -> None:
    nodes = [{"kind": "annotate", "name": "zh", "skills": {"chinese": 0.7}}]
    sql(
        database, "UPDATE annotate.project SET settings = %s", msgspec.json.encode({"graph": {"nodes": nodes}}).decode()
    )
    service.add_items(database, project, ["a", "b", "c"], Batch(pool="zh"))
    workers = people(database, clock, 3)
    for worker, level in zip(workers, (0.9, 0.5), strict=False):
        sql(
            database,
            "INSERT INTO annotate.skill (labeler, name, level, updated_at) VALUES (%s, 'chinese', %s, now())",
            *(worker, level),
        )
    zh = Desk(desk.database, desk.clock, desk.schemas, Node(1, project.id, "label", "*"))
    results = [told(found) for found in work.serve(zh, [Entry(labeler=worker, count=1) for worker in workers])]
    assert [found.refused for found in results] == [None, "skill", "skill"]
    assert [lease.pool for lease in results[0].leases] == ["zh"]


def returned(database: Database, clock: FakeClock, project: Project, slot: int, reviewer: int) -> None:
    review.add_reviews(database, project, [slot])
    (lease,) = service.claim(database, clock, project, reviewer, Request(stage="review"))
    verdict = Review(verdict="return", reason="missing", note="看左边")
    review.decide(database, clock, reviewer, lease, verdict, f"r{slot}")


def test_rework_goes_to_its_worker_first_and_says_why(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, ["a", "b", "c", "d"])
    workers = people(database, clock, 3)
    leases = [found[0] for found in claims(desk, workers[:2])]
    for worker, lease in zip(workers, leases, strict=False):
        told(work.serve(desk, [Entry(labeler=worker, answer=answer(lease))])[0])
    returned(database, clock, project, leases[0].slot, workers[2])
    other, mine = (found[0] for found in claims(desk, [workers[1], workers[0]]))
    assert other.item not in (leases[0].item, leases[1].item)
    assert (mine.item, mine.attempt) == (leases[0].item, 2)
    assert mine.before is not None
    assert (mine.before.slot, mine.before.reason, mine.before.note) == (leases[0].slot, "missing", "看左边")
    assert msgspec.json.decode(mine.before.body or b"") == {"topic": "World"}
    # Who does not come in time loses the preference, and anybody may have it.
    told(work.serve(desk, [Entry(labeler=workers[1], answer=answer(other))])[0])
    returned(database, clock, project, other.slot, workers[2])
    ((last,),) = claims(desk, [workers[2]])
    assert last.item != other.item
    clock.advance(25 * 3600)
    house = database.house()
    assert work.forget_preferences(house, clock) == 1
    told(work.serve(desk, [Entry(labeler=workers[2], answer=answer(last))])[0])
    told(work.serve(desk, [Entry(labeler=workers[0], answer=answer(mine))])[0])
    desk.place = HEAD
    assert claims(desk, [workers[2]]) == [()], "who has returned an answer does not give it"
    assert work.claim_exactly(desk, workers[2], 1) == ()
    desk.place = HEAD
    ((rework,),) = claims(desk, [workers[0]])
    assert (rework.item, rework.attempt) == (other.item, 2)


def test_a_review_shows_the_answer_and_is_never_of_ones_own_work(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, ["a", "b"])
    workers = people(database, clock, 2)
    leases = [found[0] for found in claims(desk, workers)]
    for worker, lease in zip(workers, leases, strict=True):
        told(work.serve(desk, [Entry(labeler=worker, answer=answer(lease))])[0])
    review.add_reviews(database, project, [lease.slot for lease in leases])
    reviews = Desk(desk.database, desk.clock, desk.schemas, Node(1, project.id, "review", ""))
    found = [told(one).leases for one in work.serve(reviews, [Entry(labeler=w, count=2) for w in workers])]
    assert [[one.item for one in some] for some in found] == [[leases[1].item], [leases[0].item]]
    before = found[0][0].before
    assert before is not None
    assert msgspec.json.decode(before.body or b"") == {"topic": "World"}


def test_the_place_in_the_queue_is_only_a_hint(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    """What came back behind the place is found when nothing is left before it, and urgent work at the next look."""
    service.add_items(database, project, [f"i{n}" for n in range(6)])
    workers = people(database, clock, 2)
    ((first,),) = claims(desk, workers[:1])
    assert desk.place != HEAD
    sql(
        database,
        """UPDATE annotate.slot SET state = 'ready', worker = NULL, lease_token = NULL, lease_until = NULL,
        leased_at = NULL WHERE id = %s""",
        first.slot,
    )
    seen = {lease.slot for lease in claims(desk, workers[1:], 6)[0]}
    assert len(seen) == 6
    assert first.slot in seen


def test_leases_are_renewed_together_and_a_foreign_project_is_nothing(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    service.add_items(database, project, ["a", "b", "c"])
    (worker,) = people(database, clock, 1)
    (held,) = claims(desk, [worker], 2)
    clock.advance(1000)
    assert sorted(work.renew(desk, worker)) == sorted(lease.slot for lease in held)
    clock.advance(1000)
    assert service.expire(database, clock) == 0
    foreign = Desk(database.of(7), desk.clock, desk.schemas, desk.node)
    results = work.serve(foreign, [Entry(labeler=worker, count=1), Entry(labeler=worker, answer=answer(held[0]))])
    assert [type(found) for found in results] == [ProjectMissingError, ProjectMissingError]


def test_an_answer_to_another_projects_slot_is_not_taken(
    desk: Desk, database: Database, clock: FakeClock, project: Project
) -> None:
    other = service.open_project(database, clock, line="news", purpose="other", schema_sha256=project.schema_sha256)
    service.add_items(database, other, ["a"])
    (worker,) = people(database, clock, 1)
    (lease,) = service.claim(database, clock, other, worker)
    assert isinstance(work.serve(desk, [Entry(labeler=worker, answer=answer(lease))])[0], SlotUnknownError)
    assert sql(database, "SELECT count(*) FROM annotate.orphan") == [(0,)]


def test_spans_are_checked_against_the_content(
    desk: Desk, database: Database, clock: FakeClock, blobs: MemoryBlobs
) -> None:
    schema = {"controls": [{"name": "names", "type": "span", "options": {"labels": ["PER"]}}]}
    sha256 = blobs.put(canonical_json(schema_dict(schema_of_data(schema))))
    project = service.open_project(database, clock, line="ner", purpose="work", schema_sha256=sha256)
    service.add_items(database, project, ["a", "b"])
    sql(
        database,
        """INSERT INTO annotate.content (project, item, data) VALUES (%s, 'a', '{"text": "Ann met Bo"}'),
        (%s, 'b', '{"text": "Ann met Bo"}')""",
        *(project.id, project.id),
    )
    ner = Desk(desk.database, desk.clock, desk.schemas, Node(1, project.id, "label", ""))
    workers = people(database, clock, 2)
    leases = [found[0] for found in claims(ner, workers)]
    entries = [
        Entry(
            labeler=worker,
            answer=msgspec.structs.replace(answer(lease), body={"names": [{"start": 0, "end": end, "label": "PER"}]}),
        )
        for worker, lease, end in zip(workers, leases, (3, 30), strict=True)
    ]
    good, bad = work.serve(ner, entries)
    assert told(good).receipt is not None
    assert isinstance(bad, GalleyError)


def test_ten_times_the_people_cost_the_same_statements(
    desk: Desk, database: Database, clock: FakeClock, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(250)])
    workers = people(database, clock, 100)
    sent: list[str] = []
    execute = psycopg.Connection.execute

    def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    claims(desk, workers[:1])
    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    counts = []
    for some in (workers[1:11], workers):
        sent.clear()
        claims(desk, some)
        counts.append(len(sent))
    assert counts == [4, 4]  # project, askers, open, lease; and one commit
