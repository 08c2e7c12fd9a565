"""Who gets which slot: the pairing keeps every per-person rule, serves in turn, and leaves nothing over needlessly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.work.model import ANY_POOL, Asker, Facts, Free, Node, Want
from galley.annotate.work.rules import asked_together, demands, pairs, refusal, rework_only

WORKERS = range(1, 6)


@st.composite
def queues(draw: st.DrawFn) -> list[Free]:
    return [
        Free(
            id=number,
            item=draw(st.sampled_from("abcd")),
            target=draw(st.sampled_from([None, 7, 8])),
            urgency=0,
            rkey=number,
            prefer_worker=draw(st.sampled_from([None, None, None, 1, 2])),
            barred=draw(st.lists(st.sampled_from(WORKERS), unique=True)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


WANTS = st.lists(st.tuples(st.sampled_from(WORKERS), st.integers(0, 3)), unique_by=lambda want: want[0]).map(
    lambda wants: [Want(worker, lack) for worker, lack in wants]
)


def free(number: int, **facts: object) -> Free:
    slot = {"item": f"i{number}", "target": None, "urgency": 0, "prefer_worker": None, "barred": [], **facts}
    return Free(id=number, rkey=number, **slot)  # type: ignore[arg-type]


@given(queues(), WANTS)
def test_pairs_keep_every_rule_and_waste_nothing(queue: list[Free], wants: list[Want]) -> None:
    found = pairs(queue, wants)
    slots = {slot.id: slot for slot in queue}
    assert max(Counter(slot for slot, _ in found).values(), default=1) == 1
    lack = {want.worker: want.lack for want in wants}
    got = Counter(worker for _, worker in found)
    assert all(count <= lack[worker] for worker, count in got.items())
    items = Counter((worker, slots[slot].item, slots[slot].target) for slot, worker in found)
    assert max(items.values(), default=1) == 1
    for number, worker in found:
        assert worker not in slots[number].barred
        assert slots[number].prefer_worker in (None, worker)
    for left in slots.keys() - {slot for slot, _ in found}:
        slot = slots[left]
        for worker in (worker for worker, wanted in lack.items() if got[worker] < wanted):
            barred = worker in slot.barred or slot.prefer_worker not in (None, worker)
            assert barred or items[worker, slot.item, slot.target]


def test_slots_go_round_in_the_order_of_asking() -> None:
    assert pairs([free(n) for n in range(5)], [Want(8, 3), Want(9, 1), Want(7, 2)]) == [
        (0, 8),
        (1, 9),
        (2, 7),
        (3, 8),
        (4, 7),
    ]


def test_a_barred_slot_goes_to_the_next_and_a_returned_one_to_its_worker() -> None:
    queue = [free(1, barred=[8]), free(2, prefer_worker=7), free(3)]
    assert pairs(queue, [Want(8, 1), Want(7, 1)]) == [(1, 7), (3, 8)]
    assert pairs(queue[1:], [Want(8, 1), Want(7, 1)]) == [(2, 7), (3, 8)]


def test_asking_twice_at_once_is_asking_for_the_larger_number() -> None:
    assert asked_together([Want(3, 1), Want(2, 2), Want(3, 4), Want(5, 0)]) == {3: 4, 2: 2}


def facts(state: str = "open", **settings: object) -> Facts:
    return Facts(
        state=state,
        settings=settings,
        schema_sha256="5" * 64,
        schema_version=1,
        guideline=None,
        guideline_version=0,
    )


def test_a_node_asks_what_its_graph_says() -> None:
    nodes = [
        {"kind": "agent", "name": "model"},
        {"kind": "annotate", "name": "first", "skills": {"zh": 0.5}},
        {"kind": "annotate", "name": "second"},
        {"kind": "review", "name": "check", "skills": {"review": 0.8}},
    ]
    known = facts(graph={"nodes": nodes}, lease_seconds=60)
    first = demands(known, Node(1, 1, "label", ANY_POOL))
    assert (first.pools, first.skills, first.seconds) == (("first", "second"), {"zh": 0.5}, 60.0)
    assert demands(known, Node(1, 1, "label", "second")).skills == {}
    assert demands(known, Node(1, 1, "review", ANY_POOL)).pools == ("check",)
    assert demands(facts(), Node(1, 1, "label", ANY_POOL)).pools == ("",)
    assert demands(facts(), Node(1, 1, "label", "")).seconds == 1800.0


def test_who_gets_nothing_is_told_why() -> None:
    def asker(standing: str | None = None, unskilled: bool = False) -> Asker:
        return Asker(worker=1, gate_open=True, standing=standing, unskilled=unskilled, held=[])

    assert refusal(facts(), asker()) is None
    assert refusal(facts("draining"), asker()) is None
    assert rework_only(facts("draining"))
    assert not rework_only(facts())
    assert refusal(facts("paused"), asker()) == "project-paused"
    assert refusal(facts("closed"), asker("blocked")) == "project-closed"
    assert refusal(facts(), asker("blocked")) == "blocked"
    assert refusal(facts(), asker("paused")) == "paused"
    assert refusal(facts(), asker(unskilled=True)) == "skill"
