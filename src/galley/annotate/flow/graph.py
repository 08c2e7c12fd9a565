"""The graph of stages: checking it, and reading it. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from galley.annotate.flow.errors import GraphError
from galley.annotate.flow.model import (
    END,
    Accept,
    Agent,
    Annotate,
    Consensus,
    Edge,
    Graph,
    Node,
    Review,
    Router,
)

__all__ = ["Plan", "check_graph", "outcomes", "plan_of"]

_NODES_MAX = 50
_NAME_MAX = 60


def outcomes(node: Node) -> tuple[str, ...]:
    """The outcomes of a node that must lead somewhere."""
    if isinstance(node, Router):
        return tuple(branch.on for branch in node.branches)
    return ("agree", "disagree") if isinstance(node, Consensus) else ("done",)


class Plan:
    """A checked graph with its questions answered once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: Mapping[str, Node] = {node.name: node for node in graph.nodes}
        self.entry = graph.nodes[0].name
        self._next = {(edge.source, edge.on): edge.to for edge in graph.edges}
        forward = [edge for edge in graph.edges if edge.on != "return"]
        self._before = {name: [e.source for e in forward if e.to == name] for name in [*self.nodes, END]}
        self._after = {name: [e.to for e in forward if e.source == name] for name in self.nodes}
        self.upstream = {name: frozenset(_reach(name, self._before)) for name in [*self.nodes, END]}
        self.downstream = {name: frozenset(_reach(name, self._after)) for name in self.nodes}
        self.reviewed = {name: self._nearest(name) for name in self.nodes}
        self.compares = any(
            isinstance(node, Consensus)
            or (isinstance(node, Annotate) and node.most > node.overlap)
            or (isinstance(node, Router) and any(b.when and b.when.fact == "agreement" for b in node.branches))
            for node in graph.nodes
        )
        self.asks_people = any(
            isinstance(node, Router)
            and any(b.standing or (b.when and b.when.fact in ("gold", "skill")) for b in node.branches)
            for node in graph.nodes
        )

    def following(self, node: str, outcome: str) -> str | None:
        """Where an outcome leads; None where no edge says so (only `return` may lack one)."""
        return self._next.get((node, outcome))

    def _nearest(self, name: str) -> tuple[str, ...]:
        """The nodes before this one whose answers it looks at: the nearest on every way that hold answers."""
        found: list[str] = []
        seen = set()
        open_names = list(self._before[name])
        while open_names:
            place = open_names.pop(0)
            if place in seen:
                continue
            seen.add(place)
            if isinstance(self.nodes[place], Review | Accept | Router):
                open_names += self._before[place]
            else:
                found.append(place)
        return tuple(found)


def plan_of(graph: Graph) -> Plan:
    """The graph, checked; raises GraphError."""
    check_graph(graph)
    return Plan(graph)


def _reach(start: str, ways: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    open_names = list(ways.get(start, ()))
    while open_names:
        place = open_names.pop()
        if place not in found:
            found.add(place)
            open_names += ways.get(place, ())
    return found


def check_graph(graph: Graph) -> None:
    """Refuse a graph in which an item could get lost, go round for ever, or never come to an end; raises GraphError."""
    if not graph.nodes:
        raise GraphError(fault="it has no nodes", fault_zh="没有节点", place="nodes")
    if len(graph.nodes) > _NODES_MAX:
        raise GraphError(fault=f"more than {_NODES_MAX} nodes", fault_zh=f"节点超过 {_NODES_MAX} 个", place="nodes")
    for node in graph.nodes:
        _check_node(node)
    names = [node.name for node in graph.nodes]
    for name in names:
        if names.count(name) > 1:
            raise GraphError(fault="two nodes have this name", fault_zh="节点重名", place=name)
    _check_edges(graph, {node.name: node for node in graph.nodes})
    plan = Plan(graph)
    for name in names:
        if name in plan.downstream[name]:
            raise GraphError(fault="a cycle that is no rework", fault_zh="存在非返工的循环", place=name)
    _check_ends(plan)
    for node in graph.nodes:
        _check_sources(plan, node)


def _check_node(node: Node) -> None:
    if not node.name.strip() or node.name == END or len(node.name) > _NAME_MAX or "\x00" in node.name:
        raise GraphError(fault="not a name for a node", fault_zh="节点名称无效", place=repr(node.name))
    if isinstance(node, Annotate):
        if not 1 <= node.overlap <= 100:
            raise GraphError(fault="overlap must be 1 to 100", fault_zh="overlap 须为 1 至 100", place=node.name)
        if node.most and not node.overlap < node.most <= 100:
            raise GraphError(
                fault="`most` must be more than `overlap`", fault_zh="`most` 须大于 `overlap`", place=node.name
            )
        if node.most and node.overlap == 1:
            raise GraphError(
                fault="one opinion cannot disagree: begin with two",
                fault_zh="单一意见无从分歧：至少两份",
                place=node.name,
            )
    if isinstance(node, Annotate | Consensus) and not 0 <= node.distance < 1:
        raise GraphError(fault="distance must be in [0, 1)", fault_zh="distance 须在 [0, 1) 内", place=node.name)
    if isinstance(node, Router):
        _check_branches(node)


def _check_branches(node: Router) -> None:
    names = [branch.on for branch in node.branches]
    if len(names) < 2 or len(set(names)) < len(names):
        raise GraphError(
            fault="a router needs two branches or more, each with a name of its own",
            fault_zh="路由须有两个以上不同名的分支",
            place=node.name,
        )
    if "return" in names:
        raise GraphError(fault="a branch cannot be called return", fault_zh="分支不能命名为 return", place=node.name)
    *chosen, rest = node.branches
    if rest.percent is not None or rest.when is not None or rest.standing:
        raise GraphError(
            fault="the last branch takes the rest: no percentage, no condition",
            fault_zh="最后一个分支接收其余条目，不得设百分比或条件",
            place=f"{node.name}.{rest.on}",
        )
    for branch in chosen:
        _check_branch(node, branch.on, msgspec.structs.asdict(branch))
    if sum(branch.percent or 0.0 for branch in chosen) > 100:
        raise GraphError(fault="more than 100 percent", fault_zh="百分比之和超过 100", place=node.name)


def _check_branch(node: Router, name: str, branch: dict[str, object]) -> None:
    place = f"{node.name}.{name}"
    percent, when = branch["percent"], branch["when"]
    if (percent is None) == (when is None):
        raise GraphError(fault="either a percentage or a condition", fault_zh="须设百分比或条件之一", place=place)
    if isinstance(percent, float | int) and not 0 <= percent <= 100:
        raise GraphError(fault="percent must be 0 to 100", fault_zh="percent 须为 0 至 100", place=place)
    if when is not None:
        below, above = getattr(when, "below", None), getattr(when, "above", None)
        if (below is None) == (above is None):
            raise GraphError(fault="either below or above", fault_zh="须设 below 或 above 之一", place=place)
        if (getattr(when, "fact", "") == "skill") != bool(getattr(when, "skill", "")):
            raise GraphError(fault="name the skill", fault_zh="须指明技能", place=place)


def _check_edges(graph: Graph, nodes: Mapping[str, Node]) -> None:
    seen: set[tuple[str, str]] = set()
    for edge in graph.edges:
        place = f"{edge.source} → {edge.to}"
        if edge.source not in nodes or (edge.to not in nodes and edge.to != END):
            raise GraphError(fault="an edge to or from nowhere", fault_zh="边的端点不存在", place=place)
        if (edge.source, edge.on) in seen:
            raise GraphError(fault=f"two edges for '{edge.on}'", fault_zh=f"“{edge.on}”有两条边", place=edge.source)
        seen.add((edge.source, edge.on))
        node = nodes[edge.source]
        if edge.on == "return":
            _check_return(edge, nodes)
        elif edge.on not in outcomes(node):
            raise GraphError(
                fault=f"'{edge.on}' is no outcome of it", fault_zh=f"“{edge.on}”不是其结果", place=edge.source
            )
    for name, node in nodes.items():
        for outcome in outcomes(node):
            if (name, outcome) not in seen:
                raise GraphError(fault=f"'{outcome}' leads nowhere", fault_zh=f"“{outcome}”没有去向", place=name)


def _check_return(edge: Edge, nodes: Mapping[str, Node]) -> None:
    if not isinstance(nodes[edge.source], Review | Accept):
        raise GraphError(fault="only reviews return work", fault_zh="只有审核能退回", place=edge.source)
    if edge.to == END or isinstance(nodes[edge.to], Review | Accept | Router | Consensus | Agent):
        raise GraphError(
            fault="work is returned to people: annotate or adjudicate",
            fault_zh="只能退回到人工环节：annotate 或 adjudicate",
            place=f"{edge.source} → {edge.to}",
        )


def _check_ends(plan: Plan) -> None:
    returned = {edge.to for edge in plan.graph.edges if edge.on == "return"}
    reachable = {plan.entry} | plan.downstream[plan.entry] | returned
    for name in returned:
        reachable |= plan.downstream[name]
    for name in plan.nodes:
        if name not in reachable:
            raise GraphError(fault="nothing leads to it", fault_zh="没有路径到达", place=name)
        if END not in plan.downstream[name]:
            raise GraphError(fault="no way from it to the end", fault_zh="没有通向结束的路径", place=name)


def _check_sources(plan: Plan, node: Node) -> None:
    """Reviews and consensus need answers before them, and machines' answers somebody to redo them."""
    if not isinstance(node, Review | Accept | Consensus):
        return
    sources = [plan.nodes[name] for name in plan.reviewed[node.name]]
    if not sources:
        raise GraphError(fault="no stage before it gives answers", fault_zh="之前没有产生答案的环节", place=node.name)
    if isinstance(node, Consensus):
        if any(isinstance(source, Consensus) for source in sources):
            raise GraphError(fault="a consensus of a consensus", fault_zh="对共识再求共识", place=node.name)
        return
    back = plan.following(node.name, "return")
    for source in sources:
        if isinstance(source, Consensus | Agent) and back is None:
            raise GraphError(
                fault=f"it looks at '{source.name}', a machine's answer: say with a `return` edge who redoes it",
                fault_zh=f"它审核机器答案“{source.name}”：须用 `return` 边指明由谁重做",
                place=node.name,
            )
        if isinstance(source, Consensus) and back is not None and isinstance(plan.nodes[back], Annotate):
            raise GraphError(
                fault="a consensus is redone by an adjudicate node, not by asking for the same opinions",
                fault_zh="共识须由 adjudicate 节点重做，而非重复征求意见",
                place=node.name,
            )
