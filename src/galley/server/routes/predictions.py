"""What models said of a project's items, and what was no prediction."""

from typing import Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.predictions import service
from galley.annotate.predictions.service import Prediction, PredictionError, PredictionRow
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.sight import items_seen
from galley.server.wire.studio import PredictBody

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/predictions"
_TAGS: Final = ["model servers"]


@get(_ALL, opt={"verb": Verb.PROJECT_MANAGE}, sync_to_thread=True, tags=_TAGS)
def list_predictions(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[PredictionRow]:
    """Predictions, oldest first."""
    (last,) = place(after, int) or (0,)
    found = service.page(ports.database.of(org), project, last, limit + 1)
    return page(found, limit, key=lambda row: (row.id,))


@get(f"{_ALL}/errors", opt={"verb": Verb.PROJECT_MANAGE}, sync_to_thread=True, tags=_TAGS)
def list_prediction_errors(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[PredictionError]:
    """What models said that is no prediction, with the reasons."""
    (last,) = place(after, int) or (0,)
    found = service.errors_page(ports.database.of(org), project, last, limit + 1)
    return page(found, limit, key=lambda row: (row.id,))


@post(f"{_ALL}/for", opt={"verb": Verb.WORK}, status_code=200, sync_to_thread=True, tags=_TAGS)
def prelabels(
    org: FromPath[int],
    project: FromPath[int],
    data: JSONBody[PredictBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> dict[str, list[Prediction]]:
    """What models think of items one holds (leads: of any): of each model the newest word, the surest first."""
    seen = items_seen(ports, actor, request, project, data.items)
    return service.predictions_for(ports.database.of(org), project, seen)


ROUTES: Final[list[HTTPRouteHandler]] = [list_predictions, list_prediction_errors, prelabels]
