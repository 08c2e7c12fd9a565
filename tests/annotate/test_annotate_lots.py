"""Lots on PostgreSQL: frozen, drawn by a seed nobody chose, inspected, judged, returned, inspected again."""

import json
from pathlib import Path
from typing import Any

import pytest

from galley.annotate import service
from galley.annotate.errors import OwnWorkError, ReasonUnknownError
from galley.annotate.lots import service as rows
from galley.annotate.lots.errors import (
    LotChangedError,
    LotDiscontinuedError,
    LotEmptyError,
    LotItemsTakenError,
    LotLogError,
    LotNotSampledError,
    LotStateError,
    LotUnfinishedError,
    LotUnknownError,
)
from galley.annotate.lots.model import Lot, Mark, Pick, SampleItem
from galley.annotate.model import Answer, Correction, Project
from galley.annotate.review import revise
from galley.annotate.service import Batch, Request
from galley.assess.lot_plans import ExactTerms, StandardTerms, Terms
from galley.kernel.canonical import canonical_json, digest_of, sha256_hex
from galley.kernel.merkle import tree_root
from galley.ledger.proofs import parse_proof, verify_proof
from galley.ledger.service import open_ledger
from galley.line import lots
from galley.line.lots import LotRequest, LotReturn
from galley.store.database import Database
from galley.testing.memory import FakeClock

NAMES = [f"i{number:03}" for number in range(120)]


class Hall:
    """A project of 120 answered items, 60 by each of two people, and an inspector."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.clock = database, FakeClock()
        self.ledger = open_ledger(folder / "log", folder / "keys", self.clock, name="galley.test")
        self.project: Project = service.open_project(
            database, self.clock, line="signs", purpose="rest", schema_sha256="5" * 64
        )
        self.an, self.bo, self.inspector = (
            service.ensure_labeler(database, self.clock, name, "person").id for name in ("安", "Bo", "质检")
        )
        service.add_items(database, self.project, NAMES)
        for labeler, items in ((self.an, NAMES[:60]), (self.bo, NAMES[60:])):
            service.place_many(database, self.clock, self.project, labeler, [(item, "cat") for item in items])

    def make(self, terms: Terms | None = None, **facts: object) -> Lot:
        request = LotRequest(name="lot", terms=terms or ExactTerms(early=False), **facts)  # type: ignore[arg-type]
        return lots.create(self.database, self.clock, self.project.id, request, "lead")

    def drawn(self, lot: Lot) -> list[str]:
        lots.draw(self.database, self.clock, self.project.id, lot.id, ledger=self.ledger)
        return [one.item for one in rows.sample_page(self.database, lot.id, limit=1000)]

    def mark(self, lot: Lot, item: str, reason: str | None = None, by: int | None = None) -> lots.Standing:
        finding = Mark(item=item, wrong=reason is not None, reason=reason)
        return lots.inspect(self.database, self.clock, self.project.id, lot.id, finding, by or self.inspector)

    def close(self, lot: Lot) -> Lot:
        return lots.close(self.database, self.clock, self.project.id, lot.id)

    def judged(self, lot: Lot, wrong: int) -> Lot:
        """Draw and inspect a lot, the first `wrong` of its sample wrong, and close it."""
        for place, item in enumerate(self.drawn(lot)):
            self.mark(lot, item, "wrong" if place < wrong else None)
        return self.close(lot)

    def answers(self) -> int:
        return sum(1 for _ in service.judgements(self.database, self.project))


@pytest.fixture
def hall(database: Database, tmp_path: Path) -> Hall:
    return Hall(database, tmp_path)


def test_a_sample_follows_from_the_frozen_lot_and_anyone_can_draw_it_again(hall: Hall) -> None:
    lot = hall.make()
    assert (lot.size, lot.state, lot.commitment) == (120, "open", None)
    assert lot.items_root == tree_root([name.encode() for name in NAMES]).hex()
    assert rows.sample_page(hall.database, lot.id) == []
    drawn = hall.drawn(lot)
    assert len(drawn) == lot.plan["looks"][-1]["sample"] < 120
    assert hall.drawn(lot) == drawn  # once and for all
    committed = rows.get(hall.database, hall.project.id, lot.id)
    assert committed.commitment is not None
    content = json.loads(committed.commitment)
    assert content["items_root"] == lot.items_root
    assert rows.drawn_items(content, list(reversed(NAMES)), len(drawn)) == drawn
    assert rows.drawn_items({**content, "beacon": "other"}, NAMES, len(drawn)) != drawn


def test_a_commitment_is_in_the_log_before_anything_is_drawn(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = hall.make()
    drawn_first: list[list[SampleItem]] = []
    whole = hall.ledger.record

    def record(statements: Any) -> Any:
        drawn_first.append(rows.sample_page(hall.database, lot.id))
        return whole(statements)

    monkeypatch.setattr(hall.ledger, "record", record)
    sample = hall.drawn(lot)
    assert drawn_first == [[]]
    (logged,) = hall.ledger.all()
    statement = logged.statement()
    content = statement.predicate["commitment"]
    found = rows.get(hall.database, hall.project.id, lot.id)
    assert (found.envelope, found.log_index) == (logged.envelope_sha256, logged.index)
    assert found.commitment == canonical_json(content).decode()
    assert statement.subjects[0].digest["sha256"] == digest_of(content), "the seed stands in the log"
    assert rows.drawn_items(content, NAMES, len(sample)) == sample
    told = lots.draw_proof(hall.database, hall.ledger, hall.project.id, lot.id)
    assert (told.seed, told.items, told.sample) == (sha256_hex(told.commitment.encode()), NAMES, sample)
    verify_proof(parse_proof(told.proof.encode()), logged.leaf(), [hall.ledger.log_key])
    hall.drawn(lot)
    assert len(list(hall.ledger.all())) == 1


def test_a_draw_that_was_cut_short_goes_on_with_the_commitment_it_had(hall: Hall) -> None:
    lot = hall.make()
    with pytest.raises(LotStateError):
        lots.draw_proof(hall.database, hall.ledger, hall.project.id, lot.id)
    fixed = rows.commit(hall.database, lot.id, beacon="first")
    assert (fixed.state, fixed.commitment) == ("open", None)
    with pytest.raises(LotStateError, match="committed"):
        rows.withdraw(hall.database, hall.clock, lot.id, "another sample please")
    drawn = lots.draw(hall.database, hall.clock, hall.project.id, lot.id, ledger=hall.ledger, beacon="second")
    assert drawn.commitment == fixed.stated
    assert json.loads(drawn.commitment or "")["beacon"] == "first"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE annotate.lot_item SET rank = 1000 - rank WHERE rank IS NOT NULL",
        "UPDATE annotate.lot_item SET item = 'other' WHERE item = 'i000'",
        "UPDATE annotate.lot SET commitment = '{}', stated = '{}'",
        "UPDATE annotate.lot SET log_index = 7",
    ],
)
def test_what_was_changed_after_the_draw_no_longer_follows_from_the_log(hall: Hall, change: str) -> None:
    lot = hall.make()
    hall.drawn(lot)
    lots.draw_proof(hall.database, hall.ledger, hall.project.id, lot.id)
    with hall.database.transaction() as connection:
        connection.execute(change)
    with pytest.raises(LotLogError):
        lots.draw_proof(hall.database, hall.ledger, hall.project.id, lot.id)


def test_an_accepted_lot_says_what_was_proved(hall: Hall) -> None:
    lot = hall.make()
    closed = hall.judged(lot, 0)
    assert closed.state == "accepted"
    assert closed.verdict["wrong"] == 0
    assert closed.verdict["accuracy_bound"] >= 0.95
    with pytest.raises(LotStateError):
        hall.close(lot)
    with pytest.raises(LotStateError):
        hall.mark(lot, NAMES[0])


def test_a_lot_is_closed_as_soon_as_its_verdict_is_certain_and_not_before(hall: Hall) -> None:
    lot = hall.make()
    drawn = hall.drawn(lot)
    standing = lots.standing(hall.database, hall.project.id, lot.id)
    with pytest.raises(LotUnfinishedError):
        hall.close(lot)
    for item in drawn[: standing.preview.reject]:
        standing = hall.mark(lot, item, "missing")
    assert standing.judged is not None
    assert (standing.judged.verdict, standing.judged.missing) == ("rejected", 0)
    assert hall.close(lot).state == "rejected"


def test_only_drawn_items_are_inspected_by_somebody_else_and_by_one_inspector(hall: Hall) -> None:
    lot = hall.make()
    with pytest.raises(LotStateError):
        hall.mark(lot, NAMES[0])
    drawn = hall.drawn(lot)
    left = next(name for name in NAMES if name not in drawn)
    with pytest.raises(LotNotSampledError):
        hall.mark(lot, left)
    with pytest.raises(OwnWorkError):
        hall.mark(lot, drawn[0], by=hall.an if drawn[0] in NAMES[:60] else hall.bo)
    with pytest.raises(ReasonUnknownError):
        hall.mark(lot, drawn[0], "ugly")
    hall.mark(lot, drawn[0], "wrong")
    assert hall.mark(lot, drawn[0]).judged.wrong == 0  # type: ignore[union-attr]
    other = service.ensure_labeler(hall.database, hall.clock, "Eve", "person").id
    with pytest.raises(LotNotSampledError):
        hall.mark(lot, drawn[0], "wrong", by=other)


@pytest.mark.parametrize(("scope", "returned"), [("failing", 6), ("labeler", 60), ("whole", 120)])
def test_a_lot_can_be_returned_in_part(hall: Hall, scope: str, returned: int) -> None:
    lot = hall.judged(hall.make(), 6)
    assert lot.state == "rejected"
    labeler = hall.an if scope == "labeler" else None
    wish = LotReturn(scope=scope, reason="wrong", labeler=labeler)  # type: ignore[arg-type]
    assert lots.give_back(hall.database, hall.clock, hall.project.id, lot.id, wish) == returned
    assert (
        lots.give_back(hall.database, hall.clock, hall.project.id, lot.id, wish) == 0
    )  # what was returned is not returned again
    assert hall.answers() == 120 - returned
    assert lots.standing(hall.database, hall.project.id, lot.id).returned == returned
    mine = service.claim(hall.database, hall.clock, hall.project, hall.an, Request(count=200))
    others = service.claim(hall.database, hall.clock, hall.project, hall.inspector, Request(count=200))
    assert all(lease.attempt == 2 for lease in mine)
    assert others == []  # it waits for whoever did it
    if scope != "failing":
        assert len(mine) == 60


def test_returned_work_comes_again_as_the_child_of_its_lot(hall: Hall) -> None:
    first = hall.judged(hall.make(), 6)
    with pytest.raises(LotEmptyError):
        hall.make()  # every item is spoken for
    with pytest.raises(LotItemsTakenError):
        hall.make(pick=Pick(items=tuple(NAMES[:10])))
    lots.give_back(hall.database, hall.clock, hall.project.id, first.id, LotReturn(scope="failing", reason="wrong"))
    with pytest.raises(LotUnfinishedError):
        hall.make(parent=first.id)
    for labeler in (hall.an, hall.bo):
        for lease in service.claim(hall.database, hall.clock, hall.project, labeler, Request(count=20)):
            answer = Answer(slot=lease.slot, token=lease.token, body="dog", client_id=f"c{lease.slot}")
            assert service.submit(hall.database, hall.clock, labeler, answer).accepted
    second = hall.make(parent=first.id)
    assert (second.size, second.parent) == (120, first.id)
    assert second.items_root == first.items_root
    assert second.answers_root != first.answers_root
    with pytest.raises(LotStateError):
        hall.make(parent=first.id)
    assert hall.drawn(second) != [one.item for one in rows.sample_page(hall.database, first.id, limit=1000)]


def test_a_verdict_never_speaks_of_answers_that_changed(hall: Hall) -> None:
    lot = hall.make()
    drawn = hall.drawn(lot)
    judgement = next(one for one in service.judgements(hall.database, hall.project) if one.item == drawn[0])
    correction = Correction(slot=judgement.slot, base=judgement.revision, body="dog", client_id="later")
    assert revise(hall.database, hall.clock, judgement.labeler, correction).accepted
    with pytest.raises(LotChangedError):
        hall.mark(lot, drawn[0])
    for item in drawn[1:]:
        hall.mark(lot, item, "wrong")
    with pytest.raises(LotChangedError):
        hall.close(lot)
    rows.withdraw(hall.database, hall.clock, lot.id, "answers were corrected")
    with pytest.raises(LotEmptyError):
        hall.make()  # drawn once: the items come again only as its child
    assert hall.make(parent=lot.id).size == 120


def test_a_lot_withdrawn_before_its_draw_frees_its_items(hall: Hall) -> None:
    lot = hall.make()
    rows.withdraw(hall.database, hall.clock, lot.id, "too early")
    assert hall.make().size == 120
    with pytest.raises(LotStateError):
        hall.drawn(lot)


def test_items_are_picked_by_who_when_which_and_only_when_finished(hall: Hall) -> None:
    assert hall.make(pick=Pick(items=tuple(NAMES[:7]))).size == 7
    assert hall.make(pick=Pick(labeler=hall.an, limit=10)).size == 10
    assert hall.make(pick=Pick(labeler=hall.an)).size == 43
    hall.clock.advance(60)
    service.add_items(hall.database, hall.project, ["late1", "late2", "late3", "open"], Batch())
    service.add_items(hall.database, hall.project, ["known"], Batch(gold=frozenset({"known"})))
    answers = [(item, "cat") for item in ("late1", "late2", "late3", "known")]
    service.place_many(hall.database, hall.clock, hall.project, hall.bo, answers)
    assert hall.make(pick=Pick(since=hall.clock.now())).size == 3  # neither the open item nor the gold one
    assert hall.make(pick=Pick(until=hall.clock.now())).size == 60


def test_standard_lots_follow_the_switching_rules_of_their_series(hall: Hall) -> None:
    terms = StandardTerms(aql="6.5")
    severities = []
    for turn in range(3):
        lot = hall.make(terms, pick=Pick(items=tuple(NAMES[turn * 10 : turn * 10 + 10])), series="Bo & Co")
        severities.append(lot.terms["severity"])
        assert hall.judged(lot, 3).state == "rejected"
        hall.clock.advance(1)
    assert severities == ["normal", "normal", "tightened"]
    other = hall.make(terms, pick=Pick(items=tuple(NAMES[30:40])), series="another")
    assert other.terms["severity"] == "normal"
    for turn in range(4, 8):
        lot = hall.make(terms, pick=Pick(items=tuple(NAMES[turn * 10 : turn * 10 + 10])), series="Bo & Co")
        hall.judged(lot, 3)
        hall.clock.advance(1)
    again = Pick(items=tuple(NAMES[80:90]))
    with pytest.raises(LotDiscontinuedError):
        hall.make(terms, pick=again, series="Bo & Co")
    resumed = hall.make(terms, pick=again, series="Bo & Co", resume=True)
    assert resumed.terms["severity"] == "tightened"
    hall.judged(resumed, 0)
    assert lots.series_standing(hall.database, hall.project.id, "Bo & Co").discontinued is False


def test_a_lot_of_another_project_is_not_there(hall: Hall) -> None:
    lot = hall.make()
    other = service.open_project(hall.database, hall.clock, line="signs", purpose="seed", schema_sha256="5" * 64)
    with pytest.raises(LotUnknownError):
        lots.draw(hall.database, hall.clock, other.id, lot.id, ledger=hall.ledger)
    with pytest.raises(LotUnknownError):
        rows.get(hall.database.of(7), hall.project.id, lot.id)
    assert [one.id for one in rows.page(hall.database, hall.project.id)] == [lot.id]
    assert rows.page(hall.database, other.id) == []
