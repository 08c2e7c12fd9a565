"""Seals on the audit: runs of its lines under Merkle roots that are stated in the ledger's log.

Whoever can write to the database can rewrite its rows, triggers and all. They cannot rewrite the log, whose checkpoints
others hold: a changed, missing or invented line no longer gives the root that was stated, and `verify_audit` says where.

The ledger is not known here: `seal` is given something that records a statement, `verify_audit` what was recorded.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from psycopg.rows import dict_row

from galley.access.errors import AuditBrokenError, UnknownError
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.language import Text
from galley.kernel.merkle import inclusion_proof, leaf_hash, root_of_hashes
from galley.store import sql
from galley.store.database import Database
from galley.store.errors import DatabaseBusyError

__all__ = [
    "AUDIT_SEAL",
    "SEAL_LINES_MAX",
    "Line",
    "LineProof",
    "Receipt",
    "Record",
    "Seal",
    "Verified",
    "entry_of",
    "names",
    "page",
    "predicate_of",
    "prove",
    "seal",
    "subject_of",
    "verify_audit",
]

QUERIES: Final = sql.load("galley.access")
AUDIT_SEAL: Final = "https://galley.dev/audit-seal/v1"
"""Predicate type of the statements: these lines of this organisation's audit, in this order, have this root."""
SEAL_LINES_MAX: Final = 4096
"""Lines a seal at most; a proof then has twelve hashes."""
_NEWEST: Final = (1 << 63) - 1


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit; `seal` is the number of its seal once it has one."""

    id: int
    organisation: int
    at: datetime
    kind: str
    person: int | None
    token: int | None
    address: str | None
    project: int | None
    subject: str
    facts: dict[str, Any]
    salt: uuid.UUID
    seal: int | None = None


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A run of lines under one root."""

    number: int
    first_row: int
    last_row: int
    row_count: int
    root: str
    previous: str  # the root of the seal before; empty for the first
    sealed_at: datetime
    envelope: str | None = None
    log_index: int | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement was recorded."""

    envelope: str  # SHA-256
    index: int


class Record(Protocol):
    """Records statements (subject, SHA-256, predicate) of type AUDIT_SEAL, again and again the same for the same."""

    def __call__(self, statements: list[tuple[str, str, dict[str, Any]]]) -> list[Receipt]: ...


class LineProof(msgspec.Struct, frozen=True, kw_only=True):
    """Shows that a line is under a seal: its canonical bytes, its place, and the hashes beside its way to the root."""

    entry: bytes
    index: int
    hashes: list[str]
    seal: Seal


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found whole: sealed lines and seals; and lines still to be sealed, which nothing vouches for yet."""

    lines: int
    seals: int
    unsealed: int


# --- bytes -----------------------------------------------------------------------------------------------------------


def entry_of(line: Line) -> bytes:
    """The bytes of a line that are hashed: canonical JSON of all its columns."""
    told = msgspec.to_builtins(line)
    told.pop("seal")
    told["at"] = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical_json(told)


def subject_of(organisation: int, number: int) -> str:
    """The name of a seal in statements."""
    return f"audit/{organisation}/{number}"


def predicate_of(organisation: int, seal: Seal) -> dict[str, Any]:
    """What a statement says of a seal."""
    return {
        "organisation": organisation,
        "number": seal.number,
        "firstRow": seal.first_row,
        "lastRow": seal.last_row,
        "rows": seal.row_count,
        "root": seal.root,
        "previous": seal.previous,
        "sealedAt": seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


# --- sealing ---------------------------------------------------------------------------------------------------------


def seal(house: Database, clock: Clock, record: Record) -> int:
    """Seal every line that is not sealed yet, and state in the log what was not stated yet; how many lines were sealed.

    Killed anywhere, the next call goes on: a seal is stored before it is stated, and stating it again changes nothing.
    """
    try:
        with house.transaction() as connection:
            connection.execute(QUERIES["limit_waiting"])
            connection.execute(QUERIES["stop_audit"])
            row = connection.execute(QUERIES["house_audit_end"]).fetchone()
    except DatabaseBusyError:
        return 0  # a long transaction writes to the audit: next time
    end = 0 if row is None else int(row[0])
    with house.connection() as connection:
        open_places = connection.execute(QUERIES["house_unsealed"], {"end": end}).fetchall()
    sealed = 0
    for organisation, number, last_row, root in open_places:
        sealed += _seal_place(house, clock, organisation, _Place(number, last_row, root, end))
    _state(house, record)
    return sealed


class _Place(msgspec.Struct, frozen=True):
    number: int
    last_row: int
    root: str
    end: int


def _seal_place(house: Database, clock: Clock, organisation: int, place: _Place) -> int:
    number, last_row, root, sealed = place.number, place.last_row, place.root, 0
    while True:
        facts = {"organisation": organisation, "after": last_row, "end": place.end, "limit": SEAL_LINES_MAX}
        lines = _lines(house, "house_lines_after", facts)
        if not lines:
            return sealed
        fresh = Seal(
            number=number + 1,
            first_row=lines[0].id,
            last_row=lines[-1].id,
            row_count=len(lines),
            root=_root(lines),
            previous=root,
            sealed_at=clock.now(),
        )
        with house.connection() as connection:
            facts = {"organisation": organisation, **msgspec.structs.asdict(fresh)}
            connection.execute(QUERIES["house_insert_seal"], facts)
        number, last_row, root, sealed = fresh.number, fresh.last_row, fresh.root, sealed + len(lines)


def _state(house: Database, record: Record) -> None:
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["house_unlogged_seals"]).fetchall()
    places = [(row.pop("organisation"), Seal(**row)) for row in rows]
    if not places:
        return
    receipts = record(
        [(subject_of(place, each.number), each.root, predicate_of(place, each)) for place, each in places]
    )
    with house.transaction() as connection:
        for (place, each), receipt in zip(places, receipts, strict=True):
            facts = {"organisation": place, "number": each.number}
            connection.execute(
                QUERIES["house_seal_logged"], facts | {"envelope": receipt.envelope, "log_index": receipt.index}
            )


# --- reading and proving ---------------------------------------------------------------------------------------------


def page(database: Database, *, before: int | None = None, limit: int = 100, project: int | None = None) -> list[Line]:
    """A page of an organisation's audit, newest first; of one project if it is given."""
    return _lines(database, "audit_page", {"before": before or _NEWEST, "limit": limit, "project": project})


def names(database: Database, lines: Iterable[Line]) -> dict[tuple[str, int], str]:
    """(`person` or `token`, number) → name, of those in some lines. One query; who left the organisation has none."""
    found = list(lines)
    facts = {
        "people": sorted({line.person for line in found if line.person is not None}),
        "tokens": sorted({line.token for line in found if line.token is not None}),
    }
    with database.connection() as connection:
        return {(kind, number): name for kind, number, name in connection.execute(QUERIES["audit_names"], facts)}


def prove(database: Database, row: int) -> LineProof:
    """The proof that a line is under its seal. Raises UnknownError for a line that is not there or not sealed yet."""
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(QUERIES["seal_of"], {"row": row}).fetchone()
    if found is None:
        raise UnknownError(what=Text("sealed line", "已封存的记录"), given=row)
    told = Seal(**found)
    facts = {"organisation": database.organisation, "first": told.first_row, "last": told.last_row}
    lines = _lines(database, "audit_lines", facts)
    index = next((place for place, line in enumerate(lines) if line.id == row), None)
    if index is None:
        raise UnknownError(what=Text("sealed line", "已封存的记录"), given=row)
    hashes = [leaf_hash(entry_of(line)) for line in lines]
    return LineProof(
        entry=entry_of(lines[index]),
        index=index,
        hashes=[each.hex() for each in inclusion_proof(hashes, index)],
        seal=told,
    )


def verify_audit(house: Database, organisation: int, stated: Iterable[Mapping[str, Any]] | None = None) -> Verified:
    """Compute every seal of an organisation's audit again, and hold it against what the log says (its predicates).

    Raises AuditBrokenError. Without `stated` only the database is held against itself, which who rewrote it all escapes.
    """
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        seals = [Seal(**row) for row in cursor.execute(QUERIES["seals"], {"organisation": organisation})]
    broken = _breaker(organisation)
    counted, previous, last = 0, "", 0
    for place, each in enumerate(seals, 1):
        facts = {"organisation": organisation, "first": each.first_row, "last": each.last_row}
        lines = _lines(house, "audit_lines", facts)
        counted += len(lines)
        if each.number != place or each.first_row <= last:
            raise broken(place, "the seals do not follow one another", "封存序列不连续")
        if each.previous != previous:
            raise broken(place, "it does not name the seal before", "未指向前一个封存")
        if len(lines) != each.row_count:
            raise broken(
                place, f"it has {len(lines)} of {each.row_count} lines", f"仅有 {each.row_count} 行中的 {len(lines)} 行"
            )
        if _root(lines) != each.root:
            raise broken(place, "a line is not what it was", "有记录被改动")
        previous, last = each.root, each.last_row
    with house.connection() as connection:
        row = connection.execute(QUERIES["lines_outside"], {"organisation": organisation, "last": last}).fetchone()
    if row is not None and row[0]:
        raise broken(len(seals), f"{row[0]} lines were put between", f"有 {row[0]} 行是事后插入的")
    if stated is not None:
        _hold_against(organisation, seals, stated)
    with house.connection() as connection:
        row = connection.execute(QUERIES["lines_waiting"], {"organisation": organisation, "last": last}).fetchone()
    return Verified(lines=counted, seals=len(seals), unsealed=0 if row is None else int(row[0]))


def _hold_against(organisation: int, seals: list[Seal], stated: Iterable[Mapping[str, Any]]) -> None:
    broken = _breaker(organisation)
    said: dict[int, Mapping[str, Any]] = {}
    for each in stated:
        if each.get("organisation") != organisation:
            continue
        if said.setdefault(int(each["number"]), each) != each:
            raise broken(int(each["number"]), "the log states it twice, differently", "日志中有两份不同的声明")
    for each_seal in seals:
        told = said.pop(each_seal.number, None)
        if told is None and each_seal.log_index is None:
            continue  # not stated yet
        if told != predicate_of(organisation, each_seal):
            raise broken(each_seal.number, "the log states another", "与透明日志中的声明不一致")
    if said:
        raise broken(min(said), "it is in the log and not in the database", "透明日志中有而数据库中没有")


def _breaker(organisation: int) -> Callable[[int, str, str], AuditBrokenError]:
    def broken(number: int, en: str, zh: str) -> AuditBrokenError:
        return AuditBrokenError(organisation=organisation, seal=number, reason=Text(en, zh))

    return broken


def _root(lines: list[Line]) -> str:
    return root_of_hashes([leaf_hash(entry_of(line)) for line in lines]).hex()


def _lines(database: Database, query: str, facts: dict[str, Any]) -> list[Line]:
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [Line(**row) for row in cursor.execute(QUERIES[query], facts)]
