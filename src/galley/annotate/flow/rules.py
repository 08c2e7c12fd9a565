"""What becomes of an item next: pure decisions over its slots and the project's graph.

`next_moves` looks at the whole state of an item, never at the event that made somebody ask, so that asking twice, late
or after a crash decides the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from galley.annotate.flow.graph import Plan
from galley.annotate.flow.model import (
    END,
    STAGE_OF,
    Accept,
    Adjudicate,
    Agent,
    Annotate,
    Branch,
    Condition,
    Consensus,
    Gold,
    GoldRecord,
    ItemState,
    LabelerFacts,
    Merge,
    Moves,
    Open,
    ProjectState,
    Review,
    Router,
    Work,
)
from galley.kernel.draw import derive_seed, unit_interval
from galley.kernel.errors import invariant

__all__ = [
    "PROJECT_CHANGES",
    "Tools",
    "agreement",
    "gold_due",
    "gold_rate",
    "may_work_at",
    "next_moves",
    "released_nodes",
    "settled",
    "urgency_of",
]

Distance = Callable[[Any, Any], float]

PROJECT_CHANGES: Final[dict[tuple[ProjectState, str], ProjectState]] = {
    ("open", "pause"): "paused",
    ("draining", "pause"): "paused",
    ("open", "drain"): "draining",
    ("draining", "drained"): "paused",
    ("paused", "reopen"): "open",
    ("draining", "reopen"): "open",
    ("closed", "reopen"): "open",
    ("open", "close"): "closed",
    ("paused", "close"): "closed",
    ("draining", "close"): "closed",
}
"""Every legal change of a project's state. Nothing is handed out unless it is open; answers are taken in any state."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules need beside the item: the schema's distance and merge, a seed, facts about labelers."""

    distance: Distance
    merge: Callable[[Sequence[Any]], Any]
    seed: bytes
    labelers: Mapping[int, LabelerFacts] = {}


def next_moves(plan: Plan, item: ItemState, tools: Tools) -> Moves:
    """Where the item goes from here, and what is to be opened, merged or voided for it."""
    moves = _walk(plan, item, tools)
    gone = {work.id for work in item.works if not work.live} | set(moves.void)
    pointless = tuple(work.id for work in item.works if work.state == "ready" and work.target in gone)
    return msgspec.structs.replace(moves, void=moves.void + pointless) if pointless else moves


def _walk(plan: Plan, item: ItemState, tools: Tools) -> Moves:
    node = item.node or plan.entry
    if node == END:
        return Moves(node=END, answer=_answer(item))
    released = item.released or item.batch is None
    for _ in range(len(plan.nodes) + 1):
        if plan.nodes[node].flow == "batch" and not released and not _begun(node, item):
            return Moves(node=node, held=True)
        outcome, moves = _at(plan, node, item, tools)
        if moves is not None:
            return moves
        following = plan.following(node, outcome)
        invariant(following is not None, "a checked graph says where every outcome leads", node=node, outcome=outcome)
        node = str(following)
        if node == END:
            return Moves(node=END, answer=_answer(item))
        released = released and node == (item.node or plan.entry)  # a batch is let through one node at a time
        released = released or item.batch is None
    raise AssertionError("a checked graph has no cycles")


def _at(plan: Plan, name: str, item: ItemState, tools: Tools) -> tuple[str, Moves | None]:
    """What a node says about the item: an outcome, or what it is waiting for."""
    node = plan.nodes[name]
    match node:
        case Router():
            return _route(node, plan, item, tools), None
        case Annotate():
            return _opinions(node, item, tools)
        case Agent() | Adjudicate():
            return _single(name, STAGE_OF["agent" if isinstance(node, Agent) else "adjudicate"], item)
        case Consensus():
            return _consensus(node, plan, item, tools)
        case Review() | Accept():
            return _review(node, plan, item, tools)
    raise AssertionError("every kind of node has its rule")


def _here(name: str, item: ItemState) -> list[Work]:
    return [work for work in item.works if work.node == name and work.live]


def _begun(name: str, item: ItemState) -> bool:
    return any(work.node == name for work in item.works)


def _opinions(node: Annotate, item: ItemState, tools: Tools) -> tuple[str, Moves | None]:
    works = [work for work in _here(node.name, item) if work.stage == "label"]
    if len(works) < node.overlap:
        opens = tuple(Open(stage="label", node=node.name) for _ in range(node.overlap - len(works)))
        return "", Moves(node=node.name, opens=opens)
    if any(work.state != "submitted" for work in works):
        return "", Moves(node=node.name)
    if node.most > len(works) and not settled([w.body for w in works], node.overlap, node.distance, tools.distance):
        return "", Moves(node=node.name, opens=(Open(stage="label", node=node.name),))
    return "done", None


def _single(name: str, stage: Any, item: ItemState) -> tuple[str, Moves | None]:
    works = _here(name, item)
    if not works:
        return "", Moves(node=name, opens=(Open(stage=stage, node=name),))
    return ("done", None) if all(work.state == "submitted" for work in works) else ("", Moves(node=name))


def _sources(plan: Plan, name: str, item: ItemState) -> list[Work]:
    return [work for source in plan.reviewed[name] for work in _here(source, item) if work.target is None]


def _last(plan: Plan, works: list[Work]) -> list[Work]:
    """Of several stages' answers the last stage's count: an adjudication beats the opinions it settled."""
    nodes = {work.node for work in works}
    return [work for work in works if not any(work.node in plan.upstream[node] for node in nodes)]


def _back(plan: Plan, name: str, item: ItemState, tools: Tools) -> Moves:
    """Return to work that is open again; what was made of its former answer no longer counts."""
    _, missing = _at(plan, name, item, tools)
    after = plan.downstream[name]
    stale = [w.id for w in item.works if w.node in after and w.stage == "adjudicate" and w.state == "submitted"]
    return Moves(node=name, void=tuple(stale), opens=() if missing is None else missing.opens)


def _consensus(node: Consensus, plan: Plan, item: ItemState, tools: Tools) -> tuple[str, Moves | None]:
    decided = _here(node.name, item)
    if decided:
        done = all(work.state == "submitted" for work in decided)
        return ("agree", None) if done else ("", Moves(node=node.name))
    sources = _sources(plan, node.name, item)
    undone = next((work for work in sources if work.state != "submitted"), None)
    if undone is not None:
        return "", _back(plan, undone.node, item, tools)
    bodies = [work.body for work in sources]
    if not bodies or not settled(bodies, 2, node.distance, tools.distance):
        return "disagree", None
    return "", Moves(node=node.name, merge=Merge(node=node.name, body=tools.merge(bodies)))


def _review(node: Review | Accept, plan: Plan, item: ItemState, tools: Tools) -> tuple[str, Moves | None]:
    name, stage = node.name, STAGE_OF["review" if isinstance(node, Review) else "accept"]
    sources = _last(plan, _sources(plan, name, item))
    undone = next((work for work in sources if work.state != "submitted"), None)
    if undone is not None:
        return "", _back(plan, undone.node, item, tools)
    if not sources:
        back = plan.following(name, "return") or plan.reviewed[name][0]
        return "", _reopened(plan, back, item)
    looks = {work.target: work for work in _here(name, item) if work.stage == stage}
    opens = tuple(Open(stage=stage, node=name, target=work.id) for work in sources if work.id not in looks)
    if opens or any(looks[work.id].state != "submitted" for work in sources):
        return "", Moves(node=name, opens=opens)
    return "done", None


def _reopened(plan: Plan, name: str, item: ItemState) -> Moves:
    node = plan.nodes[name]
    missing = (node.overlap if isinstance(node, Annotate) else 1) - len(_here(name, item))
    opens = tuple(Open(stage=STAGE_OF[_kind(node)], node=name) for _ in range(missing))
    return Moves(node=name, opens=opens)


def _kind(node: Any) -> str:
    return str(node.__struct_config__.tag)


def _answer(item: ItemState) -> int | None:
    """The slot whose newest revision is the item's label: the last decision, or else the first opinion."""
    done = [work for work in item.works if work.state == "submitted" and work.target is None]
    decided = [work for work in done if work.stage == "adjudicate"]
    if decided:
        return max(decided, key=lambda work: work.id).id
    people = [work for work in done if work.labeler_kind != "machine"] or done
    return min(people, key=lambda work: work.slot_no).id if people else None


# --- agreement -------------------------------------------------------------------------------------------------------


def settled(bodies: Sequence[Any], overlap: int, within: float, distance: Distance) -> bool:
    """Whether opinions are near enough: all of them at the overlap; later, more than half around one of them."""
    count = len(bodies)
    near = [sum(distance(one, other) <= within for other in bodies) for one in bodies]
    if count <= max(overlap, 2):
        return all(number == count for number in near)
    return any(2 * number > count for number in near)


def agreement(bodies: Sequence[Any], distance: Distance) -> float | None:
    """One minus the mean distance between two opinions; None when there are fewer than two."""
    pairs = [distance(bodies[one], bodies[two]) for one in range(len(bodies)) for two in range(one)]
    return 1.0 - sum(pairs) / len(pairs) if pairs else None


# --- routers ---------------------------------------------------------------------------------------------------------


def _route(node: Router, plan: Plan, item: ItemState, tools: Tools) -> str:
    draw = 100.0 * unit_interval(derive_seed(tools.seed, "router", node.name), item.item)
    passed = 0.0
    for branch in node.branches[:-1]:
        if branch.when is not None:
            if _holds(branch.when, node, plan, item, tools):
                return branch.on
            continue
        share = _share(branch, item, tools)
        if passed <= draw < passed + share:
            return branch.on
        passed += share
    return node.branches[-1].on


def _labelers(item: ItemState, tools: Tools) -> list[LabelerFacts]:
    who = {work.labeler for work in item.works if work.stage == "label" and work.state == "submitted"}
    return [tools.labelers.get(one, LabelerFacts()) for one in sorted(one for one in who if one is not None)]


def _share(branch: Branch, item: ItemState, tools: Tools) -> float:
    share = float(branch.percent or 0.0)
    if branch.standing:
        share = max([share, *(float(facts.review_percent or 0) for facts in _labelers(item, tools))])
    return share


def _holds(when: Condition, node: Router, plan: Plan, item: ItemState, tools: Tools) -> bool:
    value = _fact(when, node, plan, item, tools)
    if value is None:
        return False
    return value < when.below if when.below is not None else value > float(when.above or 0.0)


def _fact(when: Condition, node: Router, plan: Plan, item: ItemState, tools: Tools) -> float | None:
    sources = [work for work in _sources(plan, node.name, item) if work.state == "submitted"]
    match when.fact:
        case "agreement":
            opinions = [w for w in item.works if w.stage == "label" and w.state == "submitted"]
            return agreement([work.body for work in opinions], tools.distance)
        case "opinions":
            return float(len(sources))
        case "attempt":
            return float(max((work.attempt for work in sources), default=1))
        case "gold":
            known = [facts.gold for facts in _labelers(item, tools) if facts.gold is not None]
            return min(known, default=None)
        case "skill":
            # Somebody without the skill has none of it.
            return min((facts.skills.get(when.skill, 0.0) for facts in _labelers(item, tools)), default=None)
    raise AssertionError("every fact is known")


# --- batches ---------------------------------------------------------------------------------------------------------


def released_nodes(plan: Plan, standing: Mapping[str | None, int]) -> list[str]:
    """The nodes with batch flow that nobody of a batch has still to come to; `standing`: items of the batch by node."""
    coming = {node or plan.entry for node, items in standing.items() if items}
    return [
        name
        for name, node in plan.nodes.items()
        if node.flow == "batch" and name in coming and not coming & plan.upstream[name]
    ]


# --- people ----------------------------------------------------------------------------------------------------------


def may_work_at(node: Any, skills: Mapping[str, float]) -> bool:
    """Whether somebody with these skills may take work of a node."""
    wanted: Mapping[str, float] = getattr(node, "skills", {})
    return all(skills.get(name, 0.0) >= level for name, level in wanted.items())


_WILSON_Z: Final = 1.6448536269514722  # one-sided 95 %


def gold_rate(record: GoldRecord, gold: Gold) -> float:
    """The share of a labeler's answers that should be gold.

    It falls from `rate` to `floor` as the lower 95 % bound (Wilson) of their accuracy on gold nears the target, so
    that trust needs many right answers and one bad run brings gold back.
    """
    if record.seen == 0:
        return gold.rate
    share, seen, z2 = record.right / record.seen, record.seen, _WILSON_Z**2
    centre = share + z2 / (2 * seen)
    spread = _WILSON_Z * (share * (1 - share) / seen + z2 / (4 * seen * seen)) ** 0.5
    lower = max(0.0, (centre - spread) / (1 + z2 / seen))
    trust = min(1.0, lower / gold.target) if gold.target > 0 else 1.0
    return max(gold.floor, gold.rate * (1.0 - trust))


def gold_due(record: GoldRecord, gold: Gold, seed: bytes, labeler: int) -> bool:
    """Whether this labeler's next item should be gold, after `record.answers` answers; nobody can foresee it."""
    return unit_interval(derive_seed(seed, "gold", labeler), str(record.answers)) < gold_rate(record, gold)


def urgency_of(priority: int, *, seconds_left: float | None) -> int:
    """A priority that grows as the due date nears: by 1,000 a day over the last week, and at once when it is past."""
    if seconds_left is None:
        return priority
    days = min(7.0, max(0.0, seconds_left / 86400.0))
    return min(2_147_000_000, priority + round(1000 * (7.0 - days)))
