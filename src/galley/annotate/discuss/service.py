"""Use cases of comments: say something about an answer, mark it as dealt with, see why work came back."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.annotate.discuss import repo
from galley.annotate.discuss.errors import CommentError, CommentUnknownError
from galley.annotate.discuss.model import COMMENT_KINDS, Comment, NewComment
from galley.annotate.errors import SlotUnknownError
from galley.kernel.clock import Clock
from galley.store.database import Connection, Database

__all__ = ["Returned", "add", "check", "named", "of_item", "own", "page", "people_of", "resolve", "returned", "store"]

_BODY_MAX: Final = 10_000
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier attempt at a slot's work and why it came back."""

    slot: int
    answer: Any
    reason: str | None
    note: str
    reviewer: int | None
    at: datetime | None
    comments: tuple[Comment, ...] = ()


def check(new: NewComment) -> None:
    """Refuse a comment that cannot be stored; raises CommentError."""
    anchor = new.anchor
    if new.kind not in COMMENT_KINDS:
        raise CommentError(
            reason=f"kinds are {', '.join(COMMENT_KINDS)}", reason_zh=f"类型须为 {', '.join(COMMENT_KINDS)}"
        )
    if len(new.body) > _BODY_MAX or not 1 <= len(new.client_id) <= 200:
        raise CommentError(reason="too long, or without client_id", reason_zh="过长，或缺少 client_id")
    texts = [new.body, new.client_id] + ([] if anchor is None else [anchor.control or "", anchor.region or ""])
    if any(_UNSTORABLE.search(text) for text in texts):
        raise CommentError(reason="a NUL character or half a surrogate pair", reason_zh="含有 NUL 字符或不完整的代理对")
    if anchor is not None and (anchor.start is None) != (anchor.end is None):
        raise CommentError(reason="an anchor has a start and an end, or neither", reason_zh="锚点须同时有起点与终点")
    if anchor is not None and anchor.start is not None and not 0 <= anchor.start <= (anchor.end or 0) < 2**53:
        raise CommentError(reason="an anchor that ends before it starts", reason_zh="锚点的终点先于起点")


def store(connection: Connection, clock: Clock, project: int, slot: int, author: int, new: NewComment) -> Comment:
    """Store a checked comment in the caller's transaction; sending it again gives the same one."""
    anchor = None if new.anchor is None else msgspec.json.encode(new.anchor).decode()
    facts: dict[str, Any] = {"project": project, "slot": slot, "author": author, "client_id": new.client_id}
    facts |= {"anchor": anchor, "kind": new.kind, "body": new.body, "now": clock.now()}
    found = repo.add_comment(connection, facts)
    if found is None:
        raise SlotUnknownError(slot=slot)
    return msgspec.convert(found, Comment)


def add(database: Database, clock: Clock, project: int, slot: int, author: int, new: NewComment) -> Comment:
    """Say something about an answer; raises CommentError, SlotUnknownError."""
    check(new)
    with database.transaction() as connection:
        return store(connection, clock, project, slot, author, new)


def of_item(database: Database, project: int, item: str) -> list[Comment]:
    """Everything said about an item, oldest first."""
    with database.connection() as connection:
        return [msgspec.convert(row, Comment) for row in repo.comments_of_item(connection, project, item)]


def page(
    database: Database,
    project: int,
    *,
    before: int | None = None,
    limit: int = 100,
    unresolved: bool = True,
    shown: bool = False,
) -> list[Comment]:
    """What was said in a project, newest first; what is dealt with, too, when asked for; `shown`: of which items."""
    facts = {"project": project, "before": before or 2**63 - 1, "limit": limit, "open": unresolved, "shown": shown}
    with database.connection() as connection:
        return [msgspec.convert(row, Comment) for row in repo.comments_page(connection, facts)]


def resolve(database: Database, project: int, comment: int, labeler: int, *, resolved: bool = True) -> Comment:
    """Mark a comment as dealt with, or open it again; raises CommentUnknownError."""
    with database.transaction() as connection:
        facts = {"project": project, "comment": comment, "labeler": labeler, "resolved": resolved}
        found = repo.comment(connection, project, comment) if repo.resolve_comment(connection, facts) else None
        if found is None:
            raise CommentUnknownError(comment=comment)
        return msgspec.convert(found, Comment)


def people_of(database: Database, comments: Sequence[Comment]) -> dict[int, int]:
    """Labeler → person, of who made and resolved some comments. One query, however many."""
    labelers = {number for one in comments for number in (one.author, one.resolved_by) if number is not None}
    with database.connection() as connection:
        return repo.people(connection, sorted(labelers))


def named(comments: Sequence[Comment], names: Mapping[int, str]) -> list[Comment]:
    """Comments with names by labeler; who is not named keeps the word that labelers are known by, `person-7`."""
    return [
        msgspec.structs.replace(
            one,
            author_name=names.get(one.author, one.author_name),
            resolved_by_name=None if one.resolved_by is None else names.get(one.resolved_by),
        )
        for one in comments
    ]


def own(database: Database, project: int, slot: int, labeler: int) -> None:
    """Raise SlotUnknownError unless a slot is held, was answered or is waited for by this labeler."""
    with database.connection() as connection:
        if not repo.is_of(connection, project, slot, labeler):
            raise SlotUnknownError(slot=slot)


def returned(database: Database, project: int, slot: int) -> list[Returned]:
    """Why the work of a slot came back, newest attempt first, with what was said about each; empty at first attempts."""
    with database.connection() as connection:
        attempts = repo.returned_before(connection, project, slot)
        item = "" if not attempts else str(attempts[0]["item"])
        said = [msgspec.convert(row, Comment) for row in repo.comments_of_item(connection, project, item)]
    return [
        Returned(
            slot=attempt["slot"],
            answer=attempt["answer"],
            reason=(attempt["verdict"] or {}).get("reason"),
            note=(attempt["verdict"] or {}).get("note", ""),
            reviewer=attempt["reviewer"],
            at=attempt["created_at"],
            comments=tuple(one for one in said if one.slot == attempt["slot"]),
        )
        for attempt in attempts
    ]
