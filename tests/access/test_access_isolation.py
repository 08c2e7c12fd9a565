"""One organisation never sees another's rows: the walls are there, they hold, and they hold through one pool of threads.

Non-interference is tested rather than believed: every named query of every package is run as an organisation that has
nothing, with the keys of one that has a row in every table, once where those rows are and once where they are not. What
it answers must not be more where they are, and none of them may be changed.
"""

import collections
import contextlib
import itertools
import os
import random
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql as pgsql
from psycopg.conninfo import make_conninfo

import galley
from galley.store import sql
from galley.store.database import Database

SCHEMAS = ["access", "annotate", "catalog", "line", "server", "worker"]

NO_ORGANISATION = {
    "access.person": "a person is one wherever they work; row-level security shows colleagues only",
    "access.organisation": "its id is the organisation",
    "access.session": "of a person; house only",
    "access.ticket": "of a person; house only",
    "access.throttle": "of attempts by nobody yet; house only",
    "access.secret": "of the server; house only",
    "access.oidc_provider": "of the server; house only",
    "access.oidc_flow": "of somebody on the way; house only",
    "access.oidc_identity": "of a person; house only",
    "access.set_up": "of the server; house only",
    "annotate.reader": "how far a duty has read; house only",
    "annotate.notice_seen": "of a person; house only",
}
"""Tables without a column organisation, and why."""

HOUSE_ONLY = {"annotate.happening", "annotate.notice"}
"""Tables with a column organisation that no organisation reads: what is in them is one person's."""

SEEN_BY_ORGANISATIONS = {"access.person", "access.organisation"}
"""Of those, what an organisation may read, through a policy of its own."""

DEFINERS = {
    "annotate.analyse_v1": "tells the planner about tables; reads and returns nothing",
    "annotate.same_person_v1": "one bit about two labelers whose numbers the caller has to know",
}
"""Functions that run with their owner's rights, and why."""

HERS, NOBODY = 41, 43
"""The organisation with a row in every table, and one with nothing."""


# --- the walls are there ---------------------------------------------------------------------------------------------


def tables(connection: psycopg.Connection) -> list[tuple[str, bool, bool, bool]]:
    """Every table: name, whether it has a column organisation, whether isolated, whether an organisation may read it."""
    return connection.execute(
        """
        SELECT n.nspname || '.' || c.relname,
               EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation'),
               c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                   SELECT FROM pg_policy p JOIN pg_roles r ON r.oid = ANY(p.polroles)
                   WHERE p.polrelid = c.oid AND r.rolname = 'galley_app'),
               has_any_column_privilege('galley_app', c.oid, 'SELECT')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(%s) ORDER BY 1
        """,
        (SCHEMAS,),
    ).fetchall()


def unfenced(connection: psycopg.Connection) -> list[str]:
    """What is wrong with the walls."""
    found = []
    for name, has_organisation, isolated, readable in tables(connection):
        if has_organisation and not isolated:
            found.append(f"{name} has a column organisation and is not isolated")
        if not has_organisation and name not in NO_ORGANISATION:
            found.append(f"{name} has no column organisation, and no reason why is given")
        if not has_organisation and readable and not (name in SEEN_BY_ORGANISATIONS and isolated):
            found.append(f"{name} can be read by every organisation")
    return found


@pytest.fixture
def schema(template_database: str, postgres: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres, dbname=template_database) as connection:
        yield connection
        connection.rollback()


def test_every_table_is_isolated_or_has_a_reason(schema: psycopg.Connection) -> None:
    assert unfenced(schema) == []


def test_no_reason_is_given_for_what_is_gone(schema: psycopg.Connection) -> None:
    without = {name for name, has_organisation, _, _ in tables(schema) if not has_organisation}
    assert set(NO_ORGANISATION) <= without


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE annotate.forgotten (organisation bigint NOT NULL)",
        "CREATE TABLE annotate.forgotten (id bigint)",
        "ALTER TABLE annotate.slot NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE annotate.slot DISABLE ROW LEVEL SECURITY",
        "DROP POLICY one_organisation ON annotate.slot",
        "GRANT SELECT ON access.session TO galley_app",
    ],
)
def test_a_hole_in_the_walls_is_found(schema: psycopg.Connection, statement: str) -> None:
    with schema.transaction(force_rollback=True):
        schema.execute(statement)
        assert len(unfenced(schema)) == 1


def test_every_policy_is_the_one_of_the_house(schema: psycopg.Connection) -> None:
    """Each tenant table has the two policies of store.isolate_v1 and no other: policies are added up with OR."""
    rows = schema.execute(
        """
        SELECT schemaname || '.' || tablename, policyname, roles::text, qual, with_check, permissive, cmd
        FROM pg_policies WHERE schemaname = ANY(%s)
        """,
        (SCHEMAS,),
    ).fetchall()
    odd = [
        row
        for row in rows
        if row[0] not in SEEN_BY_ORGANISATIONS
        and row[1:]
        not in (
            ("one_organisation", "{galley_app}", "(organisation = ( SELECT store.organisation_v1() AS organisation_v1))",
             None, "PERMISSIVE", "ALL"),
            ("every_organisation", "{galley_house}", "true", "true", "PERMISSIVE", "ALL"),
        )
    ]  # fmt: skip
    assert odd == []
    counted = collections.Counter(row[0] for row in rows)
    assert set(counted.values()) == {2}


def test_the_application_owns_nothing_and_has_no_way_around(schema: psycopg.Connection) -> None:
    roles = schema.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication FROM pg_roles"
        " WHERE rolname IN ('galley_app', 'galley_house') ORDER BY 1"
    ).fetchall()
    assert roles == [("galley_app", *[False] * 6), ("galley_house", *[False] * 6)]
    for role in ("galley_app", "galley_house"):
        owned = schema.execute("SELECT relname FROM pg_class WHERE relowner = %s::regrole", (role,)).fetchall()
        assert owned == []
        member_of = schema.execute("SELECT roleid FROM pg_auth_members WHERE member = %s::regrole", (role,)).fetchall()
        assert member_of == []
        for schema_name in SCHEMAS:
            row = schema.execute("SELECT has_schema_privilege(%s, %s, 'CREATE')", (role, schema_name)).fetchone()
            assert row == (False,)
        truncates = schema.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = ANY(%s) AND c.relkind = 'r' AND has_table_privilege(%s, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')",
            (SCHEMAS, role),
        ).fetchall()
        assert truncates == [], "TRUNCATE knows no rows, and references tell what exists"


def test_no_view_and_no_function_lends_its_owners_rights(schema: psycopg.Connection) -> None:
    views = schema.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY(%s) AND c.relkind IN ('v', 'm')"
        " AND NOT COALESCE(c.reloptions @> ARRAY['security_invoker=true'], false)",
        (SCHEMAS,),
    ).fetchall()
    assert views == []
    definers = schema.execute(
        "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = ANY(%s) AND p.prosecdef ORDER BY 1",
        ([*SCHEMAS, "store"],),
    ).fetchall()
    assert {row[0] for row in definers} == set(DEFINERS)


# --- two databases: where her rows are, and where they are not -------------------------------------------------------

VALUES: dict[str, Any] = {
    "bigint": 7041,
    "integer": 41,
    "smallint": 41,
    "real": 0.41,
    "double precision": 0.41,
    "numeric": 41,
    "boolean": True,
    "text": "hers",
    "character varying": "hers",
    "bytea": b"h" * 32,
    "uuid": "00000000-0000-4000-8000-000000000041",
    "timestamp with time zone": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "interval": "1 hour",
    "json": '["hers"]',
    "jsonb": '["hers"]',
    "xid8": "7",
    "pg_snapshot": "1:1:",
    "text[]": ["hers"],
    "bigint[]": [7041],
    "integer[]": [41],
    "smallint[]": [41],
    "bytea[]": [b"h" * 32],
    "uuid[]": ["00000000-0000-4000-8000-000000000041"],
    "timestamp with time zone[]": ["2026-01-01T00:00:00Z"],
    "real[]": [0.41],
    "double precision[]": [0.41],
    "boolean[]": [True],
    "json[]": ['["hers"]'],
    "jsonb[]": ['["hers"]'],
}
"""One value a type: every column of hers has it, and every parameter, so that keys meet."""


def _open_up(connection: psycopg.Connection) -> None:
    """Drop what would refuse rows made up by type: checks, foreign keys, triggers. Policies and rights stay."""
    for table, name in connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
        " WHERE contype IN ('c', 'f') AND n.nspname = ANY(%s) ORDER BY contype DESC",
        (SCHEMAS,),
    ).fetchall():
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    for name, _, _, _ in tables(connection):
        connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")


def _fill(connection: psycopg.Connection) -> list[str]:
    """A row of hers into every table; the tables."""
    filled = []
    for name, has_organisation, _, _ in tables(connection):
        columns = connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            (name,),
        ).fetchall()
        values = [HERS if column == "organisation" else VALUES[kind] for column, kind in columns]
        if name == "access.organisation":
            values = [HERS if column == "id" else VALUES[kind] for column, kind in columns]
        statement = pgsql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
            pgsql.Identifier(*name.split(".")),
            pgsql.SQL(", ").join(pgsql.Identifier(column) for column, _ in columns),
            pgsql.SQL(", ").join(
                pgsql.SQL("{}::{}").format(pgsql.Placeholder(), pgsql.SQL(kind)) for _, kind in columns
            ),
        )
        connection.execute(statement, values)
        if has_organisation:
            filled.append(name)
    return filled


class Worlds:
    """Two databases alike but for her rows."""

    def __init__(self, full: str, empty: str, *, filled: list[str]) -> None:
        self.full_url, self.filled = full, filled
        self.full, self.empty = Database.open(full, connections=4), Database.open(empty, connections=4)

    def hers(self) -> dict[str, str]:
        """A digest of her rows in every table, as the owner of the database sees them."""
        with psycopg.connect(self.full_url) as connection:
            found = {}
            for name in self.filled:
                row = connection.execute(
                    f"SELECT count(*) || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
                    " WHERE organisation = %s",
                    (HERS,),
                ).fetchone()
                assert row is not None
                found[name] = row[0]
            return found


@pytest.fixture(scope="module")
def worlds(postgres: str, template_database: str) -> Iterator[Worlds]:
    names = [f"galley_worlds_{kind}_{os.getpid()}" for kind in ("full", "empty")]
    urls = [make_conninfo(postgres, dbname=name) for name in names]
    filled: list[str] = []
    with psycopg.connect(postgres, autocommit=True) as server:
        for name, url in zip(names, urls, strict=True):
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
            with psycopg.connect(url) as connection:
                _open_up(connection)
                if url == urls[0]:
                    filled = _fill(connection)
        made = Worlds(*urls, filled=filled)
        yield made
        made.full.close()
        made.empty.close()
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


# --- tables ----------------------------------------------------------------------------------------------------------


def test_her_rows_are_seen_by_her_alone(worlds: Worlds) -> None:
    assert len(worlds.filled) > 40
    for name in HOUSE_ONLY:
        for view in (worlds.full.of(HERS), worlds.full.of(NOBODY), worlds.full):
            with view.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT count(*) FROM {name}")
    for name in sorted({*worlds.filled} - HOUSE_ONLY):
        statement = f"SELECT count(*) FROM {name}"
        counts = []
        for view in (worlds.full.of(HERS), worlds.full.of(NOBODY), worlds.full, worlds.full.house()):
            with view.connection() as connection:
                row = connection.execute(statement).fetchone()
            counts.append(row[0] if row else None)
        assert counts == [1, 0, 0, 1], name


def test_nobody_changes_or_takes_over_her_rows(worlds: Worlds) -> None:
    before = worlds.hers()
    for view in (worlds.full.of(NOBODY), worlds.full):
        for name in worlds.filled:
            for statement in (f"UPDATE {name} SET organisation = {NOBODY}", f"DELETE FROM {name}"):
                append_only = contextlib.suppress(psycopg.errors.InsufficientPrivilege)
                with view.connection() as connection, append_only:
                    assert connection.execute(statement).rowcount == 0, statement
    assert worlds.hers() == before


def test_nobody_gives_her_a_row(worlds: Worlds) -> None:
    """Inserting or moving a row into another organisation is refused, and so is one of no organisation at all."""
    for view, whose in ((worlds.full.of(NOBODY), HERS), (worlds.full, HERS), (worlds.full, NOBODY)):
        with view.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO access.team (organisation, name, created_at) VALUES (%s, 'x', now())", (whose,)
            )
    with worlds.full.connection() as connection, pytest.raises(psycopg.Error):
        connection.execute("INSERT INTO access.team (name, created_at) VALUES ('x', now())")
    with worlds.full.of(NOBODY).connection() as connection, connection.transaction(force_rollback=True):
        connection.execute("INSERT INTO access.team (name, created_at) VALUES ('x', now())")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE access.team SET organisation = %s", (HERS,))


def test_an_organisation_cannot_become_another_role(worlds: Worlds) -> None:
    """The pool's login may be its owner; what matters is that no query of ours is built from words, and these are not ours."""
    with worlds.full.of(NOBODY).connection() as connection:
        row = connection.execute("SELECT current_user, current_setting('galley.organisation')").fetchone()
    assert row == ("galley_app", str(NOBODY))


def test_threads_of_many_organisations_share_one_pool(worlds: Worlds) -> None:
    """Eight threads over four connections, each statement for another organisation than the last."""
    wrong: list[str] = []
    failures: list[BaseException] = []

    readable = sorted({*worlds.filled} - HOUSE_ONLY)

    def work(seed: int) -> None:
        draw = random.Random(seed)
        try:
            for _ in range(150):
                whose = draw.choice([HERS, NOBODY, None])
                name = draw.choice(readable)
                view = worlds.full.of(whose)
                statement = f"SELECT count(*), current_setting('galley.organisation', true) FROM {name}"
                if draw.random() < 0.3:
                    with view.transaction() as connection:
                        row = connection.execute(statement).fetchone()
                elif draw.random() < 0.2:
                    with pytest.raises(psycopg.errors.DivisionByZero), view.transaction() as connection:
                        connection.execute("SELECT 1 / 0")
                    continue
                else:
                    with view.connection() as connection:
                        row = connection.execute(statement).fetchone()
                if row is None or row[0] != (whose == HERS) or (row[1] or None) != (str(whose) if whose else None):
                    wrong.append(f"{name} for {whose}: {row}")
        except BaseException as problem:
            failures.append(problem)
            raise

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert wrong == []


# --- queries ---------------------------------------------------------------------------------------------------------

ROOT = Path(galley.__file__).parent
PACKAGES = [
    "galley." + file.parent.relative_to(ROOT).as_posix().replace("/", ".")
    for file in sorted(ROOT.rglob("queries.sql"))
    if file.relative_to(ROOT).parts[0] in ("access", "annotate", "catalog", "line")
]
PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
HOLDS = re.compile(r"pg_(try_)?advisory_(lock|unlock)\b|pg_sleep|analyse_v1|pg_notify")
QUERIES = [
    (package, name)
    for package in PACKAGES
    for name, statement in sql.load(package).items()
    if statement.lstrip().upper().startswith(PLANNED) and not HOLDS.search(statement)
]


KEYS_MEET = {
    "add_items": "counts one item fewer when the project has it: only who was let into the project names it",
    "add_content": "names the items that were there before, as it was told them: likewise",
}
"""Queries whose answer differs because a key of hers is taken, and why that tells nobody anything."""


class Prepared:
    """A named query with a value of hers for each parameter, by its type."""

    def __init__(self, connection: psycopg.Connection, package: str, name: str) -> None:
        names: list[str] = []

        def place(found: re.Match[str]) -> str:
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"

        self.text = re.sub(r"%\((\w+)\)s", place, sql.load(package)[name]).replace("%%", "%")
        probe = _prepare(connection, self.text)
        row = connection.execute(
            "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %s", (probe,)
        ).fetchone()
        assert row is not None
        values = [HERS if each == "organisation" else VALUES[kind] for each, kind in zip(names, row[0], strict=True)]
        literals = [pgsql.Literal(value) for value in values]
        self.arguments = pgsql.SQL("({})").format(pgsql.SQL(", ").join(literals)) if literals else pgsql.SQL("")

    def execute(self, connection: psycopg.Connection) -> psycopg.Cursor:
        """Run it."""
        return connection.execute(
            pgsql.SQL("EXECUTE {}").format(pgsql.Identifier(_prepare(connection, self.text))) + self.arguments
        )

    def run(self, connection: psycopg.Connection) -> list[str]:
        """What it answers, without what differs between any two databases (numbers drawn, times); [] when it fails."""
        try:
            with connection.transaction(force_rollback=True):
                connection.execute("SET LOCAL statement_timeout = '60s'")
                cursor = self.execute(connection)
                if cursor.description is None:
                    return ["changed"] * max(cursor.rowcount, 0)
                drawn = [column.name == "id" for column in cursor.description]
                rows = cursor.fetchall()
                return sorted(
                    str(["number" if is_id else _plain(value) for is_id, value in zip(drawn, row, strict=True)])
                    for row in rows
                )
        except psycopg.OperationalError:  # the server is away, or too slow: that is no answer
            raise
        except psycopg.Error:
            return []


_PROBES = itertools.count()


def _prepare(connection: psycopg.Connection, text: str) -> str:
    """Prepare a statement under a name of its own; the name."""
    name = f"probe_{next(_PROBES)}"
    connection.execute(f"PREPARE {name} AS {text}", prepare=False)
    return name


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.isdigit():
        return "number"
    if value == "":  # a setting that was once set is empty, one that never was is NULL
        return None
    if isinstance(value, bool | str | bytes) or value is None:
        return value
    if isinstance(value, int):
        return value if value in (0, 1) else "number"
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return type(value).__name__


@pytest.fixture(scope="module")
def answers(worlds: Worlds) -> dict[tuple[str, str], dict[str, list[str]]]:
    """What each query answers to nobody where her rows are and where not, to her, and to the house."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    with psycopg.connect(worlds.full_url, autocommit=True) as planner:
        prepared = {query: Prepared(planner, *query) for query in QUERIES}
    views = {
        "nobody": worlds.full.of(NOBODY),
        "nobody, without her": worlds.empty.of(NOBODY),
        "unset": worlds.full,
        "unset, without her": worlds.empty,
        "she": worlds.full.of(HERS),
        "the house": worlds.full.house(),
    }
    for whose, view in views.items():
        with view.connection() as connection:
            for query, each in prepared.items():
                found.setdefault(query, {})[whose] = each.run(connection)
    return found


def _more(seen: list[str], without: list[str]) -> list[str]:
    return list((collections.Counter(seen) - collections.Counter(without)).elements())


def test_the_queries_are_tried_in_earnest(answers: dict[tuple[str, str], dict[str, list[str]]]) -> None:
    """She, with the same parameters, gets an answer from many of them: keys meet, statements run."""
    telling = [query for query, told in answers.items() if _more(told["she"], told["nobody, without her"])]
    assert len(answers) > 250
    assert len(telling) > len(answers) // 4, f"{len(telling)} of {len(answers)}"


def test_no_query_tells_nobody_of_her_rows(answers: dict[tuple[str, str], dict[str, list[str]]]) -> None:
    leaks = {
        query: more
        for query, told in answers.items()
        for whose in ("nobody", "unset")
        if query[1] not in KEYS_MEET
        if (more := _more(told[whose], told[f"{whose}, without her"]))
    }
    assert leaks == {}


def test_the_same_trial_finds_who_does_see_her_rows(answers: dict[tuple[str, str], dict[str, list[str]]]) -> None:
    """The house sees every organisation: were the walls as thin for others, the trial above would say so."""
    found = [query for query, told in answers.items() if _more(told["the house"], told["nobody, without her"])]
    assert len(found) > len(answers) // 4


def test_no_query_of_nobody_changes_her_rows(worlds: Worlds) -> None:
    """This time every statement is committed."""
    before = worlds.hers()
    with psycopg.connect(worlds.full_url, autocommit=True) as planner:
        prepared = [Prepared(planner, *query) for query in QUERIES]
    for view in (worlds.full.of(NOBODY), worlds.full):
        with view.connection() as connection:
            connection.execute("SET statement_timeout = '60s'")
            for each in prepared:
                try:
                    each.execute(connection)
                except psycopg.Error:
                    continue
            connection.execute("RESET statement_timeout")
    assert worlds.hers() == before
