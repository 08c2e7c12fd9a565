"""A project's settings as typed data: the graph of stages, the gold schedule; and what the rules see and decide."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from galley.annotate.model import LabelerKind, Stage, State
from galley.annotate.verifiers.model import Verifier

__all__ = [
    "END",
    "SINGLE",
    "STAGE_OF",
    "Accept",
    "Adjudicate",
    "Agent",
    "Annotate",
    "Batch",
    "Branch",
    "Condition",
    "Consensus",
    "Edge",
    "Flow",
    "Gold",
    "GoldRecord",
    "Graph",
    "ItemRow",
    "ItemState",
    "LabelerFacts",
    "Merge",
    "Moves",
    "Node",
    "Open",
    "ProjectFull",
    "ProjectState",
    "Review",
    "Router",
    "Settings",
    "Work",
]

END: Final = "end"
"""Where edges lead when nothing is left to do; no node may be called so."""

Flow = Literal["item", "batch"]
ProjectState = Literal["open", "paused", "draining", "closed"]
Fact = Literal["agreement", "gold", "skill", "attempt", "opinions"]


class _Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all nodes have."""

    name: str  # also the pool of its slots
    title: str = ""
    flow: Flow = "item"  # batch: nothing is opened until every item of the batch has come this far


class Annotate(_Node, frozen=True, kw_only=True, tag="annotate"):
    """People give opinions: `overlap` of them, and further ones up to `most` while they disagree."""

    overlap: int = 1
    most: int = 0  # 0: overlap is fixed
    distance: float = 0.0  # opinions this far apart at most agree, by the label types' distance
    skills: dict[str, float] = {}  # the least level of each skill


class Review(_Node, frozen=True, kw_only=True, tag="review"):
    """Somebody else accepts, fixes or returns every answer of the stages before."""

    skills: dict[str, float] = {}


class Accept(_Node, frozen=True, kw_only=True, tag="accept"):
    """The client looks at the answer and accepts, fixes or returns it."""

    skills: dict[str, float] = {}


class Adjudicate(_Node, frozen=True, kw_only=True, tag="adjudicate"):
    """One person who gave no opinion decides."""

    skills: dict[str, float] = {}


class Consensus(_Node, frozen=True, kw_only=True, tag="consensus"):
    """One label of several opinions by the schema's merge, when they are near enough; outcomes agree and disagree."""

    distance: float = 0.0


class Agent(_Node, frozen=True, kw_only=True, tag="agent"):
    """A model or a backend answers; it is a labeler that claims from this node's pool."""

    agent: str = ""  # who: a name that whoever runs agents understands


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact about an item on one side of a number; an unknown fact is on neither side."""

    fact: Fact  # agreement: 1 - mean distance; gold, skill: the lowest of its labelers; attempt: the highest
    skill: str = ""
    below: float | None = None
    above: float | None = None


class Branch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way out of a router: by percentage, by condition, or, without either, for all the rest."""

    on: str
    percent: float | None = None
    standing: bool = False  # or the highest review percentage its labelers stand at, when that is more
    when: Condition | None = None


class Router(_Node, frozen=True, kw_only=True, tag="router"):
    """The first branch that fits is taken; the last one takes the rest."""

    branches: tuple[Branch, ...]


Node = Annotate | Review | Accept | Adjudicate | Consensus | Agent | Router

STAGE_OF: Final[dict[str, Stage]] = {
    "annotate": "label",
    "agent": "label",
    "review": "review",
    "accept": "accept",
    "adjudicate": "adjudicate",
    "consensus": "adjudicate",
}
"""Kind of node -> stage of its slots; their pool is the node's name."""


class Edge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """Where an outcome of a node leads."""

    source: str
    to: str = END
    on: str = "done"  # done | return (review, accept) | agree, disagree (consensus) | a router's branch


class Graph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stages of a project and the ways between them; items enter at the first node."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()


SINGLE: Final = Graph(nodes=(Annotate(name="annotate"),), edges=(Edge(source="annotate"),))
"""One answer an item, and done."""


class Gold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often people meet items whose answer is known."""

    rate: float = 0.2  # of the answers of somebody nobody knows yet
    floor: float = 0.02  # of the answers of somebody who is trusted
    target: float = 0.9  # accuracy that earns trust
    distance: float = 0.0  # an answer this far from the known one at most is right


class GoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one labeler in one project from gold."""

    answers: int = 0  # all answers, gold or not
    seen: int = 0
    right: int = 0


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a project works; other parts of the house keep words of their own beside these."""

    graph: Graph | None = None  # None: whoever opened the project (a line) adds the slots it needs
    gold: Gold | None = None
    lease_seconds: float = 1800.0
    description: str = ""
    hidden_fields: tuple[str, ...] = ()  # fields of the records that are never handed out with work
    verifiers: tuple[Verifier, ...] = ()  # what checks an answer while it is worked on


class ProjectFull(msgspec.Struct, frozen=True, kw_only=True):
    """A project as its managers see it."""

    id: int
    organisation: int
    line: str
    purpose: str
    name: str
    state: ProjectState
    schema_sha256: str
    schema_version: int
    guideline: str | None
    guideline_version: int
    settings: Settings
    due_at: datetime | None
    created_at: datetime


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Items that are delivered together."""

    id: int
    project: int
    name: str
    priority: int
    due_at: datetime | None
    created_at: datetime


class ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item in a list."""

    item: str
    node: str | None
    held: bool
    batch: int | None
    answer: int | None  # at the end: the slot that holds its label
    answers: int
    pending: int  # slots waiting for somebody


# --- What the rules see and decide -----------------------------------------------------------------------------------


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One slot of an item, as the rules see it."""

    id: int
    node: str  # its pool
    stage: Stage
    state: State
    labeler: int | None = None
    labeler_kind: LabelerKind | None = None
    target: int | None = None
    attempt: int = 1
    slot_no: int = 0
    body: Any = None  # the newest answer, when the graph compares answers

    @property
    def live(self) -> bool:
        """Whether it counts towards the overlap."""
        return self.state in ("ready", "leased", "submitted")


class LabelerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What routers may know of a labeler."""

    gold: float | None = None  # share of gold answered right
    skills: dict[str, float] = {}
    review_percent: int | None = None


class ItemState(msgspec.Struct, frozen=True, kw_only=True):
    """An item and everything done about it."""

    item: str
    node: str | None = None  # None: it has not entered
    batch: int | None = None
    released: bool = True  # whether a node with batch flow may open its slots for it
    works: tuple[Work, ...] = ()


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A slot to open."""

    stage: Stage
    node: str
    target: int | None = None


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A merged answer to store as a node's own."""

    node: str
    body: Any


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with an item: where it is afterwards, the slots to open and those that no longer count."""

    node: str
    held: bool = False  # waits for its batch
    opens: tuple[Open, ...] = ()
    merge: Merge | None = None
    void: tuple[int, ...] = ()
    answer: int | None = None  # at the end: the slot that holds the item's label
