"""The series behind a manager's charts: a project's days, and those of its people."""

from typing import Annotated, Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.model import Verb
from galley.annotate.desk.model import Charts
from galley.annotate.desk.service import charts
from galley.server.inject import FromPath, FromQuery, GivenPorts

__all__ = ["ROUTES"]

Days = Annotated[int, QueryParameter(ge=1, le=366, description="How many days back.")]


@get(
    "/api/v1/orgs/{org:int}/projects/{project:int}/charts",
    opt={"verb": Verb.PEOPLE_READ},
    sync_to_thread=True,
    tags=["progress"],
)
def read_charts(
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    days: Days = 30,
    labeler: FromQuery[int | None] = None,
) -> Charts:
    """Answers, reviews and counted time by day and stage, and by day and person (5,000 person-days at most)."""
    return charts(ports.database.of(org), ports.clock, project, days=days, labeler=labeler)


ROUTES: Final[list[HTTPRouteHandler]] = [read_charts]
