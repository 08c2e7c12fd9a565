"""SQL of imports, uploads and exports, one function a query."""

from collections.abc import Sequence
from typing import Any, Final

from galley.annotate.content.model import BadRow, ExportAnswer, Import, ImportRow, RowError, Upload, UploadPart
from galley.annotate.content.rules import EXCERPT_CHARS_MAX
from galley.store import sql
from galley.store.database import Connection

__all__ = [
    "add_content",
    "add_new_content",
    "add_part",
    "answers",
    "batches_in",
    "changed_page",
    "contents",
    "end_import",
    "end_upload",
    "errors_page",
    "expired_uploads",
    "fill_content",
    "find_import",
    "find_upload",
    "forget_parts",
    "imports_page",
    "insert_batch",
    "insert_errors",
    "insert_import",
    "insert_upload",
    "items_page",
    "lock_uploads",
    "parts",
    "start_import",
    "upload_room",
    "uploads_page",
    "watermark",
]

QUERIES: Final = sql.load("galley.annotate.content")


# --- imports ---------------------------------------------------------------------------------------------------------


def insert_import(connection: Connection, facts: dict[str, Any]) -> int:
    """Open an import; its id."""
    return int(QUERIES.scalar(connection, "insert_import", facts))


def start_import(connection: Connection, import_id: int) -> bool:
    """Mark as running; False when it has ended."""
    return QUERIES.scalar(connection, "start_import", {"import_id": import_id}) is not None


def end_import(connection: Connection, facts: dict[str, Any]) -> bool:
    """Close; False when it was closed before."""
    return QUERIES.scalar(connection, "end_import", facts) is not None


def find_import(connection: Connection, project: int, import_id: int) -> Import | None:
    """One import."""
    found = QUERIES.structs(connection, "find_import", Import, {"project": project, "import_id": import_id})
    return found[0] if found else None


def imports_page(connection: Connection, facts: dict[str, Any]) -> list[Import]:
    """A page of imports."""
    return QUERIES.structs(connection, "imports_page", Import, facts)


def errors_page(connection: Connection, facts: dict[str, Any]) -> list[RowError]:
    """A page of failed rows."""
    return QUERIES.structs(connection, "errors_page", RowError, facts)


def batches_in(connection: Connection, import_id: int) -> dict[int, tuple[int, int]]:
    """first_row -> (rows, failed) of what is written."""
    rows = connection.execute(QUERIES["batches_in"], {"import_id": import_id})
    return {int(first): (int(count), int(failed)) for first, count, failed in rows}


def _lines(rows: Sequence[ImportRow]) -> dict[str, str]:
    return {"items": "\n".join([row.item for row in rows]), "datas": b"\n".join([row.data for row in rows]).decode()}


def add_content(connection: Connection, facts: dict[str, Any], rows: Sequence[ImportRow]) -> set[str]:
    """Queue the rows that are new; the ids of those that are not."""
    return {str(row[0]) for row in connection.execute(QUERIES["add_content"], facts | _lines(rows))}


def add_new_content(connection: Connection, facts: dict[str, Any], rows: Sequence[ImportRow]) -> None:
    """Queue rows of which none is known; a unique violation when one is."""
    connection.execute(QUERIES["add_new_content"], facts | _lines(rows))


def fill_content(connection: Connection, project: int, rows: Sequence[ImportRow]) -> None:
    """Give content to items that have none."""
    connection.execute(QUERIES["fill_content"], {"project": project} | _lines(rows))


def contents(connection: Connection, project: int, items: Sequence[str]) -> dict[str, str]:
    """Item -> its content as JSON text."""
    rows = connection.execute(QUERIES["contents"], {"project": project, "items": "\n".join(items)}).fetchall()
    return dict(rows)


def insert_batch(connection: Connection, facts: dict[str, Any]) -> bool:
    """Record a batch; False when it is recorded already."""
    return connection.execute(QUERIES["insert_batch"], facts).rowcount == 1


def insert_errors(connection: Connection, import_id: int, first_row: int, bad: Sequence[tuple[int, BadRow]]) -> None:
    """Keep failed rows."""
    facts = {
        "import_id": import_id,
        "rows": [first_row + place for place, _ in bad],
        "lines": [row.line for _, row in bad],
        "places": [_storable(row.place) for _, row in bad],
        "codes": [row.code for _, row in bad],
        "messages": [_storable(row.message) for _, row in bad],
        "messages_zh": [_storable(row.message_zh) for _, row in bad],
        "excerpts": [_storable(row.excerpt.decode("utf-8", "replace"))[:EXCERPT_CHARS_MAX] for _, row in bad],
    }
    connection.execute(QUERIES["insert_errors"], facts)


def _storable(text: str) -> str:
    return text.replace("\0", "␀").encode("utf-8", "replace").decode()


# --- uploads ---------------------------------------------------------------------------------------------------------


def lock_uploads(connection: Connection) -> None:
    """Hold the organisation's room for uploads until the transaction ends."""
    connection.execute(QUERIES["lock_uploads"])


def upload_room(connection: Connection) -> tuple[int, int | None]:
    """(bytes held, bytes allowed)."""
    row = connection.execute(QUERIES["upload_room"]).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def insert_upload(connection: Connection, facts: dict[str, Any]) -> int:
    """Begin an upload; its id."""
    return int(QUERIES.scalar(connection, "insert_upload", facts))


def find_upload(connection: Connection, upload: int) -> Upload | None:
    """One upload."""
    found = QUERIES.structs(connection, "find_upload", Upload, {"upload": upload})
    return found[0] if found else None


def uploads_page(connection: Connection, before: int, limit: int) -> list[Upload]:
    """A page of uploads."""
    return QUERIES.structs(connection, "uploads_page", Upload, {"before": before, "limit": limit})


def add_part(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Count a piece; the new end, or None when the upload is elsewhere by now."""
    found = QUERIES.scalar(connection, "add_part", facts)
    return None if found is None else int(found)


def parts(connection: Connection, upload: int) -> list[UploadPart]:
    """The pieces in order."""
    return QUERIES.structs(connection, "parts", UploadPart, {"upload": upload})


def end_upload(connection: Connection, facts: dict[str, Any]) -> bool:
    """Close an upload; False when it was closed before."""
    return QUERIES.scalar(connection, "end_upload", facts) is not None


def forget_parts(connection: Connection, upload: int) -> list[str]:
    """Forget the pieces; the objects that held them."""
    return [str(row[0]) for row in connection.execute(QUERIES["forget_parts"], {"upload": upload})]


def expired_uploads(connection: Connection, facts: dict[str, Any]) -> list[tuple[int, int]]:
    """(organisation, upload) of those to end."""
    return [(int(org), int(upload)) for org, upload in connection.execute(QUERIES["expired_uploads"], facts)]


# --- exports ---------------------------------------------------------------------------------------------------------


def watermark(connection: Connection) -> str:
    """The oldest transaction still open."""
    return str(QUERIES.scalar(connection, "watermark", {}))


def items_page(connection: Connection, facts: dict[str, Any]) -> list[str]:
    """Ids of items after a place."""
    return [row[0] for row in connection.execute(QUERIES["items_page"], facts).fetchall()]


def changed_page(connection: Connection, facts: dict[str, Any]) -> list[tuple[str, int, str]]:
    """(tx, id, item) of events."""
    return connection.execute(QUERIES["changed_page"], facts).fetchall()


def answers(connection: Connection, project: int, items: Sequence[str]) -> list[ExportAnswer]:
    """The newest answer of every submitted slot of some items, by item."""
    slots = connection.execute(QUERIES["answered_slots"], {"project": project, "items": "\n".join(items)}).fetchall()
    if not slots:
        return []
    rows = connection.execute(QUERIES["revisions_of"], {"slots": ",".join([str(row[0]) for row in slots])}).fetchall()
    newest = {row[0]: row for row in rows}
    who = {"labelers": list({row[3] for row in slots})}
    names = dict(connection.execute(QUERIES["labeler_names"], who).fetchall())
    found = []
    for slot, item, stage, worker, is_gold in slots:
        _, revision, kind, version, at, body = newest[slot]
        found.append(ExportAnswer(item, slot, stage, worker, names[worker], kind, revision, version, at, body, is_gold))
    return found
