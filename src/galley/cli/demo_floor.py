"""The end of `make demo`: the floor on this machine alone, with the digits half done and a login for every role.

All of it is made afresh by each demo, in the demo's own workspace, and is for looking around only: the password and the
links are printed on the terminal and kept in `logins.json`, so the server listens on 127.0.0.1 and nowhere else.
"""

import json
import os
import socket
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from galley.cli.speech import Voice
from galley.kernel.language import Text

if TYPE_CHECKING:
    from galley.server.ports import Ports
    from galley.store.workspace import Workspace

__all__ = ["Seeded", "seed_floor", "serve_floor"]

_HOST: Final = "127.0.0.1"
_PORT: Final = 8080
_LINE: Final = "digits.labelled"
_HOURS: Final = 6
PEOPLE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "owner": ("Olivia 欧宁 (owner 所有者)", ("owner",)),
    "manager": ("Mei 梅 (manager 项目经理)", ("manager",)),
    "annotator": ("Anna 安娜 (annotator 标注员)", ("annotator",)),
    "annotator2": ("Bo 柏 (annotator 标注员)", ("annotator",)),
    "reviewer": ("Rui 芮 (reviewer 审核员)", ("reviewer",)),
    "inspector": ("Ines 尹 (inspector 质检员)", ("inspector",)),
    "client": ("Carl 卡尔 (client 委托方)", ("client",)),
    "auditor": ("Ada 艾达 (auditor 审计员)", ("auditor",)),
    "operator": ("Otto 敖拓 (operator 平台运营)", ("manager", "auditor")),
}
"""User name -> name shown and roles; all are people of `home`, the organisation that the line belongs to."""

_SEEDING = Text(
    "\nOpening the floor: {items:,} scans as a project, half of them answered by SIMULATED people …",
    "\n正在开放车间：{items:,} 张扫描图作为一个项目，其中一半由模拟人员作答 …",
)
_READY = Text(
    "{labelled} answered · {reviewed} reviewed · {returned} returned · one lot drawn\n\n"
    "For this demo only, on this machine only. Password of everybody: {password}\n",
    "已回答 {labelled} · 已审核 {reviewed} · 已退回 {returned} · 已抽样一批\n\n"
    "仅供本机演示使用。所有人的密码：{password}\n",
)
_LOGIN = Text("  {login:<11} {link}", "  {login:<11} {link}")
_ONCE = Text(
    "  (links are good once, for a day; Ctrl-C ends the server; the next demo starts afresh)\n",
    "  （链接仅一次有效，限一天；Ctrl-C 停止服务；下次演示重新开始）\n",
)


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: tickets by user name, everybody's password, and what was done."""

    organisation: int
    project: int
    lot: int
    password: str
    tickets: dict[str, str]
    items: int
    labelled: int
    reviewed: int
    returned: int


def serve_floor(folder: Path, voice: Voice) -> int:
    """Make the floor in the demo's workspace and serve it until Ctrl-C; the exit code."""
    from galley.server.serve import Serving, serve
    from galley.store.workspace import Workspace

    port = _free_port()
    address = f"http://{_HOST}:{port}"
    with Workspace.open(folder / "workspace") as workspace:
        made = seed_floor(workspace, folder, voice)
    links = {login: f"{address}/sign-in#ticket={ticket}" for login, ticket in made.tickets.items()}
    _keep(folder / "logins.json", made, address, links)

    def told(_: "Workspace") -> None:
        voice.say(
            _READY, labelled=made.labelled, reviewed=made.reviewed, returned=made.returned, password=made.password
        )
        for login, link in links.items():
            voice.say(_LOGIN, login=login, link=link)
        voice.say(_ONCE)
        voice.say(Text("Galley is at {address}", "Galley 已启动：{address}"), address=address)

    os.environ.setdefault("GALLEY_LOG_REQUESTS", "0")  # the terminal is for the links
    return serve(Serving(workspace=folder / "workspace", host=_HOST, port=port, opened=told), os.environ)


def seed_floor(workspace: "Workspace", folder: Path, voice: Voice) -> Seeded:
    """People, and the digits as a project half done, in an open workspace on which the demo's line was run."""
    from litestar.testing import TestClient

    from galley.access.secret_words import new_secret
    from galley.cli.demo_work import DemoClock, Seeding, scans_of
    from galley.kernel.clock import SystemClock
    from galley.server.app import create_app
    from galley.server.ports import open_ports
    from galley.server.settings import Settings
    from galley.store.database import HOME

    now = SystemClock().now()
    clock = DemoClock(now - timedelta(hours=_HOURS))
    scans = scans_of(_rows(workspace), folder / "truth.csv")
    voice.say(_SEEDING, items=len(scans))
    ports = open_ports(workspace, clock=clock, settings=Settings(log_requests=False))
    password = f"demo-{new_secret()[:10]}"
    with TestClient(create_app(ports), raise_server_exceptions=False) as client:
        sessions = _people(ports, password)
        work = Seeding(ports, client, clock, sessions)
        schema = resources.files("galley.cli").joinpath("demo_files", "digits.labels.yaml").read_text(encoding="utf-8")
        project = work.open_project(HOME, schema, scans)
        half = len(scans) // 2
        labelled = work.label("annotator", half // 4, errs=0.05)
        labelled += work.label("annotator2", half // 4, errs=0.08)
        work.follow()
        told = work.review("reviewer", half // 12)
        work.follow()
        labelled += work.label("annotator", half // 4, errs=0.05)
        labelled += work.label("annotator2", half - labelled, errs=0.06)
        work.follow()
        lot = work.inspect("inspector", 20)
        later = work.review("reviewer", half // 16)
        work.follow()
        tickets = _tickets(ports)
    return Seeded(
        organisation=HOME,
        project=project,
        lot=lot,
        password=password,
        tickets=tickets,
        items=len(scans),
        labelled=labelled,
        reviewed=sum(told.values()) + sum(later.values()),
        returned=told["return"] + later["return"],
    )


def _rows(workspace: "Workspace") -> Any:
    from galley.catalog.service import open_version

    for table in open_version(workspace.database, workspace.blobs, _LINE).tables():
        yield from table.select(["id", "key", "blob", "labels", "decided_by", "confidence"]).to_pylist()


def _people(ports: "Ports", password: str) -> dict[str, str]:
    """Everybody, members of home and signed in; the secrets of their sessions."""
    from galley.access import organisations, people
    from galley.access.audit import By
    from galley.access.model import Role
    from galley.access.people import Visit
    from galley.store.database import HOME

    doer = By(now=ports.clock.now(), address=_HOST)
    organisations.change_organisation(ports.house, doer, HOME, name="Demo kitchen", name_zh="演示厨房")
    organisations.create_organisation(
        ports.house, doer, slug="north", name="Northern Data Client", name_zh="北方数据委托方", kind="client"
    )
    sessions = {}
    with ports.house.transaction() as connection:
        for login, (name, roles) in PEOPLE.items():
            number = people.insert_person(
                connection, people.login_of(login), doer.now, name=name, language="zh", password=password
            )
            organisations.add_member(connection, doer, HOME, number, [Role(role) for role in roles])
            visit = Visit(address=_HOST, agent="galley demo")
            sessions[login] = people.open_session(connection, number, "password", visit, now=doer.now).secret
    return sessions


def _tickets(ports: "Ports") -> dict[str, str]:
    """End the sessions the work was done in, and make everybody a sign-in link."""
    from galley.access import people
    from galley.access.audit import By
    from galley.kernel.clock import SystemClock

    doer = By(now=SystemClock().now(), address=_HOST)
    tickets = {}
    for login in PEOPLE:
        number = people.person_by_login(ports.house, login)
        people.end_sessions(ports.house, doer, number)
        with ports.house.transaction() as connection:
            tickets[login] = people.make_ticket(connection, number, doer.now)
    return tickets


def _keep(place: Path, made: Seeded, address: str, links: dict[str, str]) -> None:
    """What scripts and browser tests need, readable by nobody else."""
    told = {
        "address": address,
        "organisation": made.organisation,
        "project": made.project,
        "password": made.password,
        "links": links,
    }
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")


def _free_port() -> int:
    """8080, or another when that is taken."""
    for wanted in (_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return _PORT
