"""A project with a stage graph and people who answer at a word, for tests of flow and review."""

from collections.abc import Sequence
from typing import Any

from galley.annotate import review
from galley.annotate import service as queue
from galley.annotate.flow import service
from galley.annotate.flow.advance import advance
from galley.annotate.flow.model import END, SINGLE, Consensus, Edge, Graph, Node, ProjectFull, Settings
from galley.annotate.flow.service import NewProject
from galley.annotate.flow.versions import read_schema
from galley.annotate.model import Answer, Lease, Project, Stage
from galley.annotate.model import Review as Verdict
from galley.store.database import Database
from galley.testing.memory import FakeClock, MemoryBlobs

SCHEMA, _ = read_schema("controls:\n  - {name: kind, type: classify, choices: [cat, dog, cow]}\n")
OTHER, _ = read_schema("controls:\n  - {name: kind, type: classify, choices: [cat, dog]}\n")


def edge(source: str, to: str = END, on: str = "done") -> Edge:
    return Edge(source=source, to=to, on=on)


def chain(*nodes: Node) -> Graph:
    """Nodes one after another; consensus that fails ends too."""
    edges = []
    for place, node in enumerate(nodes):
        to = nodes[place + 1].name if place + 1 < len(nodes) else END
        edges += [
            edge(node.name, to, on) for on in (("agree", "disagree") if isinstance(node, Consensus) else ("done",))
        ]
    return Graph(nodes=nodes, edges=tuple(edges))


class Floor:
    """One organisation's projects, with people who answer at a word."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.house = database.house()
        self.blobs = MemoryBlobs()
        self.clock = FakeClock()
        names = ("安", "Bo", "Cy", "Di")
        self.people = [queue.ensure_labeler(database, self.clock, name, "person").id for name in names]
        self.sent = 0

    def project(self, graph: Graph = SINGLE, items: Sequence[str] = ("a",), **settings: Any) -> ProjectFull:
        new = NewProject(name=f"p{self.sent}", schema=SCHEMA, settings=Settings(graph=graph, **settings))
        self.sent += 1
        made = service.create(self.database, self.blobs, self.clock, new)
        self.add(made, items)
        return made

    def add(self, project: ProjectFull, items: Sequence[str], batch: int | None = None) -> int:
        contents = [(item, {"text": item}) for item in items]
        return service.add_items(self.database, self.blobs, self.clock, project.id, contents, batch=batch)

    def plain(self, project: ProjectFull) -> Project:
        return next(one for one in queue.projects(self.database) if one.id == project.id)

    def claim(self, project: ProjectFull, who: int, node: str, stage: Stage = "label", count: int = 50) -> list[Lease]:
        request = queue.Request(stage=stage, pools=(node,), count=count)
        return queue.claim(self.database, self.clock, self.plain(project), self.people[who], request)

    def answer(self, who: int, leases: Sequence[Lease], kind: str = "cat") -> None:
        for lease in leases:
            self.sent += 1
            sent = Answer(slot=lease.slot, token=lease.token, body={"kind": kind}, client_id=f"c{self.sent}")
            assert queue.submit(self.database, self.clock, self.people[who], sent).accepted
        self.advance()

    def decide(self, who: int, leases: Sequence[Lease], verdict: str = "accept", **facts: Any) -> None:
        for lease in leases:
            self.sent += 1
            said = Verdict(verdict=verdict, **facts)  # type: ignore[arg-type]
            assert review.decide(self.database, self.clock, self.people[who], lease, said, f"v{self.sent}").accepted
        self.advance()

    def advance(self, limit: int = 2000) -> list[int]:
        """Advance until everything is dealt with; the server's own transactions can hold events back for a moment."""
        steps = [advance(self.house, self.blobs, self.clock, limit)]
        while steps[-1] or self.behind():
            steps.append(advance(self.house, self.blobs, self.clock, limit))
        return [step for step in steps if step]

    def behind(self) -> bool:
        with self.house.connection() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM annotate.outbox o WHERE (o.tx, o.id) > (r.tx, r.id))"
                " FROM annotate.reader r WHERE r.name = 'flow'"
            ).fetchone()
        return bool(row and row[0])

    def where(self, project: ProjectFull) -> dict[str, str | None]:
        return {row.item: row.node for row in service.items(self.database, project.id)}

    def label(self, project: ProjectFull, item: str) -> Any:
        row = next(row for row in service.items(self.database, project.id) if row.item == item)
        assert row.answer is not None
        return queue.history(self.database, row.answer)[-1].body["kind"]
