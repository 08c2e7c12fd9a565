"""Bringing data into a project: a body streams through rows into batches, and every row is accounted for.

Reading and parsing run in the caller's thread, writing in two others, so that neither waits for the other; what is in
memory is one batch each. Everything can be done again: an import that is repeated finds its items there, one that is
resumed after a crash finds its batches there.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from galley.access.organisations import PAGE_MAX, members
from galley.annotate import repo as queue
from galley.annotate.content import service
from galley.annotate.content.errors import ImportErrorsError, RestLostError, RootError
from galley.annotate.content.model import BadRow, Batch, BatchCounts, Counts, Import, ImportRow, Slots
from galley.annotate.content.rules import batches
from galley.annotate.flow.model import Annotate
from galley.annotate.flow.model import Settings as ProjectSettings
from galley.annotate.flow.service import project as find_project
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError, TransientError
from galley.kernel.limits import BLOB_BYTES_MAX
from galley.kernel.ports import Blobs, Desk
from galley.labels.schema import LabelSchema
from galley.labels.schema_text import schema_of_data
from galley.line.import_body import Body, format_of, needs_whole
from galley.line.import_rows import Reading, Rows, archive_rows, folder_rows, rows_of
from galley.line.studio import StudioSettings, import_tasks
from galley.store.database import Database

__all__ = [
    "Delivery",
    "Dock",
    "ImportSettings",
    "Tell",
    "import_blob",
    "import_body",
    "import_folder",
    "inside_roots",
    "schema_in",
]

_WRITERS: Final = 2
_IN_FLIGHT_MAX: Final = 3
_WORTH_ANALYSING: Final = 2000

Tell = Callable[[Counts], None]
"""Hears the counts after every batch; whatever it raises ends the import where it is, and it can be resumed."""


class ImportSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a body is brought in."""

    format: str = "auto"
    field: str = ""  # where the content of a file goes; "": the schema's field, or text, image, audio, video
    encoding: str | None = None
    delimiter: str | None = None
    overlap: int | None = None  # label slots an item, in projects without a graph
    priority: int = 0
    errors_max: int | None = None  # more failed rows end the import


@dataclass(frozen=True, kw_only=True)
class Dock:
    """Where data are brought in: one organisation's project."""

    database: Database
    blobs: Blobs
    clock: Clock
    project: int

    @property
    def desk(self) -> Desk:
        """What connectors work with."""
        return Desk(blobs=self.blobs, base=Path("/nowhere"), clock=self.clock, seed=b"\0" * 32)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One import under way: where to, how, and who hears of it."""

    dock: Dock
    import_id: int
    settings: ImportSettings
    name: str
    tell: Tell

    def told(self) -> Import:
        """The import as it stands."""
        return service.find_import(self.dock.database, self.dock.project, self.import_id)


# --- what the project says ---------------------------------------------------------------------------------------------


def schema_in(blobs: Blobs, sha256: str) -> LabelSchema | None:
    """A label schema by its digest, when it is stored here."""
    return schema_of_data(msgspec.json.decode(blobs.get(sha256))) if blobs.has(sha256) else None


def _slots(settings: ProjectSettings, wanted: ImportSettings) -> Slots:
    """Where new items go: into the first stage if it takes items as they come, else where the flow decides."""
    if settings.graph is None:
        return Slots(overlap=wanted.overlap or 1, priority=wanted.priority)
    entry = settings.graph.nodes[0]
    if isinstance(entry, Annotate) and entry.flow == "item":
        return Slots(overlap=entry.overlap, pool=entry.name, node=entry.name, priority=wanted.priority)
    return Slots(overlap=0)


# --- bodies ------------------------------------------------------------------------------------------------------------


def import_body(delivery: Delivery, read: Callable[[int], bytes]) -> Import:
    """Bring a body in while it arrives; `read` gives up to so many bytes, b"" at the end, BodyCutError when it breaks off.

    Formats that can only be read whole are stored first.
    """
    body, blobs = Body(read), delivery.dock.blobs
    with _closing(delivery):
        form = format_of(delivery.settings.format, delivery.name, body.head())
        if needs_whole(form):
            sha256, _ = blobs.put_stream(iter(lambda: body.read(1 << 20), b""), BLOB_BYTES_MAX)
            return import_blob(delivery, sha256)
        _bring(delivery, form, body)
    return delivery.told()


def import_blob(delivery: Delivery, sha256: str) -> Import:
    """Bring a stored body in; after a crash, again from where it was."""
    blobs = delivery.dock.blobs
    with blobs.open(sha256) as file, _closing(delivery):
        body = Body(file.read)
        form = format_of(delivery.settings.format, delivery.name, body.head())
        if needs_whole(form):
            file.seek(0)
            reading = _reading(delivery)
            whole = rows_of(form, file, reading) if form == "parquet" else None
            _write(delivery, whole or archive_rows(file, blobs.size(sha256), delivery.name, reading))
        else:
            _bring(delivery, form, body)
    return delivery.told()


def import_folder(delivery: Delivery, folder: Path) -> Import:
    """Bring in every file below a folder of the server."""
    with _closing(delivery):
        _write(delivery, folder_rows(folder, _reading(delivery)))
    return delivery.told()


def inside_roots(roots: tuple[Path, ...], path: str) -> Path:
    """The folder a path names, links followed, when it lies below one of the roots; raises RootError."""
    if "\0" not in path:
        for root in roots:
            real = root.resolve()
            folder = (real / path).resolve()
            if folder.is_relative_to(real) and folder.is_dir():
                return folder
    raise RootError(path=path.replace("\0", "␀")[:200])


def _reading(delivery: Delivery) -> Reading:
    dock, settings = delivery.dock, delivery.settings
    schema = schema_in(dock.blobs, find_project(dock.database, dock.project).schema_sha256)
    needed = frozenset(control.field for control in schema.controls) if schema is not None else frozenset()
    return Reading(
        desk=dock.desk,
        needed=needed,
        field=settings.field,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        guess=settings.format == "auto",
    )


def _bring(delivery: Delivery, form: str, body: Body) -> None:
    stream, dock = body.unpacked(delivery.name), delivery.dock
    if form == "label-studio":
        schema = schema_in(dock.blobs, find_project(dock.database, dock.project).schema_sha256)
        if schema is not None:
            _studio(delivery, schema, stream)
            return
    _write(delivery, rows_of(form, stream, _reading(delivery)))


def _studio(delivery: Delivery, schema: LabelSchema, stream: BinaryIO) -> None:
    """Tasks with their annotations and predictions; counted when all are in."""
    dock = delivery.dock
    slots = _slots(find_project(dock.database, dock.project).settings, delivery.settings)
    with dock.database.connection() as connection:
        project = next(one for one in queue.projects(connection) if one.id == dock.project)
    people = _people(dock.database)
    studio = StudioSettings(line=project.line, purpose=project.purpose, slots=slots, people=people)
    report = import_tasks(dock.database, dock.clock, project, schema, studio, stream=stream)
    bad: dict[int, BadRow] = {}
    for one in report.problems:
        bad.setdefault(one.place, BadRow(one.line, one.where, one.code, one.message, one.message_zh, b""))
    counts = Counts(
        read=report.read,
        added=report.placed + report.kept,
        already=report.repeated,
        failed=report.failed,
        answers=report.answers.get("placed", 0),
    )
    if report.read:
        service.record_batch(dock.database, delivery.import_id, counts, sorted(bad.items()))


def _people(database: Database) -> dict[str, int]:
    """E-mail address -> person, of the organisation's members: who labelled before is not asked the same again."""
    found: dict[str, int] = {}
    after = 0
    while page := members(database, after=after, limit=PAGE_MAX):
        found |= {one.email.lower(): one.person for one in page if one.email}
        after = page[-1].person
    return found


@contextlib.contextmanager
def _closing(delivery: Delivery) -> Iterator[None]:
    """Close the import with what became of it; what can be taken up again (the database was away, a job lost its lease)
    stays open."""
    dock = delivery.dock
    try:
        yield
    except GalleyError as problem:
        if not isinstance(problem, TransientError) and not getattr(problem, "resumable", False):
            service.end_import(dock.database, dock.clock, delivery.import_id, "failed", problem)
        raise
    service.end_import(dock.database, dock.clock, delivery.import_id, "done")


# --- writing -----------------------------------------------------------------------------------------------------------


def _write(delivery: Delivery, rows: Rows) -> None:
    """Write the rows, batch by batch; raises ImportErrorsError, RestLostError, and what `tell` raises."""
    dock = delivery.dock
    slots = _slots(find_project(dock.database, dock.project).settings, delivery.settings)
    with _Writers(dock, delivery.import_id, slots) as writers:
        for batch in batches(rows):
            writers.put(batch)
            _check_errors(delivery, writers.counts)
            delivery.tell(writers.counts)
        writers.finish()
    _check_errors(delivery, writers.counts)
    delivery.tell(writers.counts)
    if writers.rest_lost is not None:
        raise RestLostError(row=writers.counts.read - 1, reason=writers.rest_lost)
    if writers.counts.added >= _WORTH_ANALYSING:
        with dock.database.connection() as connection:
            queue.analyse(connection)


def _check_errors(delivery: Delivery, counts: Counts) -> None:
    allowed = delivery.settings.errors_max
    if allowed is not None and counts.failed > allowed:
        raise ImportErrorsError(failed=counts.failed, allowed=allowed)


class _Writers:
    """Writes batches in two threads, at most three of them waiting."""

    def __init__(self, dock: Dock, import_id: int, slots: Slots) -> None:
        self._dock, self._import, self._slots = dock, import_id, slots
        self._written = service.written_batches(dock.database, import_id)
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="galley-import")
        self._waiting: deque[tuple[int, Future[BatchCounts]]] = deque()
        self.counts = Counts()
        self.rest_lost: str | None = None

    def __enter__(self) -> "_Writers":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True)  # what is under way is written whole, or not at all

    def put(self, batch: Batch) -> None:
        """Write a batch, unless it is in; waits while three are under way."""
        last = batch.rows[-1]
        if isinstance(last, BadRow) and last.code == RestLostError.code and not last.place:
            self.rest_lost = last.message
        known = self._written.get(batch.first_row)
        if known is not None:
            rows, failed = known
            self._count(rows, BatchCounts(0, rows - failed, failed))
            return
        while len(self._waiting) >= _IN_FLIGHT_MAX:
            self._settle()
        if any(b'"blob:' in row.data for row in batch.rows if isinstance(row, ImportRow)):
            self._dock.blobs.flush()  # media are on disk before the rows that name them
        self._waiting.append((len(batch.rows), self._threads.submit(self._one, batch)))

    def _one(self, batch: Batch) -> BatchCounts:
        return service.write_batch(
            self._dock.database, self._dock.clock, self._dock.project, self._import, batch, self._slots
        )

    def finish(self) -> None:
        """Wait for everything."""
        while self._waiting:
            self._settle()

    def _settle(self) -> None:
        rows, future = self._waiting.popleft()
        self._count(rows, future.result())

    def _count(self, rows: int, done: BatchCounts) -> None:
        self.counts = Counts(
            read=self.counts.read + rows,
            added=self.counts.added + done.added,
            already=self.counts.already + done.already,
            failed=self.counts.failed + done.failed,
        )
