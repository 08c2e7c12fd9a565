"""A Label Studio project comes in: its config becomes a schema, its tasks items, its annotations answers.

Nothing is lost silently: read = placed + kept + failed + repeated, counted in tasks. A task of which something has no
place here (an unknown control, a second answer of one person, a prediction that is no label) is kept as it was beside
what could be placed, and goes out again as it came in.
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import msgspec

from galley.annotate.answers import StoredAnswer
from galley.annotate.content.errors import ReferenceGivenError
from galley.annotate.content.model import ImportRow, Slots
from galley.annotate.content.repo import add_content
from galley.annotate.content.rules import check_references, may_refer
from galley.annotate.errors import AnswerBodyError
from galley.annotate.flow.repo import set_gold
from galley.annotate.model import Project
from galley.annotate.predictions.service import NewPrediction, add_predictions
from galley.annotate.repo import analyse
from galley.annotate.service import Batch, add_items, ensure_labeler, ensure_slots, open_project, place_many
from galley.annotate.studio import repo
from galley.annotate.work.service import labeler_of
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError, StateError, invariant
from galley.kernel.ids import record_id
from galley.kernel.language import Text
from galley.kernel.ports import Blobs
from galley.labels.errors import LabelFileShapeError
from galley.labels.json_elements import Element, json_elements
from galley.labels.label_studio_config import loss_of, read_config
from galley.labels.label_studio_json import FORMAT, Answer, TaskRead, task_read
from galley.labels.label_studio_min import unflattened
from galley.labels.schema import LabelSchema, schema_dict, schema_digest
from galley.store.database import Database

__all__ = ["AnswerKeptError", "StudioProblem", "StudioReport", "StudioSettings", "import_project", "import_tasks"]

_TASKS_AT_ONCE: Final = 2000
_PROBLEMS_TOLD_MAX: Final = 200
_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_GROUPS: Final = ("annotations", "completions", "predictions", "drafts")


class AnswerKeptError(StateError):
    """An answer of an imported task for which there is no place in the queue."""

    code = "GLY-LIN-080"
    text = Text(
        "An answer of {name} is kept as it was: the item has no free place for it.",
        "{name} 的一个答案按原样保留：该条目没有可放置它的位置。",
    )
    hint = Text(
        "Usually the same person both skipped and labelled the task; it goes out again when the project is exported.",
        "通常是同一标注者既跳过又标注了该任务；导出项目时会原样输出。",
    )


class StudioSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a project comes in."""

    line: str  # the project's name here
    purpose: str = "label"
    slots: Slots = Slots()  # answers wanted an item, and where; those that came along count
    people: Mapping[str, int] = {}  # e-mail address (lower case) or number over there -> person here


class StudioProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has no place here."""

    place: int  # of the task in the file, from 0
    line: int
    item: str
    where: str  # task | annotation | prediction | draft
    code: str
    message: str
    message_zh: str


class StudioReport(msgspec.Struct, kw_only=True):
    """What became of a project: tasks and answers, each counted once."""

    project: int
    read: int = 0
    placed: int = 0  # wholly
    kept: int = 0  # in part: the rest is kept as it was
    failed: int = 0  # not at all: its bytes are kept
    repeated: int = 0  # in the project already
    answers: dict[str, int] = {}  # by what became of them: placed, skipped, kept, drafts; and gold among the placed
    predictions: dict[str, int] = {}  # placed, kept
    losses: list[str] = []  # of the config
    losses_zh: list[str] = []
    problems: list[StudioProblem] = []  # the first ones; all are kept with their tasks
    labelers: dict[str, int | None] = {}  # who labelled over there -> person here


@dataclass
class _Task:
    """One task on its way in."""

    read: TaskRead
    item: str
    state: str = "placed"
    data: bytes = b"{}"  # JSON on one line
    head: bytes = b""
    entries: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[StudioProblem] = field(default_factory=list)
    gold: bool = False
    size: tuple[int, int] | None = None

    def keep(self, where: str, problem: GalleyError) -> None:
        """Note what has no place here."""
        if self.state == "placed":
            self.state = "kept"
        self.wrong.append(
            StudioProblem(
                place=self.read.place,
                line=self.read.line,
                item=self.item,
                where=where,
                code=problem.code,
                message=problem.message("en"),
                message_zh=problem.message("zh"),
            )
        )


def import_project(
    database: Database, blobs: Blobs, clock: Clock, settings: StudioSettings, *, config: str | bytes, stream: BinaryIO
) -> StudioReport:
    """Open a project for a config (XML) and bring the tasks of an export (JSON or JSON_MIN) into it.

    Doing it again after a crash, or with a later export of the same project, adds what is missing; answers that were
    changed over there since are kept with their tasks and not taken over. Raises Config*Error and LabelFileError when the config or the file as a whole cannot be read; what came before in the file is in.
    """
    read = read_config(config)
    blobs.put(canonical_json(schema_dict(read.schema)))
    project = open_project(
        database, clock, line=settings.line, purpose=settings.purpose, schema_sha256=schema_digest(read.schema)
    )
    report = import_tasks(database, clock, project, read.schema, settings, stream=stream)
    report.losses = [loss_of(loss).en for loss in read.losses]
    report.losses_zh = [loss_of(loss).zh for loss in read.losses]
    return report


def import_tasks(
    database: Database,
    clock: Clock,
    project: Project,
    schema: LabelSchema,
    settings: StudioSettings,
    *,
    stream: BinaryIO,
) -> StudioReport:
    """Bring the tasks of an export into a project that is open."""
    report = StudioReport(project=project.id)
    door = _Door(database, clock, project, settings, report)
    elements = unflattened(json_elements(stream, FORMAT), schema)
    tasks = (_task(element, project, schema) for element in elements)
    # The next chunk is read while the database writes the last one.
    with ThreadPoolExecutor(max_workers=1) as writer:
        under_way: Future[None] | None = None
        while chunk := list(itertools.islice(tasks, _TASKS_AT_ONCE)):
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(door.bring, chunk)
        if under_way is not None:
            under_way.result()
    if report.read >= _TASKS_AT_ONCE:
        with database.connection() as connection:
            analyse(connection)
    counted = report.placed + report.kept + report.failed + report.repeated
    invariant(report.read == counted, "every task read is accounted for", read=report.read, counted=counted)
    return report


# --- Reading ----------------------------------------------------------------------------------------------------------


def _task(element: Element, project: Project, schema: LabelSchema) -> _Task:
    """One task of the file."""
    return _plain_task(element, project) or _read(task_read(element, schema), project)


def _plain_task(element: Element, project: Project) -> _Task | None:
    """A task that is nothing but data, as most are on their way in: its data is not even decoded."""
    try:
        fields = _FIELDS.decode(element.data)
        data = bytes(fields["data"])
        data.decode()  # PostgreSQL would refuse what is not UTF-8
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return None
    if not fields.keys() <= {"id", "data"} or not data.startswith(b'{"') or may_refer(data):
        return None
    given = bytes(fields.get("id", b""))
    if given and not given.isdigit():
        return None
    read = TaskRead(element.place, element.line, given.decode() or str(element.place))
    return _placed(read, project, data, b'{"id":%b}' % given if given else b"", f"{read.id}" if given else "")


def _placed(read: TaskRead, project: Project, data: bytes, head: bytes, name: str) -> _Task:
    """A task under the id that follows from its number over there (else its place) and its data."""
    key = f"{name or f'#{read.place}'}\n{hashlib.sha256(data).hexdigest()}"
    line = data if b"\n" not in data else msgspec.json.format(data, indent=-1)
    return _Task(read, record_id(f"label-studio:{project.line}", key), data=line, head=head)


def _read(read: TaskRead, project: Project) -> _Task:
    source = f"label-studio:{project.line}"
    foreign = _foreign(read)
    if foreign or read.problems or not read.data:
        # Without an id of its own: two broken tasks are two.
        failed = _Task(read, record_id(source, f"failed\n{read.place}\n{hashlib.sha256(read.raw).hexdigest()}"))
        empty = LabelFileShapeError(format=FORMAT, line=read.line, expected="data: {…}", found="{}")
        for problem in foreign or read.problems or (empty,):
            failed.keep("task", problem)
        failed.state, failed.head = "failed", read.raw
        return failed
    fields = _FIELDS.decode(read.raw)
    bare = "data" not in fields
    data = msgspec.json.encode(read.data) if bare else bytes(fields.pop("data"))
    if bare:
        fields = {key: value for key, value in fields.items() if key in ("id", *_GROUPS, "meta")}
    head = msgspec.json.encode(fields) if fields else b""
    task = _placed(read, project, data, head, read.id if "id" in fields else "")
    _enter(task, fields)
    return task


def _foreign(read: TaskRead) -> tuple[ReferenceGivenError, ...]:
    """Why a task that names stored bytes by their hash is not taken."""
    try:
        check_references(read.raw, read.data)
    except ReferenceGivenError as problem:
        return (problem,)
    return ()


def _enter(task: _Task, fields: Mapping[str, msgspec.Raw]) -> None:
    """An entry for each annotation, prediction and draft, in the order of the file."""
    if not any(name in fields for name in _GROUPS):
        return
    names: Counter[str] = Counter()
    for answer in task.read.answers:
        task.size = task.size or answer.size
        where = "prediction" if answer.machine else "annotation"
        entry: dict[str, Any] = {"kind": where, "state": "kept"}
        task.entries.append(entry)
        if not answer.cancelled:
            for problem in answer.problems:
                task.keep(where, problem)
        if answer.labels is not None or answer.cancelled:
            entry |= {"name": answer.labeler or "unknown", "answer": answer}
        if answer.labels is not None and not answer.machine and not answer.cancelled:
            names[entry["name"]] += 1
            if names[entry["name"]] > 1:  # one person's second opinion is that of another labeler
                entry["name"] += f"#{names[entry['name']]}"
            task.gold = task.gold or answer.is_gold
    drafts = msgspec.json.decode(fields["drafts"]) if "drafts" in fields else []
    task.entries += [{"kind": "draft", "state": "kept"} for _ in (drafts if isinstance(drafts, list) else [])]


# --- Writing ----------------------------------------------------------------------------------------------------------


class _Door:
    """Writes chunks of tasks; every step can be done again."""

    def __init__(
        self, database: Database, clock: Clock, project: Project, settings: StudioSettings, report: StudioReport
    ) -> None:
        self._database, self._clock, self._project = database, clock, project
        self._settings, self._report = settings, report
        self._labelers: dict[tuple[str, str], int] = {}
        self._holders: dict[int, int] = {}  # an imported labeler -> the labeler here that is the same person

    def bring(self, tasks: list[_Task]) -> None:
        """Everything of a chunk: items, contents, answers, predictions, and the tasks as they were."""
        whole = [task for task in tasks if task.state != "failed"]
        known = self._items(whole)
        repeated: set[int] = set()
        for task in whole:
            if task.item in known:
                repeated.add(id(task))
            known.add(task.item)
        self._answers(whole)
        self._gold(whole)
        self._skips(whole)
        self._predictions(whole)
        for task in whole:
            for entry in task.entries:
                if entry["kind"] == "annotation" and entry["state"] == "kept" and "answer" in entry and not task.wrong:
                    task.keep("annotation", AnswerKeptError(name=entry["name"]))
        self._keep([task for task in tasks if task.head])
        self._count(tasks, repeated)

    def _items(self, tasks: list[_Task]) -> set[str]:
        """Items with their contents and as many slots as there are answers; the items that were there before."""
        gold = {task.item: task for task in tasks if task.gold}
        with self._database.connection() as connection:
            known = repo.known_items(connection, self._project.id, list(gold)) if gold else set()
        made = Batch(overlap=self._settings.slots.overlap, pool=self._settings.slots.pool, gold=frozenset(gold))
        add_items(self._database, self._project, list(gold), made)
        facts = {"project": self._project.id, "now": self._clock.now(), **msgspec.structs.asdict(self._settings.slots)}
        rows = {task.item: ImportRow(task.read.line, "", task.item, task.data) for task in tasks}
        with self._database.transaction() as connection:
            there = add_content(connection, facts, list(rows.values())) if rows else set()
            repo.add_contents(connection, self._project.id, list(gold), [task.data.decode() for task in gold.values()])
        known.update(there.difference(gold))
        by_overlap: dict[int, set[str]] = defaultdict(set)
        for task in tasks:
            given = sum("answer" in entry and _counts(entry) for entry in task.entries)
            if given > self._settings.slots.overlap:
                by_overlap[given].add(task.item)
        for overlap, items in sorted(by_overlap.items()):
            ensure_slots(self._database, self._project, "label", sorted(items), Batch(overlap=overlap))
        return known

    def _answers(self, tasks: list[_Task]) -> None:
        by_labeler: dict[int, dict[str, tuple[_Task, dict[str, Any], Answer]]] = defaultdict(dict)
        for task in tasks:
            for entry in task.entries:
                if "answer" not in entry or not _counts(entry):
                    continue
                try:
                    entry["sha256"] = StoredAnswer.of(entry["answer"].labels).sha256
                except AnswerBodyError as problem:
                    task.keep("annotation", problem)
                    continue
                labeler = self._labeler(entry["name"], "imported")
                by_labeler[labeler].setdefault(task.item, (task, entry, entry["answer"]))
        for labeler, given in by_labeler.items():
            pairs = [(item, answer.labels) for item, (_, _, answer) in given.items()]
            holder = self._holders.get(labeler)
            placed = place_many(self._database, self._clock, self._project, labeler, pairs, holder=holder)
            for item, (_, entry, _) in given.items():
                if item not in placed.unplaced:
                    entry |= {"state": "placed", "labeler": labeler}

    def _gold(self, tasks: list[_Task]) -> None:
        """Answers that are the truth over there are known answers here, unless somebody here has said what is."""
        known: dict[str, str] = {}
        for task in tasks:
            for entry in task.entries:
                if entry["state"] == "placed" and entry["answer"].is_gold:
                    known.setdefault(task.item, StoredAnswer.of(entry["answer"].labels).text)
        if not known:
            return
        with self._database.transaction() as connection:
            items = sorted(repo.without_gold(connection, self._project.id, list(known)))
            bodies = [known[item] for item in items]
            facts = {"project": self._project.id, "items": items, "bodies": bodies, "source": "label-studio"}
            set_gold(connection, {**facts, "now": self._clock.now()})

    def _skips(self, tasks: list[_Task]) -> None:
        by_labeler: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
        for task in tasks:
            for entry in task.entries:
                if "answer" in entry and entry["answer"].cancelled:
                    by_labeler[self._labeler(entry["name"], "imported")].setdefault(task.item, entry)
        for labeler, given in by_labeler.items():
            facts = {"project": self._project.id, "labeler": labeler, "items": list(given), "reason": "other"}
            facts["holder"] = self._holders.get(labeler, labeler)
            with self._database.connection() as connection:
                done = repo.place_skips(connection, {**facts, "now": self._clock.now()})
            for item in done:
                given[item] |= {"state": "skipped", "labeler": labeler}

    def _predictions(self, tasks: list[_Task]) -> None:
        by_model: dict[int, list[NewPrediction]] = defaultdict(list)
        for task in tasks:
            for entry in task.entries:
                answer: Answer | None = entry.get("answer")
                if answer is None or not answer.machine or answer.labels is None:
                    continue
                labeler = self._labeler(entry["name"], "machine")
                version = answer.labeler or "unknown"
                said = NewPrediction(item=task.item, body=answer.labels, score=answer.score, model_version=version)
                try:
                    StoredAnswer.of(answer.labels)
                except AnswerBodyError as problem:
                    task.keep("prediction", problem)
                    continue
                by_model[labeler].append(said)
                entry |= {"state": "placed", "labeler": labeler}
        for labeler, given in by_model.items():
            add_predictions(self._database, self._clock, self._project.id, labeler, given, imported=True)

    def _labeler(self, name: str, kind: str) -> int:
        """The labeler that a person or a model over there is here, made at first sight."""
        if (name, kind) not in self._labelers:
            person = self._settings.people.get(name.lower())
            prefix = "studio" if kind == "imported" else "studio-model"
            known = ensure_labeler(self._database, self._clock, f"{prefix}:{name}", kind)  # type: ignore[arg-type]
            if kind == "imported":
                facts = {"project": self._project.id, "name": name, "labeler": known.id, "person": person}
                with self._database.connection() as connection:
                    repo.add_labeler(connection, facts)
                self._report.labelers[name] = person
                if person is not None:
                    self._holders[known.id] = labeler_of(self._database, self._clock, person)
            self._labelers[name, kind] = known.id
        return self._labelers[name, kind]

    def _keep(self, tasks: list[_Task]) -> None:
        if not tasks:
            return
        tasks = list({task.item: task for task in tasks}.values())
        facts = {
            "project": self._project.id,
            "items": [task.item for task in tasks],
            "places": [task.read.place for task in tasks],
            "numbers": [int(task.read.id) if _is_number(task.read.id) else None for task in tasks],
            "states": [task.state for task in tasks],
            "widths": [task.size[0] if task.size else None for task in tasks],
            "heights": [task.size[1] if task.size else None for task in tasks],
            "raws": [task.head for task in tasks],
            "answers": [_text([_plain(entry) for entry in task.entries]) for task in tasks],
            "problems": [_text(task.wrong) for task in tasks],
            "now": self._clock.now(),
        }
        with self._database.connection() as connection:
            repo.add_tasks(connection, facts)

    def _count(self, tasks: list[_Task], repeated: set[int]) -> None:
        report = self._report
        answers, predictions = Counter(report.answers), Counter(report.predictions)
        for task in tasks:
            report.read += 1
            state = "repeated" if id(task) in repeated else task.state
            setattr(report, state, getattr(report, state) + 1)
            for entry in task.entries:
                if entry["kind"] == "prediction":
                    predictions[entry["state"]] += 1
                elif entry["kind"] == "draft":
                    answers["drafts"] += 1
                else:
                    answers[entry["state"]] += 1
                    answers["gold"] += entry["state"] == "placed" and entry["answer"].is_gold
            report.problems += task.wrong[: max(0, _PROBLEMS_TOLD_MAX - len(report.problems))]
        report.answers, report.predictions = dict(answers), dict(predictions)


def _counts(entry: Mapping[str, Any]) -> bool:
    """Whether an entry with an answer is a person's answer that counts."""
    return not entry["answer"].machine and not entry["answer"].cancelled and entry["answer"].labels is not None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "answer"}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
