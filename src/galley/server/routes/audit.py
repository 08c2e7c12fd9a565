"""The audit: pages of it, and proofs that a line is in the log as it was written."""

from collections.abc import Mapping
from typing import Final
from weakref import WeakKeyDictionary

from litestar import get
from litestar.handlers import HTTPRouteHandler

from galley.access import sealing
from galley.access.model import Verb
from galley.server.inject import FromPath, GivenPorts
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.wire.access import AuditLine, AuditProof, LedgerKeys
from galley.worker.sealing import workspace_ledger

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/audit"
_READ: Final = {"verb": Verb.AUDIT_READ}
_TAGS: Final = ["audit"]


@get(_ALL, opt=_READ, sync_to_thread=True, tags=_TAGS)
def list_audit(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[AuditLine]:
    """Every change of who may, and every access that matters, newest first."""
    return _page(ports, org, None, limit, after)


@get("/api/v1/orgs/{org:int}/projects/{project:int}/audit", opt=_READ, sync_to_thread=True, tags=_TAGS)
def list_audit_of_project(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[AuditLine]:
    """What the audit tells of one project, newest first."""
    return _page(ports, org, project, limit, after)


def _page(ports: GivenPorts, org: int, project: int | None, limit: int, after: str | None) -> Page[AuditLine]:
    (before,) = place(after, int) or (None,)
    database = ports.database.of(org)
    found = sealing.page(database, before=before, limit=limit + 1, project=project)
    names = sealing.names(database, found)
    return page([_told(line, names) for line in found], limit, key=lambda line: (line.id,))


def _told(line: sealing.Line, names: Mapping[tuple[str, int], str]) -> AuditLine:
    return AuditLine(
        id=line.id,
        at=line.at,
        kind=line.kind,
        person=line.person,
        person_name=names.get(("person", line.person or 0)),
        token=line.token,
        token_name=names.get(("token", line.token or 0)),
        address=line.address,
        project=line.project,
        subject=line.subject,
        facts=line.facts,
        seal=line.seal,
    )


@get(f"{_ALL}/{{line:int}}/proof", opt=_READ, sync_to_thread=True, tags=_TAGS)
def prove(org: FromPath[int], line: FromPath[int], ports: GivenPorts) -> AuditProof:
    """The proof of one line, to be checked without us; 404 until the line is sealed."""
    found = sealing.prove(ports.database.of(org), line)
    ledger = workspace_ledger(ports.workspace, ports.clock)
    logged = None if found.seal.envelope is None else ledger.find(found.seal.envelope)
    return AuditProof(
        entry=found.entry.decode(),
        index=found.index,
        rows=found.seal.row_count,
        hashes=found.hashes,
        root=found.seal.root,
        seal=found.seal.number,
        statement=None if logged is None else logged.envelope.decode(),
        log_index=found.seal.log_index,
        proof=None if logged is None else ledger.proof_for(logged).decode(),
    )


_KEYS: Final[WeakKeyDictionary[object, LedgerKeys]] = WeakKeyDictionary()
"""Of each process: whoever asks without being known must not cost a look at files."""


@get("/api/v1/ledger/keys", opt={"verb": Verb.PUBLIC}, sync_to_thread=True, tags=_TAGS)
def ledger_keys(ports: GivenPorts) -> LedgerKeys:
    """The public keys that check proofs of the audit: of the log, and of who states what is in it. For anybody.

    Keys from here say no more than that this server agrees with itself: hold them against those you were given otherwise.
    """
    found = _KEYS.get(ports.process)
    if found is None:
        ledger = workspace_ledger(ports.workspace, ports.clock)
        found = LedgerKeys(log_keys=[ledger.log_key.text()], signer_keys=[key.text() for key in ledger.signer_keys])
        _KEYS[ports.process] = found
    return found


ROUTES: Final[list[HTTPRouteHandler]] = [list_audit, list_audit_of_project, prove, ledger_keys]
