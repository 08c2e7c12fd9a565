"""Setting up a server on which nobody is yet: the first owner, made with the link that `galley serve` printed."""

from typing import Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from galley.access import set_up as access
from galley.access.model import Verb
from galley.server.doers import visit_of
from galley.server.inject import GivenPorts, JSONBody, JsonRequest
from galley.server.routes.people import signed_in
from galley.server.wire.access import SetUpBody, SetUpState, SignedInView

__all__ = ["ROUTES"]

_PUBLIC: Final = {"verb": Verb.PUBLIC}


@get("/api/v1/set-up", opt=_PUBLIC, sync_to_thread=True, tags=["people"])
def state(ports: GivenPorts) -> SetUpState:
    """Whether nobody is here yet, and whoever has the link may begin."""
    return SetUpState(open=access.is_open(ports.house, ports.clock))


@post("/api/v1/set-up", opt=_PUBLIC, sync_to_thread=True, tags=["people"], status_code=200)
def begin(data: JSONBody[SetUpBody], ports: GivenPorts, request: JsonRequest) -> Response[SignedInView]:
    """Make the first owner with the link's ticket, which is good once, and be signed in."""
    first = access.FirstOwner(
        organisation=data.organisation,
        name=data.name,
        login=data.email,
        password=data.password,
        language=data.language,
    )
    return signed_in(ports, access.set_up(ports.house, ports.clock, data.ticket, first, visit_of(request)))


ROUTES: Final[list[HTTPRouteHandler]] = [state, begin]
