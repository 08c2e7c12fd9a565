"""Quality control on PostgreSQL: from the outbox to actions, exactly once, explained, appealed, undone."""

import json
from typing import Any

import psycopg
import pytest

from galley.annotate import review, service
from galley.annotate.model import Answer, LabelerKind, Project, Review
from galley.annotate.quality import duty
from galley.annotate.quality import service as quality
from galley.annotate.quality.errors import (
    ActionUnknownError,
    AppealOwnError,
    AppealSettledError,
    AppealTwiceError,
    AppealUnknownError,
    QualityRuleError,
)
from galley.annotate.quality.model import ActionRow, Block, ExtraReview, Override, Pause, Person, Reopen, Ruling
from galley.annotate.quality.rules import DEFAULTS
from galley.annotate.service import Batch, Request
from galley.kernel.canonical import canonical_json
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data
from galley.store.database import Database
from galley.testing.memory import FakeClock, MemoryBlobs

SCHEMA: dict[str, Any] = {
    "controls": [{"name": "topic", "type": "classify", "options": {"choices": ["cat", "dog", "owl"]}}]
}
CAT, DOG, OWL = ({"topic": name} for name in ("cat", "dog", "owl"))
LEAD = Person(name="lead")


class Hall:
    """A project with gold, people, and the duty."""

    def __init__(self, database: Database, url: str) -> None:
        self.database, self.url, self.clock, self.blobs = database, url, FakeClock(), MemoryBlobs()
        sha256 = self.blobs.put(canonical_json(schema_dict(schema_of_data(SCHEMA))))
        self.project: Project = service.open_project(
            database, self.clock, line="q", purpose="rest", schema_sha256=sha256
        )
        self.an, self.bo, self.cy = (self.labeler(name) for name in ("安", "Bo", "Cy"))

    def labeler(self, name: str, kind: LabelerKind = "person") -> int:
        return service.ensure_labeler(self.database, self.clock, name, kind).id

    def gold(self, items: list[str], body: dict[str, str]) -> None:
        service.add_items(self.database, self.project, items, Batch(overlap=3, gold=frozenset(items)))
        with self.database.transaction() as connection:
            for item in items:
                connection.execute(
                    "INSERT INTO annotate.gold (project, item, body, updated_at) VALUES (%s, %s, %s, now())",
                    (self.project.id, item, json.dumps(body)),
                )

    def answer(self, labeler: int, items: list[str], body: dict[str, str], seconds: float = 10.0) -> None:
        for item in items:
            self.clock.advance(seconds)
            service.place_many(self.database, self.clock, self.project, labeler, [(item, body)])

    def turn(self, **facts: int) -> int:
        return duty.evaluate_due(self.database.house(), self.blobs, self.clock, **facts)

    def settle(self) -> None:
        self.clock.advance(30)
        while self.turn():
            pass

    def actions(self, labeler: int | None = None) -> list[ActionRow]:
        return quality.actions(self.database, self.project.id, labeler=labeler, limit=500)

    def acts(self, labeler: int) -> list[str]:
        return sorted(f"{row.rule}:{row.act['do']}" for row in self.actions(labeler))

    def standing(self, labeler: int) -> tuple[Any, ...] | None:
        with self.database.connection() as connection:
            return connection.execute(
                "SELECT state, until, review_percent, gold_stopped, reason FROM annotate.standing WHERE labeler = %s",
                (labeler,),
            ).fetchone()

    def rules(self, *rules: dict[str, Any]) -> None:
        quality.save_rules(self.database, self.clock, self.project.id, list(rules), LEAD)


@pytest.fixture
def hall(database: Database, database_url: str) -> Hall:
    return Hall(database, database_url)


def _rule(name: str = "r", **facts: Any) -> dict[str, Any]:
    rule = {
        "name": name,
        "collector": "gold",
        "least": 5,
        "window": 20,
        "conditions": [{"measure": "high", "below": 0.8}],
        "actions": [{"do": "pause", "seconds": 3600}],
    }
    return {**rule, **facts}


NAMES = [f"g{number:02}" for number in range(40)]


def test_who_fails_known_answers_is_paused_told_why_and_gets_back_in(hall: Hall) -> None:
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.answer(hall.bo, NAMES[:8], CAT)
    hall.settle()
    paused_at = hall.clock.now()
    assert "gold-failed:pause" in hall.acts(hall.an)
    assert hall.acts(hall.bo) == []
    state, until, percent, _, reason = hall.standing(hall.an) or ()
    assert (state, percent) == ("paused", 100)
    assert 0 < (until - paused_at).total_seconds() <= 86400
    assert "gold-failed" in reason
    told = next(row for row in hall.actions(hall.an) if row.act["do"] == "pause")
    assert "0 of your last 8" in told.explanation_en
    assert "考题" in told.explanation_zh
    assert told.reading["count"] == 8
    assert told.rule_version == 0
    assert {"gold-failed:tell_lead", "gold-weak:tell_lead"} & set(hall.acts(hall.an)) == set()  # not theirs to see
    assert any(row.act["do"] == "tell_lead" for row in hall.actions())
    notices = quality.actions(hall.database, hall.project.id, notices=True)
    assert {row.act["do"] for row in notices} == {"tell_lead", "tell_worker"}
    hall.clock.advance(86400)
    hall.settle()
    assert (hall.standing(hall.an) or ())[0] == "open"
    assert (hall.standing(hall.an) or ())[2] == 100  # extra review lasts longer


def test_nobody_is_punished_twice_for_the_same_answers(hall: Hall) -> None:
    hall.rules(_rule(cooldown_seconds=0))
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    assert len(hall.actions(hall.an)) == 1
    hall.answer(hall.an, NAMES[8:12], DOG)
    hall.settle()
    assert len(hall.actions(hall.an)) == 1  # four fresh ones are too few
    hall.answer(hall.an, NAMES[12:13], DOG)
    hall.settle()
    assert len(hall.actions(hall.an)) == 2


def test_a_cool_down_is_waited_for(hall: Hall) -> None:
    hall.rules(_rule(cooldown_seconds=7200))
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    hall.answer(hall.an, NAMES[8:16], DOG)
    hall.settle()
    assert len(hall.actions(hall.an)) == 1
    hall.clock.advance(7200)
    hall.answer(hall.an, NAMES[16:17], DOG)
    hall.settle()
    assert len(hall.actions(hall.an)) == 2


def test_events_count_once_through_crashes_and_small_turns(hall: Hall) -> None:
    hall.rules(_rule())
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    with psycopg.connect(hall.url, autocommit=True) as owner:
        # Every write of the look fails: what was folded stays, nothing is half done.
        owner.execute("ALTER TABLE annotate.quality_action ADD CONSTRAINT broken CHECK (false) NOT VALID")
        hall.clock.advance(30)
        with pytest.raises(psycopg.errors.CheckViolation):
            hall.turn()
        with pytest.raises(psycopg.errors.CheckViolation):
            hall.turn()
        assert hall.standing(hall.an) is None
        owner.execute("ALTER TABLE annotate.quality_action DROP CONSTRAINT broken")
    hall.clock.advance(30)
    for _ in range(50):
        hall.turn(people=1, events=3)
    assert len(hall.actions(hall.an)) == 1
    with hall.database.connection() as connection:
        counted = connection.execute("SELECT count(*), count(DISTINCT slot) FROM annotate.quality_evidence").fetchone()
    assert counted == (8, 8)
    assert hall.turn() == 0


def test_people_are_looked_at_once_for_all_they_did_meanwhile(hall: Hall) -> None:
    hall.rules(_rule())
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:2], DOG, seconds=0.1)
    assert hall.turn() == 3  # two events, one person
    hall.answer(hall.an, NAMES[2:8], DOG, seconds=0.1)
    assert hall.turn() == 6  # noted; the person was just looked at
    assert hall.actions(hall.an) == []
    hall.settle()
    assert len(hall.actions(hall.an)) == 1


def test_simulations_and_models_are_not_judged(hall: Hall) -> None:
    hall.gold(NAMES, CAT)
    hall.answer(hall.labeler("robot", "machine"), NAMES[:10], DOG)
    hall.settle()
    assert hall.actions() == []


def test_collectors_read_the_queue(hall: Hall) -> None:
    """Agreement, returns, skips and late answers from what the queue itself says."""
    tell = [{"do": "tell_worker"}]
    hall.rules(
        _rule("others", collector="agreement", actions=tell, conditions=[{"measure": "share", "below": 0.3}]),
        _rule("crowd", collector="consensus", actions=tell, conditions=[{"measure": "share", "below": 0.3}]),
        _rule("back", collector="returns", least=2, actions=tell, conditions=[{"measure": "share", "above": 0.6}]),
        _rule("skips", collector="skips", least=3, actions=tell, conditions=[{"measure": "share", "above": 0.2}]),
        _rule("late", collector="lateness", least=3, actions=tell, conditions=[{"measure": "share", "above": 0.1}]),
    )
    items = [f"i{number}" for number in range(8)]
    service.add_items(hall.database, hall.project, items, Batch(overlap=3))
    hall.answer(hall.bo, items, CAT)
    hall.answer(hall.cy, items, CAT)
    leases = service.claim(hall.database, hall.clock, hall.project, hall.an, Request(count=8, seconds=60))
    late = leases.pop()
    service.skip(hall.database, hall.clock, hall.an, leases.pop(), "unclear")
    service.skip(hall.database, hall.clock, hall.an, leases.pop(), "unclear")
    for lease in leases:
        answer = Answer(slot=lease.slot, token=lease.token, body=OWL, client_id=f"c{lease.slot}")
        assert service.submit(hall.database, hall.clock, hall.an, answer).accepted
    hall.clock.advance(100)
    service.expire(hall.database, hall.clock)
    taken = service.claim(hall.database, hall.clock, hall.project, hall.labeler("taker"), Request(count=8))
    assert late.slot in {lease.slot for lease in taken}
    answer = Answer(slot=late.slot, token=late.token, body=OWL, client_id="late")
    assert not service.submit(hall.database, hall.clock, hall.an, answer).accepted
    review.add_reviews(hall.database, hall.project, [lease.slot for lease in leases[:3]])
    checker = hall.labeler("checker")
    for place, lease in enumerate(
        service.claim(hall.database, hall.clock, hall.project, checker, Request(stage="review", count=3))
    ):
        verdict = Review(verdict="return", reason="wrong") if place else Review(verdict="accept")
        review.decide(hall.database, hall.clock, checker, lease, verdict, f"r{place}")
    hall.settle()
    assert {row.rule for row in hall.actions(hall.an)} == {"others", "crowd", "back", "skips", "late"}
    assert hall.actions(hall.bo) == []
    back = next(row for row in hall.actions(hall.an) if row.rule == "back")
    assert (back.reading["hits"], back.reading["count"]) == (2, 3)


def test_copied_predictions_and_speed_are_read_from_what_was_stored(hall: Hall) -> None:
    tell = [{"do": "tell_worker"}]
    hall.rules(
        _rule("copies", collector="copies", least=10, actions=tell, conditions=[{"measure": "chance", "below": 0.01}]),
        _rule("speed", collector="speed", least=10, actions=tell, conditions=[{"measure": "low", "above": 0.5}]),
    )
    items = [f"i{number:02}" for number in range(40)]
    service.add_items(hall.database, hall.project, items, Batch(overlap=3))
    model = hall.labeler("model", "machine")
    with hall.database.transaction() as connection:
        for item in items:
            connection.execute(
                "INSERT INTO annotate.prediction (project, item, labeler, model_version, body, body_sha256, created_at) "
                "VALUES (%s, %s, %s, 'v1', %s, repeat('0', 64), %s)",
                (hall.project.id, item, model, json.dumps(DOG), hall.clock.now()),
            )
    hall.answer(hall.bo, items, CAT, seconds=20)
    hall.answer(hall.cy, items, CAT, seconds=20)
    hall.answer(hall.an, items, DOG, seconds=1)
    hall.settle()
    assert hall.acts(hall.an) == ["copies:tell_worker", "speed:tell_worker"]
    assert hall.acts(hall.bo) == hall.acts(hall.cy) == []


def test_rules_are_versions_and_bad_ones_are_refused(hall: Hall) -> None:
    project = hall.project.id
    assert quality.current_rules(hall.database, project).version == 0
    assert quality.current_rules(hall.database, project).rules == DEFAULTS
    hall.rules(_rule("first"))
    hall.rules(_rule("second"))
    with pytest.raises(QualityRuleError):
        hall.rules(_rule("third", least=50))
    assert quality.current_rules(hall.database, project).rules[0].name == "second"
    versions = quality.rules_versions(hall.database, project)
    assert [(one.version, one.author) for one in versions] == [(2, "lead"), (1, "lead")]
    hall.rules()  # no rules at all is a decision too
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:9], DOG)
    hall.settle()
    assert hall.actions() == []


# --- appeals and leads -------------------------------------------------------------------------------------------


def test_an_overturned_appeal_undoes_the_effect_and_only_that(hall: Hall) -> None:
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    project, lead = hall.project.id, Person(name="lead", labeler=hall.cy)
    pause = next(row for row in hall.actions(hall.an) if row.act["do"] == "pause")
    with pytest.raises(ActionUnknownError):
        quality.appeal(hall.database, hall.clock, project, pause.id, hall.bo, "not mine")
    made = quality.appeal(hall.database, hall.clock, project, pause.id, hall.an, "考题答案有误")
    assert (made.state, made.words) == ("open", "考题答案有误")
    with pytest.raises(AppealTwiceError):
        quality.appeal(hall.database, hall.clock, project, pause.id, hall.an, "again")
    me = Person(name="安", labeler=hall.an)
    with pytest.raises(AppealOwnError):
        quality.decide(hall.database, hall.clock, project, made.id, Ruling(overturn=True), me)
    done = quality.decide(hall.database, hall.clock, project, made.id, Ruling(overturn=True, note="right"), lead)
    assert (done.state, done.decided_by, done.note) == ("overturned", "lead", "right")
    assert (hall.standing(hall.an) or ())[:3:2] == ("open", 100)  # the extra review was not appealed
    again = quality.decide(hall.database, hall.clock, project, made.id, Ruling(overturn=True), lead)
    assert again == done
    with pytest.raises(AppealSettledError):
        quality.decide(hall.database, hall.clock, project, made.id, Ruling(overturn=False), lead)
    with pytest.raises(AppealUnknownError):
        quality.decide(hall.database, hall.clock, project, 10**9, Ruling(overturn=False), lead)
    shown = next(row for row in hall.actions(hall.an) if row.id == pause.id)
    assert (shown.state, shown.appeal, shown.appeal_state) == ("undone", made.id, "overturned")
    assert [one.id for one in quality.appeals(hall.database, project, labeler=hall.an)] == [made.id]
    assert quality.appeals(hall.database, project, state="open") == []


def test_an_upheld_appeal_leaves_everything_as_it_was(hall: Hall) -> None:
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    pause = next(row for row in hall.actions(hall.an) if row.act["do"] == "pause")
    made = quality.appeal(hall.database, hall.clock, hall.project.id, pause.id, hall.an, "no")
    before = hall.standing(hall.an)
    quality.decide(hall.database, hall.clock, hall.project.id, made.id, Ruling(overturn=False), LEAD)
    assert hall.standing(hall.an) == before


def test_a_lead_decides_with_a_reason_and_does_not_judge_the_appeal_against_it(hall: Hall) -> None:
    project, lead = hall.project.id, Person(name="Cy", labeler=hall.cy)

    def say(wish: Override) -> None:
        quality.override(hall.database, hall.clock, project, hall.an, wish, lead)

    say(Override(reason="leaves", act=Block()))
    assert (hall.standing(hall.an) or ())[0] == "blocked"
    (row,) = hall.actions(hall.an)
    assert "leaves" in row.explanation_en
    assert row.made_by == "Cy"
    made = quality.appeal(hall.database, hall.clock, project, row.id, hall.an, "I stay")
    with pytest.raises(AppealOwnError):
        quality.decide(hall.database, hall.clock, project, made.id, Ruling(overturn=False), lead)
    say(Override(reason="look", act=ExtraReview(percent=30)))
    say(Override(reason="returns", act=Reopen()))
    assert (hall.standing(hall.an) or ())[:4] == ("open", None, None, False)
    say(Override(reason="break", act=Pause(seconds=60)))
    assert (hall.standing(hall.an) or ())[0] == "paused"
    hall.clock.advance(61)
    hall.settle()
    assert (hall.standing(hall.an) or ())[0] == "open"


def test_a_training_ends_the_pause_that_waits_for_it(hall: Hall) -> None:
    hall.rules(_rule(actions=[{"do": "pause", "training": "basics", "level": 0.7}, {"do": "stop_gold"}]))
    hall.gold(NAMES, CAT)
    quality.set_skill(hall.database, hall.clock, hall.an, "basics", 0.9)  # passed before: it did not help
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    assert (hall.standing(hall.an) or ())[:4] == ("paused", None, None, True)
    hall.clock.advance(60)
    quality.set_skill(hall.database, hall.clock, hall.an, "basics", 0.6)
    hall.settle()
    assert (hall.standing(hall.an) or ())[0] == "paused"
    quality.set_skill(hall.database, hall.clock, hall.an, "basics", 0.8)
    hall.settle()
    assert (hall.standing(hall.an) or ())[:4:3] == ("open", True)


def test_skills_follow_what_was_measured_and_come_back_when_undone(hall: Hall) -> None:
    hall.rules(
        _rule("set", conditions=[{"measure": "share", "below": 0.9}], actions=[{"do": "set_skill", "name": "topic"}]),
        _rule("less", actions=[{"do": "move_skill", "name": "care", "by": -0.2}]),
    )
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:7], DOG)
    hall.answer(hall.an, NAMES[7:10], CAT)
    hall.settle()
    levels = {one.name: round(one.level, 3) for one in quality.skills(hall.database, labeler=hall.an)}
    assert levels == {"topic": 0.3, "care": 0.3}
    for row in hall.actions(hall.an):
        made = quality.appeal(hall.database, hall.clock, hall.project.id, row.id, hall.an, "no")
        quality.decide(hall.database, hall.clock, hall.project.id, made.id, Ruling(overturn=True), LEAD)
    assert quality.skills(hall.database) == []


def test_one_organisation_never_sees_anothers_people(hall: Hall) -> None:
    hall.gold(NAMES, CAT)
    hall.answer(hall.an, NAMES[:8], DOG)
    hall.settle()
    other = hall.database.of(7)
    pause = next(row for row in hall.actions(hall.an) if row.act["do"] == "pause")
    assert quality.actions(other, hall.project.id) == []
    assert quality.skills(other) == []
    with pytest.raises(ActionUnknownError):
        quality.appeal(other, hall.clock, hall.project.id, pause.id, hall.an, "from elsewhere")
