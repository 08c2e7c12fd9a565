"""The graph of stages and what becomes of an item in it: pure, no database."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.flow.errors import GraphError
from galley.annotate.flow.graph import Plan, plan_of
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
    Edge,
    Gold,
    GoldRecord,
    Graph,
    ItemState,
    LabelerFacts,
    Moves,
    Open,
    Review,
    Router,
    Settings,
    Work,
)
from galley.annotate.flow.rules import (
    Tools,
    agreement,
    gold_due,
    gold_rate,
    may_work_at,
    next_moves,
    released_nodes,
    settled,
    urgency_of,
)


def edge(source: str, to: str = END, on: str = "done") -> Edge:
    return Edge(source=source, to=to, on=on)


def apart(one: Any, other: Any) -> float:
    return float(abs(one - other)) / 10


TOOLS = Tools(distance=apart, merge=lambda bodies: sum(bodies) / len(bodies), seed=b"s")

FULL = Graph(
    nodes=(
        Annotate(name="label", overlap=2, most=3, distance=0.1, skills={"zh": 0.5}),
        Consensus(name="agree", distance=0.1),
        Adjudicate(name="decide"),
        Router(name="sample", branches=(Branch(on="check", percent=50.0, standing=True), Branch(on="pass"))),
        Review(name="review"),
        Accept(name="client"),
    ),
    edges=(
        edge("label", "agree"),
        edge("agree", "sample", "agree"),
        edge("agree", "decide", "disagree"),
        edge("decide", "review"),
        edge("sample", "review", "check"),
        edge("sample", "client", "pass"),
        edge("review", "client"),
        edge("review", "decide", "return"),
        edge("client", END),
        edge("client", "decide", "return"),
    ),
)
PLAN = plan_of(FULL)


def work(number: int, node: str, state: str = "submitted", **facts: Any) -> Work:
    kinds = {node.name: type(node).__struct_config__.tag for node in FULL.nodes}
    return Work(id=number, node=node, stage=STAGE_OF[str(kinds[node])], state=state, slot_no=number, **facts)  # type: ignore[arg-type]


def moves(*works: Work, node: str | None = None, **facts: Any) -> Moves:
    return next_moves(PLAN, ItemState(item="i", node=node, works=works, **facts), TOOLS)


def opinions(*bodies: float) -> list[Work]:
    return [
        work(place, "label", body=body, labeler=place + 1, labeler_kind="person") for place, body in enumerate(bodies)
    ]


def test_a_new_item_gets_its_overlap() -> None:
    assert moves() == Moves(node="label", opens=(Open(stage="label", node="label"),) * 2)
    assert moves(work(1, "label", "leased")).opens == (Open(stage="label", node="label"),)
    assert moves(work(1, "label", "ready"), work(2, "label", "leased")) == Moves(node="label")
    assert (
        moves(work(1, "label", "void"), work(2, "label", "skipped")).opens == (Open(stage="label", node="label"),) * 2
    )


def test_a_third_opinion_is_asked_only_where_two_are_far_apart() -> None:
    assert moves(*opinions(1, 5)) == Moves(node="label", opens=(Open(stage="label", node="label"),))
    near = moves(*opinions(1, 2))
    assert near.node == "agree"
    assert near.merge is not None
    assert near.merge.body == 1.5
    majority = moves(*opinions(1, 9, 9))
    assert majority.merge is not None
    assert moves(*opinions(1, 5, 9)) == Moves(node="decide", opens=(Open(stage="adjudicate", node="decide"),))


def test_the_merged_answer_is_sampled_for_review_or_goes_to_the_client() -> None:
    merged = work(10, "agree", body=1, labeler_kind="machine")
    seen = set()
    for number in range(40):
        state = ItemState(item=f"i{number}", node="agree", works=(*opinions(1, 1), merged))
        found = next_moves(PLAN, state, TOOLS)
        seen.add(found.node)
        assert found.opens == (
            Open(stage=STAGE_OF[found.node if found.node == "review" else "accept"], node=found.node, target=10),
        )
        assert next_moves(PLAN, state, TOOLS) == found, "asked again, the same"
    assert seen == {"review", "client"}


def test_people_under_watch_are_always_reviewed() -> None:
    watched = msgspec.structs.replace(TOOLS, labelers={2: LabelerFacts(review_percent=100)})
    for number in range(40):
        state = ItemState(item=f"i{number}", node="agree", works=(*opinions(1, 1), work(10, "agree", body=1)))
        assert next_moves(PLAN, state, watched).node == "review"


def test_an_item_ends_with_the_last_decision_as_its_answer() -> None:
    done = [*opinions(1, 1), work(10, "agree"), work(11, "client", target=10)]
    assert moves(*done, node="client") == Moves(node=END, answer=10)
    assert moves(*done, node=END) == Moves(node=END, answer=10)


def test_a_returned_machine_answer_goes_along_the_return_edge() -> None:
    gone = [*opinions(1, 1), work(10, "agree", "void"), work(11, "client", target=10)]
    assert moves(*gone, node="client") == Moves(node="decide", opens=(Open(stage="adjudicate", node="decide"),))
    again = [*gone, work(12, "decide")]
    assert moves(*again, node="decide").opens == (Open(stage="review", node="review", target=12),)


def test_returned_work_of_people_takes_the_item_back_and_what_followed_no_longer_counts() -> None:
    graph = Graph(
        nodes=(Annotate(name="label", overlap=2), Review(name="review"), Consensus(name="agree")),
        edges=(
            edge("label", "review"),
            edge("review", "agree"),
            edge("agree", END, "agree"),
            edge("agree", END, "disagree"),
        ),
    )
    plan = plan_of(graph)
    redo = Work(id=7, node="label", stage="label", state="ready", attempt=2)
    merged = Work(id=9, node="agree", stage="adjudicate", state="submitted")
    works = (*opinions(1, 1)[:1], work(1, "label", "void"), redo, merged)
    assert next_moves(plan, ItemState(item="i", node="review", works=works), TOOLS) == Moves(node="label", void=(9,))
    redone = msgspec.structs.replace(redo, state="submitted", body=1)
    found = next_moves(plan, ItemState(item="i", node="label", works=(works[0], works[1], redone)), TOOLS)
    assert found.opens == tuple(Open(stage="review", node="review", target=number) for number in (0, 7))


def test_a_review_of_an_answer_that_no_longer_counts_is_taken_out() -> None:
    waiting = work(12, "review", "ready", target=10)
    gone = [*opinions(1, 1), work(10, "agree", "void"), waiting]
    found = moves(*gone, node="review")
    assert (found.node, found.void) == ("decide", (12,))
    held = work(13, "review", "leased", target=10)
    assert moves(*gone[:-1], held, node="review").void == (), "whoever holds it is told when they decide"


def test_every_condition_of_a_router() -> None:
    def chosen(when: Condition, works: Sequence[Work], **labelers: LabelerFacts) -> str:
        graph = Graph(
            nodes=(
                Annotate(name="label", overlap=2),
                Router(name="r", branches=(Branch(on="yes", when=when), Branch(on="no"))),
                Review(name="review"),
            ),
            edges=(edge("label", "r"), edge("r", "review", "yes"), edge("r", END, "no"), edge("review")),
        )
        tools = msgspec.structs.replace(TOOLS, labelers={int(key[1:]): facts for key, facts in labelers.items()})
        return next_moves(plan_of(graph), ItemState(item="i", node="label", works=tuple(works)), tools).node

    low = Condition(fact="agreement", below=0.9)
    assert chosen(low, opinions(1, 5)) == "review"
    assert chosen(low, opinions(1, 1)) == END
    gold = Condition(fact="gold", below=0.8)
    assert chosen(gold, opinions(1, 1), _1=LabelerFacts(gold=0.9), _2=LabelerFacts(gold=0.7)) == "review"
    assert chosen(gold, opinions(1, 1), _1=LabelerFacts(gold=0.9)) == END
    assert chosen(gold, opinions(1, 1)) == END, "nothing is known"
    skill = Condition(fact="skill", skill="zh", below=0.5)
    assert chosen(skill, opinions(1, 1), _1=LabelerFacts(skills={"zh": 0.9})) == "review", "the other has none"
    redone = [*opinions(1), work(9, "label", body=1, attempt=2)]
    assert chosen(Condition(fact="attempt", above=1), redone) == "review"
    assert chosen(Condition(fact="opinions", above=2), opinions(1, 1)) == END


def test_a_batch_waits_for_its_last_item() -> None:
    graph = Graph(
        nodes=(Annotate(name="label"), Review(name="review", flow="batch")),
        edges=(edge("label", "review"), edge("review")),
    )
    plan = plan_of(graph)
    done = ItemState(item="i", node="label", batch=1, released=False, works=tuple(opinions(1)))
    assert next_moves(plan, done, TOOLS) == Moves(node="review", held=True)
    alone = msgspec.structs.replace(done, batch=None)
    assert next_moves(plan, alone, TOOLS).opens
    assert released_nodes(plan, {None: 1, "review": 3}) == []
    assert released_nodes(plan, {"label": 1, "review": 3}) == []
    assert released_nodes(plan, {"review": 3, END: 4}) == ["review"]
    freed = msgspec.structs.replace(done, node="review", released=True)
    assert next_moves(plan, freed, TOOLS).opens == (Open(stage="review", node="review", target=0),)


GOOD = (Annotate(name="a"), Review(name="r"))
BAD: dict[str, Graph] = {
    "no nodes": Graph(nodes=()),
    "name": Graph(nodes=(Annotate(name=END),), edges=(edge(END),)),
    "this name": Graph(nodes=(Annotate(name="a"), Annotate(name="a")), edges=(edge("a"),)),
    "nothing leads": Graph(nodes=GOOD, edges=(edge("a"), edge("r"))),
    "leads nowhere": Graph(nodes=GOOD, edges=(edge("a", "r"),)),
    "a cycle": Graph(nodes=(Annotate(name="a"), Annotate(name="b")), edges=(edge("a", "b"), edge("b", "a"))),
    "to or from nowhere": Graph(nodes=GOOD, edges=(edge("a", "x"), edge("r"))),
    "two edges": Graph(nodes=GOOD, edges=(edge("a", "r"), edge("a"), edge("r"))),
    "no outcome": Graph(nodes=GOOD, edges=(edge("a", "r"), edge("r"), edge("r", END, "agree"))),
    "only reviews return": Graph(nodes=GOOD, edges=(edge("a", "r"), edge("r"), edge("a", "a", "return"))),
    "returned to people": Graph(nodes=GOOD, edges=(edge("a", "r"), edge("r"), edge("r", "r", "return"))),
    "gives answers": Graph(nodes=(Review(name="r"),), edges=(edge("r"),)),
    "a machine's answer": Graph(nodes=(Agent(name="m"), Review(name="r")), edges=(edge("m", "r"), edge("r"))),
    "overlap must": Graph(nodes=(Annotate(name="a", overlap=0),), edges=(edge("a"),)),
    "more than `overlap`": Graph(nodes=(Annotate(name="a", overlap=3, most=2),), edges=(edge("a"),)),
    "begin with two": Graph(nodes=(Annotate(name="a", overlap=1, most=2),), edges=(edge("a"),)),
    "distance": Graph(nodes=(Annotate(name="a", distance=1.0),), edges=(edge("a"),)),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_graph_that_cannot_work_is_refused_with_the_fault_and_the_place(fault: str) -> None:
    with pytest.raises(GraphError) as problem:
        plan_of(BAD[fault])
    assert fault in str(problem.value)


ROUTERS: dict[str, tuple[Branch, ...]] = {
    "two branches": (Branch(on="rest"),),
    "takes the rest": (Branch(on="a", percent=5), Branch(on="b", percent=5)),
    "either a percentage": (Branch(on="a"), Branch(on="b")),
    "0 to 100": (Branch(on="a", percent=-1), Branch(on="b")),
    "more than 100": (Branch(on="a", percent=60), Branch(on="c", percent=60), Branch(on="b")),
    "either below": (Branch(on="a", when=Condition(fact="gold")), Branch(on="b")),
    "name the skill": (Branch(on="a", when=Condition(fact="skill", below=1)), Branch(on="b")),
    "called return": (Branch(on="return", percent=1), Branch(on="b")),
}


@pytest.mark.parametrize("fault", ROUTERS)
def test_a_router_that_cannot_work_is_refused(fault: str) -> None:
    branches = ROUTERS[fault]
    nodes = (Annotate(name="a"), Router(name="r", branches=branches))
    with pytest.raises(GraphError, match=fault):
        plan_of(Graph(nodes=nodes, edges=(edge("a", "r"), *(edge("r", END, b.on) for b in branches))))


def test_settings_are_read_back_as_they_were_written() -> None:
    settings = Settings(graph=FULL, gold=Gold(rate=0.3))
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings
    assert b'"from":"label"' in msgspec.json.encode(settings)


def test_agreement_is_by_distance() -> None:
    assert agreement([1.0], apart) is None
    assert agreement([0, 5, 10], apart) == pytest.approx(1 - (0.5 + 0.5 + 1.0) / 3)
    assert settled([1, 1.5], 2, 0.1, apart)
    assert not settled([1, 1.5, 9], 3, 0.1, apart), "at the overlap all must agree"
    assert settled([1, 1.5, 9], 2, 0.1, apart)


def test_trust_thins_gold_out_and_a_bad_run_brings_it_back() -> None:
    gold = Gold(rate=0.2, floor=0.02, target=0.9)
    rates = [gold_rate(GoldRecord(seen=seen, right=seen), gold) for seen in (0, 1, 5, 20, 100)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 0.2
    assert rates[-1] == 0.02
    assert gold_rate(GoldRecord(seen=100, right=30), gold) > 0.1
    due = [gold_due(GoldRecord(answers=number), gold, b"s", 1) for number in range(2000)]
    assert 300 < sum(due) < 500


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_right_answers_never_mean_more_gold(right: int, wrong: int) -> None:
    gold = Gold()
    now = gold_rate(GoldRecord(seen=right + wrong, right=right), gold)
    assert gold.floor <= now <= gold.rate
    if right + wrong:
        assert gold_rate(GoldRecord(seen=right + wrong + 1, right=right + 1), gold) <= now + 1e-12


def test_skills_and_due_dates() -> None:
    assert may_work_at(FULL.nodes[0], {"zh": 0.5})
    assert not may_work_at(FULL.nodes[0], {"en": 1.0})
    assert may_work_at(FULL.nodes[1], {})
    assert urgency_of(5, seconds_left=None) == 5
    assert urgency_of(5, seconds_left=30 * 86400.0) == 5
    assert urgency_of(5, seconds_left=86400.0) == 6005
    assert urgency_of(5, seconds_left=-1.0) == 7005


@st.composite
def item_states(draw: st.DrawFn) -> ItemState:
    node = draw(st.sampled_from([None, *PLAN.nodes]))
    works = []
    for number in range(draw(st.integers(0, 6))):
        place = draw(st.sampled_from(["label", "agree", "decide"]))
        state = draw(st.sampled_from(["ready", "leased", "submitted", "skipped", "void"]))
        works.append(work(number, place, state, body=draw(st.integers(0, 9)), labeler=number))
    return ItemState(item=draw(st.text(max_size=3)), node=node, works=tuple(works))


@given(item_states())
def test_whatever_the_state_the_item_has_somewhere_to_be(state: ItemState) -> None:
    """The rules never fail, and doing what they say once leaves nothing of it to be done again."""
    found = next_moves(PLAN, state, TOOLS)
    assert found.node == END or found.node in PLAN.nodes
    after = [work for work in state.works if work.id not in found.void]
    for number, wanted in enumerate(found.opens, start=100):
        after.append(Work(id=number, node=wanted.node, stage=wanted.stage, state="ready", target=wanted.target))
    again = next_moves(PLAN, ItemState(item=state.item, node=found.node, works=tuple(after)), TOOLS)
    assert (again.node, again.opens) == (found.node, ())


def test_a_plan_knows_what_a_stage_looks_at() -> None:
    assert isinstance(PLAN, Plan)
    assert set(PLAN.reviewed["review"]) == {"agree", "decide"}
    assert set(PLAN.reviewed["client"]) == {"agree", "decide"}
    assert PLAN.compares
    assert PLAN.asks_people
