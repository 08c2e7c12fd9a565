"""Every route, asked by everybody: who gets which answer stands in a table, and a route that is not in it fails the test.

The answers are those to an empty body about a project with one item; what matters of an answer is who is refused:
401 to nobody, 404 to whoever is not of the organisation, 403 to whoever may not, anything else to whoever may.
"""

import re
from pathlib import Path
from typing import Any, Final

from galley_floor import Floor, Person
from litestar.enums import HttpMethod

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.labels.schema_text import schema_from_yaml
from galley.server.guard import handlers_of

TABLE: Final = Path(__file__).with_name("rights.txt")
SCHEMA: Final = "name: t\ncontrols:\n - {name: kind, type: classify, field: text, choices: [cat, dog]}\n"
STREAMS: Final = ("/events", "/me/events")
ENDING: Final = ("/leave", "/close")
WHO: Final = ("nobody", "tenant", "elsewhere", "annotator", "reviewer", "inspector", "client", "auditor", "manager")
COLUMNS: Final = len(WHO)

Key = tuple[str, str]


def project_of(floor: Floor, name: str = "here") -> int:
    """A project with one item."""
    new = flow.NewProject(name=name, schema=schema_from_yaml(SCHEMA))
    made = flow.create(floor.database, floor.ports.blobs, floor.clock, new)
    flow.add_items(floor.database, floor.ports.blobs, floor.clock, made.id, [("a", {"text": "a"})])
    return made.id


def people_of(floor: Floor) -> dict[str, Person | None]:
    """Everybody of the table. Who works elsewhere is an annotator of another project and of nothing else."""
    tenant = floor.person("tenant", Role.OWNER, organisation=floor.another("other"))
    elsewhere = floor.person("elsewhere")
    floor.grant(elsewhere, project_of(floor, "elsewhere"), Role.ANNOTATOR)
    roles = {name: floor.person(name, Role(name)) for name in WHO[3:]}
    return {"nobody": None, "tenant": tenant, "elsewhere": elsewhere, **roles}


def routes_of(floor: Floor) -> list[Key]:
    """Path and method of every route; those after which nothing is as it was come last."""
    found = {
        (path, HttpMethod(method).value)
        for path, handler in handlers_of(floor.client.app)
        for method in handler.http_methods
    }
    return sorted(found, key=lambda key: (*(key[0].endswith(end) for end in ENDING), key))


def table() -> dict[Key, list[str]]:
    """Path and method → an answer for each of WHO."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert all(len(line) == COLUMNS + 2 for line in lines)
    return {(path, method): answers for method, path, *answers in lines}


def asked(floor: Floor, project: int, people: dict[str, Person | None], key: Key) -> list[str]:
    """What everybody is answered; `-` where an answer would never end."""
    path, method = key
    plain = path.replace("{org:int}", str(floor.organisation)).replace("{project:int}", str(project))
    plain = re.sub(r"\{\w+:(\w+)\}", lambda found: "1" if found[1] == "int" else "a", plain)
    body: dict[str, Any] = {} if method in ("GET", "HEAD") else {"json": {}}

    def answer(by: Person | None) -> str:
        return str(floor.call(method, plain, by=by, follow_redirects=False, **body).status_code)

    asks = {"nobody", "tenant"} if path.endswith(STREAMS) and "{org:int}" in path else {"nobody"}
    return [answer(by) if who in asks or not path.endswith(STREAMS) else "-" for who, by in people.items()]


def test_everybody_is_answered_as_the_table_says(floor: Floor) -> None:
    project, people, known = project_of(floor), people_of(floor), table()
    wrong = [
        f"{method:6} {path}  {' '.join(told)}"
        for path, method in routes_of(floor)
        if (told := asked(floor, project, people, (path, method))) != known.get((path, method))
    ]
    assert wrong == [], "\n".join(["these lines are not in rights.txt; look at them, then write them there:", *wrong])


def test_the_table_names_no_route_that_is_gone(floor: Floor) -> None:
    assert set(table()) - set(routes_of(floor)) == set()
