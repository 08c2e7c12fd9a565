"""Projects over HTTP: open, change, pause, versions of schema and guideline, batches, items, assignment, gold."""

from typing import Final

from litestar import get, patch, post, put
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.flow import known, service, versions
from galley.annotate.flow.batches import put_items
from galley.annotate.flow.model import SINGLE, Batch, ItemRow, ProjectFull, Settings
from galley.annotate.flow.service import Change, NewProject
from galley.annotate.flow.versions import GuidelineVersion, NewSchema, SchemaVersion
from galley.labels.schema import schema_dict
from galley.server.errors import FieldError
from galley.server.inject import FromPath, FromQuery, GivenActor, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.wire.projects import (
    AssignBody,
    Assigned,
    BatchBody,
    BatchChange,
    BatchItems,
    GoldBody,
    GoldRemoved,
    GoldSet,
    GoldSource,
    GuidelineBody,
    GuidelineView,
    ItemView,
    NewProjectBody,
    ProjectChange,
    ProjectView,
    SchemaBody,
    SchemaChanged,
    SchemaView,
    StuckItem,
)

__all__ = ["ROUTES", "view_of"]

_ALL: Final = "/api/v1/orgs/{org:int}/projects"
_ONE: Final = f"{_ALL}/{{project:int}}"
_READ: Final = {"verb": Verb.PROJECT_READ}
_MANAGE: Final = {"verb": Verb.PROJECT_MANAGE}
_PEOPLE: Final = {"verb": Verb.PEOPLE_READ}
_GOLD: Final = {"verb": Verb.GOLD_MANAGE}
_LISTED: Final = 500


def view_of(project: ProjectFull) -> ProjectView:
    """A project as everybody on it may see it."""
    return ProjectView(
        id=project.id,
        name=project.name,
        line=project.line,
        purpose=project.purpose,
        state=project.state,
        label_schema=project.schema_sha256,
        schema_version=project.schema_version,
        guideline_version=project.guideline_version,
        graph=project.settings.graph,
        description=project.settings.description,
        lease_seconds=project.settings.lease_seconds,
        due_at=project.due_at,
        created_at=project.created_at,
    )


# --- projects --------------------------------------------------------------------------------------------------------


@get(_ALL, opt=_READ, sync_to_thread=True, tags=["projects"])
def list_projects(
    org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[ProjectView]:
    """The organisation's projects."""
    (last,) = place(after, int) or (0,)
    found = service.projects(ports.database.of(org), after=last, limit=limit + 1)
    return page([view_of(one) for one in found], limit, key=lambda one: (one.id,))


@post(_ALL, opt={"verb": Verb.PROJECT_CREATE}, sync_to_thread=True, tags=["projects"])
def create_project(
    org: FromPath[int], data: JSONBody[NewProjectBody], ports: GivenPorts, actor: GivenActor
) -> ProjectView:
    """Open a project with a label schema, a guideline and a graph of stages."""
    schema, is_config = versions.read_schema(data.schema)
    new = NewProject(
        name=data.name,
        schema=schema,
        settings=data.settings or Settings(graph=SINGLE),
        guideline=data.guideline,
        due_at=data.due_at,
        config=ports.blobs.put(data.schema.encode()) if is_config else None,
        author=actor.name,
    )
    return view_of(service.create(ports.database.of(org), ports.blobs, ports.clock, new))


@get(_ONE, opt=_READ, sync_to_thread=True, tags=["projects"])
def read_project(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> ProjectView:
    """One project."""
    return view_of(service.project(ports.database.of(org), project))


@patch(_ONE, opt=_MANAGE, sync_to_thread=True, tags=["projects"])
def change_project(
    org: FromPath[int], project: FromPath[int], data: JSONBody[ProjectChange], ports: GivenPorts
) -> ProjectView:
    """Change name, settings or due date."""
    change = Change(name=data.name, settings=data.settings, due_at=data.due_at)
    return view_of(service.update(ports.database.of(org), ports.clock, project, change))


@get(f"{_ONE}/settings", opt=_MANAGE, sync_to_thread=True, tags=["projects"])
def read_settings(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> Settings:
    """All settings of a project, how gold is handed out among them."""
    return service.project(ports.database.of(org), project).settings


def _state_route(change: str, sentence: str) -> HTTPRouteHandler:
    @post(
        f"{_ONE}/{change}",
        opt=_MANAGE,
        name=f"project_{change}",
        status_code=200,
        sync_to_thread=True,
        tags=["projects"],
    )
    def changed(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> ProjectView:
        return view_of(service.change_state(ports.database.of(org), project, change))

    changed.fn.__doc__ = sentence
    return changed


_STATES: Final = [
    _state_route("pause", "Hand nothing out; answers are still taken."),
    _state_route("drain", "Hand nothing new out, let what is leased be finished, then pause."),
    _state_route("reopen", "Hand work out again."),
    _state_route("close", "End the project; it can be reopened."),
]


# --- versions --------------------------------------------------------------------------------------------------------


@get(f"{_ONE}/schemas", opt=_READ, sync_to_thread=True, tags=["projects"])
def list_schemas(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> Page[SchemaVersion]:
    """Every label schema the project has had."""
    return Page(items=versions.schema_versions(ports.database.of(org), project))


@get(f"{_ONE}/schemas/{{version:int}}", opt=_READ, sync_to_thread=True, tags=["projects"])
def read_schema(org: FromPath[int], project: FromPath[int], version: FromPath[int], ports: GivenPorts) -> SchemaView:
    """One version of the label schema in its canonical form."""
    found = versions.schema_version(ports.database.of(org), project, version)
    return SchemaView(
        version=version, sha256=found.sha256, schema=schema_dict(versions.schema_at(ports.blobs, found.sha256))
    )


@post(f"{_ONE}/schemas", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["projects"])
def change_schema(
    org: FromPath[int], project: FromPath[int], data: JSONBody[SchemaBody], ports: GivenPorts, actor: GivenActor
) -> SchemaChanged:
    """Make a label schema the project's next version, and tell which answers would be none under it."""
    database = ports.database.of(org)
    schema, is_config = versions.read_schema(data.schema)
    impact = versions.impact(database, project, schema)
    if data.dry_run:
        return SchemaChanged(version=None, impact=impact)
    new = NewSchema(schema=schema, config=data.schema if is_config else "", author=actor.name)
    return SchemaChanged(version=versions.set_schema(database, ports.blobs, ports.clock, project, new), impact=impact)


@get(f"{_ONE}/guidelines", opt=_READ, sync_to_thread=True, tags=["projects"])
def list_guidelines(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> Page[GuidelineVersion]:
    """Every guideline the project has had."""
    return Page(items=versions.guideline_versions(ports.database.of(org), project))


@get(f"{_ONE}/guidelines/{{version:int}}", opt=_READ, sync_to_thread=True, tags=["projects"])
def read_guideline(
    org: FromPath[int], project: FromPath[int], version: FromPath[int], ports: GivenPorts
) -> GuidelineView:
    """One version of the guideline, markdown."""
    return GuidelineView(
        version=version, text=versions.guideline_text(ports.database.of(org), ports.blobs, project, version)
    )


@post(f"{_ONE}/guidelines", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["projects"])
def change_guideline(
    org: FromPath[int], project: FromPath[int], data: JSONBody[GuidelineBody], ports: GivenPorts, actor: GivenActor
) -> GuidelineVersion:
    """Make a text the project's next guideline."""
    database = ports.database.of(org)
    return versions.set_guideline(database, ports.blobs, ports.clock, project, data.text, author=actor.name)


# --- batches and items -----------------------------------------------------------------------------------------------


@get(f"{_ONE}/batches", opt=_READ, sync_to_thread=True, tags=["projects"])
def list_batches(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Batch]:
    """The project's batches."""
    (last,) = place(after, int) or (0,)
    found = service.batches(ports.database.of(org), project, after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(f"{_ONE}/batches", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["projects"])
def create_batch(org: FromPath[int], project: FromPath[int], data: JSONBody[BatchBody], ports: GivenPorts) -> Batch:
    """Open a batch; the same name again is the same batch."""
    database = ports.database.of(org)
    return service.make_batch(database, ports.clock, project, data.name, priority=data.priority, due_at=data.due_at)


@patch(f"{_ONE}/batches/{{batch:int}}", opt=_MANAGE, sync_to_thread=True, tags=["projects"])
def change_batch(
    org: FromPath[int], project: FromPath[int], batch: FromPath[int], data: JSONBody[BatchChange], ports: GivenPorts
) -> Batch:
    """Change how urgent a batch is, and with it all its work that nobody has begun."""
    database = ports.database.of(org)
    return service.set_batch(database, ports.clock, project, batch, priority=data.priority, due_at=data.due_at)


@put(f"{_ONE}/batches/{{batch:int}}/items", opt=_MANAGE, sync_to_thread=True, tags=["projects"])
def fill_batch(
    org: FromPath[int], project: FromPath[int], batch: FromPath[int], data: JSONBody[BatchItems], ports: GivenPorts
) -> GoldSet:
    """Put items into a batch, out of the one they are in; those that wait for that one to be complete stay in it."""
    wanted = [_text(item) or "" for item in data.items]
    return GoldSet(items=put_items(ports.database.of(org), ports.blobs, ports.clock, project, batch, wanted))


@get(f"{_ONE}/items", opt=_PEOPLE, sync_to_thread=True, tags=["projects"])
def list_items(
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    node: FromQuery[str | None] = None,
) -> Page[ItemRow]:
    """The project's items and where they stand; those at one stage of the graph when it is named."""
    (last,) = place(after, str) or ("",)
    found = service.items(ports.database.of(org), project, node=_text(node), after=_text(last) or "", limit=limit + 1)
    return page(found, limit, key=lambda one: (one.item,))


@get(f"{_ONE}/item", opt=_PEOPLE, sync_to_thread=True, tags=["projects"])
def read_item(org: FromPath[int], project: FromPath[int], item: FromQuery[str], ports: GivenPorts) -> ItemView:
    """One item: content, slots and every revision of them."""
    return ItemView(**service.item_with_slots(ports.database.of(org), project, _text(item) or ""))


def _text(value: str | None) -> str | None:
    if value is not None and "\x00" in value:
        raise FieldError(field="query", reason="holds a NUL character")
    return value


@post(f"{_ONE}/assignments", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["projects"])
def assign(org: FromPath[int], project: FromPath[int], data: JSONBody[AssignBody], ports: GivenPorts) -> Assigned:
    """Keep an open slot of an item for one person, taken back from whoever holds it."""
    database = ports.database.of(org)
    item, node = _text(data.item) or "", _text(data.node) or ""
    return Assigned(slot=service.assign(database, ports.clock, project, item, data.labeler, node=node))


@get(f"{_ONE}/stuck", opt=_MANAGE, sync_to_thread=True, tags=["projects"])
def list_stuck(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> Page[StuckItem]:
    """The items the flow could not decide on, 500 at most."""
    found = service.stuck(ports.database.of(org), project, _LISTED)
    return Page(items=[StuckItem(**row) for row in found])


@post(f"{_ONE}/stuck/retry", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["projects"])
def retry_stuck(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> GoldSet:
    """Have the flow look at them again."""
    return GoldSet(items=service.retry_stuck(ports.database.of(org), ports.clock, project))


# --- gold ------------------------------------------------------------------------------------------------------------


@get(f"{_ONE}/gold", opt=_GOLD, sync_to_thread=True, tags=["projects"])
def list_gold(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[GoldSource]:
    """The items whose answer is known, with how often each was shown and answered right."""
    (last,) = place(after, str) or ("",)
    database = ports.database.of(org)
    found = service.known_answers(database, project, after=_text(last) or "", limit=limit + 1)
    told = known.shown(database, ports.blobs, project, [row["item"] for row in found])
    counts = [told.get(row["item"], known.Shown(0, 0)) for row in found]
    sources = [
        GoldSource(**row, shown=count.shown, passed=count.passed) for row, count in zip(found, counts, strict=True)
    ]
    return page(sources, limit, key=lambda one: (one.item,))


@put(f"{_ONE}/gold", opt={**_GOLD, "holds_answer": True}, sync_to_thread=True, tags=["projects"])
def set_gold(org: FromPath[int], project: FromPath[int], data: JSONBody[GoldBody], ports: GivenPorts) -> GoldSet:
    """Make the answers of items known; they leave the ordinary work and come up on the gold schedule."""
    answers = {_text(one.item) or "": one.body for one in data.answers}
    database = ports.database.of(org)
    kept = service.set_gold(database, ports.blobs, ports.clock, project, answers, _text(data.source) or "")
    return GoldSet(items=kept)


@post(f"{_ONE}/gold/forget", opt=_GOLD, status_code=200, sync_to_thread=True, tags=["projects"])
def remove_gold(org: FromPath[int], project: FromPath[int], data: JSONBody[GoldRemoved], ports: GivenPorts) -> GoldSet:
    """Make items ordinary work again."""
    wanted = [_text(item) or "" for item in data.items]
    return GoldSet(items=service.remove_gold(ports.database.of(org), ports.clock, ports.blobs, project, wanted))


ROUTES: Final[list[HTTPRouteHandler]] = [
    list_projects,
    create_project,
    read_project,
    change_project,
    read_settings,
    *_STATES,
    list_schemas,
    read_schema,
    change_schema,
    list_guidelines,
    read_guideline,
    change_guideline,
    list_batches,
    create_batch,
    change_batch,
    fill_batch,
    list_items,
    read_item,
    assign,
    list_stuck,
    retry_stuck,
    list_gold,
    set_gold,
    remove_gold,
]
