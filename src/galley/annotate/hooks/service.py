"""Use cases of webhooks: make and look after them; fan events out; tell what is due."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from psycopg.rows import dict_row

from galley.annotate.hooks import rules
from galley.annotate.hooks.errors import (
    DeliveryUnknownError,
    HookEventError,
    HookProjectError,
    HookUnknownError,
    HookUrlError,
)
from galley.annotate.hooks.model import EVENTS, Delivery, Due, Hook, HookState, MadeHook, NewHook
from galley.kernel.clock import Clock
from galley.kernel.language import Text
from galley.store import sql
from galley.store.database import Database

__all__ = [
    "Answered",
    "Post",
    "deliver",
    "deliveries",
    "fan_out",
    "forget",
    "hooks",
    "make",
    "remove",
    "set_state",
    "tell_again",
]

QUERIES: Final = sql.load("galley.annotate.hooks")

_EVENTS_A_TURN: Final = 1000
_DELIVERIES_A_TURN: Final = 64
_AT_ONCE: Final = 8
_TELLING_SECONDS: Final = 60.0
"""How long telling may take before another process thinks it was lost; above the timeout of a request."""
_KEPT: Final = timedelta(days=30)
_PROBLEM_MAX: Final = 300


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """How a receiver answered: its status, or what kept us from asking."""

    status: int | None
    problem: str = ""


Post = Callable[[str, dict[str, str], bytes], Answered]
"""Sends a body to a URL with headers; never raises for what the other side does; guards against our own network."""


def make(database: Database, clock: Clock, wanted: NewHook, entropy: Callable[[int], bytes] = os.urandom) -> MadeHook:
    """Make a webhook; its secret is shown here and never again. Raises HookUrlError, HookEventError, HookProjectError."""
    _check(wanted)
    secret = rules.secret_text(entropy(32))
    facts = {**msgspec.to_builtins(wanted), "events": sorted(set(wanted.events)), "secret": secret, "now": clock.now()}
    with database.connection() as connection:
        known = connection.execute(QUERIES["knows_project"], facts).fetchone()
        if wanted.project is not None and not (known and known[0]):
            raise HookProjectError(project=wanted.project)
        return MadeHook(hook=QUERIES.structs(connection, "insert_hook", Hook, facts)[0], secret=secret)


def hooks(database: Database, after: int = 0, limit: int = 100) -> list[Hook]:
    """The webhooks of an organisation, by id."""
    with database.connection() as connection:
        return QUERIES.structs(connection, "hooks_page", Hook, {"after": after, "limit": limit})


def set_state(database: Database, hook: int, state: HookState) -> Hook:
    """Pause a webhook, or let it go on; what was due meanwhile is told then. Raises HookUnknownError."""
    with database.connection() as connection:
        found = QUERIES.structs(connection, "set_hook_state", Hook, {"hook": hook, "state": state})
    if not found:
        raise HookUnknownError(hook=hook)
    return found[0]


def remove(database: Database, hook: int) -> None:
    """Forget a webhook; raises HookUnknownError."""
    with database.connection() as connection:
        if connection.execute(QUERIES["delete_hook"], {"hook": hook}).fetchone() is None:
            raise HookUnknownError(hook=hook)


def deliveries(database: Database, hook: int, before: int | None = None, limit: int = 100) -> list[Delivery]:
    """What was or will be told to a webhook, newest first."""
    facts = {"hook": hook, "before": before if before is not None else 2**63 - 1, "limit": limit}
    with database.connection() as connection:
        return QUERIES.structs(connection, "deliveries_page", Delivery, facts)


def tell_again(database: Database, clock: Clock, hook: int, delivery: int) -> None:
    """Tell something again now; raises DeliveryUnknownError."""
    facts = {"hook": hook, "delivery": delivery, "now": clock.now()}
    with database.connection() as connection:
        if connection.execute(QUERIES["tell_again"], facts).fetchone() is None:
            raise DeliveryUnknownError(hook=hook, delivery=delivery)


# --- duties ----------------------------------------------------------------------------------------------------------


def fan_out(house: Database, clock: Clock) -> int:
    """Make deliveries of the next events; how many events were read. Each event becomes each delivery exactly once."""
    with house.transaction() as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(QUERIES["begin_place"])
        place = cursor.execute(QUERIES["place"]).fetchone()
        listening = cursor.execute(QUERIES["any_hook"]).fetchone()
        if place is None or listening is None or not listening["exists"]:
            cursor.execute(QUERIES["skip_ahead"])
            return 0
        facts = {**place, "limit": _EVENTS_A_TURN, "now": clock.now()}
        read = cursor.execute(QUERIES["fan_out"], facts).fetchone()
        return int(read["count"]) if read else 0


def deliver(house: Database, clock: Clock, post: Post) -> int:
    """Tell what is due, eight at a time; how many were tried. At least once each: the id of a delivery never changes."""
    now = clock.now()
    facts = {"now": now, "again": now + timedelta(seconds=_TELLING_SECONDS), "limit": _DELIVERIES_A_TURN}
    with house.connection() as connection:
        due = QUERIES.structs(connection, "take_due", Due, facts)
    if not due:
        return 0
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook") as threads:
        answers = list(threads.map(lambda each: _tell(each, now, post), due))
    for each, answered in zip(due, answers, strict=True):
        _record(house, clock, each, answered)
    return len(due)


def forget(house: Database, clock: Clock, limit: int = 1000) -> int:
    """Forget what was told or given up thirty days ago; how much."""
    with house.connection() as connection:
        return connection.execute(QUERIES["forget_told"], {"before": clock.now() - _KEPT, "limit": limit}).rowcount


def _tell(due: Due, now: datetime, post: Post) -> Answered:
    body = due.body.encode()
    return post(due.url, rules.headers(due.secret, due.id, body, now), body)


def _record(house: Database, clock: Clock, due: Due, answered: Answered) -> None:
    now = clock.now()
    facts: dict[str, Any] = {"delivery": due.id, "status": answered.status, "now": now}
    with house.connection() as connection:
        if answered.status is not None and 200 <= answered.status < 300:
            connection.execute(QUERIES["told"], facts)
            return
        # 410 Gone: the receiver says it wants no more of this.
        gone = answered.status == 410
        facts["next_at"] = None if gone else rules.next_attempt(due.attempts, now, due.id)
        facts["problem"] = (answered.problem or f"HTTP {answered.status}")[:_PROBLEM_MAX]
        connection.execute(QUERIES["not_told"], facts)


def _check(wanted: NewHook) -> None:
    for event in wanted.events or ("",):
        if event not in EVENTS:
            raise HookEventError(event=event, known=", ".join(EVENTS))
    reason = _wrong_url(wanted.url)
    if reason is not None:
        raise HookUrlError(url=wanted.url[:200], reason=reason)


def _wrong_url(url: str) -> Text | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return Text("it is not an address", "不是有效地址")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Text("it is not a full http or https address", "不是完整的 http 或 https 地址")
    if parts.username is not None or parts.password is not None:
        return Text("it holds a user name or password", "包含用户名或密码")
    if not url.isprintable() or " " in url or "\\" in url:
        return Text("it holds spaces or control characters", "包含空格或控制字符")
    return None
