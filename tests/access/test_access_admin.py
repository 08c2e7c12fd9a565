"""`galley admin`: the first owner, recovery and the audit, from the terminal and in both languages."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from galley.access import oidc, people
from galley.access.model import NOWHERE, Role
from galley.access.people import Visit
from galley.access.service import actor_of_session
from galley.cli.main import main
from galley.kernel.clock import SystemClock
from galley.store.database import Database
from galley.store.workspace import Workspace

Admin = Callable[..., Any]
VISIT = Visit(address="10.2.3.4")


@pytest.fixture
def admin(
    base: Database,
    owner_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Admin:
    """Run `galley admin WORDS`: the answer as JSON, or what it printed, and its exit code must be the one expected."""
    del base
    environment = {"GALLEY_DATABASE_URL": owner_url}
    Workspace.open(tmp_path / "workspace", create=True, environment=environment).close()
    monkeypatch.setenv("GALLEY_DATABASE_URL", owner_url)
    monkeypatch.setenv("GALLEY_WORKSPACE", str(tmp_path / "workspace"))

    def run(*words: str, code: int = 0, typed: str = "", plain: bool = False) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(["admin", *words, *([] if plain else ["--json"])])
        said = capsys.readouterr()
        assert ended.value.code == code, said
        return said.out + said.err if plain else json.loads(said.out)

    return run


def kinds(house: Database) -> list[str]:
    with house.connection() as connection:
        rows = connection.execute("SELECT kind FROM access.audit WHERE person IS NULL ORDER BY id").fetchall()
    return [row[0] for row in rows]


def test_the_first_owner_comes_by_a_link_that_is_good_once(admin: Admin, house: Database) -> None:
    clock = SystemClock()
    made = admin("owner", "Root@Acme.cn", "--url", "https://galley.acme.cn/")
    assert made["link"] == f"https://galley.acme.cn/sign-in#ticket={made['ticket']}"
    signed = people.sign_in_with_ticket(house, clock, made["ticket"], VISIT)
    actor = actor_of_session(house, clock, signed.secret, made["organisation"])
    assert (actor.roles, actor.operator) == (frozenset({Role.OWNER}), True)
    again = admin("owner", "root@acme.cn", "--org", "bees", "--kind", "processor")
    assert again["person"] == made["person"]
    actor = actor_of_session(house, clock, signed.secret, again["organisation"])
    assert actor.organisation_kind == "processor"
    assert [each["slug"] for each in admin("organisations")] == ["home", "bees"]
    assert kinds(house).count("member_added") == 2


def test_a_password_is_asked_for_and_not_told(admin: Admin, house: Database) -> None:
    said = admin("owner", "root", "--password", typed="correct horse battery\n", plain=True)
    assert "correct horse" not in said
    signed = people.sign_in(house, SystemClock(), login="root", password="correct horse battery", visit=VISIT)
    assert admin("owner", "weak", "--password", typed="short\n", code=1)["error"]["code"] == "GLY-ACC-004"
    assert [each["slug"] for each in admin("organisations")] == ["home"]
    with pytest.raises(Exception, match="weak"):
        people.person_by_login(house, "weak")
    reset = admin("password", "root")
    with pytest.raises(Exception, match=r"."):
        actor_of_session(house, SystemClock(), signed.secret, NOWHERE)
    assert people.sign_in_with_ticket(house, SystemClock(), reset["ticket"], VISIT).person == signed.person


def test_people_are_kept_out_and_let_in(admin: Admin, house: Database) -> None:
    ticket = admin("owner", "root")["ticket"]
    people.sign_in_with_ticket(house, SystemClock(), ticket, VISIT)
    assert admin("sessions", "root")["ended"] == 1
    assert admin("block", "root")["blocked"] is True
    assert people.person(house, 1).state == "blocked"
    assert admin("block", "root", "--undo")["blocked"] is False
    assert "nobody" in admin("sessions", "nobody", code=1)["error"]["title"]


@pytest.mark.parametrize(("language", "said"), [("en", "signs in once"), ("zh", "请在一天内通过此链接登录")])
def test_it_speaks_both_languages(admin: Admin, language: str, said: str) -> None:
    assert said in admin("owner", "root", "--lang", language, plain=True)
    assert "home" in admin("organisations", "--lang", language, plain=True)
    assert ("home" in admin("audit", "--lang", language, plain=True)) is True


def test_the_audit_is_held_against_the_log(admin: Admin, owner_url: str) -> None:
    admin("owner", "root")
    (told,) = admin("audit")
    assert told["slug"] == "home"
    assert told["lines"] > 0
    assert (told["seals"], told["unsealed"]) == (1, 0)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE access.audit DISABLE TRIGGER USER")
        connection.execute("UPDATE access.audit SET kind = 'nothing' WHERE id = (SELECT min(id) FROM access.audit)")
        connection.execute("ALTER TABLE access.audit ENABLE TRIGGER USER")
    assert admin("audit", code=4)["error"]["code"] == "GLY-ACC-019"


def test_a_provider_is_set_up_and_removed(admin: Admin, house: Database) -> None:
    words = ["oidc", "corp", "--issuer", "https://id.acme.cn", "--client", "galley", "--name", "Acme"]
    made = admin(*words, "--url", "https://galley.acme.cn/", typed="a secret\n")
    assert made["callback"] == "https://galley.acme.cn/api/v1/sign-in/oidc/corp/callback"
    (told,) = oidc.providers(house)
    assert (told.name, told.issuer, told.client_secret) == ("Acme", "https://id.acme.cn", "a secret")
    unsafe = admin("oidc", "x", "--issuer", "http://id.acme.cn", "--client", "y", typed="z\n", code=1)
    assert unsafe["error"]["code"] == "GLY-ACC-017"
    admin("oidc", "corp", "--remove")
    assert oidc.providers(house) == []


def test_totals_are_made_anew_from_the_terminal(admin: Admin) -> None:
    assert admin("recount") == {"projects": 0, "items": 0}
    assert "0" in admin("recount", plain=True)
