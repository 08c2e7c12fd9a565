"""A line's questions as a project of the queue: opened from its recipe, and shown to people before they are asked.

A run that waits for people leaves everything they need in the database: the project, its label schema and what they see
of each item. So they can answer in a terminal or through a server, and the line goes on when it is run again.
"""

import functools
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

from galley.annotate.flow import repo
from galley.annotate.model import Project
from galley.annotate.service import open_project
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.labels.schema import LabelSchema, schema_dict, schema_digest
from galley.store.database import Database
from galley.store.workspace import Workspace

__all__ = ["data_of", "open_questions", "show"]

_ITEMS_A_STATEMENT: Final = 1000


def open_questions(workspace: Workspace, clock: Clock, *, line: str, purpose: str, schema: LabelSchema) -> Project:
    """The line's project for a purpose under a label schema, made at first use; raises ProjectSchemaError."""
    # The project names its schema by this hash; whoever answers later reads it from here.
    workspace.blobs.put(canonical_json(schema_dict(schema)))
    return open_project(workspace.database, clock, line=line, purpose=purpose, schema_sha256=schema_digest(schema))


def data_of(record: Mapping[str, Any], schema: LabelSchema) -> dict[str, Any]:
    """What people see of a record: its text, or its bytes as `blob:<sha256>` under its modality.

    Controls that ask about a field of another name (a Label Studio config's `$img`) find the same content there.
    """
    text = record["text"] is not None
    value = record["text"] if text else f"blob:{record['blob']}"
    data: dict[str, Any] = {"text" if text else record["modality"]: value}
    data |= {control.field: value for control in schema.controls if control.field != "text"}
    data |= {name: record[name] for name in ("width", "height") if record.get(name) is not None}
    return data


def show(
    database: Database,
    project: Project,
    items: Iterable[str],
    records: Mapping[str, Mapping[str, Any]],
    schema: LabelSchema,
) -> None:
    """Leave what people see of items in the queue; doing it again changes nothing."""
    rest = iter(items)
    while chunk := list(itertools.islice(rest, _ITEMS_A_STATEMENT)):
        contents = [canonical_json(data_of(records[item], schema)).decode() for item in chunk]
        facts = {"project": project.id, "items": chunk, "contents": contents}
        database.retried(functools.partial(repo.put_content, facts=facts))
