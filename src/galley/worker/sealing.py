"""The audit in the ledger: seals of the audit's lines become statements in the transparency log."""

from collections.abc import Iterator
from typing import Any

from galley.access.sealing import AUDIT_SEAL, Receipt, Record, Verified, seal, verify_audit
from galley.kernel.clock import Clock
from galley.ledger.service import Ledger, open_ledger
from galley.ledger.statements import Statement, Subject
from galley.store.database import Database
from galley.store.workspace import Workspace

__all__ = ["recorder", "seal_audit", "stated_seals", "verify_sealed_audit", "workspace_ledger"]


def workspace_ledger(workspace: Workspace, clock: Clock) -> Ledger:
    """The ledger of a workspace, with the keys that its lines sign with."""
    return open_ledger(workspace.log, workspace.keys, clock, name="galley.local")


def recorder(ledger: Ledger) -> Record:
    """What `access.sealing.seal` records with."""

    def record(statements: list[tuple[str, str, dict[str, Any]]]) -> list[Receipt]:
        logged = ledger.record(
            [
                Statement((Subject(name, {"sha256": digest}),), AUDIT_SEAL, predicate)
                for name, digest, predicate in statements
            ]
        )
        return [Receipt(envelope=each.envelope_sha256, index=each.index) for each in logged]

    return record


def seal_audit(house: Database, ledger: Ledger, clock: Clock) -> int:
    """Seal and state what was not yet; how many lines were sealed. A duty runs it."""
    return seal(house, clock, recorder(ledger))


def stated_seals(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """What the log says of seals, in its order."""
    for logged in ledger.all():
        statement = logged.statement()
        if statement.predicate_type == AUDIT_SEAL:
            yield dict(statement.predicate)


def verify_sealed_audit(house: Database, ledger: Ledger, organisation: int) -> Verified:
    """Hold an organisation's audit against the log. Raises AuditBrokenError."""
    return verify_audit(house, organisation, stated_seals(ledger))
