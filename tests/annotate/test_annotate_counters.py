"""Lists, dashboard and explorer: right, complete page by page, and reading a bounded number of rows."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from galley.annotate import review, service
from galley.annotate.counters import explorer
from galley.annotate.counters import repo as counters_repo
from galley.annotate.counters import service as counters
from galley.annotate.counters.errors import PlaceError
from galley.annotate.counters.explorer import explore
from galley.annotate.counters.model import ItemFace, ItemFilter, ItemPlace
from galley.annotate.model import Project, Review
from galley.annotate.service import Batch, Request
from galley.annotate.time import service as accounts
from galley.store.database import Database
from galley.testing.memory import FakeClock


def drain(database: Database) -> None:
    while accounts.account(database.house()) + explorer.index_items(database.house()):
        pass


def opened(database: Database, clock: FakeClock, purpose: str = "p") -> Project:
    return service.open_project(database, clock, line="l", purpose=purpose, schema_sha256="8" * 64)


def answer(database: Database, clock: FakeClock, project: Project, name: str, bodies: dict[str, Any]) -> int:
    """A person answers items as told."""
    person = service.ensure_labeler(database, clock, name, "person").id
    placed = service.place_many(database, clock, project, person, bodies.items())
    assert placed.unplaced == ()
    return person


def everything(database: Database, project: Project, wanted: ItemFilter, limit: int = 3) -> list[ItemFace]:
    """All pages of a filter, one after another."""
    found: list[ItemFace] = []
    after: ItemPlace | None = None
    while True:
        page = explore(database, project.id, wanted, after, limit)
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        after = page.next


@pytest.fixture
def filled(database: Database) -> tuple[Database, Project, dict[str, int]]:
    clock = FakeClock()
    project = opened(database, clock)
    items = [f"i{n:02}" for n in range(20)]
    with database.connection() as connection:
        for n, item in enumerate(items):
            data = json.dumps({"image": "blob:0", "text": f"{'äPFEL' if n % 2 else 'Birnen'} {n:02}"})
            connection.execute(
                "INSERT INTO annotate.content (project, item, data) VALUES (%s, %s, %s)", [project.id, item, data]
            )
    service.add_items(database, project, items, Batch(overlap=2, gold=frozenset({"i03"})))
    people = {}
    for person in "xy":
        clock.advance(60)
        bodies = {
            item: {"topic": "ab"[n % 2] if person == "x" or n % 5 else "c", "tags": ["t", {"label": "box"}, ["p", "q"]]}
            for n, item in enumerate(items[:12])
        }
        people[person] = answer(database, clock, project, person, bodies)
    clock.advance(3600)
    answer(database, clock, project, "x", {"i12": {"topic": "z"}})
    drain(database)
    return database, project, people


def test_the_explorer_finds_what_a_scan_would(filled: Any) -> None:
    database, project, people = filled
    cases: list[tuple[ItemFilter, list[int]]] = [
        (ItemFilter(), list(range(20))),
        (ItemFilter(state="new"), list(range(13, 20))),
        (ItemFilter(state="working"), [12]),
        (ItemFilter(state="done"), list(range(12))),
        (ItemFilter(labeler=people["x"]), list(range(13))),
        (ItemFilter(labeler=people["y"], state="working"), []),
        (ItemFilter(differing=True), [0, 5, 10]),
        (ItemFilter(gold=True), [3]),
        (ItemFilter(label=("topic", "c")), [0, 5, 10]),
        (ItemFilter(label=("tags", "box")), list(range(12))),
        (ItemFilter(label=("tags", "p/q"), differing=True), [0, 5, 10]),
        (ItemFilter(prefix="äPfel 0"), [1, 3, 5, 7, 9]),
        (ItemFilter(prefix="äpfel", state="new"), [13, 15, 17, 19]),
        (ItemFilter(prefix="blob"), []),
    ]
    for wanted, expected in cases:
        assert [face.item for face in everything(database, project, wanted)] == [f"i{n:02}" for n in expected], wanted


def test_the_newest_come_first_within_a_stretch_of_time(filled: Any) -> None:
    database, project, _ = filled
    newest = everything(database, project, ItemFilter(newest_first=True))
    assert [face.item for face in newest] == ["i12", *(f"i{n:02}" for n in reversed(range(12)))]
    cut = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    assert [face.item for face in everything(database, project, ItemFilter(since=cut))] == ["i12"]
    assert len(everything(database, project, ItemFilter(until=cut))) == 12


def test_a_face_says_who_answered_what(filled: Any) -> None:
    database, project, people = filled
    face = explore(database, project.id, ItemFilter(differing=True)).items[0]
    assert (face.item, face.answers, face.differing, face.gold, face.state) == ("i00", 2, True, False, "done")
    assert face.labelers == tuple(sorted(people.values()))
    assert face.labels == {"topic": ["a", "c"], "tags": ["box", "p/q", "t"]}
    assert face.head == "Birnen 00"  # as it is written, though it is found in any case


def test_a_corrected_answer_is_found_by_what_it_says_now(filled: Any) -> None:
    database, project, people = filled
    clock = FakeClock(datetime(2026, 1, 2, tzinfo=UTC))
    [judged] = [one for one in service.judgements(database, project, items=["i00"]) if one.labeler == people["y"]]
    [slot] = review.add_reviews(database, project, [judged.slot], pool="second")
    drain(database)
    assert [face.item for face in everything(database, project, ItemFilter(node="review/second"))] == ["i00"]
    reviewer = service.ensure_labeler(database, clock, "reviewer", "person").id
    request = Request(stage="review", pools=("second",))
    [lease] = service.claim(database, clock, project, reviewer, request)
    assert lease.slot == slot
    fixed = Review(verdict="fix", body={"topic": "a"}, base=judged.revision)
    review.decide(database, clock, reviewer, lease, fixed, "r")
    drain(database)
    assert [face.item for face in everything(database, project, ItemFilter(label=("topic", "c")))] == ["i05", "i10"]
    assert everything(database, project, ItemFilter(node="review/second")) == []
    before = everything(database, project, ItemFilter())
    assert explorer.reindex(database.house(), project.id) == 20
    assert everything(database, project, ItemFilter()) == before


def test_counts_stop_at_a_thousand(database: Database) -> None:
    clock = FakeClock()
    project = opened(database, clock)
    service.add_items(database, project, [f"i{n:04}" for n in range(1200)])
    drain(database)
    page = explore(database, project.id, ItemFilter())
    assert (page.count, page.count_more, len(page.items)) == (1000, True, 50)
    assert explore(database, project.id, ItemFilter(), page.next).count is None
    few = explore(database, project.id, ItemFilter(gold=True))
    assert (few.count, few.count_more, few.items, few.next) == (0, False, (), None)


def test_a_rare_combination_is_looked_for_piece_by_piece(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    project = opened(database, clock)
    service.add_items(database, project, [f"i{n:03}" for n in range(100)])
    bodies = {f"i{n:03}": {"t": "rare" if n == 77 else "often"} for n in range(100)}
    person = answer(database, clock, project, "x", bodies)
    drain(database)
    monkeypatch.setattr(explorer, "_SCAN", 10)
    wanted = ItemFilter(label=("t", "rare"), labeler=person)  # the labeler's items are gone through
    first = explore(database, project.id, wanted)
    assert (first.items, first.count, first.count_more) == ((), 0, True)
    assert first.next is not None
    assert [face.item for face in everything(database, project, wanted)] == ["i077"]


def test_a_cursor_of_another_list_is_refused(filled: Any) -> None:
    database, project, _ = filled
    onward = explore(database, project.id, ItemFilter(), limit=2).next
    assert onward is not None
    with pytest.raises(PlaceError):
        explore(database, project.id, ItemFilter(state="done"), onward)


def test_the_dashboard_says_how_it_stands(filled: Any) -> None:
    database, project, _ = filled
    clock = FakeClock(datetime(2026, 1, 1, 3, tzinfo=UTC))
    board = counters.dashboard(database, clock, project.id)
    assert (board.slots_open, board.slots_done, board.done_share) == (15, 25, 25 / 40)
    assert board.identical_answers == 1 - 3 / 12
    assert board.slowest == "label"
    assert [(hour.submitted, hour.people) for hour in board.hours] == [(24, 2), (1, 1)]
    assert board.forecast.why_not is not None
    assert (board.gold_accuracy, board.accepted_share, board.leased) == (None, None, 0)
    [node] = board.nodes
    assert node.days_left == pytest.approx(15 / (25 / (3 / 24)))


def test_the_people_table_has_a_row_a_person(filled: Any) -> None:
    database, project, people = filled
    [first] = counters.people(database, project.id, limit=1)
    [second] = counters.people(database, project.id, first.labeler, limit=1)
    assert [(row.name, row.answers) for row in (first, second)] == [("x", 13), ("y", 12)]
    assert counters.people(database, project.id, second.labeler) == []
    assert counters.person(database, project.id, people["y"]) == second
    assert counters.person(database, project.id, 10**6) is None


def test_projects_are_listed_with_their_progress(filled: Any) -> None:
    database, project, _ = filled
    other = opened(database, FakeClock(), "other")
    [newest] = counters.projects(database, limit=1)
    assert (newest.id, newest.done_share) == (other.id, None)
    [older] = counters.projects(database, newest.id, limit=5)
    assert (older.id, older.slots_open, older.slots_done) == (project.id, 15, 25)
    assert counters.projects(database.of(2)) == []


# --- what it costs ---------------------------------------------------------------------------------------------------


def seeded(database: Database, items: int, days: int = 28) -> Project:
    """A project's index and totals as if people had worked for weeks, made by the database."""
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    project = opened(database, clock, f"of {items}")
    for n in range(20):
        service.ensure_labeler(database, clock, f"p{n}", "person")
    facts = {"project": project.id, "items": items, "hours": days * 24, "now": clock.now()}
    with database.house().connection() as connection:
        for statement in SEED:
            connection.execute(statement, facts)
    with psycopg.connect(psycopg.conninfo.make_conninfo(database.conninfo, options="")) as owner:
        owner.execute("ANALYZE annotate.face, annotate.face_key, annotate.rollup, annotate.hourly, annotate.effort")
    return project


SEED = (
    """INSERT INTO annotate.face (organisation, project, item, state, answers, differing, gold, head, keys, last_at)
    SELECT 1, %(project)s, lpad(n::text, 9, '0'), CASE WHEN n %% 10 < 7 THEN 'done' ELSE 'new' END, 2, n %% 50 = 0, false,
           'headline ' || lpad((n * 7919 %% %(items)s)::text, 9, '0'),
           ARRAY['labeler=' || n %% 20, 'label:topic=' || n %% 8] || CASE WHEN n %% 50 = 0 THEN '{differing}'::text[] ELSE '{}' END,
           CASE WHEN n %% 10 < 7 THEN %(now)s::timestamptz - n * interval '1 second' END
    FROM generate_series(1, %(items)s::int) AS n""",
    """INSERT INTO annotate.face_key (organisation, project, key, item)
    SELECT 1, project, k, item FROM annotate.face, unnest(keys) AS k WHERE project = %(project)s""",
    """INSERT INTO annotate.hourly (organisation, project, hour, stage, people, submitted, skipped, accepted, fixed, returned,
                                    counted_ms)
    SELECT 1, %(project)s, %(now)s::timestamptz - n * interval '1 hour', s, 5, 40, 0, 0, 0, 0, 900000
    FROM generate_series(1, %(hours)s::int) AS n, unnest('{label,review}'::text[]) AS s""",
    """INSERT INTO annotate.effort (organisation, project, labeler, stage, submitted, revised, skipped, late, accepted, fixed,
                                    returned, voided, timed, counted_ms, raw_ms, units, last_at)
    SELECT 1, %(project)s, l.id, s, 100, 0, 1, 0, 5, 1, 2, 0, 90, 900000, 1000000, 100, %(now)s
    FROM annotate.labeler l, unnest('{label,review}'::text[]) AS s""",
    """INSERT INTO annotate.total (organisation, project, stage, pool, made, submitted)
    VALUES (1, %(project)s, 'label', '', %(items)s::int, %(items)s::int / 2)""",
    """INSERT INTO annotate.pace (organisation, project, stage, bucket, answers)
    SELECT 1, %(project)s, 'label', n, 10 FROM generate_series(0, 60) AS n""",
)


class Cost:
    """How many statements a use case sends, and how many rows those read."""

    def __init__(self) -> None:
        self.statements = 0
        self.rows = 0

    def read(self, plan: dict[str, Any]) -> int:
        """Rows that the scans of a plan met, those they threw away included."""
        own = 0
        if plan["Node Type"].endswith("Scan") and plan["Node Type"] not in ("CTE Scan", "Bitmap Index Scan"):
            thrown = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
            own = round((plan["Actual Rows"] + thrown) * plan["Actual Loops"])
        return own + sum(self.read(part) for part in plan.get("Plans", ()))


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Cost:
    counted = Cost()
    real = psycopg.Cursor.execute

    def execute(self: Any, query: Any, facts: Any = None, **named: Any) -> Any:
        if query in set(counters_repo.QUERIES.values()):
            counted.statements += 1
            with psycopg.Cursor(self.connection) as probe:
                [[plans]] = real(probe, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", facts).fetchall()
            counted.rows += counted.read(plans[0]["Plan"])
        return real(self, query, facts, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    return counted


FILTERS = (
    ItemFilter(),
    ItemFilter(state="done"),
    ItemFilter(differing=True),
    ItemFilter(label=("topic", "3"), labeler=3),
    ItemFilter(labeler=7, state="new"),
    ItemFilter(newest_first=True),
    ItemFilter(since=datetime(2026, 3, 1, tzinfo=UTC) - timedelta(seconds=900)),
    ItemFilter(prefix="headline 0000012"),
    ItemFilter(label=("topic", "nothing")),
)


def spent(database: Database, project: Project, cost: Cost) -> list[tuple[int, int]]:
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    found = []

    def measure(call: Any) -> None:
        cost.statements = cost.rows = 0
        call()
        found.append((cost.statements, cost.rows))

    measure(lambda: counters.projects(database))
    measure(lambda: counters.dashboard(database, clock, project.id))
    measure(lambda: counters.people(database, project.id))
    measure(lambda: accounts.slow_answer_seconds(database, project.id))
    for wanted in FILTERS:
        measure(lambda wanted=wanted: explore(database, project.id, wanted))
    return found


def test_lists_cost_the_same_in_a_project_ten_times_as_large(database: Database, cost: Cost) -> None:
    projects = [seeded(database, items) for items in (6_000, 60_000)]
    small, large = (spent(database, project, cost) for project in projects)
    assert [statements for statements, _ in large] == [2, 6, 1, 1, *(2 for _ in FILTERS[:-1]), 1]
    # Projects, dashboard, people, slow answers: nothing of it depends on how many items there are.
    assert [rows for _, rows in small[:4]] == [rows for _, rows in large[:4]]
    assert large[1][1] <= 2 * 28 * 24 * 2 + 200  # both projects' hours, when a table this small is read whole
    # The explorer looks at 2,000 entries of an index and their rows; at half as many more where sorting all is cheaper.
    over = {repr(one): rows for one, (_, rows) in zip(FILTERS, large[4:], strict=True) if rows > 3 * 2000}
    assert over == {}


def test_later_pages_look_at_no_more_than_they_show(database: Database, cost: Cost) -> None:
    project = seeded(database, 6_000)
    page = explore(database, project.id, ItemFilter(state="done"))
    cost.rows = 0
    explore(database, project.id, ItemFilter(state="done"), page.next)
    assert cost.rows <= 60 + 50  # and how those begin that are shown
