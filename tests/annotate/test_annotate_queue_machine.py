"""The slot machine against a pure model: whatever is done in whatever order, the database and the model agree."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from galley.annotate import review, service
from galley.annotate.model import Answer, Lease, State
from galley.annotate.rules import Change, next_state
from galley.annotate.service import Batch, Request
from galley.store.database import Database
from galley.testing.memory import FakeClock

ITEMS = st.sampled_from(["a", "b", "c", "d"])
WORKERS = st.integers(0, 2)


@dataclass
class ModelSlot:
    """What the model knows of a slot."""

    item: str
    state: State = "ready"
    worker: int | None = None
    token: Any = None
    until: datetime | None = None
    bodies: list[Any] = field(default_factory=list)
    lapsed: tuple[int | None, Any] | None = None  # whose lease ran out last, and its token

    def change(self, change: Change) -> None:
        following = next_state(self.state, change)
        assert following is not None
        if change == "expire":
            self.lapsed = (self.worker, self.token)
        self.state = following
        if following != "leased":
            self.token = self.until = None
        if following == "ready":
            self.worker = None


class QueueMachine(RuleBasedStateMachine):
    """One project on a real database, three workers, and the model beside it."""

    database: Database
    serial = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).serial += 1
        self.clock = FakeClock()
        purpose = f"machine {self.serial}"
        self.project = service.open_project(
            self.database, self.clock, line="m", purpose=purpose, schema_sha256="5" * 64
        )
        with self.database.connection() as connection:  # the same random order in every example, or replays differ
            connection.execute("UPDATE annotate.project SET salt = 'm' WHERE id = %s", [self.project.id])
        names = ("x", "y", "z")
        self.workers = [service.ensure_labeler(self.database, self.clock, name, "person").id for name in names]
        self.model: dict[int, ModelSlot] = {}
        self.leases: list[tuple[int, Lease]] = []  # every lease ever given, to replay any time
        self.answers = 0
        self.orphans = 0

    def teardown(self) -> None:
        # Heartbeats and the reaper work on all projects: leave no lease to the next example.
        service.void_slots(self.database, self.clock, self.project, sorted(self.model), "over")

    def learn(self) -> None:
        """Take up slots the database made; the model says only for which items and how many."""
        for row in service.slots_of(self.database, self.project, ["a", "b", "c", "d"]):
            if row.id not in self.model:
                assert (row.state, row.worker) == ("ready", None)
                self.model[row.id] = ModelSlot(item=row.item)

    def live(self, item: str) -> int:
        return sum(slot.item == item and slot.state in ("ready", "leased", "submitted") for slot in self.model.values())

    def known(self, item: str) -> bool:
        return any(slot.item == item for slot in self.model.values())

    def may_take(self, worker: int, slot: ModelSlot) -> bool:
        mine = any(
            one.item == slot.item and one.worker == worker and one.state != "void" for one in self.model.values()
        )
        return slot.state == "ready" and not mine

    def may_come_late(self, worker: int, slot: ModelSlot) -> bool:
        theirs_again = slot.state == "leased" and slot.worker == worker
        others = any(
            one is not slot and one.item == slot.item and one.worker == worker and one.state != "void"
            for one in self.model.values()
        )
        return (slot.state == "ready" or theirs_again) and not others

    def run_out(self) -> list[ModelSlot]:
        now = self.clock.now()
        return [slot for slot in self.model.values() if slot.state == "leased" and slot.until and slot.until <= now]

    @rule(item=ITEMS, overlap=st.integers(1, 3))
    def add_item(self, item: str, overlap: int) -> None:
        added = service.add_items(self.database, self.project, [item], Batch(overlap=overlap))
        assert added == (0 if self.known(item) else 1)
        before = len(self.model)
        self.learn()
        assert len(self.model) - before == added * overlap

    @rule(item=ITEMS, overlap=st.integers(1, 4))
    def ensure(self, item: str, overlap: int) -> None:
        missing = max(0, overlap - self.live(item)) if self.known(item) else 0
        assert service.ensure_slots(self.database, self.project, "label", [item], Batch(overlap=overlap)) == missing
        self.learn()

    @rule(who=WORKERS, count=st.integers(1, 4), seconds=st.sampled_from([10.0, 100.0]))
    def claim(self, who: int, count: int, seconds: float) -> None:
        worker = self.workers[who]
        held = [number for number, slot in self.model.items() if slot.state == "leased" and slot.worker == worker]
        free = {slot.item for slot in self.model.values() if self.may_take(worker, slot)}
        overdue = {slot.item for slot in self.run_out()}
        request = Request(count=count, seconds=seconds)
        leases = service.claim(self.database, self.clock, self.project, worker, request)
        assert len(leases) <= count
        assert len({lease.item for lease in leases}) == len(leases)
        if held or free:
            assert leases
        if not (held or free or overdue):
            assert not leases
        given = {lease.slot for lease in leases}
        assert len(set(held) - given) == max(0, len(held) - count) or overdue, "what is held comes back first"
        if len(leases) < count or not given <= set(held) | {n for n, s in self.model.items() if s.state == "ready"}:
            for slot in self.run_out():
                if slot.worker != worker:
                    slot.change("expire")
        for lease in leases:
            slot = self.model[lease.slot]
            if lease.slot in held:
                assert slot.token == lease.token
            else:
                assert self.may_take(worker, slot)
                slot.change("claim")
                slot.worker, slot.token = worker, lease.token
            slot.until = lease.until
            assert (lease.until - self.clock.now()).total_seconds() == seconds
            self.leases.append((worker, lease))

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), foreign=st.booleans())
    def submit(self, data: st.DataObject, foreign: bool) -> None:
        owner, lease = data.draw(st.sampled_from(self.leases))
        worker = self.workers[(self.workers.index(owner) + 1) % 3] if foreign else owner
        self.answers += 1
        sent = Answer(slot=lease.slot, token=lease.token, body=self.answers, client_id=f"c{self.answers}")
        receipt = service.submit(self.database, self.clock, worker, sent)
        slot = self.model[lease.slot]
        valid = slot.state == "leased" and slot.token == lease.token and slot.worker == worker
        lapsed = slot.lapsed == (worker, lease.token) and self.may_come_late(worker, slot)
        assert receipt.accepted == (valid or lapsed)
        if receipt.accepted:
            slot.change("submit" if valid else "late")
            slot.worker = worker
            slot.bodies.append(self.answers)
        else:
            self.orphans += 1
            words = {"ready": "expired", "leased": "taken", "void": "void", "submitted": "done", "skipped": "done"}
            assert receipt.reason == words[slot.state]
        assert service.submit(self.database, self.clock, worker, sent) == receipt

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        worker, lease = data.draw(st.sampled_from(self.leases))
        slot = self.model[lease.slot]
        valid = slot.state == "leased" and slot.token == lease.token
        assert service.release(self.database, worker, lease) == valid
        if valid:
            slot.change("release")

    @precondition(lambda self: any(slot.state == "leased" for slot in self.model.values()))
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        live = [(w, lease) for w, lease in self.leases if self.model[lease.slot].token == lease.token]
        worker, lease = data.draw(st.sampled_from(live))
        replacement = service.skip(self.database, self.clock, worker, lease, "unclear")
        self.model[lease.slot].change("skip")
        assert replacement not in self.model
        self.learn()
        assert self.model[replacement].item == lease.item

    @rule(seconds=st.sampled_from([1.0, 10.0, 100.0]))
    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def expire(self) -> None:
        overdue = self.run_out()
        assert service.expire(self.database, self.clock) == len(overdue)
        for slot in overdue:
            slot.change("expire")

    @rule(who=WORKERS)
    def renew(self, who: int) -> None:
        held = [slot for slot in self.model.values() if slot.state == "leased" and slot.worker == self.workers[who]]
        assert service.renew(self.database, self.clock, self.workers[who], 50) == len(held)
        for slot in held:
            slot.until = self.clock.now() + timedelta(seconds=50)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model)))
        slot = self.model[number]
        voided = service.void_slots(self.database, self.clock, self.project, [number], "test")
        assert voided == (slot.state != "void")
        if voided:
            slot.change("void")

    @rule(who=WORKERS, items=st.sets(ITEMS, min_size=1))
    def place(self, who: int, items: set[str]) -> None:
        worker = self.workers[who]
        takes = {
            item: sorted(n for n, slot in self.model.items() if slot.item == item and self.may_take(worker, slot))
            for item in items
        }
        self.answers += 1
        body = self.answers
        pairs = [(item, body) for item in sorted(items)]
        placed = service.place_many(self.database, self.clock, self.project, worker, pairs)
        assert placed.placed == sum(bool(numbers) for numbers in takes.values())
        for item in items:
            if takes[item]:
                slot = self.model[takes[item][0]]  # slot ids grow with slot numbers
                slot.state, slot.worker = "submitted", worker
                slot.bodies.append(body)
            else:
                assert (item in placed.unplaced) != self.submitted_by(worker, item)

    def submitted_by(self, worker: int, item: str) -> bool:
        return any(s.item == item and s.worker == worker and s.state == "submitted" for s in self.model.values())

    @invariant()
    def the_database_agrees(self) -> None:
        rows = service.slots_of(self.database, self.project, ["a", "b", "c", "d"])
        assert {row.id: (row.item, row.state, row.worker) for row in rows} == {
            number: (slot.item, slot.state, slot.worker) for number, slot in self.model.items()
        }
        found = sorted((one.item, one.slot, one.body) for one in service.judgements(self.database, self.project))
        wanted = [(s.item, n, s.bodies[-1]) for n, s in self.model.items() if s.state == "submitted"]
        assert found == sorted(wanted)
        assert len(review.orphans(self.database, self.project)) == self.orphans


def test_the_queue_behaves_as_the_model(database: Database) -> None:
    machine = type("Machine", (QueueMachine,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
