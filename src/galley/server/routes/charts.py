"""The series behind a manager's charts: a project's days, and those of its people."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.model import Verb
from galley.annotate.desk.model import ChartGold, Charts
from galley.annotate.desk.service import charts
from galley.annotate.flow import known
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
    """Answers, reviews and counted time by day and stage, and by day and person (5,000 person-days at most).

    With a labeler, people, stages and known answers are theirs alone.
    """
    database = ports.database.of(org)
    told = charts(database, ports.clock, project, days=days, labeler=labeler)
    if labeler is None:
        return told
    since = (ports.clock.now() - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    own = known.days_of(database, ports.blobs, project, labeler, since)
    gold = tuple(ChartGold(day=one.day, seen=one.seen, correct=one.correct) for one in own)
    return msgspec.structs.replace(told, gold=gold)


ROUTES: Final[list[HTTPRouteHandler]] = [read_charts]
