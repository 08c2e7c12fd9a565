"""Drafts: pieces in order exactly once, whatever the network does to them; nothing of a lost lease is lost."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galley.annotate import service
from galley.annotate.drafts import service as drafts
from galley.annotate.drafts.errors import DraftMissingError, DraftTooLargeError
from galley.annotate.drafts.model import PIECE_BYTES_MAX, TOTAL_BYTES_MAX, DraftReceipt, Piece
from galley.annotate.drafts.service import Save
from galley.annotate.errors import AnswerBodyError
from galley.annotate.model import Answer, Lease, Project
from galley.store.database import Database
from galley.testing.memory import FakeClock


class Desk:
    """A person with a lease."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, FakeClock()
        self.project: Project = service.open_project(
            database, self.clock, line="l", purpose="p", schema_sha256="9" * 64
        )
        self.person = service.ensure_labeler(database, self.clock, "x", "person").id
        self.other = service.ensure_labeler(database, self.clock, "y", "person").id
        service.add_items(database, self.project, ["a"])
        [self.lease] = self.claim(self.person)

    def claim(self, who: int) -> list[Lease]:
        return service.claim(self.database, self.clock, self.project, who)

    def put(self, seq: int, body: Any, *, whole: bool = False, who: int | None = None) -> DraftReceipt:
        piece = Piece(seq=seq, body=body, whole=whole)
        save = Save(labeler=who or self.person, slot=self.lease.slot, piece=piece)
        return drafts.put(self.database, self.clock, self.project.id, save)

    def bodies(self, who: int | None = None) -> list[Any]:
        found = drafts.draft(self.database, self.project.id, who or self.person, self.lease.slot)
        return [piece.body for piece in found.pieces]

    def said(self, receipt: DraftReceipt) -> tuple[str, int]:
        return receipt.outcome, receipt.expected


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_pieces_are_kept_in_order_and_once(desk: Desk) -> None:
    assert desk.said(desk.put(1, {"op": "a"})) == ("stored", 2)
    assert desk.said(desk.put(1, {"op": "again"})) == ("known", 2)
    assert desk.said(desk.put(3, {"op": "c"})) == ("gap", 2)
    assert desk.said(desk.put(2, {"op": "b"})) == ("stored", 3)
    assert desk.said(desk.put(1, {"op": "late"})) == ("known", 3)
    assert desk.bodies() == [{"op": "a"}, {"op": "b"}]


def test_a_whole_piece_closes_a_gap_and_replaces_what_was(desk: Desk) -> None:
    desk.put(1, "a")
    assert desk.said(desk.put(7, ["all"], whole=True)) == ("stored", 8)
    assert desk.said(desk.put(8, "b")) == ("stored", 9)
    assert desk.said(desk.put(5, ["old"], whole=True)) == ("known", 9)
    assert desk.bodies() == [["all"], "b"]
    with desk.database.connection() as connection:
        assert connection.execute("SELECT seq FROM annotate.draft ORDER BY seq").fetchall() == [(7,), (8,)]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(sent=st.lists(st.tuples(st.integers(1, 8), st.booleans()), max_size=25))
def test_whatever_arrives_in_whatever_order_the_draft_has_no_hole(desk: Desk, sent: list[tuple[int, bool]]) -> None:
    """A model beside it: the newest number, and what is kept since the last whole piece."""
    newest, kept = 0, list[int]()
    with desk.database.connection() as connection:
        connection.execute("DELETE FROM annotate.draft")
    for seq, whole in sent:
        receipt = desk.put(seq, seq, whole=whole)
        if seq > newest and (whole or seq == newest + 1):
            newest, kept = seq, [seq] if whole else [*kept, seq]
            assert receipt.outcome == "stored"
        else:
            assert receipt.outcome == ("known" if seq <= newest else "gap")
        assert receipt.expected == newest + 1
    if kept:
        assert desk.bodies() == kept


def test_a_draft_outlives_its_lease_and_is_shown_to_its_author_only(desk: Desk) -> None:
    desk.put(1, "mine")
    desk.clock.advance(7200)
    service.expire(desk.database, desk.clock)
    [taken] = desk.claim(desk.other)
    assert taken.slot == desk.lease.slot
    assert desk.said(desk.put(2, "still mine")) == ("stored", 3)
    assert desk.said(desk.put(1, "theirs", who=desk.other)) == ("stored", 2)
    assert desk.bodies() == ["mine", "still mine"]
    assert desk.bodies(desk.other) == ["theirs"]
    [head] = drafts.drafts(desk.database, desk.project.id, desk.person)
    assert (head.slot, head.item, head.seq, head.held, head.state) == (taken.slot, "a", 2, False, "leased")
    assert drafts.draft(desk.database, desk.project.id, desk.other, taken.slot).held


def test_somebody_offline_since_before_the_first_piece_may_still_save(desk: Desk) -> None:
    desk.clock.advance(7200)
    service.expire(desk.database, desk.clock)
    assert desk.said(desk.put(1, "from the train", whole=True)) == ("stored", 2)


def test_a_slot_one_never_held_takes_nothing(desk: Desk) -> None:
    assert desk.put(1, "x", who=desk.other).outcome == "foreign"
    elsewhere = Save(labeler=desk.person, slot=desk.lease.slot, piece=Piece(seq=1, body="x"))
    assert drafts.put(desk.database, desk.clock, desk.project.id + 1, elsewhere).outcome == "foreign"
    assert drafts.put(desk.database.of(2), desk.clock, desk.project.id, elsewhere).outcome == "foreign"
    with pytest.raises(DraftMissingError):
        desk.bodies(desk.other)


def test_after_the_answer_nothing_is_kept_and_in_the_end_all_is_forgotten(desk: Desk) -> None:
    desk.put(1, "x")
    answer = Answer(slot=desk.lease.slot, token=desk.lease.token, body={}, client_id="c")
    service.submit(desk.database, desk.clock, desk.person, answer)
    assert desk.put(2, "late").outcome == "submitted"
    house = desk.database.house()
    assert drafts.prune(house, desk.clock) == 0
    desk.clock.advance(8 * 24 * 3600)
    assert drafts.prune(house, desk.clock) == 1
    with pytest.raises(DraftMissingError):
        desk.bodies()


def test_a_draft_that_was_never_submitted_is_kept_for_ninety_days(desk: Desk) -> None:
    desk.put(1, "x")
    desk.clock.advance(7200)
    service.expire(desk.database, desk.clock)
    desk.clock.advance(89 * 24 * 3600)
    assert drafts.prune(desk.database.house(), desk.clock) == 0
    desk.clock.advance(2 * 24 * 3600)
    assert drafts.prune(desk.database.house(), desk.clock) == 2  # the piece, and who held the slot


def test_discarding_is_forgetting(desk: Desk) -> None:
    desk.put(1, "x")
    drafts.discard(desk.database, desk.project.id, desk.person, desk.lease.slot)
    with pytest.raises(DraftMissingError):
        drafts.discard(desk.database, desk.project.id, desk.person, desk.lease.slot)


def test_what_is_too_large_is_refused_and_too_much_asks_for_a_whole_piece(desk: Desk) -> None:
    with pytest.raises(DraftTooLargeError):
        desk.put(1, "x" * PIECE_BYTES_MAX)
    with pytest.raises(AnswerBodyError):
        desk.put(1, "\0")
    large = "x" * (PIECE_BYTES_MAX - 2)
    fit = TOTAL_BYTES_MAX // PIECE_BYTES_MAX
    for seq in range(1, fit + 1):
        assert desk.put(seq, large).outcome == "stored"
    assert desk.said(desk.put(fit + 1, "y")) == ("full", fit + 1)
    assert desk.said(desk.put(fit + 1, "y", whole=True)) == ("stored", fit + 2)
    assert desk.bodies() == ["y"]


def test_two_tabs_at_once_store_a_number_once(desk: Desk) -> None:
    receipts: list[DraftReceipt] = []
    threads = [threading.Thread(target=lambda n=n: receipts.append(desk.put(1, f"tab {n}"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.outcome for receipt in receipts) == ["known"] * 7 + ["stored"]
    assert {receipt.expected for receipt in receipts} == {2}


def test_many_people_are_saved_in_one_statement(desk: Desk) -> None:
    service.add_items(desk.database, desk.project, ["b"])
    [lease] = desk.claim(desk.other)
    saves = [
        Save(labeler=desk.person, slot=desk.lease.slot, piece=Piece(seq=1, body=1)),
        Save(labeler=desk.other, slot=lease.slot, piece=Piece(seq=2, body=2)),
        Save(labeler=desk.other, slot=desk.lease.slot, piece=Piece(seq=1, body=3)),
    ]
    receipts = drafts.put_many(desk.database, desk.clock, desk.project.id, saves)
    assert [receipt.outcome for receipt in receipts] == ["stored", "gap", "foreign"]
