"""The explorer: pages of items by what they are, from an index a duty keeps; never an OFFSET, never a full count.

One condition drives a range of one index in order, the others are checked on the rows met. At most `_SCAN` rows are
looked at for a page: a rare combination in a large project comes back as a page that is not full, or empty, with a next
one, instead of a request that takes as long as the project is large.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from galley.annotate.counters import repo
from galley.annotate.counters.errors import PlaceError
from galley.annotate.counters.model import ItemFace, ItemFilter, ItemPage, ItemPlace
from galley.store.database import Database

__all__ = ["explore", "index_items", "reindex"]

_READER: Final = "faces"
_FLOW_READER: Final = "faces-flow"
_SCAN: Final = 2000
_COUNTED: Final = 1000
_CHUNK: Final = 5000
_LAST: Final = "\U0010ffff"


def index_items(database: Database, limit: int = 2000) -> int:
    """Duty: bring the explorer's index up to the outbox; how many events were read. `database` is the house's."""
    with database.transaction() as connection:
        place = repo.lock_reader(connection, _READER)
        flow = repo.lock_reader(connection, _FLOW_READER)
        made, made_to, made_events = repo.made_items(connection, flow, limit * 10)
        touched, touched_to, events = repo.touched_items(connection, place, limit)
        items = sorted({*made, *touched})
        for start in range(0, len(items), _CHUNK):
            repo.refresh_faces(connection, items[start : start + _CHUNK])
        if made_events:
            repo.move_reader(connection, _FLOW_READER, made_to)
        if events:
            repo.move_reader(connection, _READER, touched_to)
        return made_events + events


def reindex(database: Database, project: int) -> int:
    """Make a project's part of the index anew; how many items. `database` is the house's."""
    done, after = 0, ""
    while True:
        with database.transaction() as connection:
            repo.lock_reader(connection, _READER)
            items = repo.items_after(connection, project, after, _CHUNK)
            repo.refresh_faces(connection, [(project, item) for item in items])
        done += len(items)
        if len(items) < _CHUNK:
            return done
        after = items[-1]


def explore(
    database: Database, project: int, wanted: ItemFilter, after: ItemPlace | None = None, limit: int = 50
) -> ItemPage:
    """A page of items; `after` is the `next` of the page before. Raises PlaceError."""
    keys = _keys(wanted)
    drive = _drive(wanted, keys)
    if after is not None and after.drive != drive:
        raise PlaceError(drive=drive, given=after.drive)
    place = after or ItemPlace(drive, "", _lowered(wanted.prefix), wanted.until)
    prefix = _lowered(wanted.prefix)
    facts: dict[str, Any] = {
        "project": project,
        "keys": keys,
        "key": keys[0] if keys else "",
        "state": wanted.state,
        "since": wanted.since,
        "until": wanted.until,
        "prefix": prefix,
        "prefix_end": prefix + _LAST,
        "limit": limit,
        "scan": _scan(after, limit, plain=_plain(wanted, keys)),
        "item": place.item,
        "head": place.head,
        "last_at": place.last_at or "infinity",
    }
    with database.connection() as connection:
        rows = repo.explore(connection, f"explore_{drive}", facts)
        headed = [row["item"] for row in rows if row["head"]]
        written = repo.begins(connection, project, headed) if headed else {}
    if not rows:
        return ItemPage(items=(), next=None, count=None if after else 0, count_more=False)
    first = rows[0]
    found = tuple(_face(row, written) for row in rows if row["item"] is not None)
    cut = first["scanned"] >= facts["scan"]
    onward = None
    if len(found) == limit and (cut or first["fits"] > limit):
        onward = ItemPlace(drive, rows[-1]["item"], rows[-1]["head"], rows[-1]["last_at"])
    elif cut:
        onward = ItemPlace(drive, first["last_item"], first["last_head"], first["last_last_at"])
    return ItemPage(
        items=found,
        next=onward,
        count=None if after else min(first["fits"], _COUNTED),
        count_more=after is None and (cut or first["fits"] > _COUNTED),
    )


def _scan(after: ItemPlace | None, limit: int, *, plain: bool) -> int:
    """How many rows to look at: what is shown when all fit, a thousand to count on the first page, more to search."""
    if not plain:
        return _SCAN
    return max(limit, _COUNTED + 1) if after is None else limit


def _lowered(text: str) -> str:
    """In lower case as the index is, the same on every server: A to Z only."""
    return text.encode("utf-8", "replace").lower().decode()


def _keys(wanted: ItemFilter) -> list[str]:
    """The keys an item must have, the rarest kind first: that one drives."""
    found = ["gold"] if wanted.gold else []
    found += [f"labeler={wanted.labeler}"] if wanted.labeler is not None else []
    found += [f"open={wanted.node}"] if wanted.node else []
    found += ["differing"] if wanted.differing else []
    found += [f"label:{wanted.label[0]}={wanted.label[1][:100]}"] if wanted.label else []
    return found


def _drive(wanted: ItemFilter, keys: list[str]) -> str:
    if wanted.newest_first or wanted.since is not None or wanted.until is not None:
        return "time"
    if wanted.prefix:
        return "text"
    return "key" if keys else "state" if wanted.state else "all"


def _plain(wanted: ItemFilter, keys: list[str]) -> bool:
    return (
        not wanted.prefix and wanted.since is None and len(keys) + bool(wanted.state) <= 1 and not wanted.newest_first
    )


def _face(row: dict[str, Any], written: Mapping[str, str]) -> ItemFace:
    keys: Iterable[str] = row["keys"]
    labels: dict[str, list[str]] = {}
    for key in keys:
        if key.startswith("label:"):
            control, _, value = key.removeprefix("label:").partition("=")
            labels.setdefault(control, []).append(value)
    return msgspec.convert(
        {
            **{name: row[name] for name in ("item", "state", "answers", "differing", "gold", "last_at")},
            "head": written.get(row["item"], row["head"]),
            "labelers": sorted(int(key.removeprefix("labeler=")) for key in keys if key.startswith("labeler=")),
            "labels": {control: sorted(values) for control, values in sorted(labels.items())},
            "waiting_at": sorted(key.removeprefix("open=") for key in keys if key.startswith("open=")),
        },
        ItemFace,
    )
