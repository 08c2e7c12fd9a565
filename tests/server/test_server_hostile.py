"""What comes in addresses and queries to do harm: every reading route says no in its own words, and never fails."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from galley_floor import Floor
from litestar.enums import HttpMethod

from galley.access.model import Role
from galley.server.guard import handlers_of

TEXTS = {
    "NUL": "%00",
    "half a pair": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "up": "..%2F..%2F..%2Fetc%2Fpasswd",
    "backslash": "..%5C..%5Cetc",
    "long": "a" * 5000,
    "quote": quote("'; DROP TABLE access.person; --"),
    "like": "%25_%5C",
    "braces": quote("{org:int}{0.__class__}"),
    "object": "__proto__",
    "line": "a%0D%0Aset-cookie:%20a=b",
}
NUMBERS = {"nought": "0", "less": "-1", "more": str(2**63), "most": "9" * 400, "word": "1e3", "other": "%D9%A1"}
STREAMS = ("/events", "/me/events")


def project_of(floor: Floor) -> int:
    with floor.ports.house.connection() as connection:
        row = connection.execute(
            "INSERT INTO annotate.project (organisation, line, purpose, name, schema_sha256, schema_version, salt, created_at)"
            " VALUES (%s, 'line', 'people', 'probe', %s, 1, '', %s) RETURNING id",
            (floor.organisation, "0" * 64, floor.clock.now()),
        ).fetchone()
    assert row is not None
    return int(row[0])


def reading(floor: Floor) -> list[str]:
    """Every path that is read, but those that never end."""
    return sorted(
        path
        for path, handler in handlers_of(floor.client.app)
        if HttpMethod.GET in handler.http_methods and not path.endswith(STREAMS) and path.startswith("/api/")
    )


def queries_of(floor: Floor) -> dict[str, list[str]]:
    """The query's parameters of every path that is read, by its path without types."""
    paths: dict[str, Any] = floor.get("/api/v1/openapi.json", by=floor.owner).json()["paths"]
    return {
        path: [one["name"] for one in methods["get"].get("parameters", []) if one["in"] == "query"]
        for path, methods in paths.items()
        if "get" in methods
    }


def fails(floor: Floor, address: str, by: Any) -> str:
    """What is wrong with an answer; empty when it is an answer or a refusal."""
    found = floor.get(address, by=by)
    told = f"{found.status_code} {found.headers.get('content-type')} {address[:150]}"
    if found.status_code >= 500 or "set-cookie" in found.headers:
        return f"{told} {found.text[:200]}"
    return "" if found.status_code < 400 or found.json()["code"].startswith("GLY-") else told


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "query"])
def test_nothing_in_an_address_makes_a_reading_route_fail(floor: Floor, kind: str) -> None:
    by = floor.person("everything", *Role)
    known = {"org": str(floor.organisation), "project": str(project_of(floor))}
    queries = queries_of(floor)
    bad: list[str] = []
    asked = 0
    for path in reading(floor):
        holes = re.findall(r"\{(\w+):(\w+)\}", path)
        plain = re.sub(r":\w+\}", "}", path)

        def filled(hole: str = "", what: str = "", holes: Any = holes, plain: str = plain) -> str:
            for name, form in holes:
                usual = known.get(name) or ("1" if form == "int" else "a")
                plain = plain.replace(f"{{{name}}}", what if name == hole else usual)
            return plain

        if kind == "path":
            wanted = [
                filled(name, what) for name, form in holes for what in (NUMBERS if form == "int" else TEXTS).values()
            ]
        else:
            wanted = [
                f"{filled()}?{name}={what}"
                for name in queries.get(plain, [])
                for what in (*TEXTS.values(), *NUMBERS.values())
            ]
        asked += len(wanted)
        bad += [told for one in wanted if (told := fails(floor, one, by))]
    assert asked > 200
    assert bad == []


LEADS = (
    *("charts", "explorer", "explorer?gold=true", "item?item=a", "item/media?item=a", "gold", "late", "predictions"),
    *("export", "lots/1/sample/media?item=a", "reviews/comments/all", "reviews/slots/1/candidates", "people"),
    *("acceptances/comments/all", "acceptances/slots/1/candidates", "adjudications/slots/1/candidates"),
)


def test_who_labels_is_shown_nothing_that_tells_gold_or_what_others_said(floor: Floor) -> None:
    annotator, project = floor.annotators[0], project_of(floor)
    told = {
        path: floor.get(f"/api/v1/orgs/{{org}}/projects/{project}/{path}", by=annotator).status_code for path in LEADS
    }
    assert {path: status for path, status in told.items() if status not in (403, 404)} == {}
    assert [path for path, status in told.items() if status == 404] == []
    beyond = [f"/api/v1/orgs/{{org}}/{path}" for path in ("lines", "versions", "releases", "versions/1/records")]
    assert [floor.get(path, by=annotator).status_code for path in beyond] == [403] * len(beyond)
    sent = floor.post(f"/api/v1/orgs/{{org}}/projects/{project}/thumbnails", by=annotator, json={"items": ["a"]})
    assert sent.status_code == 403
