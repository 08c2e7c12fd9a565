"""Versions over HTTP: what there is, the records in one, and two of them record by record."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
import pyarrow.parquet as pq
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.links import view_links
from galley.access.model import Actor, Circumstances, Verb
from galley.catalog import compare as comparing
from galley.catalog import service as catalog
from galley.catalog.compare import Kind
from galley.catalog.model import Version, VersionRow
from galley.catalog.reader import VersionReader
from galley.server.doers import address_of, link_keys
from galley.server.inject import FromPath, FromQuery, GivenActor, GivenPorts, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, cursor, page, place
from galley.server.ports import Ports
from galley.server.wire.versions import ComparedPage, RecordView, VersionView

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/versions"
_ONE: Final = f"{_ALL}/{{version:int}}"
_READ: Final = {"verb": Verb.LINE_READ}
_NEWEST: Final = 2**63 - 1
_TEXT_MAX: Final = 500
_CHILDREN: Final = 50

Named = Annotated[str | None, QueryParameter(max_length=200)]


def _reader(ports: Ports, org: int, number: int) -> tuple[Version, VersionReader]:
    found = catalog.version_of_id(ports.database.of(org), number)
    return found, VersionReader(found.spec, catalog.load_manifest(ports.blobs, found), ports.blobs)


@get(_ALL, opt=_READ, sync_to_thread=True, tags=["versions"])
def list_versions(
    *,
    org: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    dataset: Named = None,
    line: Named = None,
) -> Page[VersionRow]:
    """Versions, the newest first; of one dataset, or of one line."""
    (before,) = place(after, int) or (_NEWEST,)
    found = catalog.version_page(ports.database.of(org), dataset=dataset, line=line, before=before, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@get(_ONE, opt=_READ, sync_to_thread=True, tags=["versions"])
def read_version(org: FromPath[int], version: FromPath[int], ports: GivenPorts) -> VersionView:
    """One version: its root, its parents and children, its columns."""
    found, reader = _reader(ports, org, version)
    shards = reader.manifest.shards
    files = [file for shard in shards for file in (shard.data, shard.labels) if file is not None]
    columns: list[tuple[str, str]] = []
    for file in (shards[0].data, shards[0].labels) if shards else ():
        if file is not None:
            with ports.blobs.open(file.sha256) as opened:
                schema = pq.read_schema(opened)
            columns += [
                (field.name, str(field.type)) for field in schema if (field.name, str(field.type)) not in columns
            ]
    return VersionView(
        version=found,
        id=version,
        shards=len(shards),
        bytes=sum(file.bytes for file in files),
        labelled=any(shard.labels is not None for shard in shards),
        label_schema=reader.label_schema(),
        columns=columns,
        children=catalog.children_page(ports.database.of(org), found.root, _CHILDREN),
    )


@get(f"{_ONE}/records", opt=_READ, sync_to_thread=True, tags=["versions"])
def list_records(  # noqa: PLR0913 - who asks for which page of what
    *,
    org: FromPath[int],
    version: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
    limit: Limit = LIMIT,
    after: After = None,
) -> Page[RecordView]:
    """The records of a version in their order, with links to their pictures, sounds and films."""
    _, reader = _reader(ports, org, version)
    shard, row = place(after, int, int) or (0, 0)
    shard, row = max(shard, 0), max(row, 0)
    rows: list[dict[str, Any]] = []
    while shard < len(reader.manifest.shards) and len(rows) < limit:
        table = reader.table(reader.manifest.shards[shard])
        taken = table.slice(row, limit - len(rows)).to_pylist()
        rows += taken
        row += len(taken)
        if row >= table.num_rows:
            shard, row = shard + 1, 0
    links = _links(ports, actor, request, rows)
    more = shard < len(reader.manifest.shards)
    return Page(items=[_record(one, links) for one in rows], next=cursor(shard, row) if more else None)


def _links(ports: Ports, actor: Actor, request: JsonRequest, rows: list[dict[str, Any]]) -> Mapping[str, str]:
    here = Circumstances(now=ports.clock.now(), address=address_of(request))
    blobs = {row["blob"]: row["media_type"] for row in rows if row["blob"]}
    if not blobs:
        return {}
    # Of no project: every rule of the organisation and of its projects fences the link.
    return view_links(link_keys(ports), actor, here, project=None, blobs=blobs.items())


def _record(row: Mapping[str, Any], links: Mapping[str, str]) -> RecordView:
    text, link = row["text"], links.get(row["blob"] or "")
    return RecordView(
        id=row["id"],
        modality=row["modality"],
        text=None if text is None else text[:_TEXT_MAX],
        cut=text is not None and len(text) > _TEXT_MAX,
        link=None if link is None else f"/api/v1/media/{link}",
        media_type=row["media_type"],
        bytes=row["bytes"],
        width=row["width"],
        height=row["height"],
        source=row["source"],
        key=row["key"],
        license=row["license"],
        meta=msgspec.json.decode(row["meta"] or "{}"),
        labels=msgspec.json.decode(row["labels"]) if row.get("labels") else None,
        decided_by=row.get("decided_by"),
        labeler_kind=row.get("labeler_kind"),
        confidence=row.get("confidence"),
    )


@get(f"{_ALL}/compare", opt=_READ, sync_to_thread=True, tags=["versions"])
def compare_versions(  # noqa: PLR0913 - which versions, and which page
    *,
    org: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
    left: FromQuery[int],
    right: FromQuery[int],
    limit: Limit = LIMIT,
    after: After = None,
    kind: FromQuery[Kind | None] = None,
) -> ComparedPage:
    """The records that differ between two versions, by id, and in what; with links to their pictures, sounds and films."""
    (last,) = place(after, str) or ("",)
    before, behind = _reader(ports, org, left)[1], _reader(ports, org, right)[1]
    found, totals = comparing.page(before, behind, after=last, kind=kind, limit=limit + 1)
    shown = page(found, limit, key=lambda one: (one.id,))
    sides = [side for one in shown.items for side in (one.left, one.right) if side is not None]
    links = _links(ports, actor, request, [{"blob": one.blob, "media_type": one.media_type} for one in sides])
    to = {blob: f"/api/v1/media/{link}" for blob, link in links.items()}
    return ComparedPage(items=shown.items, next=shown.next, totals=dict(totals), links=to)


ROUTES: Final[list[HTTPRouteHandler]] = [list_versions, compare_versions, read_version, list_records]
