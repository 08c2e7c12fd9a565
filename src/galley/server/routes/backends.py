"""Model servers of a project: add, test, ask now, have them prelabel, have them learn, ask them while labelling."""

import dataclasses
from typing import Any, Final

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler

from galley.access.errors import SignInError
from galley.access.model import Actor, Verb
from galley.access.service_tokens import make_token
from galley.annotate.backend import service
from galley.annotate.backend.media import LINK_SECONDS, MediaLinks
from galley.annotate.backend.model import Backend, BackendChange, Health, NewBackend, PredictReport
from galley.annotate.backend.service import Office
from galley.annotate.flow.errors import ItemUnknownError
from galley.server.doers import by_request
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.ports import Ports
from galley.server.sight import items_seen
from galley.server.wire.studio import InteractiveAnswer, InteractiveBody, JobStarted, PredictBody, PrelabelBody
from galley.worker.duties import reach
from galley.worker.jobs.model import Wanted
from galley.worker.jobs.prelabel import PrelabelParams
from galley.worker.jobs.service import ask

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/backends"
_ONE: Final = f"{_ALL}/{{backend:int}}"
_MANAGE: Final = {"verb": Verb.PROJECT_MANAGE}
_TAGS: Final = ["model servers"]


def _media(request: Request[Any, Any, Any], actor: Actor, project: int) -> MediaLinks:
    """Links that work only from where the client's rules let the one who asks come in."""
    rules = (rule for rule in actor.isolation if rule.project in (None, project))
    fences = tuple(rule.networks for rule in rules if rule.networks)
    base = str(request.base_url).rstrip("/")
    return MediaLinks(base=base, organisation=actor.organisation, project=project, fences=fences)


def _office(ports: Ports, request: Request[Any, Any, Any], actor: Actor, project: int) -> Office:
    database = ports.database.of(actor.organisation)

    def token() -> str:
        """For model servers that fetch media by themselves: to look only, this project only, some minutes only."""
        doer, name = by_request(request, ports, actor), f"model server, project {project}"
        scopes = [str(Verb.DATA_VIEW)]
        try:
            return make_token(database, doer, name=name, scopes=scopes, seconds=LINK_SECONDS, project=project).secret
        except SignInError:
            return ""  # a program cannot make tokens; links in the tasks do without

    media = _media(request, actor, project)
    office = service.open_office(database, ports.house, ports.blobs, ports.clock, reach=reach(), media=media)
    return dataclasses.replace(office, token=token)


def _plain(ports: Ports, org: int) -> Office:
    return service.open_office(ports.database.of(org), ports.house, ports.blobs, ports.clock, reach=reach())


@post(_ALL, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def add_backend(org: FromPath[int], project: FromPath[int], data: JSONBody[NewBackend], ports: GivenPorts) -> Backend:
    """Add a model server that speaks the Label Studio ML-backend protocol; its password is never shown again."""
    return service.add_backend(_plain(ports, org), project, data)


@get(_ALL, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def list_backends(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> list[Backend]:
    """The project's model servers and how they were found."""
    return service.backends(_plain(ports, org), project)


@get(_ONE, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def read_backend(org: FromPath[int], project: FromPath[int], backend: FromPath[int], ports: GivenPorts) -> Backend:
    """One model server."""
    return service.find_backend(_plain(ports, org), project, backend)


@patch(_ONE, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def change_backend(
    org: FromPath[int],
    project: FromPath[int],
    backend: FromPath[int],
    data: JSONBody[BackendChange],
    ports: GivenPorts,
) -> Backend:
    """Change a model server."""
    return service.change_backend(_plain(ports, org), project, backend, data)


@delete(_ONE, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def remove_backend(org: FromPath[int], project: FromPath[int], backend: FromPath[int], ports: GivenPorts) -> None:
    """Take a model server out of the project; what it predicted stays."""
    service.remove_backend(_plain(ports, org), project, backend)


@post(f"{_ONE}/test", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=_TAGS)
def test_connection(
    project: FromPath[int], backend: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Health:
    """Ask a model server whether it is up, and introduce the project to it."""
    return service.test_backend(_office(ports, request, actor, project), project, backend)


@post(f"{_ONE}/predict", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=_TAGS)
def predict_now(  # two say where, one what, three who and with what
    project: FromPath[int],
    backend: FromPath[int],
    data: JSONBody[PredictBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> PredictReport:
    """Ask a model server about some items now."""
    return service.predict(_office(ports, request, actor, project), project, backend, data.items)


@post(f"{_ONE}/prelabel", opt=_MANAGE, status_code=202, sync_to_thread=True, tags=_TAGS)
def start_prelabel(  # as above
    project: FromPath[int],
    backend: FromPath[int],
    data: JSONBody[PrelabelBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> JobStarted:
    """Have a job ask the model server about everything that is open, the most urgent first."""
    database = ports.database.of(actor.organisation)
    service.find_backend(_plain(ports, actor.organisation), project, backend)
    media = _media(request, actor, project)
    params = PrelabelParams(backend=backend, limit=data.limit, reach=reach(), media=media)
    once = f"prelabel:{backend}"
    told = msgspec.to_builtins(params)
    wanted = Wanted(kind="prelabel", params=told, asked_by=actor.name, person=actor.person, project=project, once=once)
    return JobStarted(job=ask(database, ports.clock, wanted).id)


@post(f"{_ONE}/train", opt=_MANAGE, status_code=202, sync_to_thread=True, tags=_TAGS)
def start_training(org: FromPath[int], project: FromPath[int], backend: FromPath[int], ports: GivenPorts) -> None:
    """Have a model server learn from what it was told (START_TRAINING)."""
    service.tell(_plain(ports, org), project, backend, "START_TRAINING")


@post(f"{_ONE}/interactive", opt={"verb": Verb.WORK}, status_code=200, sync_to_thread=True, tags=_TAGS)
def ask_while_labelling(  # as above
    project: FromPath[int],
    backend: FromPath[int],
    data: JSONBody[InteractiveBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> InteractiveAnswer:
    """Ask a model server about an item one holds (leads: any) with what was drawn so far; nothing is stored."""
    if not items_seen(ports, actor, request, project, [data.item]):
        raise ItemUnknownError(item=data.item)
    office = _office(ports, request, actor, project)
    said, labels = service.interactive(office, project, backend, data.item, data.context)
    return InteractiveAnswer(said=said, labels=labels)


ROUTES: Final[list[HTTPRouteHandler]] = [
    add_backend,
    list_backends,
    read_backend,
    change_backend,
    remove_backend,
    test_connection,
    predict_now,
    start_prelabel,
    start_training,
    ask_while_labelling,
]
