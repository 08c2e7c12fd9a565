"""People over HTTP: what each did, how fast and how well, and the accounts that pay is made from. All see their own."""

from typing import Annotated, Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.model import Actor, Verb
from galley.access.people import names_of
from galley.annotate.counters import service as counters
from galley.annotate.counters.model import PersonStats
from galley.annotate.counters.rules import without_gold
from galley.annotate.time import service as accounts
from galley.annotate.time.model import Adjustment, WorkRow
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.service import labeler_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.sight import sees_members
from galley.server.wire.access import PersonName
from galley.server.wire.progress import AdjustBody, Adjusted

__all__ = ["ROUTES"]

_ORG: Final = "/api/v1/orgs/{org:int}"
_ONE: Final = f"{_ORG}/projects/{{project:int}}"
_PEOPLE: Final = {"verb": Verb.PEOPLE_READ}
_LISTED: Final = r"[1-9][0-9]{0,17}(,[1-9][0-9]{0,17}){0,99}"
Numbers = Annotated[str, QueryParameter(pattern=f"^{_LISTED}$", max_length=2000)]


def _labeler(ports: Ports, org: int, actor: Actor) -> int:
    if actor.person is None:
        raise WorkerKindError
    return labeler_of(ports.database.of(org), ports.clock, actor.person)


def _rows(ports: Ports, org: int, labeler: int, limit: int, after: str | None) -> Page[WorkRow]:
    (last,) = place(after, int) or (0,)
    found = accounts.rows_of_labeler(ports.database.of(org), labeler, last, limit + 1)
    return page(found, limit, key=lambda row: (row.id,))


@get(f"{_ONE}/people", opt=_PEOPLE, sync_to_thread=True, tags=["people"])
def list_people(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[PersonStats]:
    """The project's labelers: answers, counted hours, speed, share returned, accuracy on known answers."""
    (last,) = place(after, int) or (0,)
    found = counters.people(ports.database.of(org), project, last, limit + 1)
    return page(found, limit, key=lambda one: (one.labeler,))


@get(f"{_ONE}/people/me", opt={"verb": Verb.PROJECT_READ}, sync_to_thread=True, tags=["people"])
def read_me(org: FromPath[int], project: FromPath[int], ports: GivenPorts, actor: GivenActor) -> Page[PersonStats]:
    """One's own figures in the project; none before the first answer. What one did on known answers is not shown."""
    found = counters.person(ports.database.of(org), project, _labeler(ports, org, actor))
    return Page(items=[] if found is None else [without_gold(found)])


@get(f"{_ONE}/people/names", opt=_PEOPLE, sync_to_thread=True, tags=["people"])
def list_names(
    org: FromPath[int],
    project: FromPath[int],
    people: Numbers,
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Page[PersonName]:
    """What up to 100 people are called, by their numbers; who never worked in the project is told to none but those who
    may see all members."""
    database, asked = ports.database.of(org), sorted({int(one) for one in people.split(",")})
    known = asked if sees_members(ports, actor, request) else counters.who_worked(database, project, asked)
    return Page(items=[PersonName(person=one, name=name) for one, name in sorted(names_of(database, known).items())])


@get(f"{_ORG}/work-rows/mine", opt={"verb": Verb.ORG_READ}, sync_to_thread=True, tags=["people"])
def list_my_rows(
    org: FromPath[int], ports: GivenPorts, actor: GivenActor, limit: Limit = LIMIT, after: After = None
) -> Page[WorkRow]:
    """One's own accounts in the organisation, oldest first."""
    return _rows(ports, org, _labeler(ports, org, actor), limit, after)


@get(f"{_ORG}/labelers/{{labeler:int}}/work-rows", opt=_PEOPLE, sync_to_thread=True, tags=["people"])
def list_rows(
    org: FromPath[int], labeler: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[WorkRow]:
    """A labeler's accounts, oldest first."""
    return _rows(ports, org, labeler, limit, after)


@post(
    f"{_ONE}/work-rows/{{row:int}}/corrections",
    opt={"verb": Verb.PROJECT_MANAGE},
    status_code=200,
    sync_to_thread=True,
    tags=["people"],
)
def correct_row(
    org: FromPath[int], project: FromPath[int], row: FromPath[int], data: JSONBody[AdjustBody], ports: GivenPorts
) -> Adjusted:
    """Add a difference to a row of the accounts; the row itself stays. The same note again adds nothing."""
    said = Adjustment(row=row, note=data.note, units=data.units, counted_ms=data.counted_ms)
    return Adjusted(added=accounts.correct(ports.database.of(org), ports.clock, project, said))


ROUTES: Final[list[HTTPRouteHandler]] = [list_people, read_me, list_names, list_my_rows, list_rows, correct_row]
