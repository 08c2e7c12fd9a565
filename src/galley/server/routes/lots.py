"""Acceptance lots over HTTP: what a plan would do, lots, their samples, verdicts, returns."""

from typing import Final

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Verb
from galley.annotate.lots import service as rows
from galley.annotate.lots.model import Lot, LotLabeler, Mark, SampleItem
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.hidden import shown
from galley.annotate.work.service import labeler_of
from galley.line import lots
from galley.line.lots import DrawProof, LotRequest, LotReturn, Preview, Standing
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.sight import hidden_from, sees_people
from galley.server.wire.lots import DrawBody, LotView, PreviewBody, Returned, SampleView, WithdrawBody
from galley.worker.sealing import workspace_ledger

__all__ = ["ROUTES"]

_LOTS: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/lots"
_ONE: Final = f"{_LOTS}/{{lot:int}}"
_INSPECT: Final = {"verb": Verb.INSPECT}


def _labeler(ports: Ports, org: int, actor: Actor) -> int:
    if actor.person is None:
        raise WorkerKindError
    return labeler_of(ports.database.of(org), ports.clock, actor.person)


def _listed(lot: Lot) -> LotView:
    return LotView(
        id=lot.id,
        name=lot.name,
        stage=lot.stage,
        series=lot.series,
        parent=lot.parent,
        size=lot.size,
        terms=lot.terms,
        state=lot.state,
        created_by=lot.created_by,
        created_at=lot.created_at,
        closed_at=lot.closed_at,
    )


def _drawn(item: SampleItem, hidden: frozenset[str]) -> SampleView:
    return SampleView(
        item=item.item,
        rank=item.rank,
        content=shown(item.content, hidden),
        answers=item.bodies or [],
        wrong=item.wrong,
        reason=item.reason,
        note=item.note,
        inspected_at=item.inspected_at,
    )


@post(f"{_LOTS}/preview", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def preview_plan(org: FromPath[int], project: FromPath[int], data: JSONBody[PreviewBody]) -> Preview:
    """What a plan would inspect (n, Ac, Re) and with what probability it would accept bad lots and reject good ones."""
    return lots.preview(data.terms, data.size)


@get(_LOTS, opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def list_lots(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[LotView]:
    """The project's lots, newest first."""
    (last,) = place(after, int) or (None,)
    found = rows.page(ports.database.of(org), project, before=last, limit=limit + 1)
    return page([_listed(one) for one in found], limit, key=lambda one: (one.id,))


@post(_LOTS, opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def create_lot(
    org: FromPath[int], project: FromPath[int], data: JSONBody[LotRequest], ports: GivenPorts, actor: GivenActor
) -> Standing:
    """Freeze finished items and their answers into a lot, and plan it."""
    database = ports.database.of(org)
    made = lots.create(database, ports.clock, project, data, actor.name)
    return lots.standing(database, project, made.id)


@get(_ONE, opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def read_lot(org: FromPath[int], project: FromPath[int], lot: FromPath[int], ports: GivenPorts) -> Standing:
    """A lot, what its plan does to bad lots, and what its inspection says so far."""
    return lots.standing(ports.database.of(org), project, lot)


@post(f"{_ONE}/draw", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def draw_lot(
    org: FromPath[int], project: FromPath[int], lot: FromPath[int], data: JSONBody[DrawBody], ports: GivenPorts
) -> Standing:
    """Draw the sample, once and for all: its commitment is stated in the log first, and anybody can draw it again."""
    database = ports.database.of(org)
    ledger = workspace_ledger(ports.workspace, ports.clock)
    lots.draw(database, ports.clock, project, lot, ledger=ledger, beacon=data.beacon)
    return lots.standing(database, project, lot)


@get(f"{_ONE}/proof", opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def prove_draw(org: FromPath[int], project: FromPath[int], lot: FromPath[int], ports: GivenPorts) -> DrawProof:
    """The proof that the sample follows from what the log stated before it was drawn, to be checked without us."""
    ledger = workspace_ledger(ports.workspace, ports.clock)
    return lots.draw_proof(ports.database.of(org), ledger, project, lot)


@get(f"{_ONE}/sample", opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def list_sample(  # noqa: PLR0913, PLR0917  # what every handler is given, and a page
    org: FromPath[int],
    project: FromPath[int],
    lot: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
    limit: Limit = LIMIT,
    after: After = None,
) -> Page[SampleView]:
    """The drawn items in the order they are to be inspected; hidden fields only for whoever may read any item."""
    database = ports.database.of(org)
    rows.get(database, project, lot)
    (last,) = place(after, int) or (0,)
    found = rows.sample_page(database, lot, after=last, limit=limit + 1)
    hidden = hidden_from(ports, actor, request, project)
    return page([_drawn(one, hidden) for one in found], limit, key=lambda one: (one.rank,))


@post(f"{_ONE}/marks", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def inspect_item(
    org: FromPath[int],
    project: FromPath[int],
    lot: FromPath[int],
    data: JSONBody[Mark],
    ports: GivenPorts,
    actor: GivenActor,
) -> Standing:
    """Say of one drawn item whether it is right or wrong."""
    inspector = _labeler(ports, org, actor)
    return lots.inspect(ports.database.of(org), ports.clock, project, lot, data, inspector)


@post(f"{_ONE}/close", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def close_lot(org: FromPath[int], project: FromPath[int], lot: FromPath[int], ports: GivenPorts) -> Standing:
    """Close a lot with the verdict its plan gives."""
    database = ports.database.of(org)
    lots.close(database, ports.clock, project, lot)
    return lots.standing(database, project, lot)


@post(f"{_ONE}/withdraw", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def withdraw_lot(
    org: FromPath[int], project: FromPath[int], lot: FromPath[int], data: JSONBody[WithdrawBody], ports: GivenPorts
) -> Standing:
    """Take a lot back that is not closed yet."""
    database = ports.database.of(org)
    rows.get(database, project, lot)
    rows.withdraw(database, ports.clock, lot, data.reason)
    return lots.standing(database, project, lot)


@get(f"{_ONE}/labelers", opt=_INSPECT, sync_to_thread=True, tags=["lots"])
def list_lot_labelers(
    org: FromPath[int],
    project: FromPath[int],
    lot: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> list[LotLabeler]:
    """Whose answers are in a closed lot, and how many were wrong: by number, and by name for whoever may see people."""
    found = rows.labelers(ports.database.of(org), project, lot)
    if sees_people(ports, actor, request, project):
        return found
    return [msgspec.structs.replace(one, name=None) for one in found]


@post(f"{_ONE}/return", opt=_INSPECT, status_code=200, sync_to_thread=True, tags=["lots"])
def return_lot(
    org: FromPath[int], project: FromPath[int], lot: FromPath[int], data: JSONBody[LotReturn], ports: GivenPorts
) -> Returned:
    """Send failing items, one person's answers or the whole lot back to whoever did them."""
    return Returned(returned=lots.give_back(ports.database.of(org), ports.clock, project, lot, data))


ROUTES: Final[list[HTTPRouteHandler]] = [
    preview_plan,
    list_lots,
    create_lot,
    read_lot,
    draw_lot,
    prove_draw,
    list_sample,
    inspect_item,
    close_lot,
    withdraw_lot,
    list_lot_labelers,
    return_lot,
]
