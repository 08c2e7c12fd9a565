"""The page about the API, called as it is written: its curl lines and its Python, on the floor."""

import json
import re
import shlex
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from galley_floor import Floor

import galley.client
from galley.annotate.hooks.rules import headers, secret_text
from galley.client import Client
from source_tree import ROOT

PAGE = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
TWIN = (ROOT / "docs" / "reference" / "api.zh-CN.md").read_text(encoding="utf-8")
LINES = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).replace("\\\n", " ").splitlines()
WEBHOOK, PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
OPENAPI = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_bytes())


def curl(floor: Floor, line: str, known: dict[str, Any]) -> httpx.Response:
    """Do what a line of the page says. Only the options the page uses are known."""
    for name, value in sorted(known.items(), key=lambda each: -len(each[0])):
        line = line.replace(f"${name}", str(value))
    assert "$" not in line, line
    words = shlex.split(line)[1:]
    method, given, body, url = "GET", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            given[name] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            assert not url, word
            url = word
    return floor.client.request(method, url.removeprefix("http://floor"), headers=given, content=body)


@pytest.fixture
def known(floor: Floor) -> dict[str, Any]:
    return {"GALLEY": "http://floor", "ORG": floor.organisation, "TOKEN": floor.owner.token}


def test_the_lines_work_one_after_another(floor: Floor, known: dict[str, Any]) -> None:
    done, last = [], ""
    for line in LINES:
        answer = curl(floor, line, known)
        assert answer.status_code in (200, 201), (line, answer.text)
        done.append(line)
        last = answer.text
        if line.endswith("/projects"):
            known["PROJECT"] = answer.json()["id"]
            assert curl(floor, line, known).json() == answer.json(), "the same key, the same project"
        if line.endswith("work/claim"):
            (lease,) = answer.json()["leases"]
            known |= {"SLOT": lease["slot"], "LEASE": lease["token"]}
        if line.endswith("work/submit"):
            assert answer.json()["receipt"]["accepted"]
            assert curl(floor, line, known).json()["receipt"]["revision"] == answer.json()["receipt"]["revision"]
    assert len(done) == len(LINES) == 10
    assert '{"topic": "Sports"}' in last  # the export


def test_the_python_works(floor: Floor, known: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Here(Client):
        """The client, on the floor's connection, which is not its own to close."""

        def __init__(self, url: str, token: str) -> None:
            super().__init__(url, token, http=floor.client)

        def close(self) -> None:
            pass

    curl(floor, next(line for line in LINES if line.endswith("/projects")), known)
    project = next(iter(Here("http://floor", floor.owner.token).projects(floor.organisation))).id
    monkeypatch.setattr(galley.client, "Client", Here)
    names: dict[str, Any] = {"SERVER": "http://floor", "PROJECT": project, "ORG": known["ORG"], "TOKEN": known["TOKEN"]}
    exec(PYTHON, names)
    assert len(names["rows"]) == 5
    assert {row["answers"][0]["labels"]["topic"] for row in names["rows"]} == {"Sports"}


def test_the_receiver_believes_only_what_is_signed() -> None:
    names: dict[str, Any] = {}
    exec(WEBHOOK, names)
    secret, now = secret_text(b"secret-of-the-hook"), datetime.now(UTC)
    assert secret in WEBHOOK
    signed = headers(secret, 7, b'{"kind":"submitted"}', now)
    assert names["receive"](signed, b'{"kind":"submitted"}') == 204
    assert names["receive"](signed, b'{"kind":"reviewed"}') == 401
    assert names["receive"](headers(secret_text(b"another"), 7, b"{}", now), b"{}") == 401


def test_paths_and_the_problem_are_those_of_the_api(floor: Floor) -> None:
    for page in (PAGE, TWIN):
        for path in re.findall(r"`(?:GET |POST )?(/api/v1/[^`\s?…]*)`", page):
            assert path in (*OPENAPI["paths"], "/api/v1/openapi.json"), path
    example = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
    real = floor.get("/api/v1/nothing").json()
    assert (set(example), example["code"], example["status"]) == (set(real), real["code"], real["status"])
