"""The rows of lots: one function a query, no decisions."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg.rows import dict_row

from galley.annotate.lots.model import Lot, LotLabeler, SampleItem
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.lots")


def _lots(connection: Connection, query: str, facts: dict[str, Any]) -> list[Lot]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [Lot(**row) for row in cursor.execute(QUERIES[query], facts)]


def _samples(connection: Connection, query: str, facts: dict[str, Any]) -> list[SampleItem]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [SampleItem(**row) for row in cursor.execute(QUERIES[query], facts)]


def insert_lot(connection: Connection, facts: dict[str, Any]) -> int:
    """A lot without items; its id."""
    row = connection.execute(QUERIES["insert_lot"], facts).fetchone()
    assert row is not None
    return int(row[0])


def take_items(connection: Connection, facts: dict[str, Any]) -> int:
    """Put items into a lot; how many."""
    return connection.execute(QUERIES["take_items"], facts).rowcount


def free_items(connection: Connection, lot: int) -> int:
    """Let another lot speak for a lot's items; how many."""
    return connection.execute(QUERIES["free_items"], {"lot": lot}).rowcount


def taken_item(connection: Connection, facts: dict[str, Any]) -> tuple[str, int] | None:
    """An item that another lot speaks for, and that lot."""
    row = connection.execute(QUERIES["taken_item"], facts).fetchone()
    return None if row is None else (str(row[0]), int(row[1]))


def lot_answers(connection: Connection, lot: int) -> list[tuple[str, list[int]]]:
    """(item, frozen revisions) by item."""
    return [(str(item), list(answers)) for item, answers in connection.execute(QUERIES["lot_answers"], {"lot": lot})]


def plan_lot(connection: Connection, facts: dict[str, Any]) -> None:
    """Write size, roots, terms and plan."""
    connection.execute(QUERIES["plan_lot"], facts)


def find_lot(connection: Connection, lot: int, *, lock: bool = False) -> Lot | None:
    """A lot; held until the transaction ends when asked to."""
    found = _lots(connection, "lock_lot" if lock else "lot", {"lot": lot})
    return found[0] if found else None


def lots_page(connection: Connection, project: int, before: int, limit: int) -> list[Lot]:
    """Lots of a project with smaller ids, newest first."""
    return _lots(connection, "lots_page", {"project": project, "before": before, "limit": limit})


def series_lots(connection: Connection, project: int, series: str) -> list[Lot]:
    """Closed lots of a series on original inspection."""
    return _lots(connection, "series_lots", {"project": project, "series": series})


def commit_lot(connection: Connection, lot: int, commitment: str) -> None:
    """Fix the commitment that draws."""
    connection.execute(QUERIES["commit_lot"], {"lot": lot, "commitment": commitment})


def draw_lot(connection: Connection, facts: dict[str, Any], items: Sequence[str]) -> None:
    """Write receipt and sample."""
    connection.execute(QUERIES["draw_lot"], facts)
    connection.execute(QUERIES["rank_items"], {"lot": facts["lot"], "items": list(items)})


def sample_page(connection: Connection, lot: int, after: int, limit: int) -> list[SampleItem]:
    """Drawn items after a rank."""
    return _samples(connection, "sample", {"lot": lot, "after": after, "limit": limit})


def sample_item(connection: Connection, lot: int, item: str) -> SampleItem | None:
    """One drawn item."""
    found = _samples(connection, "sample_item", {"lot": lot, "item": item})
    return found[0] if found else None


def mark_item(connection: Connection, facts: dict[str, Any]) -> bool:
    """Write a finding; False when another inspector's stands there."""
    return connection.execute(QUERIES["mark_item"], facts).rowcount == 1


def marks(connection: Connection, lot: int) -> list[bool | None]:
    """The findings in the order of the draw."""
    return [row[0] for row in connection.execute(QUERIES["marks"], {"lot": lot})]


def changed_items(connection: Connection, lot: int, item: str | None = None) -> int:
    """How many items have other answers than the frozen ones."""
    row = connection.execute(QUERIES["changed_items"], {"lot": lot, "item": item}).fetchone()
    return 0 if row is None else int(row[0])


def close_lot(connection: Connection, facts: dict[str, Any]) -> None:
    """Write a verdict."""
    connection.execute(QUERIES["close_lot"], facts)


def withdraw_lot(connection: Connection, facts: dict[str, Any]) -> None:
    """Take a lot back."""
    connection.execute(QUERIES["withdraw_lot"], facts)


def returnable_slots(connection: Connection, facts: dict[str, Any]) -> list[tuple[int, str]]:
    """(slot, item) of answers that can be returned."""
    return [(int(slot), str(item)) for slot, item in connection.execute(QUERIES["returnable_slots"], facts)]


def lot_labelers(connection: Connection, lot: int) -> list[LotLabeler]:
    """Who answered in a lot."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [LotLabeler(**row) for row in cursor.execute(QUERIES["lot_labelers"], {"lot": lot})]


def insert_return(connection: Connection, facts: dict[str, Any]) -> None:
    """Remember a return."""
    connection.execute(QUERIES["insert_return"], facts)


def returned_count(connection: Connection, lot: int) -> int:
    """How many answers a lot returned."""
    row = connection.execute(QUERIES["returned_count"], {"lot": lot}).fetchone()
    return 0 if row is None else int(row[0])
