"""Pictures and sounds of items: links and facts in one answer, tiles of large pictures, thumbnails of lists.

Facts are made by a duty after the import; the few that somebody is waiting for are made while they wait.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.errors import LinkError
from galley.access.links import Shown, open_link, shown_links
from galley.access.model import Actor, Circumstances, Verb
from galley.annotate.content.service import contents_of
from galley.annotate.lots import service as lots
from galley.annotate.media import service as media
from galley.annotate.media.maker import Maker
from galley.annotate.media.model import MEL, PEAKS, THUMBNAIL, TILES, Row, references
from galley.annotate.media.pack import read_tile
from galley.annotate.model import Stage
from galley.annotate.work import service as work
from galley.annotate.work.errors import NotHeldError, WorkerKindError
from galley.annotate.work.hidden import without
from galley.annotate.work.model import ANY_POOL, Node
from galley.collect.sniff import SNIFF_BYTES, sniff
from galley.server.doers import address_of, link_keys
from galley.server.errors import FieldError
from galley.server.inject import FromPath, FromQuery, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.lanes import lanes_of
from galley.server.ports import Ports
from galley.server.routes.links import media_headers
from galley.server.sight import hidden_from
from galley.server.wire.media import (
    MediaFacts,
    MediaLinks,
    SlotMedia,
    SlotsBody,
    Thumbnail,
    Thumbnails,
    ThumbnailsBody,
    Tiles,
)

__all__ = ["ROUTES", "media_routes"]

_PROJECT: Final = "/api/v1/orgs/{org:int}/projects/{project:int}"
_MEDIA: Final = "/api/v1/media/"
_MAKER: Final = Maker()
_KINDS: Final = {THUMBNAIL: "image/webp", TILES: "image/webp", PEAKS: "", MEL: ""}


def _media_type(head: bytes) -> str:
    found = sniff(head)
    return "" if found is None else found.media_type


class _Shop:
    """One request's way to links and facts."""

    def __init__(self, ports: Ports, actor: Actor, request: JsonRequest, project: int) -> None:
        self._ports, self._actor, self._project = ports, actor, project
        self._here = Circumstances(now=ports.clock.now(), address=address_of(request))

    def rows(self, blobs: Sequence[str]) -> dict[str, Row]:
        """What is known of some blobs."""
        if not blobs:
            return {}
        desk = media.Desk(
            database=self._ports.database.of(self._actor.organisation),
            clock=self._ports.clock,
            shelf=self._ports.workspace.shelf,
            sniff=_media_type,
            maker=_MAKER,
        )
        return media.facts_of(desk, blobs)

    def links(self, shown: Sequence[Shown]) -> dict[str, str]:
        """Path → where it is looked at; raises NotAllowedError."""
        made = shown_links(link_keys(self._ports), self._actor, self._here, project=self._project, shown=shown)
        return {path: _MEDIA + link for path, link in made.items()}

    def derived(self, row: Row, names: Sequence[str]) -> list[Shown]:
        """What of some names there is of a blob."""
        made = row.facts.made if row.facts is not None else ()
        return [
            Shown(of="tiles" if name == TILES else "derived", path=self.place(row, name), media_type=_KINDS[name])
            for name in names
            if name in made
        ]

    def place(self, row: Row, name: str) -> str:
        """Where something made of a blob lies."""
        return media.derived_name(self._actor.organisation, row.sha256, name)

    def media_of(self, blobs: Sequence[str]) -> MediaLinks:
        """Links and facts of blobs that the caller found in rows of the organisation."""
        rows = self.rows(blobs)
        shown = [Shown(of="blob", path=sha256, media_type=self._type(row)) for sha256, row in rows.items()]
        for row in rows.values():
            shown += self.derived(row, tuple(_KINDS))
        links = self.links(shown)
        return MediaLinks(
            links={f"blob:{sha256}": links[sha256] for sha256 in rows},
            facts={f"blob:{sha256}": self._facts(row, links) for sha256, row in rows.items()},
        )

    def _type(self, row: Row) -> str:
        if row.facts is not None:
            return row.facts.media_type
        if not self._ports.blobs.has(row.sha256):
            return ""
        with self._ports.blobs.open(row.sha256) as opened:
            return _media_type(opened.read(SNIFF_BYTES))

    def _facts(self, row: Row, links: Mapping[str, str]) -> MediaFacts:
        facts = row.facts
        if facts is None:
            return MediaFacts(state=row.state, problem=row.problem)
        pyramid = links.get(self.place(row, TILES))
        tiles = None
        if pyramid is not None and facts.tile_size is not None:
            tiles = Tiles(
                tile_size=facts.tile_size, levels=facts.levels, template=f"{pyramid}/{{level}}/{{x}}_{{y}}.webp"
            )
        return MediaFacts(
            state=row.state,
            kind=facts.kind,
            media_type=facts.media_type,
            bytes=facts.bytes,
            width=facts.width,
            height=facts.height,
            orientation=facts.orientation if facts.kind == "image" and facts.width else None,
            duration=facts.duration,
            channels=facts.channels,
            sample_rate=facts.sample_rate,
            thumbnail=links.get(self.place(row, THUMBNAIL)),
            tiles=tiles,
            peaks=links.get(self.place(row, PEAKS)),
            spectrogram=links.get(self.place(row, MEL)),
            problem=row.problem,
        )


# --- at work ---------------------------------------------------------------------------------------------------------


def media_routes(name: str, stage: Stage, verb: Verb) -> Sequence[HTTPRouteHandler]:
    """The routes of one stage."""

    def held(ports: Ports, actor: Actor, node: Node, slots: Sequence[int]) -> dict[int, str]:
        if actor.person is None:
            raise WorkerKindError
        labeler = work.labeler_of(ports.database.of(node.organisation), ports.clock, actor.person)
        return work.held_contents(lanes_of(ports).desk(node), labeler, slots)

    @get(
        f"{_PROJECT}/{name}/slots/{{slot:int}}/media",
        opt={"verb": verb, "answer": MediaLinks},
        name=f"{name}_media",
        sync_to_thread=True,
        tags=["work"],
    )
    def media(  # what every handler is given
        org: FromPath[int],
        project: FromPath[int],
        slot: FromPath[int],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
    ) -> MediaLinks:
        """Links to the pictures, sounds and films of an item the caller holds, and what an editor must know of them."""
        contents = held(ports, actor, Node(org, project, stage, ANY_POOL), [slot])
        if not contents:
            raise NotHeldError(slot=slot)
        return _Shop(ports, actor, request, project).media_of(references(contents.values()))

    @post(
        f"{_PROJECT}/{name}/media",
        opt={"verb": verb, "idempotent": False},
        name=f"{name}_media_of_slots",
        status_code=200,
        sync_to_thread=True,
        tags=["work"],
    )
    def media_of_slots(
        org: FromPath[int],
        project: FromPath[int],
        data: JSONBody[SlotsBody],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
    ) -> SlotMedia:
        """The same for several held slots at once: prefetching costs one request."""
        contents = held(ports, actor, Node(org, project, stage, ANY_POOL), data.slots)
        found = _Shop(ports, actor, request, project).media_of(references(contents.values()))
        slots = {str(slot): [f"blob:{sha256}" for sha256 in references([text])] for slot, text in contents.items()}
        return SlotMedia(slots=slots, links=found.links, facts=found.facts)

    return [media, media_of_slots]


# --- tiles and thumbnails --------------------------------------------------------------------------------------------


@get(
    "/api/v1/media/{link:str}/{level:int}/{tile:str}",
    opt={"verb": Verb.PUBLIC},
    name="media_tile",
    sync_to_thread=True,
    tags=["links"],
)
def media_tile(
    link: FromPath[str], level: FromPath[int], tile: FromPath[str], ports: GivenPorts, request: JsonRequest
) -> Response[bytes]:
    """One tile, `x_y.webp`, of the pyramid a link leads to: one link, signed once, is good for all its tiles."""
    claim = open_link(link_keys(ports), link, ports.clock.now(), address_of(request))
    column, _, row = tile.removesuffix(".webp").partition("_")
    if claim.of != "tiles" or not _small(column) or not _small(row):
        raise LinkError
    headers = media_headers(ports, claim, f"{level}.{column}.{row}")
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    file = ports.workspace.shelf.open(claim.path)
    if file is None:
        raise LinkError
    with file:
        found = read_tile(file, level, int(column), int(row))
    if found is None:
        raise LinkError
    return Response(found, headers=headers, media_type="image/webp")


def _small(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) <= 6


@get(f"{_PROJECT}/item/media", opt={"verb": Verb.PEOPLE_READ}, sync_to_thread=True, tags=["projects"])
def media_of_item(
    org: FromPath[int],
    project: FromPath[int],
    item: FromQuery[str],
    request: JsonRequest,
    ports: GivenPorts,
    actor: GivenActor,
) -> MediaLinks:
    """Links to the pictures, sounds and films of one item, for leads."""
    return _of_item(ports, actor, request, project, item)


@get(
    f"{_PROJECT}/lots/{{lot:int}}/sample/media",
    opt={"verb": Verb.INSPECT},
    sync_to_thread=True,
    tags=["lots"],
)
def media_of_sample(  # noqa: PLR0913, PLR0917  # what every handler is given, and the lot
    org: FromPath[int],
    project: FromPath[int],
    lot: FromPath[int],
    item: FromQuery[str],
    request: JsonRequest,
    ports: GivenPorts,
    actor: GivenActor,
) -> MediaLinks:
    """Links to the pictures, sounds and films of one drawn item."""
    lots.sampled(ports.database.of(org), project, lot, item)
    return _of_item(ports, actor, request, project, item, hidden_from(ports, actor, request, project))


def _of_item(  # what every handler is given, and the item
    ports: Ports, actor: Actor, request: JsonRequest, project: int, item: str, hidden: frozenset[str] = frozenset()
) -> MediaLinks:
    if "\x00" in item:
        raise FieldError(field="item", reason="holds a NUL character")
    contents = contents_of(ports.database.of(actor.organisation), project, [item])
    return _Shop(ports, actor, request, project).media_of(
        references([without(text, hidden) for text in contents.values()])
    )


@post(
    f"{_PROJECT}/thumbnails",
    opt={"verb": Verb.PEOPLE_READ, "idempotent": False},
    status_code=200,
    sync_to_thread=True,
    tags=["progress"],
)
def thumbnails(
    org: FromPath[int],
    project: FromPath[int],
    data: JSONBody[ThumbnailsBody],
    request: JsonRequest,
    ports: GivenPorts,
    actor: GivenActor,
) -> Thumbnails:
    """Small pictures of the first media of items, for the explorer."""
    if not data.items:
        return Thumbnails(items={})
    contents = contents_of(ports.database.of(org), project, data.items)
    first = {item: found[0] for item, text in contents.items() if (found := references([text]))}
    shop = _Shop(ports, actor, request, project)
    rows = shop.rows(sorted(set(first.values())))
    links = shop.links([one for row in rows.values() for one in shop.derived(row, (THUMBNAIL,))])
    return Thumbnails(items={item: _thumbnail(shop, rows[sha256], links) for item, sha256 in first.items()})


def _thumbnail(shop: _Shop, row: Row, links: Mapping[str, str]) -> Thumbnail:
    told: dict[str, Any] = {}
    if row.facts is not None:
        facts = row.facts
        told = {"kind": facts.kind, "width": facts.width, "height": facts.height, "duration": facts.duration}
    return Thumbnail(
        reference=f"blob:{row.sha256}", state=row.state, link=links.get(shop.place(row, THUMBNAIL)), **told
    )


ROUTES: Final[list[HTTPRouteHandler]] = [media_tile, media_of_item, media_of_sample, thumbnails]
