"""A project's items page by page, for exports: all of them, the answered ones, or those that changed since a watermark.

Each page is a few short queries; nothing is held between pages, so a slow reader costs no connection and no lock. A page
is about two megabytes whatever its items weigh.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, NamedTuple

import msgspec

from galley.annotate.content import repo
from galley.annotate.content.errors import CursorError
from galley.annotate.content.model import ExportAnswer
from galley.store.database import Database

__all__ = ["Include", "Page", "PageItem", "Place", "changed_pages", "item_pages", "place_of", "watermark_now"]

Include = Literal["answered", "all"]
_PAGE_BYTES: Final = 2 * 1024 * 1024
_ITEMS_MIN: Final = 20
_ITEMS_FIRST: Final = 500
_ITEMS_MAX: Final = 5000
_PLACE: Final = re.compile(r"(\d{1,19})\.(\d{1,18})")


class Place(NamedTuple):
    """A place in the order of events: a transaction, and an event in it."""

    tx: str
    id: int

    def __str__(self) -> str:
        return f"{self.tx}.{self.id}"


class PageItem(msgspec.Struct, frozen=True, gc=False):
    """One item with what people see of it and say about it."""

    item: str
    data: str  # a JSON object
    answers: Sequence[ExportAnswer]


class Page(NamedTuple):
    """Some items, and where an export goes on behind them."""

    items: list[PageItem]
    cursor: str


def place_of(given: str) -> Place:
    """A watermark or cursor as it was given out; raises CursorError."""
    found = _PLACE.fullmatch(given)
    if found is None or int(found[1]) >= 2**63:
        raise CursorError(cursor=given[:100])
    return Place(found[1], int(found[2]))


def watermark_now(database: Database) -> Place:
    """Whatever happened before this place is seen by every page read from now on; later events lie behind it."""
    with database.connection() as connection:
        return Place(repo.watermark(connection), 0)


def item_pages(database: Database, project: int, *, include: Include, after: str = "") -> Iterator[Page]:
    """Items by id, behind one; the next page is read while this one is written out."""

    def read(place: str, limit: int) -> Page | None:
        with database.connection() as connection:
            items = repo.items_page(connection, {"project": project, "after": place, "limit": limit})
        return _page(database, project, items, items[-1], include) if items else None

    return _ahead(read, after)


def changed_pages(database: Database, project: int, *, after: Place, until: Place) -> Iterator[Page]:
    """Items in which something happened, as they are now, in the order it happened.

    An item that changed again and again may come again on a later page; the later state is the newer one.
    """

    def read(cursor: str, limit: int) -> Page | None:
        place = place_of(cursor)
        facts = {"project": project, "tx": place.tx, "id": place.id, "until": until.tx, "limit": limit}
        with database.connection() as connection:
            events = repo.changed_page(connection, facts)
        if not events:
            return None
        tx, number, _ = events[-1]
        items = sorted({item for _, _, item in events})
        return _page(database, project, items, str(Place(tx, number)), "all")

    return _ahead(read, str(after))


def _page(database: Database, project: int, items: list[str], cursor: str, include: Include) -> Page:
    by_item: dict[str, list[ExportAnswer]] = defaultdict(list)
    with database.connection() as connection:
        for answer in repo.answers(connection, project, items):
            by_item[answer.item].append(answer)
        wanted = items if include == "all" else list(by_item)
        contents = repo.contents(connection, project, wanted) if wanted else {}
    return Page([PageItem(item, contents.get(item, "{}"), by_item.get(item, ())) for item in wanted], cursor)


def _ahead(read: Callable[[str, int], Page | None], cursor: str) -> Iterator[Page]:
    """Pages one after another, each read while the one before is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="galley-export") as thread:
        page = read(cursor, _ITEMS_FIRST)
        while page is not None:
            coming = thread.submit(read, page.cursor, _limit(page))
            yield page
            page = coming.result()


def _limit(page: Page) -> int:
    """How many items are about _PAGE_BYTES, going by the last page."""
    size = sum(len(item.data) + sum(len(answer.body) for answer in item.answers) for item in page.items)
    each = size / max(1, len(page.items)) + 200
    return max(_ITEMS_MIN, min(_ITEMS_MAX, int(_PAGE_BYTES / each)))
