"""What a notice is: a kind and its facts, of which a reader makes a sentence in their language."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

__all__ = ["KINDS", "UNREAD_MAX", "Notice", "NoticeKind", "Unread"]

NoticeKind = Literal[
    "returned",  # {item, slot, stage, reason}: one's work came back
    "commented",  # {item, slot, stage, comment, said}: somebody said something about one's answer
    "answered",  # the same: somebody said something where one had said something
    "resolved",  # {item, slot, stage, comment}: one's comment was dealt with
    "action",  # {action, do, until}: something was done about one
    "appeal",  # {action, appeal, state: upheld | overturned}
    "late",  # {item, slot, stage, settled: adopted | dismissed}: one's late answer
    "rule",  # {rule}: an isolation rule waits for one's approval
    "rule_decided",  # {rule, state: approved | refused}: the rule one had proposed
    "invitation",  # {name}: somebody came whom one had invited
    "job",  # {job, work, state: done | failed, code}: long work one had asked for
]
KINDS: Final[tuple[NoticeKind, ...]] = (
    *("returned", "commented", "answered", "resolved", "action", "appeal", "late", "rule", "rule_decided"),
    *("invitation", "job"),
)
"""What people are told of."""

UNREAD_MAX: Final = 99
"""More unread notices than this are said to be more, and never counted."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person is told of; whoever did it is not named."""

    id: int
    organisation: int
    project: int | None
    project_name: str
    kind: NoticeKind
    facts: dict[str, Any]
    at: datetime
    read: bool


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices wait to be read: at most 99, and whether there are more."""

    unread: int
    more: bool
