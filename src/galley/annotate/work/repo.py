"""The hot path's rows: one function a query, no decisions.

Those that return a `Wait` only send: the answer is read by calling it, so that several statements share a round trip.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from psycopg.rows import dict_row

from galley.annotate.work.model import Answered, Asker, Before, Facts, Free, Place, SchemaAt
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.work")
T = TypeVar("T")
Wait = Callable[[], T]
Key = tuple[int, int, str]
"""Slot, labeler, client id: what makes sending an answer again harmless."""


def node(connection: Connection, project: int) -> Wait[Facts | None]:
    """What the project says; None when there is no such project."""
    cursor = connection.execute(QUERIES["node"], {"project": project})

    def read() -> Facts | None:
        row = cursor.fetchone()
        if row is None:
            return None
        names = ("state", "settings", "schema_sha256", "schema_version", "guideline", "guideline_version")
        versions = msgspec.convert(row[-1], tuple[SchemaAt, ...])
        return Facts(**dict(zip(names, row[:-1], strict=True)), versions=versions)

    return read


def submit_batch(
    connection: Connection, project: int, answers: Sequence[Answered], now: datetime
) -> Wait[dict[Key, int]]:
    """Store answers, at most one a lease; the revision of each whose lease held."""
    sent = [answer.submission for answer in answers]
    facts = {
        "project": project,
        "now": now,
        "slots": _array(submission.slot for submission in sent),
        "tokens": _array(submission.token for submission in sent),
        "labelers": _array(answer.labeler for answer in answers),
        "bodies": _texts(answer.text for answer in answers),
        "sha256s": _array(answer.sha256 for answer in answers),
        "client_ids": _texts(submission.client_id for submission in sent),
        "activities": _texts(submission.activity for submission in sent),
        "guidelines": _array(submission.guideline_version for submission in sent),
    }
    cursor = connection.execute(QUERIES["submit_batch"], facts)
    return lambda: {(slot, labeler, client_id): revision for slot, labeler, client_id, revision in cursor.fetchall()}


# Arrays as PostgreSQL writes them: one string each, several times as fast as an adapted list of hundreds of values.


def _array(values: Iterable[int | str | UUID | None]) -> str:
    """An array of what needs no quoting: numbers, UUIDs, hexadecimal."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _texts(values: Iterable[str | None]) -> str:
    """An array of any texts."""
    return "{" + ",".join("NULL" if value is None else _quoted(value) for value in values) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _asking(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "workers": _array(facts["workers"]), "counts": _array(facts["counts"])}


def askers(connection: Connection, facts: dict[str, Any]) -> Wait[list[Asker]]:
    """The people who ask, in the order they were given."""
    cursor = connection.execute(QUERIES["askers"], _asking(facts))
    return lambda: [
        Asker(worker=worker, gate_open=gate, standing=standing, unskilled=unskilled, held=held)
        for worker, gate, standing, unskilled, held in cursor.fetchall()
    ]


def open_slots(connection: Connection, facts: dict[str, Any], place: Place) -> Wait[list[Free]]:
    """As many ready slots as the askers lack, locked, from a place in the queue on."""
    cursor = connection.execute(QUERIES["open"], {**_asking(facts), "urgency": place.urgency, "rkey": place.rkey})
    return lambda: [
        Free(id=slot, item=item, target=target, urgency=urgency, rkey=rkey, prefer_worker=prefer, barred=barred)
        for slot, item, target, urgency, rkey, prefer, barred in cursor.fetchall()
    ]


def lease(connection: Connection, facts: dict[str, Any]) -> Wait[list[tuple[Any, ...]]]:
    """Lease and renew; rows of (slot, worker, item, slot_no, pool, target, attempt, token, until, content,
    leased_at)."""
    arrays = {name: _array(facts[name]) for name in ("slots", "workers", "held")}
    return connection.execute(QUERIES["lease"], {**facts, **arrays}).fetchall


def handouts(connection: Connection, worker: int, slots: Sequence[int]) -> list[tuple[Any, ...]]:
    """Leases held, as rows like those of `lease`."""
    return connection.execute(QUERIES["handouts"], {"worker": worker, "slots": list(slots)}).fetchall()


def lease_times(connection: Connection, project: int, slots: Sequence[int]) -> dict[int, tuple[UUID, datetime]]:
    """Slot -> the token of its lease and when it was given, of those that are leased."""
    facts = {"project": project, "slots": list(slots)}
    return {int(row[0]): (row[1], row[2]) for row in connection.execute(QUERIES["lease_times"], facts)}


def of_project(connection: Connection, project: int, slots: Sequence[int]) -> set[int]:
    """Which of the slots belong to the project."""
    facts = {"project": project, "slots": list(slots)}
    return {int(row[0]) for row in connection.execute(QUERIES["of_project"], facts)}


def held_items(connection: Connection, project: int, labeler: int, items: Sequence[str]) -> set[str]:
    """Those of some items of which a labeler holds a lease."""
    facts = {"project": project, "labeler": labeler, "items": list(items)}
    return {str(row[0]) for row in connection.execute(QUERIES["held_items"], facts)}


def contents(connection: Connection, project: int, slots: Sequence[int]) -> dict[int, str]:
    """Slot -> what is seen of its item, JSON."""
    facts = {"project": project, "slots": list(slots)}
    return {int(slot): str(text) for slot, text in connection.execute(QUERIES["contents"], facts)}


def returned(connection: Connection, slots: Sequence[int]) -> dict[int, Before]:
    """Rework slot -> the answer it is to do again."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["returned"], {"slots": list(slots)}).fetchall()
    return {row.pop("rework"): _before(row) for row in rows}


def reviewed(connection: Connection, slots: Sequence[int]) -> dict[int, Before]:
    """Slot -> its newest answer."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["reviewed"], {"slots": list(slots)}).fetchall()
    return {row["slot"]: _before(row) for row in rows}


def _before(row: dict[str, Any]) -> Before:
    body = row.pop("body")
    return Before(**row, body=None if body is None else msgspec.Raw(body.encode()))


def insert_person(connection: Connection, person: int, now: datetime) -> int:
    """The labeler a person is, made if unknown."""
    connection.execute(QUERIES["insert_person"], {"name": f"person-{person}", "person": person, "now": now})
    row = connection.execute(QUERIES["labeler_of_person"], {"person": person}).fetchone()
    return int(row[0]) if row is not None else 0


def find_person(connection: Connection, person: int) -> int | None:
    """The labeler a person is, if known."""
    row = connection.execute(QUERIES["labeler_of_person"], {"person": person}).fetchone()
    return None if row is None else int(row[0])


def renew_project(connection: Connection, project: int, worker: int, now: datetime, seconds: float) -> list[int]:
    """Extend a labeler's leases in a project; the slots they hold."""
    facts = {"project": project, "worker": worker, "now": now, "seconds": seconds}
    return [int(row[0]) for row in connection.execute(QUERIES["renew_project"], facts)]


def forget_preference(connection: Connection, now: datetime, limit: int) -> int:
    """Let anybody have returned work whose worker did not come in time; how many slots."""
    return connection.execute(QUERIES["forget_preference"], {"now": now, "limit": limit}).rowcount
