"""What waits for the caller in an organisation, in one request."""

from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Circumstances, Target, Verb
from galley.access.rules import may, visible_projects
from galley.annotate.desk.model import MyWork
from galley.annotate.desk.service import my_work
from galley.annotate.work.errors import WorkerKindError
from galley.server.doers import address_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JsonRequest
from galley.server.routes.work import DESKS

__all__ = ["ROUTES"]


@get("/api/v1/orgs/{org:int}/me/work", opt={"verb": Verb.ORG_READ}, sync_to_thread=True, tags=["people"])
def read_my_work(org: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> MyWork:
    """Every project where one may work now and what waits there; one's days, newest accounts, and what was done about one."""
    if actor.person is None:
        raise WorkerKindError
    here = Circumstances(now=ports.clock.now(), address=address_of(request))

    def desks_of(project: int) -> list[tuple[str, str]]:
        target = Target(organisation=org, project=project)
        return [(name, stage) for name, stage, verb in DESKS if may(actor, verb, target, here).allowed]

    database = ports.database.of(org)
    return my_work(database, ports.clock, actor.person, visible=visible_projects(actor), desks_of=desks_of)


ROUTES: Final[list[HTTPRouteHandler]] = [read_my_work]
