"""Answering questions of a line by hand: what the next one is, and storing the answer. Faces show it; this decides."""

import uuid
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow.compute as pc

from galley.annotate.model import Answer, Labeler, Lease, Project, Receipt, Stage
from galley.annotate.service import Request, claim, ensure_labeler, projects, skip, submit
from galley.catalog.reader import VersionReader
from galley.catalog.service import open_version
from galley.engine.shard import read_parquet
from galley.kernel.clock import Clock
from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema, labels_check
from galley.labels.schema_text import schema_of_data
from galley.store.workspace import Workspace

__all__ = ["Desk", "LineUnknownError", "Task"]

_STAGES: tuple[Stage, ...] = ("label", "adjudicate")


class LineUnknownError(InputError):
    """No line of that name has asked anything."""

    code = "GLY-LIN-040"
    text = Text("Line '{line}' has no questions in this workspace.", "该工作区中产线“{line}”没有待答问题。")
    hint = Text("Lines that ask: {known}.", "有问题的产线：{known}。")


@dataclass(frozen=True)
class Task:
    """One question in front of a person."""

    project: Project
    lease: Lease
    schema: LabelSchema
    record: dict[str, Any]


class Desk:
    """One person's place at one line."""

    def __init__(self, workspace: Workspace, clock: Clock, *, line: str, name: str) -> None:
        self._workspace = workspace
        self._clock = clock
        known = projects(workspace.database)
        self._projects = [project for project in known if project.line == line]
        if not self._projects:
            raise LineUnknownError(line=line, known=", ".join(sorted({project.line for project in known})) or "-")
        self.person: Labeler = ensure_labeler(workspace.database, clock, name, "person")
        self._version: VersionReader = open_version(workspace.database, workspace.blobs, f"{line}.clean")

    def next(self) -> Task | None:
        """The next question, leased to this person for half an hour; None when nothing is left for them."""
        for project in self._projects:
            for stage in _STAGES:
                request = Request(stage=stage, count=1)
                leases = claim(self._workspace.database, self._clock, project, self.person.id, request)
                if leases:
                    return self._task(project, leases[0])
        return None

    def submit(self, task: Task, labels: dict[str, Any]) -> Receipt:
        """Store an answer durably; raises LabelValueError when it is none."""
        record = task.record
        content = Content(
            modality=record["modality"], text=record["text"], width=record["width"], height=record["height"]
        )
        answer = Answer(
            slot=task.lease.slot,
            token=task.lease.token,
            body=labels_check(task.schema, labels, content),
            client_id=str(uuid.uuid5(task.lease.token, "terminal")),
        )
        return submit(self._workspace.database, self._clock, self.person.id, answer)

    def skip(self, task: Task, reason: str) -> None:
        """Pass the question on to somebody else."""
        skip(self._workspace.database, self._clock, self.person.id, task.lease, reason)

    def content(self, task: Task) -> bytes:
        """The bytes of a record that is not text."""
        return self._workspace.blobs.get(task.record["blob"])

    def _task(self, project: Project, lease: Lease) -> Task:
        data = msgspec.json.decode(self._workspace.blobs.get(project.schema_sha256))
        return Task(project=project, lease=lease, schema=schema_of_data(data), record=self._record(lease.item))

    def _record(self, item: str) -> dict[str, Any]:
        for shard in self._version.manifest.shards:
            table = read_parquet(self._workspace.blobs, shard.data)
            found = table.filter(pc.equal(table.column("id"), item))
            if found.num_rows:
                row: dict[str, Any] = found.to_pylist()[0]
                return row
        raise LineUnknownError(line=item, known="-")
