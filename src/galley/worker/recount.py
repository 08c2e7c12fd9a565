"""Totals and lists made anew from what they are folded from, should they ever be doubted."""

import msgspec

from galley.annotate.counters.explorer import reindex
from galley.annotate.counters.service import projects
from galley.annotate.time.service import rebuild
from galley.store.database import Database

__all__ = ["Recounted", "recount"]

_PAGE = 200


class Recounted(msgspec.Struct, frozen=True, kw_only=True):
    """What was made anew."""

    projects: int
    items: int


def recount(house: Database) -> Recounted:
    """Make every total anew from the accounts, and every list of items from the slots; people work on meanwhile."""
    rebuild(house)
    counted, items, before = 0, 0, None
    while page := projects(house, before, _PAGE):
        items += sum(reindex(house, each.id) for each in page)
        counted, before = counted + len(page), page[-1].id
    return Recounted(projects=counted, items=items)
