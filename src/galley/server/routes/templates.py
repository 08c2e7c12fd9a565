"""The gallery of templates, checking of schemas as they are written, and projects out of templates and recipes."""

from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.flow import service, versions
from galley.annotate.flow.content import content_of_data
from galley.annotate.flow.model import END, SINGLE, Adjudicate, Annotate, Consensus, Edge, Graph, Settings
from galley.annotate.flow.service import NewProject
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Language
from galley.labels.errors import LabelValueError
from galley.labels.label_studio_config import loss_of, read_config
from galley.labels.schema import LabelSchema, labels_check, schema_dict, schema_digest, schema_from_dict
from galley.labels.schema_text import schema_from_yaml, schema_yaml
from galley.labels.templates import Template, template, template_media, templates
from galley.line.recipe import parse_recipe
from galley.server.body import decoded
from galley.server.errors import FieldError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.language import language_asked
from galley.server.paging import Page
from galley.server.routes.projects import view_of
from galley.server.wire.projects import ProjectView
from galley.server.wire.templates import (
    FromRecipeBody,
    FromTemplateBody,
    SchemaCheckBody,
    SchemaChecked,
    SchemaLoss,
    SchemaProblem,
    TemplateHead,
    TemplateView,
)

__all__ = ["ROUTES", "graph_of_overlap"]

_ALL: Final = "/api/v1/templates"
_PROJECTS: Final = "/api/v1/orgs/{org:int}/projects"
_SELF: Final = {"verb": Verb.SELF}
_CREATE: Final = {"verb": Verb.PROJECT_CREATE}


# --- the gallery -----------------------------------------------------------------------------------------------------


def _types(schema: LabelSchema) -> list[str]:
    return sorted({control.type.partition("@")[0] for control in schema.controls})


def _head(found: Template) -> TemplateHead:
    return TemplateHead(
        name=found.name,
        modality=found.modality,
        title=found.title,
        description=found.description,
        types=_types(found.schema),
    )


@get(_ALL, opt=_SELF, sync_to_thread=True, tags=["templates"])
def list_templates() -> Page[TemplateHead]:
    """The gallery, in its order."""
    return Page(items=[_head(found) for found in templates()])


@get(f"{_ALL}/{{name:str}}", opt=_SELF, sync_to_thread=True, tags=["templates"])
def read_template(name: FromPath[str]) -> TemplateView:
    """One template with an example record and an example annotation."""
    found = template(name)
    schema = found.schema
    head = msgspec.structs.asdict(_head(found))
    return TemplateView(
        **head,
        guideline=found.guideline,
        text=found.labels,
        schema=schema_dict(schema),
        sha256=schema_digest(schema),
        record=found.record,
        answer=found.answer,
    )


@get(f"{_ALL}/media/{{file:str}}", opt=_SELF, sync_to_thread=True, tags=["templates"])
def read_template_media(file: FromPath[str]) -> Response[bytes]:
    """A picture or sound of the examples."""
    kind, content = template_media(file)
    headers = {"cache-control": "private, max-age=86400", "x-content-type-options": "nosniff"}
    headers["content-security-policy"] = "sandbox; default-src 'none'"
    return Response(content, media_type=kind, headers=headers)


# --- checking --------------------------------------------------------------------------------------------------------


@post(
    "/api/v1/schemas/check",
    opt={**_SELF, "idempotent": False},
    sync_to_thread=True,
    tags=["templates"],
    status_code=200,
)
def check_schema(data: JSONBody[SchemaCheckBody], request: JsonRequest) -> SchemaChecked:
    """Whether a label schema is one, and where it is not; nothing is kept. A wrong schema is an answer, not a failure."""
    language = language_asked(request.headers.get("accept-language", ""))
    try:
        schema, losses = _read(data, language)
    except InputError as problem:
        if isinstance(problem, FieldError):
            raise
        return SchemaChecked(valid=False, problem=_told(problem, language))
    checked = SchemaChecked(
        valid=True, schema=schema_dict(schema), sha256=schema_digest(schema), text=schema_yaml(schema), losses=losses
    )
    if data.answer is not None:
        try:
            checked.answer = labels_check(schema, data.answer, content_of_data(data.record))
        except LabelValueError as problem:
            checked.answer_problem = _told(problem, language)
    return checked


def _read(data: SchemaCheckBody, language: Language) -> tuple[LabelSchema, list[SchemaLoss]]:
    """The schema and what of a config did not come across; raises InputError of the kind of the text."""
    if (data.text is None) == (data.data is None):
        raise FieldError(field="text", reason="either text or data")
    if data.data is not None:
        return schema_from_dict(data.data), []
    text = data.text or ""
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if data.format == "label-studio" or (data.format == "auto" and first == "<"):
        read = read_config(text)
        losses = [
            SchemaLoss(code=loss.code, line=loss.line, tag=loss.tag, name=loss.name, title=loss_of(loss).say(language))
            for loss in read.losses
        ]
        return read.schema, losses
    if data.format == "json":
        plain = decoded(text.encode())
        if not isinstance(plain, dict):
            raise FieldError(field="text", reason="a schema is an object")
        return schema_from_dict(plain), []
    return schema_from_yaml(text), []


def _told(problem: GalleyError, language: Language) -> SchemaProblem:
    said = problem.problem(language)
    line, place = problem.facts.get("line"), problem.facts.get("place")
    return SchemaProblem(
        code=problem.code,
        title=str(said["title"]),
        hint=str(said["hint"]),
        line=line if isinstance(line, int) and line > 0 else None,
        place=None if place is None else str(place),
        facts=said["facts"],  # type: ignore[arg-type]
    )


# --- projects --------------------------------------------------------------------------------------------------------


@post(f"{_PROJECTS}/from-template", opt=_CREATE, sync_to_thread=True, tags=["templates"])
def create_from_template(
    org: FromPath[int], data: JSONBody[FromTemplateBody], ports: GivenPorts, actor: GivenActor
) -> ProjectView:
    """Open a project with a template's schema and guideline."""
    found = template(data.template)
    new = NewProject(
        name=data.name,
        schema=found.schema,
        settings=data.settings or Settings(graph=SINGLE),
        guideline=found.guideline.zh if data.language == "zh" else found.guideline.en,
        due_at=data.due_at,
        author=actor.name,
    )
    return view_of(service.create(ports.database.of(org), ports.blobs, ports.clock, new))


@post(f"{_PROJECTS}/from-recipe", opt=_CREATE, sync_to_thread=True, tags=["templates"])
def create_from_recipe(
    org: FromPath[int], data: JSONBody[FromRecipeBody], ports: GivenPorts, actor: GivenActor
) -> ProjectView:
    """Open a project as the `annotate` part of a recipe describes it: its line, its schema, how many opinions an item."""
    recipe = parse_recipe(data.recipe)
    if recipe.annotate is None:
        raise FieldError(field="recipe", reason="the recipe has no `annotate` part")
    schema, is_config = versions.read_schema(data.schema)
    new = NewProject(
        name=data.name or recipe.line,
        schema=schema,
        settings=Settings(graph=graph_of_overlap(recipe.annotate.overlap)),
        guideline=data.guideline,
        due_at=data.due_at,
        line=recipe.line,
        purpose="floor",  # the line's own questions are under other purposes
        config=ports.blobs.put(data.schema.encode()) if is_config else None,
        author=actor.name,
    )
    return view_of(service.create(ports.database.of(org), ports.blobs, ports.clock, new))


def graph_of_overlap(overlap: int) -> Graph:
    """One opinion and done; several that are merged where they agree, and decided by one more person where they do not."""
    if overlap == 1:
        return SINGLE
    return Graph(
        nodes=(Annotate(name="annotate", overlap=overlap), Consensus(name="consensus"), Adjudicate(name="adjudicate")),
        edges=(
            Edge(source="annotate", to="consensus"),
            Edge(source="consensus", on="agree", to=END),
            Edge(source="consensus", on="disagree", to="adjudicate"),
            Edge(source="adjudicate", to=END),
        ),
    )


ROUTES: Final[list[HTTPRouteHandler]] = [
    list_templates,
    read_template,
    read_template_media,
    check_schema,
    create_from_template,
    create_from_recipe,
]
