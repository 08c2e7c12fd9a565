"""Label Studio projects move in: a config opens a project, and an export of tasks comes along or as an upload.

Later exports come through `…/imports` and leave through `…/exports`, both in the format `label-studio`.
"""

import io
from typing import Final

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Verb
from galley.annotate.content import service as imports
from galley.annotate.content.model import Import
from galley.annotate.content.uploads import find_upload
from galley.annotate.flow import service as flow
from galley.annotate.flow.model import SINGLE, Settings
from galley.annotate.flow.service import NewProject
from galley.annotate.studio import repo
from galley.labels.label_studio_config import loss_of, read_config
from galley.line.importing import Delivery, Dock, ImportSettings, import_body
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.routes.projects import view_of
from galley.server.wire.studio import StudioOpened, StudioProjectBody, Trouble
from galley.worker.jobs.kinds import ImportParams
from galley.worker.jobs.model import Wanted
from galley.worker.jobs.service import ask

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/studio/projects"
_ONE: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/studio"
_TAGS: Final = ["label studio"]
_FORMAT: Final = ImportSettings(format="label-studio")


@post(_ALL, opt={"verb": Verb.PROJECT_CREATE}, sync_to_thread=True, tags=_TAGS)
def open_studio_project(
    org: FromPath[int], data: JSONBody[StudioProjectBody], ports: GivenPorts, actor: GivenActor
) -> StudioOpened:
    """Open a project for a Label Studio config, with the tasks of its export: here, or as an upload that a job brings in."""
    read = read_config(data.config)
    database = ports.database.of(org)
    name = find_upload(database, data.upload).name if data.upload is not None else "tasks.json"
    new = NewProject(
        name=data.name,
        schema=read.schema,
        settings=data.settings or Settings(graph=SINGLE),
        guideline=data.guideline,
        config=ports.blobs.put(data.config.encode()),
        author=actor.name,
    )
    made = flow.create(database, ports.blobs, ports.clock, new)
    says = [loss_of(loss) for loss in read.losses]
    opened = StudioOpened(project=view_of(made), losses=[one.en for one in says], losses_zh=[one.zh for one in says])
    if data.upload is not None:
        opened.tasks, opened.job = _later(ports, actor, made.id, data.upload, name)
    elif data.tasks:
        opened.tasks = _now(ports, org, made.id, msgspec.json.encode(data.tasks))
    return opened


def _now(ports: Ports, org: int, project: int, tasks: bytes) -> Import:
    dock = Dock(database=ports.database.of(org), blobs=ports.blobs, clock=ports.clock, project=project)
    number = imports.open_import(dock.database, dock.clock, project, "tasks.json", _FORMAT)
    delivery = Delivery(dock=dock, import_id=number, settings=_FORMAT, name="tasks.json", tell=lambda _: None)
    return import_body(delivery, io.BytesIO(tasks).read)


def _later(ports: Ports, actor: Actor, project: int, upload: int, name: str) -> tuple[Import, int]:
    database = ports.database.of(actor.organisation)
    number = imports.open_import(database, ports.clock, project, name, _FORMAT, "waiting")
    params = ImportParams(import_id=number, settings=_FORMAT, upload=upload)
    wanted = Wanted(
        kind="import",
        params=msgspec.to_builtins(params),
        asked_by=actor.name,
        person=actor.person,
        project=project,
        once=f"import:{number}",
    )
    job = ask(database, ports.clock, wanted)
    return imports.find_import(database, project, number), job.id


@get(f"{_ONE}/troubles", opt={"verb": Verb.DATA_IMPORT}, sync_to_thread=True, tags=_TAGS)
def list_studio_troubles(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Trouble]:
    """Tasks of which something has no place here, and those that failed, with the reasons."""
    (last,) = place(after, str) or ("",)
    with ports.database.of(org).connection() as connection:
        found = repo.troubled(connection, project, last, limit + 1)
    return page([Trouble(**row) for row in found], limit, key=lambda row: (row.item,))


ROUTES: Final[list[HTTPRouteHandler]] = [open_studio_project, list_studio_troubles]
