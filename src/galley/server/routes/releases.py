"""Releases over HTTP: what lines released, what is said about it, and all it takes to verify it in a browser.

Whatever of a release is sent is data for a page of ours: no file of it may run a script or be framed.
"""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Stream

from galley.access import service as access
from galley.access.model import Actor, Circumstances, Target, Verb
from galley.access.rules import may
from galley.catalog import service as catalog
from galley.catalog.model import Release
from galley.line.account import RunAccount
from galley.line.released import (
    CertificateFacts,
    ReleaseProofs,
    StatementFacts,
    certificate_facts,
    proofs_of,
    statements_of,
)
from galley.line.runs import RunUnknownError, account_of, reasons_in, report_of
from galley.release.layout import CARD
from galley.release.opened import OpenedRelease, holds_data, open_release
from galley.server.doers import address_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.routes.links import byte_range
from galley.server.wire.releases import FileView, ReleaseHead, ReleaseReport, ReleaseView

__all__ = ["QUIET", "ROUTES", "report_answer"]

_ALL: Final = "/api/v1/orgs/{org:int}/releases"
_ONE: Final = f"{_ALL}/{{release:int}}"
_READ: Final = {"verb": Verb.RELEASE_READ}
_CHUNK: Final = 256 * 1024
_NEWEST: Final = 2**63 - 1
_AUDITS: Final = 20_000
QUIET: Final = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
}
"""Headers under which a browser shows bytes and does nothing else with them."""

Line = Annotated[str | None, QueryParameter(max_length=200, description="Only of this line.")]


def _head(one: Release) -> dict[str, object]:
    told = msgspec.structs.asdict(one)
    return {**{name: told[name] for name in ReleaseHead.__struct_fields__ if name != "run"}, "run": one.run_id}


def _opened(ports: Ports, org: int, number: int) -> tuple[Release, OpenedRelease]:
    found = catalog.release(ports.database.of(org), number)
    return found, open_release(found.folder, found.root)


@get(_ALL, opt=_READ, sync_to_thread=True, tags=["releases"])
def list_releases(
    org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None, line: Line = None
) -> Page[ReleaseHead]:
    """What was released, the newest first."""
    (before,) = place(after, int) or (_NEWEST,)
    found = catalog.releases(ports.database.of(org), line=line, before=before, limit=limit + 1)
    return page([ReleaseHead(**_head(one)) for one in found], limit, key=lambda one: (one.id,))  # type: ignore[arg-type]


@get(_ONE, opt=_READ, sync_to_thread=True, tags=["releases"])
def read_release(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> ReleaseView:
    """One release with its card, its statements and its certificate."""
    found, opened = _opened(ports, org, release)
    return ReleaseView(
        **_head(found),  # type: ignore[arg-type]
        record_root=opened.manifest.record_root,
        card=opened.read(CARD).decode("utf-8", "replace") if CARD in opened.entries else "",
        statements=statements_of(opened),
        certificate=certificate_facts(opened),
        has_report=report_of(ports.database.of(org), found.run_id) is not None,
    )


@get(f"{_ONE}/statements", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_statements(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> Page[StatementFacts]:
    """The signed statements about a release, with where the log holds them."""
    return Page(items=statements_of(_opened(ports, org, release)[1]))


@get(f"{_ONE}/certificate", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_certificate(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> CertificateFacts | None:
    """The certificate with every number that explains its bound; null when the release has none."""
    return certificate_facts(_opened(ports, org, release)[1])


@get(f"{_ONE}/proofs", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_proofs(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> ReleaseProofs:
    """Manifest, seal, envelopes, inclusion proofs, checkpoints and keys, for a script that checks them itself."""
    return proofs_of(_opened(ports, org, release)[1])


@get(f"{_ONE}/report", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_report(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> ReleaseReport:
    """The numbers of the report: readings of the metrics, counts of every step, what people and machine did."""
    found, opened = _opened(ports, org, release)
    account: RunAccount | None = account_of(ports.database.of(org), ports.blobs, found.run_id)
    counts = opened.json("evidence/counts.json") or {}
    return ReleaseReport(
        readings=opened.json("evidence/readings.json") or [],
        counts=counts,
        reasons=reasons_in([step.get("reasons") or {} for step in counts.get("steps") or ()]),
        labels=None if account is None else account.labels,
        versions={} if account is None else account.versions,
        certificate=certificate_facts(opened),
        audits=(opened.json("evidence/audits.json") or [])[:_AUDITS],
    )


@get(f"{_ONE}/report.html", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_report_page(org: FromPath[int], release: FromPath[int], ports: GivenPorts) -> Response[bytes]:
    """The report as the page the line made; it runs no script here."""
    found = catalog.release(ports.database.of(org), release)
    return report_answer(ports, org, found.run_id)


def report_answer(ports: Ports, org: int, run: str) -> Response[bytes]:
    """The report of a run; raises RunUnknownError when it made none."""
    sha256 = report_of(ports.database.of(org), run)
    if sha256 is None:
        raise RunUnknownError(name=run)
    return Response(ports.blobs.get(sha256), media_type="text/html; charset=utf-8", headers=QUIET)


# --- files -----------------------------------------------------------------------------------------------------------


@get(f"{_ONE}/files", opt=_READ, sync_to_thread=True, tags=["releases"])
def list_files(
    org: FromPath[int], release: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[FileView]:
    """The files of a release as its manifest and its seal list them, by path."""
    _, opened = _opened(ports, org, release)
    (last,) = place(after, str) or ("",)
    sealed = {entry.path for entry in opened.seal.files} if opened.seal else set()
    wanted = sorted(path for path in opened.entries if path > last)[: limit + 1]
    found = [
        FileView(
            path=path,
            bytes=opened.entries[path].bytes,
            sha256=opened.entries[path].sha256,
            rows=getattr(opened.entries[path], "rows", None),
            sealed=path in sealed,
            data=holds_data(path),
        )
        for path in wanted
    ]
    return page(found, limit, key=lambda one: (one.path,))


@get(f"{_ONE}/files/{{path:path}}", opt=_READ, sync_to_thread=True, tags=["releases"])
def read_file(
    *,
    org: FromPath[int],
    release: FromPath[int],
    path: FromPath[str],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Response[bytes] | Stream:
    """The bytes of one listed file, in parts if wanted. Files that hold records are for whoever may export data."""
    name = path.lstrip("/")
    if holds_data(name):
        _may_export(ports, actor, org, request)
    _, opened = _opened(ports, org, release)
    file, size = opened.open(name)
    headers = {**QUIET, "accept-ranges": "bytes", "content-disposition": "attachment"}
    try:
        part = byte_range(request.headers.get("range"), size)
    except ValueError:
        file.close()
        return Response(b"", status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers["content-length"] = str(last - first + 1)
    if part is not None:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    return Stream(
        _chunks(file, first, last - first + 1),
        status_code=200 if part is None else 206,
        headers=headers,
        media_type="application/octet-stream",
    )


def _may_export(ports: Ports, actor: Actor, org: int, request: JsonRequest) -> None:
    """Raise NotAllowedError, and tell the audit, unless the actor may take data away."""
    target = Target(organisation=org)
    here = Circumstances(now=ports.clock.now(), address=address_of(request))
    decision = may(actor, Verb.DATA_EXPORT, target, here)
    if not decision.allowed:
        access.refuse(ports.house, actor, Verb.DATA_EXPORT, target, here, decision)


def _chunks(file: BinaryIO, first: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


ROUTES: Final[list[HTTPRouteHandler]] = [
    list_releases,
    read_release,
    read_statements,
    read_certificate,
    read_proofs,
    read_report,
    read_report_page,
    list_files,
    read_file,
]
