"""What comes in bodies to do harm: every place of every body below holds it once, and the answer is a word of our own.

Nothing of a refused body is stored: the rows of the database are counted.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from galley_floor import Floor

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.labels.schema_text import schema_from_yaml

SCHEMA = """controls:
  - {name: kind, type: classify, field: text, choices: [cat, dog], required: false}
  - {name: note, type: text, field: text, required: false}
  - {name: sum, type: number, field: text, required: false}
  - {name: parts, type: span, field: text, labels: [x], required: false}
"""
GRAPH: dict[str, Any] = {
    "nodes": [{"kind": "annotate", "name": "label"}, {"kind": "review", "name": "review"}],
    "edges": [{"from": "label", "to": "review"}, {"from": "review", "to": "end"}],
}
ORG = "/api/v1/orgs/{org}"
HERE = "\\u2603here"  # a place in a body, as JSON writes it

VALUES = {
    "NaN": "NaN",
    "infinite": "Infinity",
    "beyond doubles": "1e400",
    "below doubles": "1e-400",
    "minus nought": "-0.0",
    "huge": "9" * 400,
    "64 bits": str(2**63),
    "less than 64 bits": str(-(2**63) - 1),
    "negative": "-1",
    "NUL": '"\\u0000"',
    "half a pair": '"\\ud800"',
    "raw half a pair": '"\ud800"',
    "long": '"' + "a" * 300_000 + '"',
    "nothing": "null",
    "yes": "true",
    "empty": '""',
    "twice": '{"a": 1, "a": 2}',
    "proto": '{"__proto__": {"x": 1}, "constructor": []}',
    "deep": "[" * 40 + "]" * 40,
    "too deep": "[" * 100_000 + "]" * 100_000,
    "object keys": '{"\\u0000": "\\ud800"}',
    "many": "[" + "0," * 5000 + "0]",
}
WHOLE = {
    "cut": b'{"a": ',
    "no JSON": b"<a/>",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "a"}'.encode("utf-16"),
    "mark": b"\xef\xbb\xbf{}",
    "deep": b'{"a":' * 100_000,
    "array": b"[]",
    "number": b"1",
    "nothing": b"",
    "NUL": b"\x00",
}


class Target:
    """A project with a held item, and bodies for its routes that would do."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.by = floor.person("everything", *Role)
        new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.one = f"{ORG}/projects/{self.project}"
        told = floor.patch(self.one, by=floor.owner, json={"settings": {"graph": GRAPH}})
        assert told.status_code == 200, told.text
        contents = [(f"i{n}", {"text": "a cat"}) for n in range(3)]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, contents)
        leases = floor.post(f"{self.one}/work/claim", by=self.by, json={"count": 1}).json()["leases"]
        self.slot, self.token = leases[0]["slot"], leases[0]["token"]

    def bodies(self) -> Iterator[tuple[str, str, Any]]:
        """Method, path and a body of every kind."""
        one, held = self.one, {"slot": self.slot, "token": self.token}
        labels = {"kind": "cat", "note": "n", "sum": 1.5, "parts": [{"start": 0, "end": 1, "label": "x"}]}
        anchor = {"control": "kind", "region": "r", "start": 0, "end": 1, "unit": "text"}
        comment = {"body": "b", "kind": "note", "anchor": anchor, "client_id": "c"}
        yield "POST", f"{one}/work/slots/{self.slot}/check", {"labels": labels}
        yield "POST", f"{one}/work/slots/{self.slot}/comments", comment
        yield "POST", f"{one}/reviews/slots/{self.slot}/comments", comment
        verdict = {**held, "verdict": "fix", "labels": labels, "client_id": "v", "reason": "wrong", "note": "n"}
        yield "POST", f"{one}/reviews/verdicts", {"verdicts": [{**verdict, "comments": [comment]}]}
        yield "POST", f"{one}/work/media", {"slots": [self.slot]}
        yield "POST", f"{one}/thumbnails", {"items": ["i0"]}
        yield "POST", f"{one}/predictions/for", {"items": ["i0"]}
        yield "PUT", f"{one}/work/drafts/{self.slot}", {"piece": "a", "body": labels, "number": 1}
        yield "PUT", f"{one}/gold", {"answers": [{"item": "i1", "body": labels}], "source": "s"}
        yield "POST", f"{one}/guidelines", {"text": "t"}
        yield "POST", f"{one}/schemas", {"schema": SCHEMA, "dry_run": True}
        yield "POST", f"{one}/lots/preview", {"terms": {"kind": "exact", "early": False}, "size": 100}
        pick = {"items": ["i0"], "batch": 1, "labeler": 1, "limit": 5}
        yield "POST", f"{one}/lots", {"name": "l", "terms": {"kind": "exact"}, "pick": pick, "series": "s"}
        yield "POST", f"{one}/batches", {"name": "b", "priority": 1, "due_at": "2026-01-01T00:00:00Z"}
        yield "POST", f"{one}/assignments", {"item": "i2", "labeler": 1, "node": "label"}
        yield "POST", "/api/v1/schemas/check", {"text": SCHEMA, "record": {"text": "a"}, "answer": labels}
        yield "POST", f"{ORG}/projects", {"name": "q", "schema": SCHEMA, "guideline": "g", "settings": {"graph": GRAPH}}
        yield "POST", f"{ORG}/projects/from-template", {"template": "none", "name": "t", "language": "zh"}
        yield (
            "POST",
            f"{ORG}/projects/from-recipe",
            {"recipe": "line: a", "schema": SCHEMA, "name": "r", "guideline": ""},
        )
        config = '<View><Text name="t" value="$t"/><TextArea name="a" toName="t"/></View>'
        yield "POST", f"{ORG}/studio/projects", {"name": "s", "config": config, "tasks": [{"data": {"t": "a"}}]}
        yield "POST", f"{ORG}/uploads", {"name": "u", "bytes": 10, "sha256": hashlib.sha256().hexdigest()}
        yield (
            "POST",
            f"{one}/work/submit",
            {**held, "labels": labels, "client_id": "s", "activity": {"ms": 1}, "next": 0},
        )

    def send(self, method: str, path: str, body: bytes, kind: str = "application/json") -> Any:
        return self.floor.call(method, path, by=self.by, content=body, headers={"content-type": kind})

    def rows(self) -> Any:
        """How many rows there are of what bodies make."""
        names = (
            "project",
            "revision",
            "orphan",
            "comment",
            "draft",
            "gold_record",
            "lot",
            "lot_item",
            "batch",
            "upload",
        )
        counts = ", ".join(f"(SELECT count(*) FROM annotate.{name})" for name in names)
        with self.floor.ports.house.connection() as connection:
            return connection.execute(f"SELECT {counts}").fetchone()


@pytest.fixture
def target(floor: Floor) -> Target:
    return Target(floor)


def places(body: Any) -> Iterator[Any]:
    """The body with a mark in each of its places in turn."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from ({**body, name: marked} for marked in places(value))
    elif isinstance(body, list) and body:
        yield from ([marked, *body[1:]] for marked in places(body[0]))
    yield json.loads(f'"{HERE}"')


def wrong(found: Any, told: str) -> str:
    """What is not as it should be of an answer; empty when it is an answer, or a refusal with a code of ours."""
    if found.status_code < 400:
        return ""
    if found.status_code >= 500 or found.headers.get("content-type") != "application/problem+json":
        return f"{found.status_code} {found.headers.get('content-type')} {told} {found.text[:200]}"
    problem = found.json()
    good = problem["code"].startswith("GLY-") and problem["status"] == found.status_code and problem["title"]
    return "" if good else f"{told} {found.text[:200]}"


@pytest.mark.slow
@pytest.mark.parametrize("what", VALUES)
def test_no_value_in_any_place_of_a_body_makes_it_fail(target: Target, what: str) -> None:
    value = VALUES[what].encode("utf-8", "surrogatepass")
    bad: list[str] = []
    before = target.rows()
    for method, path, body in target.bodies():
        for marked in places(body):
            sent = json.dumps(marked).encode().replace(f'"{HERE}"'.encode(), value)
            found = target.send(method, path, sent)
            told = f"{method} {path} {json.dumps(marked)[:200]}"
            bad.append(wrong(found, told))
            after = target.rows()
            if found.status_code >= 400 and after != before:
                bad.append(f"half stored: {told}")
            before = after
    assert [one for one in bad if one] == []
    assert len(bad) > 100


@pytest.mark.parametrize("what", WHOLE)
def test_no_body_makes_a_route_fail(target: Target, what: str) -> None:
    before = target.rows()
    bad = [
        wrong(found, f"{method} {path}")
        or ("" if found.status_code in (400, 413, 415) else f"{path} {found.status_code}")
        for method, path, _ in target.bodies()
        for found in [target.send(method, path, WHOLE[what])]
    ]
    assert [one for one in bad if one] == []
    assert target.rows() == before


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a;;=\xff"]
)
def test_a_body_of_another_type_is_refused(target: Target, kind: str) -> None:
    before = target.rows()
    for method, path, body in target.bodies():
        headers = {"content-type": kind.encode("latin-1")}
        sent = json.dumps(body).encode()
        found = target.floor.call(method, path, by=target.by, content=sent, headers=headers)
        assert (found.status_code, wrong(found, path)) == (415, ""), (path, found.text)
    assert target.rows() == before


@pytest.mark.slow
def test_every_example_of_the_gallery_holds_against_every_value(target: Target) -> None:
    floor, by = target.floor, target.by
    names = [one["name"] for one in floor.get("/api/v1/templates", by=by).json()["items"]]
    bad, seen = [], set()
    for name in names:
        found = floor.get(f"/api/v1/templates/{name}", by=by).json()
        types = {one["name"]: one["type"] for one in found["schema"]["controls"]}
        for control, value in found["answer"].items():
            if types.get(control) in seen:
                continue
            seen.add(types.get(control))
            for marked in places(value):
                answer = {**found["answer"], control: marked}
                body = json.dumps({"data": found["schema"], "record": found["record"], "answer": answer}).encode()
                for what in (
                    "beyond doubles",
                    "huge",
                    "64 bits",
                    "negative",
                    "NUL",
                    "half a pair",
                    "nothing",
                    "proto",
                    "many",
                ):
                    sent = body.replace(f'"{HERE}"'.encode(), VALUES[what].encode())
                    told = target.send("POST", "/api/v1/schemas/check", sent)
                    bad.append(wrong(told, f"{name} {control} {what} {json.dumps(marked)[:150]}"))
    assert [one for one in bad if one] == []
    assert len(seen) > 12
    assert len(bad) > 300


def test_a_length_that_never_comes_is_refused_before_it_is_waited_for(target: Target) -> None:
    for method, path, _ in target.bodies():
        headers = {"content-type": "application/json", "content-length": str(10 * 2**30)}
        found = target.floor.call(method, path, by=target.by, content=b"{}", headers=headers)
        assert (found.status_code, wrong(found, path)) == (413, ""), (path, found.text)
