"""The description of the API: current, complete, and honest about what breaks."""

import copy
import json
from typing import Any

import pytest
from galley_floor import Floor

from galley.access.model import Verb
from galley.server.openapi import document
from make_openapi import PAGE, breaking


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def operations(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{method} {path}", each) for path, item in found["paths"].items() for method, each in item.items()]


def test_the_committed_description_is_current(described: dict[str, Any]) -> None:
    assert json.loads(PAGE.read_text(encoding="utf-8")) == described, "run tools/make_openapi.py"


def test_every_operation_says_who_may_what_it_is_and_how_it_fails(described: dict[str, Any]) -> None:
    found = operations(described)
    assert len({each["operationId"] for _, each in found}) == len(found)
    for name, each in found:
        verb = Verb(each["x-galley-verb"])
        assert each["security"] == ([] if verb is Verb.PUBLIC else [{"token": []}, {"session": []}]), name
        assert each.get("description"), f"{name} has no docstring"
        assert each.get("tags"), f"{name} has no tag"
        assert {"400", "500", "503"} <= each["responses"].keys(), name
        assert any(status < "400" for status in each["responses"]), name
        assert verb is Verb.PUBLIC or {"401", "403", "404"} <= each["responses"].keys(), name


def test_references_lead_somewhere(described: dict[str, Any]) -> None:
    def check(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                at: Any = described
                for part in value["$ref"].removeprefix("#/").split("/"):
                    at = at[part]
            for each in value.values():
                check(each)
        elif isinstance(value, list):
            for each in value:
                check(each)

    check(described)


def test_it_is_served(floor: Floor, described: dict[str, Any]) -> None:
    found = floor.get("/api/v1/openapi.json")
    assert found.json() == described
    assert found.headers["content-type"] == "application/json"


def test_what_breaks_clients_is_told(described: dict[str, Any]) -> None:
    assert breaking(described, described) == []
    old = copy.deepcopy(described)
    old["paths"]["/old"] = {"get": {"operationId": "get_old"}}
    old["components"]["schemas"]["Problem"]["properties"]["colour"] = {"type": "string"}
    old["components"]["schemas"]["Problem"]["required"].remove("title")
    old["components"]["schemas"]["Problem"]["properties"]["status"] = {"type": "string"}
    assert breaking(old, described) == [
        "GET /old is gone",
        "Problem.colour is gone",
        "Problem.title is required",
        "Problem.status is integer, not string",
    ]
