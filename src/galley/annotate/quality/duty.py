"""The duty behind quality control: reads the outbox once, looks at whom it concerns, acts, ends what is over.

Nothing of it runs while somebody waits for an answer. Each step is one bounded transaction, so everything happens exactly
once: the place in the outbox moves with the observations, a person's turn ends with the actions that follow from it.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from galley.annotate.quality import effects, repo
from galley.annotate.quality.collectors import Judge, read
from galley.annotate.quality.model import Observation, Rule, RuleSet, Surroundings
from galley.annotate.quality.rules import DEFAULTS, evaluate
from galley.annotate.quality.words import explain
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.labels.schema import LabelSchema, merge_labels, record_distance, schema_from_dict
from galley.store.database import Connection, Database

__all__ = ["evaluate_due", "rules_of"]

_READER: Final = "quality"
_EVENTS: Final = 5000
_PEOPLE: Final = 100
_AROUND: Final = 1000
_GOLD_PREDICTIONS: Final = 500
_ENDING: Final = 500
_REST_SECONDS: Final = 20.0
"""How long somebody is left alone after they were looked at: what they do meanwhile is looked at together."""
_COMPARED: Final = frozenset({"agreement", "consensus", "copies"})


def evaluate_due(house: Database, blobs: Blobs, clock: Clock, *, people: int = _PEOPLE, events: int = _EVENTS) -> int:
    """One turn: fold up to `events` events, look at up to `people` people, end what is over; how much there was to do."""
    folded = _fold(house, clock.now(), events)
    looked = _look(house, blobs, clock.now(), people)
    return folded + looked + _end(house, clock.now())


# --- folding -----------------------------------------------------------------------------------------------------


def _fold(house: Database, now: datetime, limit: int) -> int:
    with house.transaction() as connection:
        place = repo.lock_reader(connection, _READER)
        if place is None:
            return 0
        found = repo.fold(connection, {**place, "limit": limit, "now": now})
        if found["events"]:
            repo.save_reader(connection, {"name": _READER, "tx": found["tx"], "id": found["id"]})
        return int(found["events"])


# --- looking -----------------------------------------------------------------------------------------------------


def _look(house: Database, blobs: Blobs, now: datetime, limit: int) -> int:
    with house.transaction() as connection:
        before = now - timedelta(seconds=_REST_SECONDS)
        due = repo.pending(connection, {"before": before, "limit": limit})
        by_project: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in due:
            by_project[int(row["project"])].append(row)
        for project, rows in sorted(by_project.items()):
            people = sorted(int(row["labeler"]) for row in rows)
            _look_at(connection, project, people, _judge(blobs, str(rows[0]["schema_sha256"])), now)
            repo.looked(connection, {"project": project, "labelers": people, "now": now})
        return len(due)


def _look_at(connection: Connection, project: int, people: Sequence[int], judge: Judge, now: datetime) -> None:
    rules = rules_of(connection, project)
    wanted = [rule for rule in rules.rules if rule.enabled]
    if not wanted:
        return
    seen = _observed(connection, project, people, wanted)
    around = _Around(connection, project, judge)
    fired = {(int(row["labeler"]), str(row["rule"])): row for row in repo.last_fired(connection, project, people)}
    for labeler in people:
        acted = False
        for rule in wanted:
            last = fired.get((labeler, rule.name))
            acted |= _apply(
                connection, rules, rule, seen[labeler], around.of(labeler, rule), (labeler, last, judge, now)
            )
        if acted:
            effects.restand(connection, project, labeler, now)


def _apply(
    connection: Connection,
    rules: RuleSet,
    rule: Rule,
    seen: "_Seen",
    around: Surroundings,
    about: tuple[int, Mapping[str, Any] | None, Judge, datetime],
) -> bool:
    labeler, last, judge, now = about
    counted = 0 if last is None else int(last["evidence"])
    fresh = [one for one in seen.observations if one.id > counted]
    reading = read(rule, fresh, around, judge)
    fired = evaluate(rule, reading, now, None if last is None else last["at"])
    for one in fired:
        done = effects.Done(
            project=seen.project,
            labeler=labeler,
            act=one.act,
            explanation=explain(rule, one.act, one.reading),
            made_by=f"rule {rule.name}",
            until=one.until,
            rule=rule.name,
            rule_version=rules.version,
            reading=one.reading,
            evidence=fresh[-1].id,
        )
        effects.take(connection, done, now)
    return bool(fired)


def rules_of(connection: Connection, project: int) -> RuleSet:
    """The rules of a project: what was saved last, or the defaults as version 0."""
    found = repo.current_rules(connection, project)
    return RuleSet(version=0, rules=DEFAULTS) if found is None else msgspec.convert(found, RuleSet)


class _Seen(msgspec.Struct, frozen=True):
    """What is known of one person."""

    project: int
    observations: list[Observation]


def _observed(connection: Connection, project: int, people: Sequence[int], rules: Sequence[Rule]) -> dict[int, _Seen]:
    window = max(rule.window for rule in rules)
    rows = repo.observations(connection, {"project": project, "labelers": list(people), "window": window})
    others: Mapping[str, list[tuple[int, Any]]] = {}
    if any(rule.collector in _COMPARED for rule in rules):
        others = _others(connection, project, {str(row["item"]) for row in rows if row["kind"] == "answer"})
    found = {labeler: _Seen(project, []) for labeler in people}
    before: dict[int, datetime] = {}
    for row in rows:
        labeler = int(row["labeler"])
        found[labeler].observations.append(_observation(row, before.get(labeler), others.get(str(row["item"]), ())))
        if row["kind"] == "answer":
            before[labeler] = row["at"]
    return found


def _others(connection: Connection, project: int, items: Iterable[str]) -> dict[str, list[tuple[int, Any]]]:
    found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for row in repo.other_answers(connection, project, sorted(items)):
        found[str(row["item"])].append((int(row["worker"]), row["body"]))
    return found


def _observation(row: Mapping[str, Any], before: datetime | None, others: Iterable[tuple[int, Any]]) -> Observation:
    begun = max((moment for moment in (row["leased_at"], before) if moment is not None), default=None)
    return Observation(
        id=row["id"],
        kind=row["kind"],
        item=row["item"],
        at=row["at"],
        seconds=None if begun is None else (row["at"] - begun).total_seconds(),
        body=row["body"],
        sha256=row["body_sha256"] or "",
        gold=row["gold"],
        prelabel=row["prelabel"],
        others=tuple(body for labeler, body in others if labeler != row["labeler"]),
    )


class _Around:
    """A project's surroundings, read once, only if a rule asks; without the person who is looked at."""

    def __init__(self, connection: Connection, project: int, judge: Judge) -> None:
        self._connection = connection
        self._project = project
        self._judge = judge

    @functools.cached_property
    def _rows(self) -> list[dict[str, Any]]:
        return repo.around(self._connection, self._project, _AROUND)

    @functools.cached_property
    def _gold(self) -> list[dict[str, Any]]:
        return repo.gold_predictions(self._connection, self._project, _GOLD_PREDICTIONS)

    def of(self, labeler: int, rule: Rule) -> Surroundings:
        """What the rule's collector needs."""
        if rule.collector == "speed":
            times = (row["seconds"] for row in self._rows if row["labeler"] != labeler)
            return Surroundings(seconds=tuple(float(one) for one in times if one is not None))
        if rule.collector == "repeats":
            counts: dict[str, int] = defaultdict(int)
            for row in self._rows:
                if row["labeler"] != labeler:
                    counts[str(row["body_sha256"])] += 1
            return Surroundings(answers=dict(counts))
        if rule.collector == "copies":
            apart = [self._judge.distance(row["prelabel"], row["gold"]) > rule.distance for row in self._gold]
            return Surroundings(prelabels=(sum(apart), len(apart)))
        return Surroundings()


# --- the label schema's opinion ----------------------------------------------------------------------------------


def _judge(blobs: Blobs, sha256: str) -> Judge:
    schema = functools.cache(lambda: _schema(blobs, sha256))  # read only when answers differ
    return Judge(
        lambda one, other: 0.0 if one == other else _distance(schema(), one, other),
        lambda several: _merged(schema(), several),
    )


def _schema(blobs: Blobs, sha256: str) -> LabelSchema | None:
    """The schema, or None when there is none to be had: answers are then the same or they are not."""
    try:
        return schema_from_dict(msgspec.json.decode(blobs.get(sha256)))
    except GalleyError:
        return None


def _distance(schema: LabelSchema | None, one: Any, other: Any) -> float:
    try:
        return 1.0 if schema is None else record_distance(schema, one, other)
    except Exception:  # broad: answers made under a former schema cannot be compared by this one
        return 1.0


def _merged(schema: LabelSchema | None, several: Sequence[Any]) -> Any:
    most = max(several, key=lambda body: sum(body == other for other in several))
    try:
        return most if schema is None else merge_labels(schema, list(several), [1.0] * len(several))
    except Exception:  # broad: as above
        return most


# --- ending ------------------------------------------------------------------------------------------------------


def _end(house: Database, now: datetime) -> int:
    with house.transaction() as connection:
        ended = sorted(set(repo.end_actions(connection, {"now": now, "limit": _ENDING})))
        for project, labeler in ended:
            effects.restand(connection, project, labeler, now)
        return len(ended)
