"""`galley admin`: what only whoever has a terminal on the machine may do — the first owner, and recovery.

Each of these is told to the audit, as done from the terminal.
"""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from galley.cli.exits import Exit
from galley.cli.speech import Voice
from galley.kernel.clock import SystemClock
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.store.workspace import Workspace

__all__ = ["add"]

_ADMIN = Text(
    "First owner, organisations, recovery: for whoever runs the server.",
    "首位所有者、机构与账号恢复：供服务器管理者使用。",
)
_OWNER = Text(
    "Make somebody an owner of an organisation, making both if need be; prints a sign-in link that is good once.",
    "将某人设为机构所有者（机构与人员不存在时新建），并给出一次性登录链接。",
)
_ORGS = Text("List the organisations.", "列出全部机构。")
_PASSWORD = Text(
    "End somebody's sessions and print a sign-in link that is good once, for who forgot their password.",
    "结束某人的全部会话，并给出一次性登录链接（用于忘记密码）。",
)
_SESSIONS = Text("End every session of somebody.", "结束某人的全部会话。")
_BLOCK = Text("Keep somebody out everywhere, or let them in again with --undo.", "禁止某人登录；加 --undo 则恢复。")
_AUDIT = Text("Seal the audit into the log, and hold it against what the log says.", "封存审计日志，并与透明日志核对。")
_OIDC = Text(
    "Let people sign in with an OpenID provider; its client secret is asked for.",
    "允许通过 OpenID 身份提供方登录；将询问客户端密钥。",
)
_RECOUNT = Text(
    "Make all totals, dashboards and item lists anew from the accounts and slots; people may work meanwhile.",
    "由工作量记录与槽位重建全部汇总、看板与条目列表；期间可正常作业。",
)
_LOGIN = Text("e-mail address or user name", "邮箱或用户名")
_ORG = Text("short name of the organisation", "机构简称")
_KIND = Text("provider, processor, client, operator or regulator, if it is made now", "新建机构时的类型")
_NAME = Text("their name, if they are made now", "新建人员时的姓名")
_ASK = Text("ask for a password instead of giving a link", "询问密码，而不是给出链接")
_URL = Text("where people's browsers find the server", "浏览器访问服务器的地址")
_UNDO = Text("let them in again", "恢复登录")
_WORKSPACE = Text("the workspace (default: the nearest one)", "工作区（默认：最近的一个）")
_JSON = Text("print JSON", "输出 JSON")
_ISSUER = Text("the provider's issuer, as it says itself", "身份提供方的 issuer")
_CLIENT = Text("the client id the provider gave", "身份提供方分配的 client id")
_SHOWN = Text("what people see on the button", "登录按钮上的名称")
_REMOVE = Text("let nobody sign in with it any more", "不再允许通过它登录")
_SLUG = Text("short name of the provider", "身份提供方简称")

_LINK = Text("{login} signs in once, within a day, at {link}", "{login} 请在一天内通过此链接登录（仅一次）：{link}")
_SET = Text("{login} signs in with the password", "{login} 可使用该密码登录")
_ENDED = Text("{count} sessions ended", "已结束 {count} 个会话")
_BLOCKED = Text("{login} is kept out", "{login} 已被禁止登录")
_LET_IN = Text("{login} may sign in again", "{login} 可重新登录")
_WHOLE = Text(
    "{slug}: {lines} lines under {seals} seals, as they were written",
    "{slug}：{lines} 条记录、{seals} 个封存，均未被改动",
)
_RECOUNTED = Text(
    "{projects} projects and {items} items counted anew", "已重建 {projects} 个项目、{items} 个条目的汇总"
)
_CALLBACK = Text("register this address at the provider: {address}", "请在身份提供方登记此回调地址：{address}")
_GONE = Text("nobody signs in with {slug} any more", "已不再允许通过 {slug} 登录")
_ASK_PASSWORD = Text("password: ", "密码：")
_ASK_AGAIN = Text("once more: ", "再次输入：")
_ASK_SECRET = Text("client secret: ", "客户端密钥：")


class PasswordsDifferError(InputError):
    """The two passwords typed are not the same."""

    code = "GLY-CLI-030"
    text = Text("The two passwords are not the same.", "两次输入的密码不一致。")
    hint = Text("Nothing was changed; try again.", "未做任何更改，请重试。")


def add(app: typer.Typer, language: Language) -> None:
    """Add the commands."""
    admin = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    _add_people(admin, language)
    _add_places(admin, language)
    _add_provider(admin, language)
    app.add_typer(admin, name="admin", help=_ADMIN.say(language))


def _add_people(admin: typer.Typer, language: Language) -> None:
    login_argument = typer.Argument(help=_LOGIN.say(language), show_default=False)
    place = typer.Option(help=_WORKSPACE.say(language), show_default=False)
    as_json_option = typer.Option("--json", help=_JSON.say(language))

    @admin.command("owner", help=_OWNER.say(language))
    def owner(
        login: Annotated[str, login_argument],
        org: Annotated[str, typer.Option(help=_ORG.say(language))] = "home",
        kind: Annotated[str, typer.Option(help=_KIND.say(language))] = "processor",
        name: Annotated[str, typer.Option(help=_NAME.say(language), show_default=False)] = "",
        ask: Annotated[bool, typer.Option("--password", help=_ASK.say(language))] = False,
        url: Annotated[str, typer.Option(help=_URL.say(language))] = "http://127.0.0.1:8080",
        workspace: Annotated[Path | None, place] = None,
        as_json: Annotated[bool, as_json_option] = False,
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            password = _password(voice) if ask else None
            made = _make_owner(opened, login, org, kind, name=name, language=language, password=password)
            _tell_way(voice, login, url, made | {"login": login})

        _run(Voice(language, as_json=as_json), workspace, work)

    @admin.command("password", help=_PASSWORD.say(language))
    def password(
        login: Annotated[str, login_argument],
        ask: Annotated[bool, typer.Option("--password", help=_ASK.say(language))] = False,
        url: Annotated[str, typer.Option(help=_URL.say(language))] = "http://127.0.0.1:8080",
        workspace: Annotated[Path | None, place] = None,
        as_json: Annotated[bool, as_json_option] = False,
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.access import people

            given = _password(voice) if ask else None
            number = people.person_by_login(_house(opened), login)
            ticket = people.reset_password(_house(opened), _doer(), number, password=given)
            _tell_way(voice, login, url, {"login": login, "person": number, "ticket": None if given else ticket})

        _run(Voice(language, as_json=as_json), workspace, work)

    @admin.command("sessions", help=_SESSIONS.say(language))
    def sessions(
        login: Annotated[str, login_argument],
        workspace: Annotated[Path | None, place] = None,
        as_json: Annotated[bool, as_json_option] = False,
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.access import people

            number = people.person_by_login(_house(opened), login)
            count = people.end_sessions(_house(opened), _doer(), number)
            voice.data({"person": number, "ended": count}, lambda: voice.say(_ENDED, count=count))

        _run(Voice(language, as_json=as_json), workspace, work)

    @admin.command("block", help=_BLOCK.say(language))
    def block(
        login: Annotated[str, login_argument],
        undo: Annotated[bool, typer.Option("--undo", help=_UNDO.say(language))] = False,
        workspace: Annotated[Path | None, place] = None,
        as_json: Annotated[bool, as_json_option] = False,
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.access import people

            number = people.person_by_login(_house(opened), login)
            people.set_blocked(_house(opened), _doer(), number, blocked=not undo)
            told = _LET_IN if undo else _BLOCKED
            voice.data({"person": number, "blocked": not undo}, lambda: voice.say(told, login=login))

        _run(Voice(language, as_json=as_json), workspace, work)


def _add_places(admin: typer.Typer, language: Language) -> None:
    place = typer.Option(help=_WORKSPACE.say(language), show_default=False)
    as_json_option = typer.Option("--json", help=_JSON.say(language))

    @admin.command("organisations", help=_ORGS.say(language))
    def organisations(
        workspace: Annotated[Path | None, place] = None, as_json: Annotated[bool, as_json_option] = False
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            found = _organisations(opened)
            voice.data(found, lambda: _draw_organisations(voice, found))

        _run(Voice(language, as_json=as_json), workspace, work)

    @admin.command("audit", help=_AUDIT.say(language))
    def audit(
        workspace: Annotated[Path | None, place] = None, as_json: Annotated[bool, as_json_option] = False
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.access.errors import AuditBrokenError

            try:
                found = _verify(opened)
            except AuditBrokenError as problem:
                voice.fail(problem, Exit.VERIFICATION_FAILED)
            voice.data(found, lambda: _draw_audit(voice, found))

        _run(Voice(language, as_json=as_json), workspace, work)

    @admin.command("recount", help=_RECOUNT.say(language))
    def recounted(
        workspace: Annotated[Path | None, place] = None, as_json: Annotated[bool, as_json_option] = False
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.worker.recount import recount

            found = recount(_house(opened))
            voice.data(found, lambda: voice.say(_RECOUNTED, projects=found.projects, items=found.items))

        _run(Voice(language, as_json=as_json), workspace, work)


def _add_provider(admin: typer.Typer, language: Language) -> None:
    @admin.command("oidc", help=_OIDC.say(language))
    def provider(
        slug: Annotated[str, typer.Argument(help=_SLUG.say(language), show_default=False)],
        issuer: Annotated[str, typer.Option(help=_ISSUER.say(language), show_default=False)] = "",
        client: Annotated[str, typer.Option(help=_CLIENT.say(language), show_default=False)] = "",
        name: Annotated[str, typer.Option(help=_SHOWN.say(language), show_default=False)] = "",
        url: Annotated[str, typer.Option(help=_URL.say(language))] = "http://127.0.0.1:8080",
        remove: Annotated[bool, typer.Option("--remove", help=_REMOVE.say(language))] = False,
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        def work(voice: Voice, opened: "Workspace") -> None:
            from galley.access import oidc
            from galley.access.oidc_provider import Provider

            if remove:
                oidc.remove_provider(_house(opened), slug)
                voice.data({"slug": slug, "removed": True}, lambda: voice.say(_GONE, slug=slug))
                return
            secret = _hidden(voice, _ASK_SECRET)
            told = Provider(
                slug=slug, name=name or slug, issuer=issuer, client_id=client, client_secret=secret, base_url=url
            )
            oidc.set_provider(_house(opened), SystemClock(), told)
            address = url.rstrip("/") + oidc.CALLBACK.format(slug=slug)
            voice.data({"slug": slug, "callback": address}, lambda: voice.say(_CALLBACK, address=address))

        _run(Voice(language, as_json=as_json), workspace, work)


# --- work ------------------------------------------------------------------------------------------------------------


def _run(voice: Voice, workspace: Path | None, work: Callable[[Voice, "Workspace"], None]) -> None:
    from galley.cli.find import open_workspace

    try:
        with open_workspace(workspace) as opened:
            work(voice, opened)
    except GalleyError as problem:
        voice.fail(problem)


def _house(opened: "Workspace") -> Any:
    return opened.database.house()


def _doer(organisation: int = 1) -> Any:
    from galley.access.audit import by_terminal

    return by_terminal(SystemClock(), organisation)


def _make_owner(
    opened: "Workspace", login: str, org: str, kind: str, *, name: str, language: Language, password: str | None
) -> dict[str, Any]:
    """The person and the organisation, made if they are missing; the ticket unless there is a password."""
    from galley.access import organisations, passwords, people
    from galley.access.errors import SlugError, UnknownError
    from galley.access.model import ORGANISATION_KINDS, Role

    house = _house(opened)
    known = people.login_of(login)
    if password is not None:
        passwords.accepted(password, (known.email, known.username))
    if kind not in ORGANISATION_KINDS:
        raise SlugError(slug=kind, reason=Text(", ".join(ORGANISATION_KINDS), "、".join(ORGANISATION_KINDS)))
    try:
        place = organisations.organisation_by_slug(house, org)
    except UnknownError:
        place = organisations.create_organisation(house, _doer(), slug=org, name=org, kind=kind)
    doer = _doer(place)
    with house.transaction() as connection:
        row = people.find(connection, known)
        number = row or people.insert_person(connection, known, doer.now, name=name, language=language, password=None)
        organisations.add_member(connection, doer, place, number, [Role.OWNER])
        ticket = people.make_ticket(connection, number, doer.now)
        people.write_about(connection, number, "link_made", doer, person=None, what="sign-in")
    if password is not None:
        people.reset_password(house, doer, number, password=password)
    return {"person": number, "organisation": place, "ticket": None if password else ticket}


def _tell_way(voice: Voice, login: str, url: str, made: dict[str, Any]) -> None:
    ticket = made["ticket"]
    # After the #: browsers keep it to themselves, so that it stands in no log of any server.
    link = None if ticket is None else f"{url.rstrip('/')}/sign-in#ticket={ticket}"
    if link is None:
        voice.data(made | {"link": None}, lambda: voice.say(_SET, login=login))
    else:
        voice.data(made | {"link": link}, lambda: voice.say(_LINK, login=login, link=link))


def _organisations(opened: "Workspace") -> list[Any]:
    from galley.access import organisations

    found: list[Any] = []
    while page := organisations.organisations(_house(opened), after=found[-1].id if found else 0, limit=500):
        found += page
    return found


def _draw_organisations(voice: Voice, found: list[Any]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in found:
        name = each.name_zh if voice.language == "zh" and each.name_zh else each.name
        table.add_row(str(each.id), escape(each.slug), each.kind, escape(name))
    voice.out.print(table)


def _draw_audit(voice: Voice, found: list[dict[str, Any]]) -> None:
    for each in found:
        voice.say(_WHOLE, **each)


def _verify(opened: "Workspace") -> list[dict[str, Any]]:
    from galley.worker.sealing import seal_audit, verify_sealed_audit, workspace_ledger

    house, clock = _house(opened), SystemClock()
    ledger = workspace_ledger(opened, clock)
    seal_audit(house, ledger, clock)
    told = []
    for each in _organisations(opened):
        found = verify_sealed_audit(house, ledger, each.id)
        told.append({"slug": each.slug, "lines": found.lines, "seals": found.seals, "unsealed": found.unsealed})
    return told


def _password(voice: Voice) -> str:
    first = _hidden(voice, _ASK_PASSWORD)
    if sys.stdin.isatty() and first != _hidden(voice, _ASK_AGAIN):
        raise PasswordsDifferError
    return first


def _hidden(voice: Voice, prompt: Text) -> str:
    """Something typed without an echo; a line of the input when nobody is there to type."""
    if sys.stdin.isatty():
        return getpass.getpass(voice.text(prompt))
    return sys.stdin.readline().rstrip("\n")
