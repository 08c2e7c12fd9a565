"""Reviews in a graph: verdicts with comments, why work came back, and that nobody looks at their own work."""

import pytest
from galley_flow import Floor, chain

from galley.annotate import review
from galley.annotate import service as queue
from galley.annotate.discuss import service as discuss
from galley.annotate.discuss.errors import CommentError, CommentUnknownError
from galley.annotate.discuss.model import Anchor, NewComment
from galley.annotate.errors import OwnWorkError, SlotUnknownError
from galley.annotate.flow import service
from galley.annotate.flow.model import END, Annotate, ProjectFull, Review
from galley.annotate.model import Lease
from galley.annotate.model import Review as Verdict
from galley.annotate.review import Decision
from galley.store.database import Database

RETURN = Verdict(verdict="return", reason="imprecise", note="look again")


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


@pytest.fixture
def answered(floor: Floor) -> ProjectFull:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"), "dog")
    return made


def said(word: str, **facts: object) -> NewComment:
    return NewComment(body=word, client_id=word, **facts)  # type: ignore[arg-type]


def test_returned_work_shows_its_reasons(floor: Floor, answered: ProjectFull) -> None:
    (lease,) = floor.claim(answered, 1, "review", "review")
    comment = said("too wide", kind="imprecise", anchor=Anchor(control="kind", start=2, end=5))
    decision = Decision(slot=lease.slot, token=lease.token, review=RETURN, client_id="v", comments=(comment,))
    receipt = review.decide_slot(floor.database, floor.clock, floor.people[1], decision)
    assert review.decide_slot(floor.database, floor.clock, floor.people[1], decision) == receipt, "sent again"
    floor.advance()
    (again,) = floor.claim(answered, 0, "label")
    (came_back,) = discuss.returned(floor.database, answered.id, again.slot)
    assert (came_back.reason, came_back.note, came_back.answer) == ("imprecise", "look again", {"kind": "dog"})
    assert (came_back.slot, came_back.reviewer) == (lease.target, floor.people[1])
    assert [(one.body, one.anchor and one.anchor["start"]) for one in came_back.comments] == [("too wide", 2)]
    floor.answer(0, [again], "cow")
    (lease,) = floor.claim(answered, 2, "review", "review")
    floor.decide(2, [lease], "return", reason="wrong")
    (third,) = floor.claim(answered, 0, "label")
    assert third.attempt == 3
    assert [one.reason for one in discuss.returned(floor.database, answered.id, third.slot)] == ["wrong", "imprecise"]
    assert len(discuss.of_item(floor.database, answered.id, "a")) == 1, "the comment was stored once"


def test_a_comment_is_stored_once_and_dealt_with(floor: Floor, answered: ProjectFull) -> None:
    slot = queue.slots_of(floor.database, floor.plain(answered), ["a"])[0].id
    one = discuss.add(floor.database, floor.clock, answered.id, slot, floor.people[1], said("why?", kind="question"))
    assert (
        discuss.add(floor.database, floor.clock, answered.id, slot, floor.people[1], said("why?", kind="question"))
        == one
    )
    assert one.author_name == "Bo"
    assert one.revision is not None
    done = discuss.resolve(floor.database, answered.id, one.id, floor.people[0])
    assert (done.resolved, done.resolved_by) == (True, floor.people[0])
    opened = discuss.resolve(floor.database, answered.id, one.id, floor.people[0], resolved=False)
    assert (opened.resolved, opened.resolved_by) == (False, None)
    with pytest.raises(CommentUnknownError):
        discuss.resolve(floor.database, answered.id, one.id + 1, floor.people[0])
    with pytest.raises(CommentUnknownError):
        discuss.resolve(floor.database.of(2), answered.id, one.id, floor.people[0])
    with pytest.raises(SlotUnknownError):
        discuss.add(floor.database, floor.clock, answered.id, slot + 99, floor.people[1], said("x"))


@pytest.mark.parametrize(
    "bad",
    [
        NewComment(kind="rude", client_id="c"),
        NewComment(body="x" * 10_001, client_id="c"),
        NewComment(client_id=""),
        NewComment(body="\x00", client_id="c"),
        NewComment(body="\ud800", client_id="c"),
        NewComment(client_id="c", anchor=Anchor(start=3)),
        NewComment(client_id="c", anchor=Anchor(start=3, end=2)),
        NewComment(client_id="c", anchor=Anchor(region="\x00")),
    ],
)
def test_a_comment_that_cannot_be_stored_is_refused_and_its_verdict_with_it(
    floor: Floor, answered: ProjectFull, bad: NewComment
) -> None:
    (lease,) = floor.claim(answered, 1, "review", "review")
    decision = Decision(slot=lease.slot, token=lease.token, review=RETURN, client_id="v", comments=(bad,))
    with pytest.raises(CommentError):
        review.decide_slot(floor.database, floor.clock, floor.people[1], decision)
    floor.decide(1, [lease])
    assert floor.where(answered) == {"a": END}


def test_nobody_reviews_their_own_work_under_another_name(floor: Floor, answered: ProjectFull) -> None:
    """The same person known to another organisation, or twice to this one: the claim cannot see it, the verdict does."""
    with floor.house.connection() as connection:
        connection.execute(
            "INSERT INTO access.organisation (id, slug, name, kind, created_at) VALUES (7, 'b', 'B', 'provider', now())"
        )
        (alias,) = connection.execute(
            "INSERT INTO annotate.labeler (organisation, name, kind, person, created_at)"
            " VALUES (7, 'An', 'person', 5, now()) RETURNING id"
        ).fetchone() or (0,)
        connection.execute("UPDATE annotate.labeler SET person = 5 WHERE id = %s", [floor.people[1]])
        connection.execute(
            "UPDATE annotate.slot SET worker = %s WHERE project = %s AND stage = 'label'", [alias, answered.id]
        )
    (lease,) = floor.claim(answered, 1, "review", "review")
    with pytest.raises(OwnWorkError):
        floor.decide(1, [lease])
    assert queue.release(floor.database, floor.people[1], lease)
    floor.decide(2, floor.claim(answered, 2, "review", "review"))


def test_who_fixed_an_answer_does_not_accept_it_for_the_client(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="one"), Review(name="two")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"), "dog")
    (lease,) = floor.claim(made, 1, "one", "review")
    assert lease.target is not None
    base = queue.history(floor.database, lease.target)[-1].id
    floor.decide(1, [lease], "fix", body={"kind": "cat"}, base=base)
    own: list[Lease] = floor.claim(made, 1, "two", "review")
    for held in own:
        with pytest.raises(OwnWorkError):
            floor.decide(1, [held])
        assert queue.release(floor.database, floor.people[1], held)
    floor.decide(2, floor.claim(made, 2, "two", "review"))
    assert floor.label(made, "a") == "cat"


def test_a_verdict_is_only_for_its_own_project(floor: Floor, answered: ProjectFull) -> None:
    (lease,) = floor.claim(answered, 1, "review", "review")
    decision = Decision(slot=lease.slot, token=lease.token, review=RETURN, client_id="v", project=answered.id + 1)
    with pytest.raises(SlotUnknownError):
        review.decide_slot(floor.database, floor.clock, floor.people[1], decision)
    with pytest.raises(SlotUnknownError):
        review.decide_slot(floor.database.of(2), floor.clock, floor.people[1], decision)
    assert service.items(floor.database, answered.id)[0].node == "review"
