"""Use cases of model servers: look after them, ask them, keep what they say once it is a label, tell them of answers."""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.access.keys import shared_keys
from galley.access.links import LINK_PURPOSE
from galley.annotate.answers import StoredAnswer
from galley.annotate.backend import repo, rules
from galley.annotate.backend.client import MlClient
from galley.annotate.backend.errors import (
    BackendAnswerError,
    BackendNameError,
    BackendRefusedError,
    BackendUnknownError,
    NothingPredictedError,
)
from galley.annotate.backend.media import MediaLinks
from galley.annotate.backend.model import (
    BATCH_MAX,
    Action,
    Backend,
    BackendChange,
    Health,
    NewBackend,
    PredictReport,
    Reach,
    Said,
)
from galley.annotate.backend.vault import Vault, open_vault
from galley.annotate.errors import ProjectUnknownError
from galley.annotate.flow import service as flow
from galley.annotate.flow.content import content_of_data
from galley.annotate.flow.model import Annotate
from galley.annotate.predictions.service import NewPrediction, PredictionError, add_predictions, note_errors
from galley.annotate.service import ensure_labeler
from galley.kernel.clock import Clock, rfc3339
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.labels.errors import LabelFileKeptOutError
from galley.labels.label_studio_json import FORMAT, labels_of_results, results_of_labels
from galley.labels.label_studio_write import write_config
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema, compiled, schema_from_dict
from galley.store.database import Connection, Database

__all__ = [
    "Link",
    "Office",
    "add_backend",
    "answers_of",
    "backends",
    "change_backend",
    "find_backend",
    "interactive",
    "labeler_of_model",
    "open_office",
    "predict",
    "prelabel",
    "remove_backend",
    "tell",
    "tell_answers",
    "test_backend",
]

READER: Final = "backends"
_EVENTS_A_TURN: Final = 200
_ITEMS_A_TURN: Final = 2000

Link = Callable[[str], str]
"""Rewrites a task's data (JSON text), so that addresses of media are links a model server may follow for minutes."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """What talking to model servers takes."""

    database: Database  # of one organisation
    blobs: Blobs
    clock: Clock
    vault: Vault
    reach: Reach
    link: Link | None = None
    hostname: str = ""  # where media are, for servers that fetch them with the token
    token: Callable[[], str] | None = None  # a service token: data.view of the project, minutes


def open_office(
    database: Database, house: Database, blobs: Blobs, clock: Clock, *, reach: Reach, media: MediaLinks | None = None
) -> Office:
    """The office of an organisation: its rows, the house's keys; `media` when model servers may see blobs."""
    office = Office(database=database, blobs=blobs, clock=clock, vault=open_vault(house, clock), reach=reach)
    if media is None:
        return office
    keys = shared_keys(house, clock, LINK_PURPOSE)
    link = functools.partial(media.rewrite, keys=keys, clock=clock)
    return dataclasses.replace(office, link=link, hostname=media.base)


# --- looking after them -----------------------------------------------------------------------------------------------


def add_backend(office: Office, project: int, new: NewBackend) -> Backend:
    """Add a model server; raises BackendPlaceError, BackendNameError."""
    rules.check_place(new.url, office.reach)
    facts = msgspec.structs.asdict(new) | {"project": project, "now": office.clock.now(), "batch": _batch(new.batch)}
    facts["secret"] = _locked(office, project, new.name, facts.pop("password"))
    with office.database.connection() as connection:
        number = repo.insert_backend(connection, facts)
    if number is None:
        raise BackendNameError(name=new.name)
    return find_backend(office, project, number)


def change_backend(office: Office, project: int, number: int, change: BackendChange) -> Backend:
    """Change a model server; raises BackendUnknownError, BackendPlaceError, BackendNameError."""
    known = _row(office, project, number)
    password = _password(office, known) if change.password is None else change.password
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
    facts = {**msgspec.structs.asdict(known.shown), **given, "backend": number, "project": project}
    rules.check_place(facts["url"], office.reach)
    facts["batch"] = _batch(facts["batch"])
    if any(each.name == facts["name"] and each.id != number for each in backends(office, project)):
        raise BackendNameError(name=facts["name"])
    facts["secret"] = _locked(office, project, facts["name"], password)
    with office.database.connection() as connection:
        repo.update_backend(connection, facts)
    return find_backend(office, project, number)


def remove_backend(office: Office, project: int, number: int) -> None:
    """Take a model server out of a project; its predictions stay. Raises BackendUnknownError."""
    with office.database.connection() as connection:
        if not repo.delete_backend(connection, project, number):
            raise BackendUnknownError(backend=number)


def backends(office: Office, project: int) -> list[Backend]:
    """The model servers of a project."""
    with office.database.connection() as connection:
        return [row.shown for row in repo.backends(connection, project)]


def find_backend(office: Office, project: int, number: int) -> Backend:
    """One model server; raises BackendUnknownError."""
    return _row(office, project, number).shown


def test_backend(office: Office, project: int, number: int) -> Health:
    """Ask a model server whether it is up and introduce the project to it; what was found is noted."""
    row = _row(office, project, number)
    client, _ = _client(office, row)
    health = client.health()
    if health.up:
        try:
            token = office.token() if office.token else ""
            version = client.setup(hostname=office.hostname, token=token)
            health = msgspec.structs.replace(health, model_version=version)
        except GalleyError as problem:
            health = Health(up=False, reason=problem.message("en"), reason_zh=problem.message("zh"))
    _note(office, row.shown, "up" if health.up else "down", health.reason, health.model_version)
    return health


test_backend.__test__ = False  # type: ignore[attr-defined]  # its name does not make it a test


def _batch(given: int) -> int:
    return max(1, min(given, BATCH_MAX))


def _row(office: Office, project: int, number: int) -> repo.BackendRow:
    with office.database.connection() as connection:
        found = repo.backend(connection, project, number)
    if found is None:
        raise BackendUnknownError(backend=number)
    return found


def _place(office: Office, project: int, name: str) -> str:
    return f"{office.database.organisation}/{project}/{name}"


def _locked(office: Office, project: int, name: str, password: str) -> bytes | None:
    return office.vault.lock(password, _place(office, project, name)) if password else None


def _password(office: Office, row: repo.BackendRow) -> str:
    if row.secret is None:
        return ""
    return office.vault.unlock(row.secret, _place(office, row.shown.project, row.shown.name))


def _note(office: Office, known: Backend, state: str, reason: str, version: str) -> None:
    facts = {"project": known.project, "backend": known.id, "state": state, "reason": reason[:500]}
    with office.database.connection() as connection:
        repo.note_health(connection, {**facts, "model_version": version, "now": office.clock.now()})


def _client(office: Office, row: repo.BackendRow) -> tuple[MlClient, LabelSchema]:
    with office.database.connection() as connection:
        found = repo.project_facts(connection, row.shown.project)
    if found is None:
        raise ProjectUnknownError(line="", purpose=str(row.shown.project))
    _, sha256, made, _ = found
    schema = schema_from_dict(msgspec.json.decode(office.blobs.get(sha256)))
    login = (row.shown.username, _password(office, row)) if row.shown.username else None
    client = MlClient(
        url=row.shown.url,
        reach=office.reach,
        login=login,
        seconds=row.shown.seconds,
        project=f"{row.shown.project}.{int(made.timestamp())}",
        config=write_config(schema).xml,
    )
    return client, schema


# --- asking -----------------------------------------------------------------------------------------------------------


def predict(office: Office, project: int, number: int, items: Sequence[str]) -> PredictReport:
    """Ask a model server about items, a batch at a time; what is a label is stored, what is none is noted.

    Raises BackendGoneError when the server is not there; what it said before that is stored.
    """
    row = _row(office, project, number)
    client, schema = _client(office, row)
    report = PredictReport(model_version=row.shown.model_version)
    wanted = list(dict.fromkeys(items))
    if wanted:
        _introduce(office, client)
    for start in range(0, len(wanted), row.shown.batch):
        _predict_batch(office, row.shown, client, schema, wanted[start : start + row.shown.batch], report)
    return report


def _introduce(office: Office, client: MlClient) -> None:
    """Servers load the model of a project when they hear of it, and forget it when they start again."""
    try:
        client.setup(hostname=office.hostname, token=office.token() if office.token else "")
    except (BackendRefusedError, BackendAnswerError):
        return  # some know no /setup; /predict will tell what is wrong


def _predict_batch(
    office: Office, known: Backend, client: MlClient, schema: LabelSchema, items: Sequence[str], report: PredictReport
) -> None:
    present, good, version = _heard(office, known, client, schema, items)
    if not present:
        return
    good = [each if each.model_version else msgspec.structs.replace(each, model_version=version) for each in good]
    add_predictions(office.database, office.clock, known.project, labeler_of_model(office, known), good)
    report.asked += len(present)
    report.predicted += len({each.item for each in good})
    report.failed += len(present) - len({each.item for each in good})
    report.model_version = version


def labeler_of_model(office: Office, known: Backend) -> int:
    """The labeler that a model server is."""
    return ensure_labeler(office.database, office.clock, f"model:{known.project}:{known.name}", "machine").id


def _heard(
    office: Office, known: Backend, client: MlClient, schema: LabelSchema, items: Sequence[str]
) -> tuple[list[str], list[NewPrediction], str]:
    """Ask about one batch: (items there are, what was said that is a label, version); what is none is noted."""
    with office.database.connection() as connection:
        contents = repo.contents(connection, known.project, items)
    present = [item for item in items if item in contents]
    tasks = [_task(office, place, item, contents[item]) for place, item in enumerate(present, 1)]
    if not tasks:
        return [], [], known.model_version
    try:
        said, version = client.predict(tasks)
    except GalleyError as problem:
        _note(office, known, "down", problem.message("en"), "")
        raise
    good: list[NewPrediction] = []
    wrong: list[PredictionError] = []
    for item, task, found in zip(present, tasks, said, strict=True):
        data = msgspec.json.decode(contents[item]) if office.link else task["data"]
        _judge(schema, item, data, found, (good, wrong))
    version = version or known.model_version
    note_errors(office.database, office.clock, known.project, wrong, known.id)
    _note(office, known, "up", "", version)
    return present, good, version


def answers_of(office: Office, project: int, number: int, items: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """What a model server would answer: item -> labels that the schema takes, None where it has none; the reasons are
    noted. `items` are their contents. Raises BackendGoneError, BackendUnknownError."""
    row = _row(office, project, number)
    client, schema = _client(office, row)
    try:
        _introduce(office, client)
    except GalleyError as problem:
        _note(office, row.shown, "down", problem.message("en"), "")
        raise
    checker = compiled(schema)
    wanted, found = list(items), dict[str, dict[str, Any] | None]()
    for start in range(0, len(wanted), row.shown.batch):
        present, good, _ = _heard(office, row.shown, client, schema, wanted[start : start + row.shown.batch])
        found |= dict.fromkeys(present)
        wrong: list[PredictionError] = []
        for each in sorted(good, key=lambda one: one.score or 0.0):  # the surest comes last, and stays
            try:
                found[each.item] = checker.check(each.body, content_of_data(items[each.item]))
            except GalleyError as problem:
                wrong.append(PredictionError(item=each.item, code=problem.code, reason=problem.message("en")))
        note_errors(office.database, office.clock, project, wrong, number)
    return found


def _task(office: Office, number: int, item: str, data: str) -> dict[str, Any]:
    shown = office.link(data) if office.link else data
    return {
        "id": number,
        "data": msgspec.json.decode(shown),
        "meta": {"item": item},
        "annotations": [],
        "predictions": [],
    }


def _judge(
    schema: LabelSchema,
    item: str,
    data: Mapping[str, Any],
    found: list[Said] | GalleyError,
    sorted_into: tuple[list[NewPrediction], list[PredictionError]],
) -> None:
    """Predictions that are labels of the schema, and what is wrong with the others."""
    good, wrong = sorted_into
    if isinstance(found, GalleyError):
        wrong.append(PredictionError(item=item, code=found.code, reason=found.message("en")))
        return
    if not any(said.result for said in found):
        nothing = NothingPredictedError()
        wrong.append(PredictionError(item=item, code=nothing.code, reason=nothing.message("en")))
        return
    for said in found:
        if not said.result:
            continue
        raw = msgspec.json.encode(said.result).decode()
        try:
            labels, left_out = labels_of_results(schema, said.result, data, Content())
            StoredAnswer.of(labels)
        except GalleyError as problem:
            wrong.append(PredictionError(item=item, code=problem.code, reason=problem.message("en"), raw=raw))
            continue
        good.append(NewPrediction(item=item, body=labels, score=said.score, model_version=said.model_version))
        for name in left_out:
            lost = LabelFileKeptOutError(format=FORMAT, line=0, found=name)
            wrong.append(PredictionError(item=item, code=lost.code, reason=lost.message("en"), raw=raw))


def prelabel(
    office: Office, project: int, number: int, *, limit: int = _ITEMS_A_TURN, since: datetime | None = None
) -> PredictReport:
    """Have a model server prelabel what is open and most urgent, `limit` items at most; run it again until `asked` is 0.

    Safe to run anywhere and again: what the model has said something of is not asked about, unless it said it before
    `since` (when the model learned more).
    """
    known = find_backend(office, project, number)
    facts = {
        "project": project,
        "labeler": labeler_of_model(office, known),
        "backend": number,
        "since": since,
        "now": office.clock.now(),
    }
    graph = flow.project(office.database, project).settings.graph
    pools = [""] if graph is None else [node.name for node in graph.nodes if isinstance(node, Annotate)]
    items: list[str] = []
    with office.database.connection() as connection:
        for pool in pools:
            items += repo.waiting_items(connection, {**facts, "pool": pool, "limit": limit - len(items)})
    return predict(office, project, number, items)


def interactive(
    office: Office, project: int, number: int, item: str, context: Sequence[Mapping[str, Any]]
) -> tuple[list[Said], list[dict[str, Any]]]:
    """Ask about one item while somebody labels it: `context` are the result items drawn so far. What comes back is
    (raw predictions, those of them that are labels); nothing is stored."""
    row = _row(office, project, number)
    if not row.shown.interactive:
        raise BackendUnknownError(backend=number)  # not one that people who label may ask
    client, schema = _client(office, row)
    with office.database.connection() as connection:
        contents = repo.contents(connection, project, [item])
    if item not in contents:
        return [], []
    task = _task(office, 1, item, contents[item])
    drawn = {"result": [dict(each) for each in context]}
    (found,), _ = client.predict([task], drawn)
    if isinstance(found, BackendRefusedError):
        _introduce(office, client)
        (found,), _ = client.predict([task], drawn)
    if isinstance(found, GalleyError):
        raise found
    good: list[NewPrediction] = []
    _judge(schema, item, msgspec.json.decode(contents[item]), found, (good, []))
    return found, [each.body for each in good]


# --- telling ----------------------------------------------------------------------------------------------------------


def tell(office: Office, project: int, number: int, action: Action, more: Mapping[str, Any] | None = None) -> None:
    """Tell a model server of something, or have it train (START_TRAINING); raises when it does not listen."""
    row = _row(office, project, number)
    client, _ = _client(office, row)
    client.webhook(action, {"id": project, "title": row.shown.name, "label_config": client.config}, more or {})


def tell_answers(house: Database, office_of: Callable[[int], Office], limit: int = _EVENTS_A_TURN) -> int:
    """Duty: tell model servers that asked for it of answers given and changed since the last time; how many events were
    read. A server that does not answer is noted as down and not told again: it learns from START_TRAINING."""
    with house.transaction() as connection:
        place = repo.reader_place(connection, READER)
        if place is None:
            return 0
        listening = repo.listening(connection)
        if not listening:
            repo.skip_events(connection, READER)
            return 0
        events = repo.events(connection, *place, limit)
        if not events:
            return 0
        for event in events:
            for number in listening.get((event.organisation, event.project), ()):
                _tell_one(connection, office_of(event.organisation), event, number)
        repo.move_reader(connection, READER, events[-1].tx, events[-1].id)
    return len(events)


_ACTIONS: Final[Mapping[str, Action]] = {
    "submitted": "ANNOTATION_CREATED",
    "revised": "ANNOTATION_UPDATED",
    "voided": "ANNOTATION_DELETED",
}


def _tell_one(connection: Connection, office: Office, event: repo.Happening, number: int) -> None:
    if event.event not in _ACTIONS or event.revision is None:
        return
    answer = repo.told_answer(connection, event.revision)
    if answer is None:
        return
    try:
        row = _row(office, event.project, number)
    except BackendUnknownError:
        return  # taken out meanwhile
    if row.shown.state == "down":
        return
    try:
        _, schema = _client(office, row)
        tell(office, event.project, number, _ACTIONS[event.event], _told(office, schema, answer))
    except GalleyError as problem:
        _note(office, row.shown, "down", problem.message("en"), "")


def _told(office: Office, schema: LabelSchema, answer: Mapping[str, Any]) -> dict[str, Any]:
    data = answer["data"] or "{}"
    task = _task(office, answer["slot"], answer["item"], data)
    try:
        results = results_of_labels(schema, answer["body"], Content(), data=msgspec.json.decode(data))
    except GalleyError:
        results = []  # a shape of an image whose size nobody told
    annotation = {
        "id": answer["revision"],
        "result": results,
        "completed_by": answer["labeler"],
        "created_at": rfc3339(answer["created_at"]),
        "was_cancelled": False,
        "ground_truth": False,
    }
    return {"task": task, "annotation": annotation}
