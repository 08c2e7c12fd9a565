"""The hot path's decisions, pure: who gets which slot, who gets none, and what a node asks of people."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from galley.annotate.model import Stage
from galley.annotate.work.model import ANY_POOL, Asker, Demands, Facts, Free, Node, Refused, SchemaAt, Want

__all__ = ["asked_together", "demands", "pairs", "refusal", "rework_only", "schema_at", "schemas_of"]

_LEASE_SECONDS: Final = 1800.0
_KINDS: Final[dict[Stage, tuple[str, ...]]] = {
    "label": ("annotate",),
    "review": ("review",),
    "adjudicate": ("adjudicate", "consensus"),
    "accept": ("accept",),
}
"""The kinds of a graph's nodes whose slots people work on, by stage. Agents answer from pools of their own."""


def demands(facts: Facts, node: Node) -> Demands:
    """What a node's settings ask and give. A project without a graph has one pool, '', and asks nothing.

    Of a node in any pool (`*`) they are those of the first one.
    """
    graph = facts.settings.get("graph") or {}
    nodes = [found for found in graph.get("nodes", ()) if found.get("kind") in _KINDS.get(node.stage, ())]
    pools = tuple(str(found["name"]) for found in nodes) or ("",)
    pool = pools[0] if node.pool == ANY_POOL else node.pool
    mine: Mapping[str, Any] = next((found for found in nodes if found["name"] == pool), {})
    return Demands(
        pools=pools,
        skills={str(name): float(level) for name, level in (mine.get("skills") or {}).items()},
        seconds=float(facts.settings.get("lease_seconds") or _LEASE_SECONDS),
    )


def schema_at(facts: Facts, leased_at: datetime | None) -> SchemaAt:
    """The label schema a lease was given with; without a lease the newest."""
    newest = SchemaAt(facts.schema_version, datetime.min.replace(tzinfo=UTC), facts.schema_sha256)
    if leased_at is None:
        return newest
    return next((found for found in reversed(facts.versions) if found.since <= leased_at), newest)


def schemas_of(facts: Facts, token: UUID, lease: tuple[UUID, datetime] | None) -> list[SchemaAt]:
    """The label schemas an answer may be under: that of its lease; any, the newest first, when the lease is lost."""
    if lease is not None and lease[0] == token:
        return [schema_at(facts, lease[1])]
    return list(reversed(facts.versions)) or [schema_at(facts, None)]


def rework_only(facts: Facts) -> bool:
    """Whether the project hands out nothing new: it drains, and only what was returned is still finished."""
    return facts.state == "draining"


def refusal(facts: Facts, asker: Asker) -> Refused | None:
    """Why somebody gets no work here, or None."""
    if facts.state == "paused":
        return "project-paused"
    if facts.state == "closed":
        return "project-closed"
    if asker.standing == "blocked":
        return "blocked"
    if asker.standing is not None:
        return "paused"
    return "skill" if asker.unskilled else None


def asked_together(wants: Sequence[Want]) -> dict[int, int]:
    """Worker -> leases they want to hold, when one asks several times at once; in the order they came."""
    most: dict[int, int] = {}
    for want in wants:
        most[want.worker] = max(want.lack, most.get(want.worker, 0))
    return {worker: lack for worker, lack in most.items() if lack > 0}


def pairs(free: Sequence[Free], wants: Sequence[Want]) -> list[tuple[int, int]]:
    """(slot, worker): slots in their order to people in theirs, one a turn, so that who asked first is served first.

    Nobody gets an item they did before or two slots of one item; a returned slot goes to nobody but its worker. Slots
    that fit nobody are left over. With B askers a slot costs one step, and B at most when it is barred for many.
    """
    turn = deque(want.worker for want in wants if want.lack > 0)
    lack = {want.worker: want.lack for want in wants}
    given: set[tuple[int, str, int | None]] = set()
    found: list[tuple[int, int]] = []
    for slot in free:
        worker = _taker(slot, turn, given)
        if worker is None:
            continue
        found.append((slot.id, worker))
        given.add((worker, slot.item, slot.target))
        lack[worker] -= 1
        turn.remove(worker)
        if lack[worker] > 0:
            turn.append(worker)
    return found


def _taker(slot: Free, turn: deque[int], given: set[tuple[int, str, int | None]]) -> int | None:
    for worker in turn:
        if slot.prefer_worker not in (None, worker) or worker in slot.barred:
            continue
        if (worker, slot.item, slot.target) not in given:
            return worker
    return None
