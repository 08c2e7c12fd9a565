"""Drafts over HTTP: `…/work/drafts/{slot}` for labelling, and the same below `adjudications`, `reviews`, `acceptances`.

A draft is its author's alone. `PUT` answers 200 with what became of the piece: an editor goes on with `expected`.
"""

from collections.abc import Sequence
from typing import Final

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Verb
from galley.annotate.drafts import service
from galley.annotate.drafts.model import Draft, DraftHead, DraftReceipt, Piece
from galley.annotate.drafts.service import Save
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.service import labeler_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.wire.progress import DraftBody

__all__ = ["ROUTES"]

_ONE: Final = "/api/v1/orgs/{org:int}/projects/{project:int}"


def _labeler(ports: Ports, org: int, actor: Actor) -> int:
    if actor.person is None:
        raise WorkerKindError
    return labeler_of(ports.database.of(org), ports.clock, actor.person)


def _desk(name: str, verb: Verb) -> Sequence[HTTPRouteHandler]:
    """The routes of one stage."""
    one = f"{_ONE}/{name}/drafts/{{slot:int}}"

    @put(one, opt={"verb": verb, "idempotent": False}, name=f"{name}_draft_put", sync_to_thread=True, tags=["drafts"])
    def save(
        org: FromPath[int],
        project: FromPath[int],
        slot: FromPath[int],
        data: JSONBody[DraftBody],
        ports: GivenPorts,
        actor: GivenActor,
    ) -> DraftReceipt:
        """Save a piece of unfinished work; the same number again changes nothing, and a gap names the one expected."""
        piece = Piece(seq=data.seq, body=data.body, whole=data.whole)
        wanted = Save(labeler=_labeler(ports, org, actor), slot=slot, piece=piece)
        return service.put(ports.database.of(org), ports.clock, project, wanted)

    @get(one, opt={"verb": verb}, name=f"{name}_draft", sync_to_thread=True, tags=["drafts"])
    def read(
        org: FromPath[int], project: FromPath[int], slot: FromPath[int], ports: GivenPorts, actor: GivenActor
    ) -> Draft:
        """One's own draft of a slot: the pieces to replay, from the last whole one on."""
        return service.draft(ports.database.of(org), project, _labeler(ports, org, actor), slot)

    @delete(one, opt={"verb": verb}, name=f"{name}_draft_delete", sync_to_thread=True, tags=["drafts"])
    def forget(
        org: FromPath[int], project: FromPath[int], slot: FromPath[int], ports: GivenPorts, actor: GivenActor
    ) -> None:
        """Discard one's own draft."""
        service.discard(ports.database.of(org), project, _labeler(ports, org, actor), slot)

    @get(f"{_ONE}/{name}/drafts", opt={"verb": verb}, name=f"{name}_drafts", sync_to_thread=True, tags=["drafts"])
    def mine(
        org: FromPath[int],
        project: FromPath[int],
        ports: GivenPorts,
        actor: GivenActor,
        limit: Limit = LIMIT,
        after: After = None,
    ) -> Page[DraftHead]:
        """One's own drafts in the project, also of leases that were lost."""
        (last,) = place(after, int) or (0,)
        found = service.drafts(ports.database.of(org), project, _labeler(ports, org, actor), last, limit + 1)
        return page(found, limit, key=lambda head: (head.slot,))

    return [save, read, forget, mine]


ROUTES: Final[list[HTTPRouteHandler]] = [
    *_desk("work", Verb.WORK),
    *_desk("adjudications", Verb.ADJUDICATE),
    *_desk("reviews", Verb.REVIEW),
    *_desk("acceptances", Verb.ACCEPT),
]
