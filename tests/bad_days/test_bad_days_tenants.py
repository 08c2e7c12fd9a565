"""A fuzz of the walls between organisations over HTTP: any route, any actor, ids of somebody else in path, query and body.

Every text field of hers holds a canary. No answer to another holds one, none is 500, and no byte of her rows changes.
"""

import functools
import json
import os
from collections import Counter
from typing import Any

import psycopg
import pytest
from galley_floor import Floor, Person
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from litestar.enums import HttpMethod

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.flow.service import NewProject
from galley.labels.schema_text import schema_from_yaml
from galley.server.guard import handlers_of
from galley.server.openapi import document

LONG = bool(os.environ.get("GALLEY_LONG"))
EXAMPLES = 20_000 if LONG else 400
CANARY = "canary7f3a"
SCHEMA = "controls:\n  - {name: topic, type: classify, choices: [World, Sports]}\n"
STREAMS = ("/events",)
SCHEMAS = ("access", "annotate", "server", "worker")


@functools.cache
def described_once() -> dict[str, Any]:
    """The API, described; making it takes a moment."""
    return document()


class Walls:
    """Her organisation, full of everything; two others whose people try to get at it."""

    def __init__(self, floor: Floor, url: str) -> None:
        self.floor, self.url = floor, url
        self.hers = floor.organisation
        self.owner = floor.person(f"{CANARY}-owner", *Role)
        self.secrets: list[str] = []
        self.ids: set[int] = {self.hers}
        self._fill()
        others = {kind: floor.another(f"other-{kind}", kind) for kind in ("processor", "regulator", "operator")}
        self.actors: list[Person | None] = [None]
        for kind, organisation in others.items():
            self.actors += [
                floor.person(f"{kind}-{role}", role, organisation=organisation)
                for role in (Role.OWNER, Role.ANNOTATOR, Role.AUDITOR)
            ]
        self.others = list(others.values())
        self.projects = [self._project(organisation) for organisation in self.others]
        self.before = self.digest()

    def _project(self, organisation: int) -> int:
        database = self.floor.ports.database.of(organisation)
        new = NewProject(name="mine", schema=schema_from_yaml(f"name: t\n{SCHEMA}"))
        return flow.create(database, self.floor.ports.blobs, self.floor.clock, new).id

    def _hers(self, method: str, path: str, body: Any = None, *, by: Person | None = None, **more: Any) -> Any:
        """Something she does; its answer, whose ids are what the others will name."""
        if body is not None:
            more["json"] = body
        found = self.floor.call(method, path, by=by or self.owner, **more)
        assert found.status_code < 300, f"{method} {path} {found.text}"
        told = found.json() if found.content else {}
        if isinstance(told, dict):
            self.ids |= {value for value in told.values() if isinstance(value, int) and value < 10**9}
        return told

    def _fill(self) -> None:
        org = f"/api/v1/orgs/{self.hers}"
        made = self._hers(
            "POST", f"{org}/projects", {"name": f"{CANARY} project", "schema": SCHEMA, "guideline": CANARY}
        )
        self.project = int(made["id"])
        project = f"{org}/projects/{self.project}"
        rows = b"".join(
            json.dumps({"id": f"{CANARY}-{number}", "text": f"{CANARY} text"}).encode() + b"\n" for number in range(12)
        )
        self._hers("POST", f"{project}/imports/stream?name=x.jsonl", content=rows)
        self._hers("POST", f"{org}/uploads", {"bytes": 10, "name": f"{CANARY}.jsonl"})
        hook = self._hers("POST", f"{org}/hooks", {"url": f"https://{CANARY}.example.org/", "events": ["submitted"]})
        self.secrets.append(str(hook.get("secret", CANARY)))
        self._hers("POST", f"{org}/teams", {"name": f"{CANARY} team"})
        self._hers("POST", f"{project}/batches", {"name": f"{CANARY} batch"})
        lease = self._hers("POST", f"{project}/work/claim", {"count": 2})["leases"]
        self.tokens = [str(each["token"]) for each in lease]
        self.ids |= {int(each["slot"]) for each in lease}
        sent = {"slot": lease[0]["slot"], "token": lease[0]["token"], "client_id": CANARY, "labels": {"topic": "World"}}
        self._hers("POST", f"{project}/work/submit", sent)
        self._hers("PUT", f"{project}/work/drafts/{lease[1]['slot']}", {"seq": 1, "body": {"note": CANARY}})

    def digest(self) -> dict[str, str]:
        """A digest of her rows by table, as the owner of the database reads them."""
        found: dict[str, str] = {}
        with psycopg.connect(self.url) as connection:
            tables = connection.execute(
                "SELECT table_schema || '.' || table_name FROM information_schema.columns"
                " WHERE column_name = 'organisation' AND table_schema = ANY(%s) ORDER BY 1",
                ([*SCHEMAS],),
            ).fetchall()
            for (table,) in tables:
                if table == "access.audit":  # her own log tells of the attempts
                    continue
                row = connection.execute(
                    f"SELECT count(*) || ' ' || COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                    f" FROM {table} t WHERE organisation = %s",
                    (self.hers,),
                ).fetchone()
                assert row is not None
                found[table] = row[0]
        return found


@pytest.fixture
def walls(floor: Floor, database_url: str) -> Walls:
    return Walls(floor, database_url)


def routes(floor: Floor) -> list[tuple[str, str]]:
    """Every method and path, but those whose answers do not end."""
    return sorted(
        (HttpMethod(method).value, path)
        for path, handler in handlers_of(floor.client.app)
        for method in handler.http_methods
        if not path.endswith(STREAMS)
    )


def bodies() -> dict[tuple[str, str], dict[str, Any]]:
    """The JSON schema of each operation's body."""
    found = {}
    for path, operations in described_once()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            found[method.upper(), path] = content.get("schema", {})
    return found


def sample(  # noqa: PLR0911  # one return a kind of schema
    schema: dict[str, Any], draw: Any, ids: st.SearchStrategy[int], words: st.SearchStrategy[str]
) -> Any:
    """A body of a schema, its numbers and words hers."""
    schemas = described_once()["components"]["schemas"]
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rsplit("/", 1)[1]], draw, ids, words)
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return sample(draw(st.sampled_from(schema[key])), draw, ids, words)
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        required = set(schema.get("required", ()))
        fields = schema.get("properties", {})
        return {
            name: sample(fields[name], draw, ids, words) for name in fields if name in required or draw(st.booleans())
        }
    if kind == "array":
        return [sample(schema.get("items", {}), draw, ids, words) for _ in range(draw(st.integers(1, 2)))]
    if kind in ("integer", "number"):
        return draw(ids)
    return {"boolean": True, "null": None}.get(str(kind)) if kind in ("boolean", "null") else draw(words)


def test_no_route_shows_or_changes_what_is_somebody_elses(walls: Walls) -> None:
    floor, described = walls.floor, bodies()
    ids = st.sampled_from(sorted(walls.ids | {walls.project, walls.owner.person}))
    words = st.sampled_from([*walls.tokens, f"{walls.project}", f"{CANARY}-1", "x", "owner", f"blob:{'0' * 64}"])
    answers: Counter[int] = Counter()
    reached: set[tuple[str, str]] = set()
    wrong: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=not LONG,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def attack(data: st.DataObject) -> None:
        draw = data.draw
        method, path = draw(st.sampled_from(routes(floor)))
        place = draw(st.integers(0, len(walls.actors) - 1))
        by = walls.actors[place]
        mine = by.organisation if by else walls.hers
        # In front of her door, or in front of their own with a project of theirs and her numbers in it.
        organisation = draw(st.sampled_from([walls.hers, mine]))
        project = walls.projects[walls.others.index(mine)] if organisation in walls.others else walls.project
        project = draw(st.sampled_from([project, walls.project]))
        parts = []
        for part in path.split("/"):
            name, _, kind = part.strip("{}").partition(":")
            if not part.startswith("{"):
                parts.append(part)
            elif name == "org":
                parts.append(str(organisation))
            elif name == "project":
                parts.append(str(project))
            else:
                parts.append(str(draw(ids)) if kind == "int" else draw(words))
        body = sample(described.get((method, path.replace(":int", "").replace(":str", "")), {}), draw, ids, words)
        query = {"limit": "50", "after": str(draw(ids)), "item": f"{CANARY}-1"} if draw(st.booleans()) else {}
        more = {} if method in ("GET", "HEAD") else {"json": body}
        headers = {"idempotency-key": "key-00000001"} if draw(st.integers(0, 9)) == 0 else {}
        found = floor.call(method, "/".join(parts), by=by, params=query, headers=headers, **more)
        answers[found.status_code] += 1
        reached.add((method, path))
        told = f"{method} {'/'.join(parts)} by {by.name if by else None} {body!r:.300}: {found.status_code}"
        if found.status_code >= 500 and found.status_code != 503:
            wrong.append(f"{told} {found.text[:300]}")
        # What was sent may come back in an error; what was not sent must not.
        shown = found.text.replace(f"{CANARY}-1", "")
        if CANARY in shown or any(secret in shown for secret in walls.secrets):
            wrong.append(f"shown: {told} {found.text[:300]}")
        if organisation == walls.hers and "{org:int}" in path and found.status_code < 400:
            wrong.append(f"let in: {told}")

    attack()
    assert wrong == []
    assert walls.digest() == walls.before
    assert len(reached) > 100
    assert answers[404] > EXAMPLES // 10
    assert sum(count for status, count in answers.items() if status < 300) > EXAMPLES // 50, "what is theirs works"


def test_the_canaries_sing_for_her(walls: Walls) -> None:
    """The same requests by her show them: the fuzz looks for what is there."""
    org, project = f"/api/v1/orgs/{walls.hers}", f"/api/v1/orgs/{walls.hers}/projects/{walls.project}"
    places = (
        f"{org}/projects",
        f"{org}/hooks",
        f"{org}/teams",
        f"{org}/members",
        f"{project}/items",
        f"{project}/batches",
    )
    silent = [place for place in places if CANARY not in walls.floor.get(place, by=walls.owner).text]
    assert silent == []
    walls.floor.post(f"{org}/teams", by=walls.owner, json={"name": "another"})
    changed = {table for table, told in walls.digest().items() if told != walls.before[table]}
    assert "access.team" in changed
