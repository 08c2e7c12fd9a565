"""Use cases of projects: open, change, pause, drain, reopen, close; items, batches, assignment and gold."""

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from galley.annotate.answers import StoredAnswer
from galley.annotate.errors import OrphanUnknownError
from galley.annotate.flow import repo
from galley.annotate.flow.advance import mover_of
from galley.annotate.flow.content import content_of_data
from galley.annotate.flow.errors import (
    AssignError,
    BatchUnknownError,
    ItemUnknownError,
    NodeBusyError,
    ProjectClosedError,
    ProjectMissingError,
    ProjectNameError,
    SettingsError,
)
from galley.annotate.flow.graph import Plan, plan_of
from galley.annotate.flow.model import END, SINGLE, STAGE_OF, Batch, GoldRecord, ItemRow, ProjectFull, Settings
from galley.annotate.flow.rules import PROJECT_CHANGES, may_work_at, urgency_of
from galley.annotate.model import OrphanAnswer, Stage
from galley.annotate.verifiers.rules import verifiers_wrong
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.ports import Blobs
from galley.labels.schema import LabelSchema, labels_check, schema_dict
from galley.labels.schema_text import schema_of_data
from galley.store.database import Connection, Database

__all__ = [
    "Change",
    "NewProject",
    "add_items",
    "assign",
    "batches",
    "change_state",
    "check_late",
    "create",
    "gold_records",
    "item_with_slots",
    "items",
    "known_answers",
    "late_answers",
    "make_batch",
    "node_counts",
    "pools",
    "project",
    "projects",
    "remove_gold",
    "retry_stuck",
    "set_batch",
    "set_gold",
    "stuck",
    "update",
]

_ITEMS_AT_ONCE: Final = 2000
_ASSIGNED_DAYS: Final = 3650
_PAGE_MAX: Final = 1000


class NewProject(msgspec.Struct, frozen=True, kw_only=True):
    """What a project needs to begin."""

    name: str
    schema: LabelSchema
    settings: Settings = Settings(graph=SINGLE)
    guideline: str = ""  # markdown
    due_at: datetime | None = None
    line: str = ""  # default: the name; a line may have several projects with different purposes
    purpose: str = "label"
    config: str | None = None  # blob of the Label Studio config the schema was read from
    author: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What may change of a project at any time; UNSET leaves it as it is."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    settings: Settings | msgspec.UnsetType = msgspec.UNSET
    due_at: datetime | msgspec.UnsetType | None = msgspec.UNSET


def _named(name: str) -> str:
    if not name.strip() or len(name) > 200 or "\x00" in name:
        raise SettingsError(reason="a name has 1 to 200 characters")
    return name.strip()


def _checked(settings: Settings) -> None:
    if settings.graph is not None:
        plan_of(settings.graph)
    if not 30.0 <= settings.lease_seconds <= 86400.0:
        raise SettingsError(reason="lease_seconds must be 30 to 86,400")
    gold = settings.gold
    if gold is not None and not (0 <= gold.floor <= gold.rate <= 1 and 0 < gold.target <= 1 and 0 <= gold.distance < 1):
        raise SettingsError(reason="gold: 0 <= floor <= rate <= 1, target in (0, 1], distance in [0, 1)")
    wrong = verifiers_wrong(settings.verifiers, settings.hidden_fields)
    if wrong:
        raise SettingsError(reason=wrong)


def create(database: Database, blobs: Blobs, clock: Clock, new: NewProject) -> ProjectFull:
    """Open a project; raises ProjectNameError, GraphError, SettingsError."""
    name = _named(new.name)
    _checked(new.settings)
    if "\x00" in new.guideline:
        raise SettingsError(reason="a guideline holds no NUL characters")
    line = new.line or name
    facts: dict[str, Any] = {"line": line, "purpose": new.purpose, "name": name, "now": clock.now()}
    facts |= {"schema_sha256": blobs.put(canonical_json(schema_dict(new.schema))), "due_at": new.due_at}
    facts |= {"salt": f"{line}\n{new.purpose}", "settings": msgspec.json.encode(new.settings).decode()}
    guideline = blobs.put(new.guideline.encode()) if new.guideline else None
    with database.transaction() as connection:
        made = repo.create_project(connection, facts)
        if made is None:
            raise ProjectNameError(name=name)
        repo.keep_config(connection, {"project": made, "config": new.config, "author": new.author})
        if guideline is not None:
            repo.set_guideline(
                connection, {"project": made, "sha256": guideline, "author": new.author, "now": clock.now()}
            )
        return _full(connection, made)


def _full(connection: Connection, number: int) -> ProjectFull:
    found = repo.project_full(connection, number)
    if found is None:
        raise ProjectMissingError(project=number)
    return msgspec.convert(found, ProjectFull)


def project(database: Database, number: int) -> ProjectFull:
    """One project; raises ProjectMissingError."""
    with database.connection() as connection:
        return _full(connection, number)


def projects(database: Database, after: int = 0, limit: int = 100) -> list[ProjectFull]:
    """A page of the organisation's projects, by id."""
    with database.connection() as connection:
        return [msgspec.convert(row, ProjectFull) for row in repo.projects_page(connection, after, _page(limit))]


def _page(limit: int) -> int:
    return max(1, min(limit, _PAGE_MAX))


def update(database: Database, clock: Clock, number: int, change: Change) -> ProjectFull:
    """Change name, settings or due date. A graph may lose no node that items stand at: raises NodeBusyError."""
    with database.transaction() as connection:
        held = repo.lock_project(connection, number)
        if held is None:
            raise ProjectMissingError(project=number)
        now = _full(connection, number)
        settings = dict(held["settings"])
        if not isinstance(change.settings, msgspec.UnsetType):
            _checked(change.settings)
            _check_nodes(connection, number, change.settings)
            own = {field.encode_name for field in msgspec.structs.fields(Settings)}
            settings = {name: value for name, value in settings.items() if name not in own}
            settings |= msgspec.json.decode(msgspec.json.encode(change.settings))
        facts: dict[str, Any] = {
            "project": number,
            "state": held["state"],
            "settings": canonical_json(settings).decode(),
        }
        facts["name"] = now.name if isinstance(change.name, msgspec.UnsetType) else _named(change.name)
        facts["due_at"] = now.due_at if isinstance(change.due_at, msgspec.UnsetType) else change.due_at
        repo.set_project(connection, facts)
        repo.retry_stuck(connection, number, clock.now())
        return _full(connection, number)


def _check_nodes(connection: Connection, number: int, settings: Settings) -> None:
    kept = {END} if settings.graph is None else {END} | {node.name for node in settings.graph.nodes}
    gone = sorted(repo.nodes_in_use(connection, number) - kept)
    if gone:
        raise NodeBusyError(node=gone[0])


def change_state(database: Database, number: int, change: str) -> ProjectFull:
    """`pause`, `drain`, `reopen` or `close` a project; a change that says what is already so does nothing.

    Paused and draining projects hand nothing out and take every answer; a draining one is paused when its last lease
    is gone. Raises ProjectClosedError.
    """
    aim = {"pause": "paused", "drain": "draining", "reopen": "open", "close": "closed"}
    with database.transaction() as connection:
        held = repo.lock_project(connection, number)
        if held is None:
            raise ProjectMissingError(project=number)
        following = PROJECT_CHANGES.get((held["state"], change))
        if following is None and held["state"] != aim.get(change):
            if held["state"] == "closed":
                raise ProjectClosedError(project=number)
            raise SettingsError(reason=f"cannot {change} while {held['state']}")
        if following is not None:
            repo.set_state(connection, number, following)
        return _full(connection, number)


# --- items -----------------------------------------------------------------------------------------------------------


def add_items(
    database: Database,
    blobs: Blobs,
    clock: Clock,
    number: int,
    contents: Iterable[tuple[str, Any]],
    *,
    batch: int | None = None,
) -> int:
    """Add items (id, content) to a project with a graph; how many were new. Each chunk is one transaction.

    Where an item goes first is decided by the graph, as every later move is. Items already there stay as they are.
    """
    added = 0
    rest = iter(contents)
    while chunk := list(itertools.islice(rest, _ITEMS_AT_ONCE)):
        work = functools.partial(_add_chunk, blobs=blobs, clock=clock, number=number, chunk=chunk, batch=batch)
        added += database.retried(work)
    return added


def _add_chunk(
    connection: Connection, *, blobs: Blobs, clock: Clock, number: int, chunk: list[tuple[str, Any]], batch: int | None
) -> int:
    contents = {item: canonical_json(data).decode() for item, data in chunk}
    with connection.transaction():
        found = repo.graphs(connection, [number])
        if not found:
            raise ProjectMissingError(project=number)
        facts: dict[str, Any] = {"project": number, "items": sorted(contents), "batch": batch}
        new = repo.add_items(connection, facts)
        repo.put_content(connection, facts | {"contents": [contents[item] for item in facts["items"]]})
        mover_of(connection, blobs, clock.now(), found[0]).move(new)
    return len(new)


def items(
    database: Database, number: int, *, node: str | None = None, after: str = "", limit: int = 100
) -> list[ItemRow]:
    """A page of items by id, of those at a node when given."""
    facts = {"project": number, "node": node, "after": after, "limit": _page(limit)}
    with database.connection() as connection:
        return [msgspec.convert(row, ItemRow) for row in repo.items_page(connection, facts)]


def item_with_slots(database: Database, number: int, item: str) -> dict[str, Any]:
    """An item: content, where it stands, its slots and every revision of them; raises ItemUnknownError."""
    with database.connection() as connection:
        found = repo.item_content(connection, number, item)
        if found is None:
            raise ItemUnknownError(item=item)
        slots = repo.item_slots(connection, number, item)
        revisions = repo.slot_history(connection, number, item)
    return {**found, "slots": slots, "revisions": revisions}


def node_counts(database: Database, number: int) -> dict[str | None, int]:
    """How many items stand at which node; None for those that have not moved. Reads every item of the project."""
    with database.connection() as connection:
        return repo.node_counts(connection, number)


def assign(
    database: Database,
    clock: Clock,
    number: int,
    item: str,
    labeler: int,
    *,
    node: str = "",
) -> int:
    """Keep an open slot of an item for one person, taken back from whoever holds it; the slot.

    What the former holder sends is kept for a lead. Raises AssignError when there is no open slot at the node (default:
    where the item stands), or when this person has done the item or would look at their own work.
    """
    with database.transaction() as connection:
        found = repo.item_content(connection, number, item)
        if found is None:
            raise ItemUnknownError(item=item)
        place = {"project": number, "item": item, "pool": node or found["node"] or _entry(connection, number)}
        slots = repo.assignable(connection, place)
        if not slots:
            raise AssignError(item=item, labeler=labeler, reason="no slot is open", reason_zh="没有开放的槽位")
        if any(slot["worker"] == labeler for slot in slots):
            return int(next(slot["id"] for slot in slots if slot["worker"] == labeler))
        chosen = slots[0]
        who = {**place, "labeler": labeler, "stage": chosen["stage"], "target": chosen["target"]}
        if repo.works_on(connection, who):
            raise AssignError(
                item=item, labeler=labeler, reason="they have worked on it", reason_zh="此人已处理过该条目"
            )
        now = clock.now()
        repo.reserve_slot(
            connection, {"slot": chosen["id"], "labeler": labeler, "until": now + timedelta(days=_ASSIGNED_DAYS)}
        )
        repo.note(connection, {"slot": chosen["id"], "event": "assigned", "labeler": labeler, "now": now})
        return int(chosen["id"])


def _entry(connection: Connection, number: int) -> str:
    plan = _plan(connection, number)
    return "" if plan is None else plan.entry


def _plan(connection: Connection, number: int) -> Plan | None:
    graph = _full(connection, number).settings.graph
    return None if graph is None else plan_of(graph)


def pools(database: Database, number: int, labeler: int, stage: Stage) -> tuple[str, ...]:
    """The pools of a stage this labeler's skills let them claim from; agents' pools are not for people."""
    with database.connection() as connection:
        plan = _plan(connection, number)
        if plan is None:
            return ("",)
        skills = repo.labeler_skills(connection, labeler)
    kinds = {kind for kind, its_stage in STAGE_OF.items() if its_stage == stage and kind != "agent"}
    return tuple(
        node.name for node in plan.graph.nodes if str(node.__struct_config__.tag) in kinds and may_work_at(node, skills)
    )


# --- batches ---------------------------------------------------------------------------------------------------------


def make_batch(
    database: Database, clock: Clock, number: int, name: str, *, priority: int = 0, due_at: datetime | None = None
) -> Batch:
    """The project's batch of that name, made at first use."""
    facts = {"project": number, "name": _named(name), "priority": priority, "due_at": due_at, "now": clock.now()}
    with database.connection() as connection:
        return msgspec.convert(repo.make_batch(connection, facts), Batch)


def batches(database: Database, number: int, after: int = 0, limit: int = 100) -> list[Batch]:
    """A page of a project's batches."""
    with database.connection() as connection:
        return [msgspec.convert(row, Batch) for row in repo.batches(connection, number, after, _page(limit))]


def set_batch(
    database: Database, clock: Clock, number: int, batch: int, *, priority: int, due_at: datetime | None
) -> Batch:
    """Change how urgent a batch is, and with it all its work that nobody has begun."""
    with database.transaction() as connection:
        facts = {"project": number, "batch": batch, "priority": priority, "due_at": due_at}
        found = repo.set_batch(connection, facts)
        if found is None:
            raise BatchUnknownError(batch=batch)
        left = None if due_at is None else (due_at - clock.now()).total_seconds()
        repo.hurry_batch(connection, batch, urgency_of(priority, seconds_left=left))
        return msgspec.convert(found, Batch)


# --- gold ------------------------------------------------------------------------------------------------------------


def set_gold(
    database: Database, blobs: Blobs, clock: Clock, number: int, answers: Mapping[str, Any], source: str = ""
) -> int:
    """Make the answers of items known; how many. Their open slots are retired: gold is handed out by the schedule.

    Raises ItemUnknownError for an item the project does not have and LabelValueError for an answer that is no label;
    then nothing is changed.
    """
    with database.transaction() as connection:
        found = _full(connection, number)
        schema = schema_of_data(msgspec.json.decode(blobs.get(found.schema_sha256)))
        wanted = sorted(answers)
        contents = repo.contents(connection, number, wanted)
        missing = next((item for item in wanted if item not in contents), None)
        if missing is not None:
            raise ItemUnknownError(item=missing)
        checked = [labels_check(schema, answers[item], content_of_data(contents[item])) for item in wanted]
        bodies = [StoredAnswer.of(labels).text for labels in checked]
        facts = {"project": number, "items": wanted, "bodies": bodies, "source": source, "now": clock.now()}
        return len(repo.set_gold(connection, facts))


def known_answers(database: Database, number: int, after: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """A page of items whose answer is known."""
    with database.connection() as connection:
        return repo.gold_page(connection, number, after, _page(limit))


def remove_gold(database: Database, clock: Clock, blobs: Blobs, number: int, wanted: Sequence[str]) -> int:
    """Make items ordinary again; they go on where they stood."""
    with database.transaction() as connection:
        removed = repo.remove_gold(connection, number, wanted)
        for found in repo.graphs(connection, [number]):
            mover = mover_of(connection, blobs, clock.now(), found)
            if mover.plan is not None:
                mover.move(sorted(set(wanted)))
        return removed


def gold_records(database: Database, number: int) -> dict[int, GoldRecord]:
    """What is known of every labeler of a project from gold."""
    with database.connection() as connection:
        rows = repo.gold_records(connection, number)
    return {
        int(row["labeler"]): GoldRecord(answers=row["answers"], seen=row["seen"], right=row["right"]) for row in rows
    }


# --- what needs a lead -----------------------------------------------------------------------------------------------


def late_answers(database: Database, number: int, after: int = 0, limit: int = 100) -> list[OrphanAnswer]:
    """A page of late answers nobody has decided on; `annotate.review.settle_orphan` decides."""
    with database.connection() as connection:
        return [
            msgspec.convert(row, OrphanAnswer) for row in repo.orphans_page(connection, number, after, _page(limit))
        ]


def check_late(database: Database, number: int, orphan: int) -> None:
    """Raise OrphanUnknownError unless a late answer is one of this project."""
    with database.connection() as connection:
        if repo.orphan_project(connection, orphan) != number:
            raise OrphanUnknownError(orphan=orphan)


def stuck(database: Database, number: int, limit: int = 100) -> list[dict[str, Any]]:
    """The items the flow could not decide on, and why."""
    with database.connection() as connection:
        return repo.stuck(connection, number, _page(limit))


def retry_stuck(database: Database, clock: Clock, number: int) -> int:
    """Have the flow look at them again; how many."""
    with database.connection() as connection:
        return repo.retry_stuck(connection, number, clock.now())
