"""The audit is sealed into the ledger's log, and whatever is changed afterwards is found."""

import threading
from pathlib import Path

import psycopg
import pytest

from galley.access import audit, organisations, sealing
from galley.access.audit import by_terminal
from galley.access.errors import AuditBrokenError, UnknownError
from galley.kernel.merkle import leaf_hash, verify_inclusion
from galley.ledger.service import Ledger, open_ledger
from galley.store.database import Database
from galley.testing.memory import FakeClock
from galley.worker.sealing import recorder, seal_audit, stated_seals, verify_sealed_audit


@pytest.fixture
def ledger(tmp_path: Path, clock: FakeClock) -> Ledger:
    return open_ledger(tmp_path / "log", tmp_path / "keys", clock, name="test.local")


@pytest.fixture
def acme(house: Database, clock: FakeClock) -> int:
    return organisations.create_organisation(house, by_terminal(clock, 1), slug="acme", name="Acme", kind="client")


def write(database: Database, clock: FakeClock, organisation: int, count: int) -> None:
    with database.of(organisation).transaction() as connection:
        for number in range(count):
            audit.write(
                connection, organisation, "exported", audit.By(now=clock.now()), subject=f"export/{number}", rows=number
            )


def test_lines_are_sealed_in_order_and_stated_in_the_log(
    base: Database, acme: int, clock: FakeClock, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SEAL_LINES_MAX", 4)
    house = base.house()
    write(base, clock, acme, 9)
    write(base, clock, 1, 2)
    assert seal_audit(house, ledger, clock) == 12  # the making of acme is a line, too
    assert seal_audit(house, ledger, clock) == 0
    write(base, clock, acme, 1)
    assert verify_sealed_audit(house, ledger, acme) == sealing.Verified(lines=10, seals=3, unsealed=1)
    assert seal_audit(house, ledger, clock) == 1
    told = list(stated_seals(ledger))
    assert [(each["organisation"], each["number"], each["rows"]) for each in told] == [
        *((1, 1, 2), (acme, 1, 4), (acme, 2, 4), (acme, 3, 2), (acme, 4, 1)),
    ]
    assert told[2]["previous"] == told[1]["root"]
    assert verify_sealed_audit(house, ledger, acme) == sealing.Verified(lines=11, seals=4, unsealed=0)
    assert verify_sealed_audit(house, ledger, 1) == sealing.Verified(lines=2, seals=1, unsealed=0)


def test_a_line_is_proved_to_whoever_has_the_root(base: Database, acme: int, clock: FakeClock, ledger: Ledger) -> None:
    write(base, clock, acme, 6)
    database = base.of(acme)
    newest = sealing.page(database, limit=2)
    assert [(line.subject, line.facts, line.seal) for line in newest] == [
        ("export/5", {"rows": 5}, None),
        ("export/4", {"rows": 4}, None),
    ]
    with pytest.raises(UnknownError):
        sealing.prove(database, newest[0].id)
    seal_audit(base.house(), ledger, clock)
    (line,) = sealing.page(database, before=newest[1].id + 1, limit=1)
    assert line.seal == 1
    proof = sealing.prove(database, line.id)
    assert proof.entry == sealing.entry_of(line)
    hashes = [bytes.fromhex(each) for each in proof.hashes]
    leaf, root = leaf_hash(proof.entry), bytes.fromhex(proof.seal.root)
    assert verify_inclusion(leaf, proof.index, proof.seal.row_count, proof=hashes, root=root)
    assert not verify_inclusion(leaf_hash(proof.entry + b" "), proof.index, 7, proof=hashes, root=root)
    logged = ledger.find(proof.seal.envelope or "")
    assert logged is not None
    assert logged.index == proof.seal.log_index
    assert ledger.proof_for(logged)
    with pytest.raises(UnknownError):
        sealing.prove(base.of(1), line.id)


def test_killed_between_sealing_and_stating_nothing_is_lost_or_doubled(
    base: Database, acme: int, clock: FakeClock, ledger: Ledger
) -> None:
    house = base.house()
    write(base, clock, acme, 3)

    class Killed(Exception):
        pass

    def dead(statements: object) -> list[sealing.Receipt]:
        raise Killed

    with pytest.raises(Killed):
        sealing.seal(house, clock, dead)
    record = recorder(ledger)

    def dead_after(statements: list[tuple[str, str, dict[str, object]]]) -> list[sealing.Receipt]:
        record(statements)
        raise Killed

    with pytest.raises(Killed):
        sealing.seal(house, clock, dead_after)
    clock.advance(3600)
    assert seal_audit(house, ledger, clock) == 0, "sealed before; stated now"
    assert len(list(stated_seals(ledger))) == 1
    assert verify_sealed_audit(house, ledger, acme).seals == 1


def test_a_line_whose_transaction_commits_late_is_not_stepped_over(
    base: Database, acme: int, clock: FakeClock, ledger: Ledger
) -> None:
    house = base.house()
    with base.of(acme).transaction() as slow:
        audit.write(slow, acme, "exported", audit.By(now=clock.now()), subject="export/slow")
        thread = threading.Thread(target=write, args=(base, clock, acme, 1))
        thread.start()
        thread.join()
        assert seal_audit(house, ledger, clock) == 0, "who writes is not kept waiting, and sealing waits"
    assert seal_audit(house, ledger, clock) == 3
    assert verify_sealed_audit(house, ledger, acme).lines == 3


def test_many_writers_and_a_sealer(base: Database, acme: int, clock: FakeClock, ledger: Ledger) -> None:
    house = base.house()

    def busy() -> None:
        for _ in range(15):
            write(base, clock, acme, 2)

    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seal_audit(house, ledger, clock)
    for thread in threads:
        thread.join()
    seal_audit(house, ledger, clock)
    assert verify_sealed_audit(house, ledger, acme).lines == 121


# --- whoever owns the database ---------------------------------------------------------------------------------------


def _as_owner(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE access.audit DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE access.audit_seal DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(statement)
        connection.execute("ALTER TABLE access.audit ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE access.audit_seal ENABLE TRIGGER USER")


FORGERIES = {
    "other words": "UPDATE access.audit SET facts = '{\"rows\": 99}' WHERE subject = 'export/2'",
    "another person": "UPDATE access.audit SET person = 5 WHERE subject = 'export/2'",
    "another time": "UPDATE access.audit SET at = at + interval '1 microsecond' WHERE subject = 'export/2'",
    "another salt": "UPDATE access.audit SET salt = gen_random_uuid() WHERE subject = 'export/2'",
    "a line less": "DELETE FROM access.audit WHERE subject = 'export/2'",
    "the last line less": "DELETE FROM access.audit WHERE subject = 'export/5'",
    "two lines swapped": "UPDATE access.audit a SET subject = b.subject, facts = b.facts FROM access.audit b"
    " WHERE (a.subject, b.subject) IN (('export/1', 'export/2'), ('export/2', 'export/1'))",
    "a line given away": "UPDATE access.audit SET organisation = 1 WHERE subject = 'export/2'",
    "a seal less": "DELETE FROM access.audit_seal WHERE number = 2",
    "the last seal less": "DELETE FROM access.audit_seal WHERE number = 3",
    "another seal": "UPDATE access.audit_seal SET sealed_at = sealed_at + interval '1 second' WHERE number = 2",
    "all gone": "DELETE FROM access.audit; DELETE FROM access.audit_seal",
}


@pytest.fixture
def sealed(base: Database, acme: int, clock: FakeClock, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sealing, "SEAL_LINES_MAX", 3)
    write(base, clock, acme, 6)
    seal_audit(base.house(), ledger, clock)
    assert verify_sealed_audit(base.house(), ledger, acme).lines == 7
    return acme


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whatever_is_changed_afterwards_is_found(
    base: Database, sealed: int, ledger: Ledger, owner_url: str, forgery: str
) -> None:
    _as_owner(owner_url, *FORGERIES[forgery].split("; "))
    with pytest.raises(AuditBrokenError):
        verify_sealed_audit(base.house(), ledger, sealed)


def test_a_forger_who_seals_anew_is_caught_by_the_log(
    base: Database, sealed: int, clock: FakeClock, ledger: Ledger, owner_url: str
) -> None:
    """The database alone agrees with itself afterwards: only what was stated tells."""
    house = base.house()
    with house.connection() as connection:
        kept = connection.execute(
            "SELECT number, envelope, log_index FROM access.audit_seal ORDER BY number"
        ).fetchall()
        times = connection.execute("SELECT DISTINCT sealed_at FROM access.audit_seal").fetchall()
    assert len(times) == 1
    _as_owner(owner_url, FORGERIES["other words"], "DELETE FROM access.audit_seal")
    receipts = [sealing.Receipt(envelope=envelope, index=index) for _, envelope, index in kept]
    sealing.seal(house, clock, lambda statements: receipts[: len(statements)])
    assert sealing.verify_audit(house, sealed).lines == 7
    with pytest.raises(AuditBrokenError):
        verify_sealed_audit(house, ledger, sealed)


def test_a_line_put_between_is_found(base: Database, sealed: int, ledger: Ledger, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT setval(pg_get_serial_sequence('access.audit', 'id'), 1000)")
    write(base, FakeClock(), sealed, 1)
    seal_audit(base.house(), ledger, FakeClock())
    assert verify_sealed_audit(base.house(), ledger, sealed).seals == 4
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO access.audit (id, organisation, at, kind, subject, facts) OVERRIDING SYSTEM VALUE"
            " VALUES (500, %s, now(), 'exported', 'export/9', '{}')",
            (sealed,),
        )
    with pytest.raises(AuditBrokenError):
        verify_sealed_audit(base.house(), ledger, sealed)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access.audit SET kind = 'x'",
        "DELETE FROM access.audit",
        "TRUNCATE access.audit",
        "DELETE FROM access.audit_seal",
        "UPDATE access.audit_seal SET root = repeat('0', 64)",
    ],
)
def test_the_database_refuses_even_its_owner(base: Database, sealed: int, owner_url: str, statement: str) -> None:
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation)
    with psycopg.connect(owner_url, autocommit=True) as connection, refused:
        connection.execute(statement)
    for view in (base.of(sealed), base.house()):
        with view.connection() as connection, pytest.raises(psycopg.Error):
            connection.execute(statement)
