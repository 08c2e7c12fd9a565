"""The explorer over HTTP: pages of items by what they are."""

from datetime import UTC, datetime
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.counters.explorer import explore
from galley.annotate.counters.model import ItemFilter, ItemPlace, ItemState
from galley.server.errors import FieldError
from galley.server.inject import FromPath, FromQuery, GivenPorts
from galley.server.paging import LIMIT, After, Limit, cursor, place
from galley.server.wire.progress import ExplorerView

__all__ = ["ROUTES"]


@get(
    "/api/v1/orgs/{org:int}/projects/{project:int}/explorer",
    opt={"verb": Verb.PEOPLE_READ},
    sync_to_thread=True,
    tags=["progress"],
)
def explore_items(  # noqa: PLR0913 - each filter is a parameter of the query
    *,
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    status: FromQuery[ItemState | None] = None,
    node: FromQuery[str | None] = None,
    labeler: FromQuery[int | None] = None,
    control: FromQuery[str | None] = None,
    value: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    prefix: FromQuery[str | None] = None,
    differing: FromQuery[bool] = False,
    gold: FromQuery[bool] = False,
    newest: FromQuery[bool] = False,
) -> ExplorerView:
    """Items for which all of the conditions hold. `control` and `value` go together; `node` is `stage` or `stage/pool`."""
    if (control is None) != (value is None):
        raise FieldError(field="value" if value is None else "control", reason="control and value go together")
    wanted = ItemFilter(
        state=status,
        node=_text("node", node),
        labeler=labeler,
        label=None if control is None or value is None else (_said("control", control), _said("value", value)),
        since=_moment(since),
        until=_moment(until),
        differing=differing,
        gold=gold,
        prefix=_text("prefix", prefix) or "",
        newest_first=newest,
    )
    begin = place(after, str, str, str, datetime | None)
    found = explore(ports.database.of(org), project, wanted, _place(begin), limit)
    count = None if found.count is None else f"{found.count:,}{'+' if found.count_more else ''}"
    return ExplorerView(items=list(found.items), next=None if found.next is None else cursor(*found.next), count=count)


def _place(found: tuple[str, str, str, datetime | None] | None) -> ItemPlace | None:
    if found is None:
        return None
    drive, item, head, last_at = found
    return ItemPlace(drive, _said("after", item), _said("after", head), _moment(last_at))


def _moment(given: datetime | None) -> datetime | None:
    """A moment without a zone is in UTC."""
    return given.replace(tzinfo=UTC) if given is not None and given.tzinfo is None else given


def _text(field: str, given: str | None) -> str | None:
    return None if given is None else _said(field, given)


def _said(field: str, given: str) -> str:
    """Text that PostgreSQL can hold."""
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in given):
        raise FieldError(field=field, reason="holds a NUL character or half a surrogate pair")
    return given


ROUTES: Final[list[HTTPRouteHandler]] = [explore_items]
