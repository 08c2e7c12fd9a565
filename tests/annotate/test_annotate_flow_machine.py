"""A project with a whole graph under everything people and leads can do to it, in any order: the laws hold all the way.

Its sister `test_annotate_queue_machine` holds the queue alone against an exact model. Here the model is only a ledger of
what was acknowledged, and of what was seen; the laws are read off the database after every step.
"""

from collections import Counter, defaultdict
from typing import Any

import msgspec
from galley_flow import SCHEMA, Floor, edge
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import dict_row

from galley.annotate import review
from galley.annotate import service as queue
from galley.annotate.errors import (
    AlreadyAnsweredError,
    OrphanReviewError,
    OwnWorkError,
    RevisionStaleError,
    SlotNotSubmittedError,
)
from galley.annotate.flow import service
from galley.annotate.flow.errors import AssignError, ProjectClosedError, SettingsError
from galley.annotate.flow.model import END, Accept, Adjudicate, Annotate, Consensus, Graph, Review, Settings
from galley.annotate.flow.service import NewProject
from galley.annotate.model import Lease, Receipt, Stage
from galley.annotate.model import Review as Verdict
from galley.annotate.review import Decision
from galley.annotate.rules import TRANSITIONS
from galley.annotate.work import service as work
from galley.annotate.work.checking import Schemas
from galley.annotate.work.model import Entry, Handed, Node, Outcome, Submission
from galley.annotate.work.service import Desk
from galley.store.database import Database

OVERLAP, MOST = 2, 3
PEOPLE = 6
GRAPH = Graph(
    nodes=(
        Annotate(name="label", overlap=OVERLAP, most=MOST),
        Review(name="review"),
        Consensus(name="agree"),
        Adjudicate(name="decide"),
        Accept(name="client"),
    ),
    edges=(
        edge("label", "review"),
        edge("review", "agree"),
        edge("agree", "client", "agree"),
        edge("agree", "decide", "disagree"),
        edge("decide", "client"),
        edge("client", END),
        edge("client", "decide", "return"),
    ),
)
DESKS: tuple[tuple[Stage, str], ...] = (
    ("label", "label"),
    ("review", "review"),
    ("adjudicate", "decide"),
    ("accept", "client"),
)
ITEMS = st.sampled_from(["a", "b", "c"])
WHO = st.integers(0, PEOPLE - 1)
KINDS = st.sampled_from(["cat", "dog"])
WORDS = st.sampled_from(["accept", "accept", "fix", "return"])
Held = tuple[int, Lease | Handed]


def later(before: str) -> set[str]:
    """The states a slot may be in after any number of legal changes."""
    found = {before}
    while more := {to for (state, _), to in TRANSITIONS.items() if state in found} - found:
        found |= more
    return found


LATER = {state: later(state) for state in ("ready", "leased", "submitted", "skipped", "void")}


class FlowMachine(RuleBasedStateMachine):
    """One project, six people and a lead."""

    database: Database
    reached: Counter[str]
    serial = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).serial += 1
        self.floor = floor = Floor(self.database)
        floor.people = [queue.ensure_labeler(floor.database, floor.clock, f"p{n}", "person").id for n in range(PEOPLE)]
        new = NewProject(name=f"machine {self.serial}", schema=SCHEMA, settings=Settings(graph=GRAPH, lease_seconds=60))
        self.project = service.create(floor.database, floor.blobs, floor.clock, new)
        with floor.house.connection() as connection:  # the same random order in every example, or replays differ
            connection.execute("UPDATE annotate.project SET salt = 'm' WHERE id = %s", [self.project.id])
        schemas = Schemas(floor.blobs)
        self.desks = {
            stage: Desk(floor.database, floor.clock, schemas, Node(1, self.project.id, stage, pool))
            for stage, pool in DESKS
        }
        self.state = "open"
        self.held: list[Held] = []  # every lease ever given, to be used any time
        self.answers: dict[tuple[int, str, int], tuple[Receipt, Any]] = {}  # acknowledged
        self.verdicts: dict[tuple[int, str, int], tuple[Receipt, Decision]] = {}
        self.fixes = self.sent = self.adopted = self.ended = 0
        self.items: set[str] = set()
        self.seen: dict[int, tuple[str, int]] = {}  # slot -> state, version
        self.caught_up = False
        self.rows: list[dict[str, Any]] = []

    def teardown(self) -> None:
        self.reached.update(f"{row['stage']} {row['state']}" for row in self.rows)
        self.reached.update(
            "third opinion" for row in self.rows if row["stage"] == "label" and row["slot_no"] == OVERLAP
        )
        self.reached.update("rework" for row in self.rows if row["attempt"] > 1)
        self.reached.update("merged" for row in self.rows if row["pool"] == "agree")
        self.reached.update("late" for receipt, _ in self.answers.values() if not receipt.accepted)
        self.reached.update(one.review.verdict for receipt, one in self.verdicts.values() if receipt.accepted)
        self.reached.update({"adopted": self.adopted, "at the end": self.ended})
        # Heartbeats and the reaper work on all projects: leave no lease to the next example.
        queue.void_slots(self.floor.database, self.floor.clock, self.floor.plain(self.project), [*self.seen], "over")

    def ask(self, stage: Stage, who: int, count: int, answer: Submission | None = None) -> Outcome:
        """What a request at a desk comes to: the batch, then the exact claim for what it could not find."""
        self.caught_up = False
        worker, desk = self.floor.people[who], self.desks[stage]
        (found,) = work.serve(desk, [Entry(labeler=worker, answer=answer, count=count)])
        assert isinstance(found, Outcome), found
        leases = list(found.leases)
        if found.short:
            leases = list(work.claim_exactly(desk, worker, count))
        assert len(leases) <= count
        assert len({(lease.item, lease.target) for lease in leases}) == len(leases)
        known = {(slot, lease.token) for slot, lease in ((held.slot, held) for _, held in self.held)}
        fresh = [lease for lease in leases if (lease.slot, lease.token) not in known]
        assert (
            not fresh
            or self.state == "open"
            or (self.state == "draining" and all(x.attempt > 1 or self.reserved(x) for x in fresh))
        )
        self.held += [(who, lease) for lease in fresh]
        for lease in fresh:
            self.given_to_the_right_one(lease, worker)
        return found

    def given_to_the_right_one(self, lease: Handed, worker: int) -> None:
        """Nobody answers what they have judged, and nobody judges what they have answered."""
        barred = ("review", "accept", "adjudicate") if lease.stage == "label" else ("label", "adjudicate")
        done = self.fetch(
            "SELECT id FROM annotate.slot WHERE project = %s AND item = %s AND worker = %s AND stage = ANY(%s)"
            " AND stage <> %s AND state IN ('leased', 'submitted')",
            lease.item, worker, list(barred), lease.stage,
        )  # fmt: skip
        assert done == [], (lease, worker)

    def reserved(self, lease: Handed) -> bool:
        """Whether the work was kept for whoever got it: that is still finished while a project drains."""
        return next(row["prefer_worker"] for row in self.rows if row["id"] == lease.slot) is not None

    # --- people -------------------------------------------------------------------------------------------------------

    @rule(items=st.sets(ITEMS, min_size=1))
    def add(self, items: set[str]) -> None:
        added = self.floor.add(self.project, sorted(items))
        assert added == len(items - self.items)
        self.items |= items

    @initialize(items=st.sets(ITEMS, min_size=1))
    def begin(self, items: set[str]) -> None:
        self.add(items)

    @rule(shifts=st.lists(st.tuples(WHO, KINDS, WORDS), min_size=1, max_size=4))
    def work_a_day(self, shifts: list[tuple[int, str, str]]) -> None:
        """What people do most of the time: take what there is, answer it, look at others' answers."""
        if self.state != "open":
            self.change_state("reopen")
        for who, kind, word in shifts:
            self.work_an_hour(who, kind, word)

    def work_an_hour(self, who: int, kind: str, word: str) -> None:
        for stage, _ in DESKS:
            self.ask(stage, who, 4)
            self.look()
            mine = {row["lease_token"] for row in self.rows if row["worker"] == self.floor.people[who]}
            for _, lease in [held for held in self.held if held[1].token in mine and held[1].stage == stage]:
                if lease.target is None:
                    self.send(who, lease, kind, 0)
                else:
                    self.judge(who, lease, word, kind)
            self.look()
        self.advance(2000)

    @rule(desk=st.sampled_from([stage for stage, _ in DESKS]), who=WHO, count=st.integers(1, 4))
    def claim(self, desk: Stage, who: int, count: int) -> None:
        self.ask(desk, who, count)

    @precondition(lambda self: any(lease.target is None for _, lease in self.held))
    @rule(data=st.data(), kind=KINDS, foreign=st.booleans(), following=st.integers(0, 2))
    def submit(self, data: st.DataObject, kind: str, foreign: bool, following: int) -> None:
        """Answer with any lease there ever was, as its holder or as somebody else; twice, as after a lost answer."""
        who, lease = data.draw(
            st.sampled_from([(w, held) for w, held in self.held[-12:] if held.target is None] or self.first())
        )
        self.send((who + 1) % PEOPLE if foreign else who, lease, kind, following)

    def send(self, who: int, lease: Lease | Handed, kind: str, following: int) -> None:
        self.sent += 1
        body, client = {"kind": kind}, f"c{self.sent}"
        sent = Submission(slot=lease.slot, token=lease.token, body=body, client_id=client)
        receipt = self.ask(lease.stage, who, following, sent).receipt
        assert receipt is not None
        valid = any(
            r["id"] == lease.slot and r["lease_token"] == lease.token and r["worker"] == self.floor.people[who]
            for r in self.rows
        )
        assert receipt.accepted == valid
        self.answers[lease.slot, client, self.floor.people[who]] = receipt, body
        assert self.ask(lease.stage, who, 0, sent).receipt == receipt, "sent again, the same receipt"

    def first(self) -> list[Held]:
        return [held for held in self.held if held[1].target is None]

    @precondition(lambda self: any(lease.target is not None for _, lease in self.held))
    @rule(data=st.data(), word=WORDS, kind=KINDS)
    def decide(self, data: st.DataObject, word: str, kind: str) -> None:
        who, lease = data.draw(st.sampled_from([(w, held) for w, held in self.held if held.target is not None]))
        self.judge(who, lease, word, kind)

    def judge(self, who: int, lease: Lease | Handed, word: str, kind: str) -> None:
        assert lease.target is not None
        self.sent += 1
        base = queue.history(self.floor.database, lease.target)[-1].id
        said: dict[str, Any] = {"body": {"kind": kind}, "base": base} if word == "fix" else {}
        said |= {"reason": "wrong"} if word == "return" else {}
        decision = Decision(
            slot=lease.slot,
            token=lease.token,
            review=msgspec.convert({"verdict": word, **said}, Verdict),
            client_id=f"v{self.sent}",
        )
        self.caught_up = False
        labeler = self.floor.people[who]
        try:
            receipt = review.decide_slot(self.floor.database, self.floor.clock, labeler, decision)
        except (OwnWorkError, SlotNotSubmittedError, RevisionStaleError):
            return  # refused whole: nothing of it may be found (the ledger below)
        self.verdicts[lease.slot, decision.client_id, labeler] = receipt, decision
        self.fixes += receipt.accepted and word == "fix"
        assert review.decide_slot(self.floor.database, self.floor.clock, labeler, decision) == receipt

    @precondition(lambda self: self.held)
    @rule(data=st.data(), skip=st.booleans())
    def give_back(self, data: st.DataObject, skip: bool) -> None:
        who, held = data.draw(st.sampled_from(self.held[-12:]))
        until = self.floor.clock.now()
        lease = Lease(slot=held.slot, item=held.item, slot_no=held.slot_no, target=held.target, stage=held.stage, pool=held.pool, attempt=held.attempt, token=held.token, until=until)  # fmt: skip
        valid = any(row["id"] == held.slot and row["lease_token"] == held.token for row in self.rows)
        self.caught_up = False
        if skip and valid:
            queue.skip(self.floor.database, self.floor.clock, self.floor.people[who], lease, "unclear")
        else:
            assert queue.release(self.floor.database, self.floor.people[who], lease) == valid

    # --- time and the house -------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1.0, 30.0, 61.0, 2 * 86400.0]))
    def pass_time(self, seconds: float) -> None:
        self.floor.clock.advance(seconds)

    @rule()
    def expire(self) -> None:
        queue.expire(self.floor.house, self.floor.clock)
        work.forget_preferences(self.floor.house, self.floor.clock)

    @rule(limit=st.sampled_from([1, 3, 2000]))
    def advance(self, limit: int) -> None:
        self.floor.advance(limit)
        self.caught_up = True
        self.state = service.project(self.floor.database, self.project.id).state

    # --- leads --------------------------------------------------------------------------------------------------------

    @rule(word=st.sampled_from(["pause", "drain", "close", "reopen"]))
    def change_state(self, word: str) -> None:
        try:
            self.state = service.change_state(self.floor.database, self.project.id, word).state
        except (ProjectClosedError, SettingsError):
            assert self.state != "open"

    @rule(item=ITEMS, who=WHO, node=st.sampled_from(["label", "decide", "review", "client"]))
    def assign(self, item: str, who: int, node: str) -> None:
        if item not in self.items:
            return
        self.caught_up = False
        try:
            service.assign(
                self.floor.database, self.floor.clock, self.project.id, item, self.floor.people[who], node=node
            )
        except AssignError:
            return

    @precondition(lambda self: any(not receipt.accepted for receipt, _ in self.answers.values()))
    @rule(data=st.data(), adopt=st.booleans())
    def settle(self, data: st.DataObject, adopt: bool) -> None:
        waiting = service.late_answers(self.floor.database, self.project.id)
        if not waiting:
            return
        self.caught_up = False
        late = data.draw(st.sampled_from(waiting))
        try:
            review.settle_orphan(self.floor.database, self.floor.clock, late.id, adopt=adopt)
            self.adopted += adopt
        except (AlreadyAnsweredError, OrphanReviewError):
            assert adopt

    def look(self) -> None:
        self.rows = self.fetch("SELECT * FROM annotate.slot WHERE project = %s ORDER BY id")

    @invariant()
    def the_laws_hold(self) -> None:
        self.every_slot_changes_as_it_may()
        self.nothing_acknowledged_is_lost_or_doubled()
        self.nobody_does_an_item_twice_or_judges_their_own_work()
        self.no_item_goes_beyond_its_overlap()
        self.every_item_is_somewhere_and_goes_on()

    # --- the laws -----------------------------------------------------------------------------------------------------

    def fetch(self, statement: str, *facts: Any) -> list[dict[str, Any]]:
        with self.floor.house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, [self.project.id, *facts]).fetchall()

    def every_slot_changes_as_it_may(self) -> None:
        self.look()
        assert set(self.seen) <= {row["id"] for row in self.rows}, "slots are never removed"
        for row in self.rows:
            state, version = self.seen.get(row["id"], ("ready", 0))
            if row["id"] in self.seen:
                assert row["state"] in LATER[state]
                assert row["version"] >= version
                assert row["version"] > version or row["state"] == state
            self.seen[row["id"]] = row["state"], row["version"]

    def nothing_acknowledged_is_lost_or_doubled(self) -> None:
        revisions = self.fetch(
            "SELECT r.*, s.target FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot WHERE s.project = %s"
        )
        orphans = self.fetch(
            "SELECT o.* FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot WHERE s.project = %s"
        )
        stored = {row["id"]: row for row in revisions}
        late = {row["id"]: row for row in orphans}
        for (slot, client, labeler), (receipt, body) in self.answers.items():
            row = stored[receipt.revision] if receipt.accepted else late[receipt.orphan]
            assert (row["slot"], row["client_id"], row["labeler"], row["body"]) == (slot, client, labeler, body)
        for (slot, client, labeler), (receipt, decision) in self.verdicts.items():
            row = stored[receipt.revision] if receipt.accepted else late[receipt.orphan]
            assert (row["slot"], row["client_id"], row["labeler"]) == (slot, client, labeler)
            assert row["body"]["verdict"] == decision.review.verdict
        told = [receipt for receipt, _ in (*self.answers.values(), *self.verdicts.values())]
        merged = sum(row["client_id"] == "merged" for row in revisions)
        assert len(revisions) == sum(one.accepted for one in told) + self.fixes + self.adopted + merged
        assert len(orphans) == sum(not one.accepted for one in told)

    def nobody_does_an_item_twice_or_judges_their_own_work(self) -> None:
        once = Counter(
            (row["worker"], row["item"], row["stage"], row["target"])
            for row in self.rows
            if row["worker"] is not None and row["state"] != "void"
        )
        assert all(number == 1 for number in once.values())
        known = {row["id"]: row for row in self.rows}
        for row in self.rows:
            attempt = known.get(row["target"]) if row["state"] == "submitted" else None
            while attempt is not None:  # neither this attempt nor one that came back before it
                assert row["worker"] != attempt["worker"]
                attempt = known.get(attempt["rework_of"])

    def no_item_goes_beyond_its_overlap(self) -> None:
        live: dict[tuple[str, str, Any], int] = Counter(
            (row["stage"], row["item"], row["target"])
            for row in self.rows
            if row["state"] in ("ready", "leased", "submitted")
        )
        for (stage, _, _), number in live.items():
            assert number <= {"label": MOST, "adjudicate": 2, "review": 1, "accept": 1}[stage] + self.adopted

    def every_item_is_somewhere_and_goes_on(self) -> None:
        items = self.fetch("SELECT id, node, held, answer FROM annotate.item WHERE project = %s")
        assert {row["id"] for row in items} == self.items
        counted = service.node_counts(self.floor.database, self.project.id)
        self.ended = counted.get(END, 0)
        assert sum(counted.values()) == len(self.items)
        assert set(counted) <= {END, *(node.name for node in GRAPH.nodes)}
        if not self.caught_up:
            return
        of_item: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows:
            of_item[row["item"]].append(row)
        for item in items:
            waiting = [row for row in of_item[item["id"]] if row["state"] in ("ready", "leased")]
            if item["node"] == END:
                assert next(row for row in self.rows if row["id"] == item["answer"])["state"] == "submitted"
            else:
                assert waiting, f"{item['id']} at {item['node']} waits for nobody"
        assert service.stuck(self.floor.database, self.project.id) == []


def test_every_law_holds_whatever_people_and_leads_do(database: Database) -> None:
    reached: Counter[str] = Counter()
    machine = type("Machine", (FlowMachine,), {"database": database, "reached": reached})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),  # making a failure smaller takes minutes; 30 steps can be read
            suppress_health_check=list(HealthCheck),
        ),
    )
    everything = {f"label {state}" for state in LATER} | {
        "review ready",
        "review submitted",
        "adjudicate submitted",
        "accept submitted",
    }
    everything |= {"third opinion", "rework", "merged", "late", "accept", "fix", "return", "at the end"}
    assert sorted(everything - {name for name, number in reached.items() if number}) == [], reached
