"""Rows of projects, places, batches and gold: one function a query or two, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.flow")
S = TypeVar("S", bound=msgspec.Struct)
Row = dict[str, Any]


def structs(connection: Connection, query: str, kind: type[S], facts: Row) -> list[S]:
    """The rows of a query as structs."""
    return [msgspec.convert(found, kind) for found in QUERIES.rows(connection, query, facts)]


def run(connection: Connection, query: str, facts: Row) -> int:
    """Run a statement; how many rows it touched."""
    return connection.execute(QUERIES[query], facts).rowcount


# --- projects --------------------------------------------------------------------------------------------------------


def create_project(connection: Connection, facts: Row) -> int | None:
    """Open a project; its id, or None when the name is taken."""
    found = QUERIES.row(connection, "create_project", facts)
    return None if found is None else int(found["id"])


def project_full(connection: Connection, project: int) -> Row | None:
    """One project."""
    return QUERIES.row(connection, "project_full", {"project": project})


def projects_page(connection: Connection, after: int, limit: int) -> list[Row]:
    """A page of projects."""
    return QUERIES.rows(connection, "projects_page", {"after": after, "limit": limit})


def lock_project(connection: Connection, project: int) -> Row | None:
    """One project, held until the transaction ends."""
    return QUERIES.row(connection, "lock_project", {"project": project})


def set_project(connection: Connection, facts: Row) -> None:
    """Change a project."""
    run(connection, "set_project", facts)


def set_state(connection: Connection, project: int, state: str) -> None:
    """Change a project's state."""
    run(connection, "set_state", {"project": project, "state": state})


def end_drains(connection: Connection) -> int:
    """Pause what has drained; how many projects."""
    return run(connection, "end_drains", {})


def nodes_in_use(connection: Connection, project: int) -> set[str]:
    """Where items of a project stand."""
    return {str(found["node"]) for found in QUERIES.rows(connection, "nodes_in_use", {"project": project})}


def node_counts(connection: Connection, project: int) -> dict[str | None, int]:
    """How many items stand at which node."""
    return {
        found["node"]: int(found["items"]) for found in QUERIES.rows(connection, "node_counts", {"project": project})
    }


def set_schema(connection: Connection, facts: Row) -> int:
    """Store the next version of the schema; its number."""
    return int(QUERIES.rows(connection, "set_schema", facts)[0]["version"])


def keep_config(connection: Connection, facts: Row) -> None:
    """Complete the first version of the schema."""
    run(connection, "keep_config", facts)


def set_guideline(connection: Connection, facts: Row) -> int:
    """Store the next version of the guideline; its number."""
    return int(QUERIES.rows(connection, "set_guideline", facts)[0]["version"])


def schema_versions(connection: Connection, project: int) -> list[Row]:
    """Every schema a project had."""
    return QUERIES.rows(connection, "schema_versions", {"project": project})


def guideline_versions(connection: Connection, project: int) -> list[Row]:
    """Every guideline a project had."""
    return QUERIES.rows(connection, "guideline_versions", {"project": project})


def answers_page(connection: Connection, project: int, after: int, limit: int) -> list[Row]:
    """A page of newest answers with their items' content."""
    return QUERIES.rows(connection, "answers_page", {"project": project, "after": after, "limit": limit})


# --- items -----------------------------------------------------------------------------------------------------------


def put_content(connection: Connection, facts: Row) -> int:
    """Store what people see of items that have nothing yet; how many."""
    return run(connection, "put_content", facts)


def add_items(connection: Connection, facts: Row) -> list[str]:
    """Insert items; the new ones."""
    return [str(found["id"]) for found in QUERIES.rows(connection, "add_items", facts)]


def items_page(connection: Connection, facts: Row) -> list[Row]:
    """A page of items."""
    return QUERIES.rows(connection, "items_page" if facts["node"] is None else "items_at_page", facts)


def item_content(connection: Connection, project: int, item: str) -> Row | None:
    """One item with its content."""
    return QUERIES.row(connection, "item_content", {"project": project, "item": item})


def item_slots(connection: Connection, project: int, item: str) -> list[Row]:
    """Every slot of an item."""
    return QUERIES.rows(connection, "item_slots", {"project": project, "item": item})


def slot_history(connection: Connection, project: int, item: str) -> list[Row]:
    """Every revision of an item's slots."""
    return QUERIES.rows(connection, "slot_history", {"project": project, "item": item})


def assignable(connection: Connection, facts: Row) -> list[Row]:
    """The open slots of an item in a pool."""
    return QUERIES.rows(connection, "assignable", facts)


def works_on(connection: Connection, facts: Row) -> bool:
    """Whether a labeler may not have another slot of an item."""
    return QUERIES.row(connection, "works_on", facts) is not None


def reserve_slot(connection: Connection, facts: Row) -> None:
    """Keep a slot for one labeler."""
    run(connection, "reserve_slot", facts)


def note(connection: Connection, facts: Row) -> None:
    """Tell the outbox about a slot."""
    run(connection, "note", facts)


def labeler_skills(connection: Connection, labeler: int) -> dict[str, float]:
    """What a labeler can do."""
    found = QUERIES.rows(connection, "labeler_skills", {"labeler": labeler})
    return {str(skill["name"]): float(skill["level"]) for skill in found}


# --- batches ---------------------------------------------------------------------------------------------------------


def make_batch(connection: Connection, facts: Row) -> Row:
    """The batch of that name, made if it is not there."""
    run(connection, "make_batch", facts)
    return QUERIES.rows(connection, "batch_by_name", facts)[0]


def batches(connection: Connection, project: int, after: int, limit: int) -> list[Row]:
    """A page of batches."""
    return QUERIES.rows(connection, "batches", {"project": project, "after": after, "limit": limit})


def batch(connection: Connection, project: int, number: int) -> Row | None:
    """One batch."""
    return QUERIES.row(connection, "batch", {"project": project, "batch": number})


def put_into_batch(connection: Connection, facts: Row) -> list[Row]:
    """Put items into a batch; those moved, with the batch they leave."""
    return QUERIES.rows(connection, "put_into_batch", facts)


def set_batch(connection: Connection, facts: Row) -> Row | None:
    """Change a batch."""
    return QUERIES.row(connection, "set_batch", facts)


def hurry_batch(connection: Connection, batch: int, priority: int) -> int:
    """Change the priority of a batch's ready slots; how many."""
    return run(connection, "hurry_batch", {"batch": batch, "priority": priority})


# --- gold, late answers ----------------------------------------------------------------------------------------------


def contents(connection: Connection, project: int, items: Sequence[str]) -> dict[str, Any]:
    """What people see of some items."""
    found = QUERIES.rows(connection, "contents", {"project": project, "items": list(items)})
    return {str(one["id"]): one["data"] for one in found}


def set_gold(connection: Connection, facts: Row) -> list[str]:
    """Store known answers and take their items out of the ordinary work; the items there are."""
    found = [str(one["item"]) for one in QUERIES.rows(connection, "set_gold", facts)]
    QUERIES.rows(connection, "retire_gold_slots", {**facts, "items": found})
    return found


def gold_shown(connection: Connection, project: int, items: Sequence[str], most: int) -> list[Row]:
    """Answers to gold items beside what is known."""
    return QUERIES.rows(connection, "gold_shown", {"project": project, "items": list(items), "most": most})


def gold_given(connection: Connection, facts: Row) -> list[Row]:
    """A labeler's answers to gold items beside what is known."""
    return QUERIES.rows(connection, "gold_given", facts)


def gold_page(connection: Connection, project: int, after: str, limit: int) -> list[Row]:
    """A page of known answers."""
    return QUERIES.rows(connection, "gold_page", {"project": project, "after": after, "limit": limit})


def remove_gold(connection: Connection, project: int, items: Sequence[str]) -> int:
    """Forget known answers; how many."""
    return run(connection, "remove_gold", {"project": project, "items": list(items)})


def gold_records(connection: Connection, project: int) -> list[Row]:
    """What is known of labelers from gold."""
    return QUERIES.rows(connection, "gold_records", {"project": project})


def orphans_page(connection: Connection, project: int, after: int, limit: int) -> list[Row]:
    """A page of late answers nobody decided on."""
    return QUERIES.rows(connection, "orphans_page", {"project": project, "after": after, "limit": limit})


def orphan_project(connection: Connection, orphan: int) -> int | None:
    """The project of a late answer."""
    found = QUERIES.row(connection, "orphan_project", {"orphan": orphan})
    return None if found is None else int(found["project"])


# --- the duty --------------------------------------------------------------------------------------------------------


def lock_reader(connection: Connection, name: str) -> tuple[str, int] | None:
    """How far a consumer has read, held until the transaction ends; None when another process holds it."""
    found = QUERIES.row(connection, "lock_reader", {"name": name})
    return None if found is None else (str(found["tx"]), int(found["id"]))


def first_reader(connection: Connection, name: str) -> None:
    """Make a consumer known."""
    run(connection, "first_reader", {"name": name})


def save_reader(connection: Connection, name: str, place: tuple[str, int]) -> None:
    """Move a consumer's place."""
    run(connection, "save_reader", {"name": name, "tx": place[0], "id": place[1]})


def read_events(connection: Connection, place: tuple[str, int], limit: int) -> list[Row]:
    """The events after a place."""
    return QUERIES.rows(connection, "read_events", {"tx": place[0], "id": place[1], "limit": limit})


def graphs(connection: Connection, projects: Sequence[int]) -> list[Row]:
    """The projects with a graph or gold."""
    return QUERIES.rows(connection, "graphs", {"projects": list(projects)})


def lock_places(connection: Connection, project: int, items: Sequence[str]) -> list[Row]:
    """Where items stand, held until the transaction ends."""
    return QUERIES.rows(connection, "lock_places", {"project": project, "items": list(items)})


def works(connection: Connection, project: int, items: Sequence[str]) -> list[Row]:
    """Every slot of some items."""
    return QUERIES.rows(connection, "works", {"project": project, "items": list(items)})


def bodies(connection: Connection, slots: Sequence[int]) -> dict[int, Any]:
    """The newest answers of some slots."""
    return {int(found["id"]): found["body"] for found in QUERIES.rows(connection, "bodies", {"slots": list(slots)})}


def labeler_facts(connection: Connection, project: int, labelers: Sequence[int]) -> list[Row]:
    """What routers may know of labelers."""
    return QUERIES.rows(connection, "labeler_facts", {"project": project, "labelers": list(labelers)})


def place_items(connection: Connection, facts: Row) -> int:
    """Say where items stand; how many moved."""
    return int(QUERIES.rows(connection, "place_items", facts)[0]["count"])


def open_slots(connection: Connection, facts: Row) -> int:
    """Open slots; how many."""
    return int(QUERIES.rows(connection, "open_slots", facts)[0]["count"])


def void_stale(connection: Connection, slots: Sequence[int], now: datetime) -> int:
    """Take stale answers out; how many."""
    return int(QUERIES.rows(connection, "void_stale", {"slots": list(slots), "now": now})[0]["count"])


def ensure_machine(connection: Connection, facts: Row) -> int:
    """The house's own labeler of an organisation, made if it is not there."""
    run(connection, "ensure_machine", facts)
    return int(QUERIES.rows(connection, "machine", facts)[0]["id"])


def store_merges(connection: Connection, facts: Row) -> int:
    """Store merged answers; how many."""
    return int(QUERIES.rows(connection, "store_merges", facts)[0]["count"])


def batch_standing(connection: Connection, batches_: Sequence[int]) -> list[Row]:
    """How many items of batches stand where."""
    return QUERIES.rows(connection, "batch_standing", {"batches": list(batches_)})


def held_items(connection: Connection, batch: int, node: str, limit: int) -> list[str]:
    """Items that wait for their batch."""
    facts = {"batch": batch, "node": node, "limit": limit}
    return [str(found["id"]) for found in QUERIES.rows(connection, "held_items", facts)]


def count_answers(connection: Connection, facts: Row) -> list[Row]:
    """Count answers and gold; the records as they are now."""
    return QUERIES.rows(connection, "count_answers", facts)


def gold_answers(connection: Connection, revisions: Sequence[int]) -> list[Row]:
    """Answers to gold beside what is known."""
    return QUERIES.rows(connection, "gold_answers", {"revisions": list(revisions)})


def plant_gold(connection: Connection, facts: Row) -> int:
    """Open gold slots for labelers; how many."""
    return int(QUERIES.rows(connection, "plant_gold", facts)[0]["count"])


def put_aside(connection: Connection, facts: Row) -> None:
    """Remember an item that could not be moved."""
    run(connection, "put_aside", facts)


def stuck(connection: Connection, project: int, limit: int) -> list[Row]:
    """The items that could not be moved."""
    return QUERIES.rows(connection, "stuck", {"project": project, "limit": limit})


def retry_stuck(connection: Connection, project: int, now: datetime) -> int:
    """Have them looked at again; how many."""
    return run(connection, "retry_stuck", {"project": project, "now": now})
