"""Use cases of notices: fold what happened into them, read one's own, say up to where one has read.

What happens to slots comes from the outbox by a place of one's own; the rest is left as happenings by triggers of the
tables it happens to, and taken away in the transaction that tells of it. Either way everybody is told exactly once.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from galley.annotate.notices.model import UNREAD_MAX, Notice, Unread
from galley.kernel.clock import Clock
from galley.store import sql
from galley.store.database import Database

__all__ = ["fold", "forget", "mark_read", "notices", "unread", "unread_of"]

QUERIES: Final = sql.load("galley.annotate.notices")

_EVENTS: Final = 1000
_HAPPENINGS: Final = 500
_TOLD_MAX: Final = 200
"""So many people at most are told of one thing."""
_KEPT: Final = timedelta(days=180)
_NEWEST: Final = 2**63 - 1
_TELL: Final[Mapping[str, str]] = {
    "comment": "tell_comment",
    "resolved": "tell_resolved",
    "action": "tell_action",
    "appeal": "tell_appeal",
    "late": "tell_late",
    "rule": "tell_rule",
    "rule_decided": "tell_rule_decided",
    "invitation": "tell_invitation",
    "job": "tell_job",
}


def fold(house: Database, clock: Clock) -> int:
    """Duty: tell people of what happened since; how much was read."""
    with house.transaction() as connection:
        connection.execute(QUERIES["begin_place"])
        place = QUERIES.row(connection, "place") or {"tx": "0", "id": 0}
        events = int(QUERIES.scalar(connection, "fold_returned", {**place, "limit": _EVENTS}))
        by_kind: dict[str, list[int]] = defaultdict(list)
        taken = QUERIES.rows(connection, "take_happenings", {"limit": _HAPPENINGS})
        for row in sorted(taken, key=lambda row: row["id"]):
            by_kind[row["kind"]].append(row["ref"])
        for kind, refs in by_kind.items():
            connection.execute(QUERIES[_TELL[kind]], {"refs": refs, "now": clock.now(), "most": _TOLD_MAX})
        return events + len(taken)


def notices(
    house: Database, person: int, organisations: Collection[int], before: int | None = None, limit: int = 50
) -> list[Notice]:
    """A person's notices of the organisations where they may go, newest first; one query."""
    facts = {"person": person, "organisations": sorted(organisations), "limit": limit}
    with house.connection() as connection:
        return QUERIES.structs(connection, "page", Notice, facts | {"before": before or _NEWEST})


def unread(house: Database, person: int, organisations: Collection[int]) -> Unread:
    """How many notices a person has not read; one query, which never looks at more than a hundred rows."""
    return unread_of(house, {person: organisations})[person]


def unread_of(house: Database, people: Mapping[int, Collection[int]]) -> dict[int, Unread]:
    """The same of many people at once, each of the organisations where they may go; one query however many they are."""
    facts: dict[str, Any] = {"people": list(people), "most": UNREAD_MAX + 1}
    facts["places"] = ["{" + ",".join(map(str, sorted(places))) + "}" for places in people.values()]
    with house.connection() as connection:
        rows = QUERIES.rows(connection, "unread", facts)
    return {
        row["person"]: Unread(unread=min(row["unread"], UNREAD_MAX), more=row["unread"] > UNREAD_MAX) for row in rows
    }


def mark_read(house: Database, person: int, until: int) -> None:
    """A person has read everything up to and with a notice; a later one stays unread."""
    with house.connection() as connection:
        connection.execute(QUERIES["read_until"], {"person": person, "until": until})


def forget(house: Database, clock: Clock, limit: int = 1000) -> int:
    """Forget notices half a year after what they tell of; how many."""
    with house.connection() as connection:
        return connection.execute(QUERIES["forget"], {"before": clock.now() - _KEPT, "limit": limit}).rowcount
