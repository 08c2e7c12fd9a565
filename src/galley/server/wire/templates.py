"""What the gallery and the schema editor send and get."""

from typing import Annotated, Any, Literal

import msgspec

from galley.annotate.flow.model import Settings
from galley.labels.choices import Title
from galley.server.wire.projects import Due, Markdown, Name, SchemaText

__all__ = [
    "FromRecipeBody",
    "FromTemplateBody",
    "SchemaCheckBody",
    "SchemaChecked",
    "SchemaLoss",
    "SchemaProblem",
    "TemplateHead",
    "TemplateView",
]

RecipeText = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000_000)]


class TemplateHead(msgspec.Struct, kw_only=True):
    """A template in the list."""

    name: str
    modality: str
    title: Title
    description: Title
    types: list[str]  # the label types it uses


class TemplateView(TemplateHead, kw_only=True):
    """A template with all that a preview needs."""

    guideline: Title  # markdown
    text: str  # the label schema, YAML
    schema: dict[str, Any]  # in its canonical form
    sha256: str
    record: dict[str, Any]  # an example of what people see
    answer: dict[str, Any]  # an annotation of it


class SchemaCheckBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A label schema to check: as text, or as data in its canonical form; with an annotation to try it on, if wanted."""

    text: SchemaText | None = None
    data: dict[str, Any] | None = None
    format: Literal["auto", "yaml", "json", "label-studio"] = "auto"
    record: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None


class SchemaProblem(msgspec.Struct, kw_only=True):
    """What is wrong, in the language asked for, and where."""

    code: str
    title: str
    hint: str
    line: int | None  # of the text, from 1; None: no line is to blame
    place: str | None  # in the annotation: `things[3].width`
    facts: dict[str, Any]


class SchemaLoss(msgspec.Struct, kw_only=True):
    """Something of a Label Studio config that has no equal here."""

    code: str
    line: int
    tag: str
    name: str
    title: str


class SchemaChecked(msgspec.Struct, kw_only=True):
    """The schema in its canonical form, or what is wrong with it."""

    valid: bool
    schema: dict[str, Any] | None = None
    sha256: str | None = None
    text: str | None = None  # the schema as YAML
    losses: list[SchemaLoss] = []
    problem: SchemaProblem | None = None
    answer: dict[str, Any] | None = None  # the annotation in its canonical form
    answer_problem: SchemaProblem | None = None


class FromTemplateBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A project to open from a template."""

    template: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    name: Name
    language: Literal["en", "zh"] = "en"  # of the guideline
    settings: Settings | None = None
    due_at: Due | None = None


class FromRecipeBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A project to open from a recipe; nothing is read from the server's disk: the schema comes along."""

    recipe: RecipeText  # YAML, with an `annotate` part
    schema: SchemaText  # what its `annotate.schema` names: YAML, or a Label Studio config
    name: Name | None = None  # default: the line's name
    guideline: Markdown = ""
    due_at: Due | None = None
