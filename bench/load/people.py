"""An organisation with people, each with a token, and a project with items, made for a bench: in bulk, not measured."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec

from galley.access.model import Verb
from galley.access.secret_words import hash_of, new_token
from galley.annotate import service
from galley.annotate.model import Project
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import SystemClock
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data
from galley.store.workspace import Workspace

TOPICS = ("World", "Sports", "Business", "Tech")
SCHEMA = {"controls": [{"name": "topic", "type": "classify", "options": {"choices": list(TOPICS)}}]}


class Crew(msgspec.Struct, kw_only=True):
    """Who works where."""

    organisation: int
    tokens: list[str]


def make_crew(workspace: Workspace, people: int) -> Crew:
    """A processor with so many annotators, and a service token for each."""
    now = SystemClock().now()
    with workspace.database.house().transaction() as connection:
        row = connection.execute(
            "INSERT INTO access.organisation (slug, name, kind, created_at) VALUES (%s, 'Bench', 'processor', %s) RETURNING id",
            (f"bench-{os.urandom(4).hex()}", now),
        ).fetchone()
        organisation = int(row[0]) if row else 0
        persons = [
            found[0]
            for found in connection.execute(
                "INSERT INTO access.person (username, name, created_at)"
                " SELECT 'p' || n || '-' || %s, 'p' || n, %s FROM generate_series(1, %s) n RETURNING id",
                (os.urandom(4).hex(), now, people),
            )
        ]
        connection.execute(
            "INSERT INTO access.member (organisation, person, roles, created_at) SELECT %s, unnest(%s::bigint[]), ARRAY['annotator'], %s",
            (organisation, persons, now),
        )
        tokens = [new_token() for _ in persons]
        connection.execute(
            "INSERT INTO access.token (organisation, hash, name, ending, person, scopes, created_at, expires_at)"
            " SELECT %s, hash, 'bench', ending, person, %s, %s, %s FROM unnest(%s::bytea[], %s::text[], %s::bigint[]) AS t (hash, ending, person)",
            (
                organisation,
                [str(verb) for verb in Verb],
                now,
                now + timedelta(days=30),
                [hash_of(token) for token in tokens],
                [token[-4:] for token in tokens],
                persons,
            ),
        )
    return Crew(organisation=organisation, tokens=tokens)


def make_project(workspace: Workspace, organisation: int, items: int) -> Project:
    """A project with so many news items, one answer each."""
    database = workspace.database.of(organisation)
    sha256 = workspace.blobs.put(canonical_json(schema_dict(schema_of_data(SCHEMA))))
    workspace.blobs.flush()
    project = service.open_project(
        database, SystemClock(), line=f"bench-{os.urandom(4).hex()}", purpose="work", schema_sha256=sha256
    )
    service.add_items(database, project, names(items))
    with database.connection() as connection:
        connection.execute(
            "INSERT INTO annotate.content (project, item, data) SELECT project, id, json_build_object('text',"
            " 'news item ' || id || repeat(' lorem ipsum dolor sit amet', 6)) FROM annotate.item WHERE project = %s",
            (project.id,),
        )
    return project


def names(items: int) -> Iterator[str]:
    """Ids such as records have."""
    return (f"rec-{number * 0x9E3779B97F4A7C15 % 2**64:016x}" for number in range(items))


def counts(workspace: Workspace, organisation: int, project: Project) -> dict[str, int]:
    """What the database holds of a project: revisions, slots answered, slots with two answers, items with two slots."""
    statement = """
        SELECT (SELECT count(*) FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot WHERE s.project = %(p)s),
               (SELECT count(*) FROM annotate.slot WHERE project = %(p)s AND state = 'submitted'),
               (SELECT count(*) FROM (SELECT r.slot FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot
                WHERE s.project = %(p)s GROUP BY r.slot HAVING count(*) > 1) AS twice),
               (SELECT count(*) FROM (SELECT item FROM annotate.slot WHERE project = %(p)s AND worker IS NOT NULL
                GROUP BY item HAVING count(*) > 1) AS many)"""
    with workspace.database.of(organisation).connection() as connection:
        row = connection.execute(statement, {"p": project.id}).fetchone() or (0, 0, 0, 0)
    return dict(zip(("revisions", "submitted", "answered_twice", "given_twice"), map(int, row), strict=True))


def open_workspace(folder: Path, url: str) -> Workspace:
    """A workspace over a database."""
    return Workspace.open(folder, create=True, environment={"GALLEY_DATABASE_URL": url})
