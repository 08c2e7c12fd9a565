"""Access over HTTP: signing in, organisations, invitations, tokens, rules, audit and bytes behind links."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from galley_floor import Floor, open_floor

from galley.access import audit, sealing
from galley.access.links import Claim, Wanted, download_link, export_place, signed
from galley.access.model import Role
from galley.access.service import actor_of_token
from galley.kernel.errors import GalleyError
from galley.kernel.merkle import leaf_hash, verify_inclusion
from galley.ledger.notes import parse_verifier_key
from galley.ledger.verify import verify_logged
from galley.server.doers import link_keys
from galley.server.routes.audit import ROUTES as AUDIT
from galley.server.routes.isolation import ROUTES as ISOLATION
from galley.server.routes.links import ROUTES as LINKS
from galley.server.routes.links import byte_range
from galley.server.routes.organisations import ROUTES as ORGANISATIONS
from galley.server.routes.people import ROUTES as PEOPLE
from galley.store.workspace import Workspace
from galley.worker.sealing import seal_audit, workspace_ledger

PASSWORD = "correct horse battery staple"
CSRF = {"X-Galley-CSRF": "1"}
ORG = "/api/v1/orgs/{org}"


@pytest.fixture
def floor(workspace: Workspace) -> Iterator[Floor]:
    with open_floor(workspace, routes=[*AUDIT, *ISOLATION, *LINKS, *ORGANISATIONS, *PEOPLE]) as opened:
        yield opened


def invited(floor: Floor, *roles: str, login: str = "new@acme.cn", **more: Any) -> Any:
    """Somebody who joined by invitation, signed in by the cookie of the client."""
    made = floor.post(f"{ORG}/invitations", by=floor.owner, json={"roles": roles or ["annotator"], **more})
    assert made.status_code == 201, made.text
    joined = floor.post(
        "/api/v1/invitations/join",
        json={"secret": made.json()["secret"], "login": login, "password": PASSWORD, "name": "New"},
    )
    assert joined.status_code == 200, joined.text
    return joined


def test_somebody_joins_signs_out_and_in_again(floor: Floor) -> None:
    joined = invited(floor)
    cookie = joined.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = floor.get("/api/v1/me").json()
    assert (me["login"], me["has_password"]) == ("new@acme.cn", True)
    assert [(place["id"], place["roles"]) for place in me["places"]] == [(floor.organisation, ["annotator"])]
    assert floor.post("/api/v1/sign-out").status_code == 403, "another site could have sent it"
    assert floor.post("/api/v1/sign-out", headers=CSRF).status_code == 200
    floor.client.cookies.clear()
    assert floor.get("/api/v1/me").status_code == 401
    wrong = floor.post("/api/v1/sign-in", json={"login": "new@acme.cn", "password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "GLY-ACC-001")
    right = floor.post("/api/v1/sign-in", json={"login": "New@Acme.cn", "password": PASSWORD})
    assert right.status_code == 200
    assert PASSWORD not in right.text
    assert len(floor.get("/api/v1/me/sessions").json()) == 1


def test_too_many_attempts_are_told_when_to_come_again(floor: Floor) -> None:
    for _ in range(6):
        assert floor.post("/api/v1/sign-in", json={"login": "nobody", "password": "x"}).status_code == 401
    waiting = floor.post("/api/v1/sign-in", json={"login": "nobody", "password": "x"})
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "2")


def test_a_session_is_ended_from_elsewhere(floor: Floor) -> None:
    invited(floor)
    here = floor.client.cookies["galley_session"]
    floor.client.cookies.clear()
    floor.post("/api/v1/sign-in", json={"login": "new@acme.cn", "password": PASSWORD})
    assert floor.call("DELETE", "/api/v1/me/sessions", headers=CSRF).json() == {"count": 1}
    floor.client.cookies.clear()
    floor.client.cookies.set("galley_session", here)
    assert floor.get("/api/v1/me").status_code == 401


def test_a_changed_password_and_profile(floor: Floor) -> None:
    invited(floor)
    body = {"old": PASSWORD, "new": "another good password"}
    assert floor.put("/api/v1/me/password", json=body, headers=CSRF).status_code == 200
    assert floor.put("/api/v1/me/password", json=body, headers=CSRF).status_code == 401
    weak = floor.put("/api/v1/me/password", json={"old": "another good password", "new": "short"}, headers=CSRF)
    assert (weak.status_code, weak.json()["code"]) == (400, "GLY-ACC-004")
    assert floor.patch("/api/v1/me", json={"name": "王芳", "language": "zh"}, headers=CSRF).status_code == 200
    assert floor.get("/api/v1/me").json()["name"] == "王芳"


def test_a_token_is_nobodys_session(floor: Floor) -> None:
    """Programs see whose they are, and touch nothing that is a person's own."""
    assert floor.get("/api/v1/me", by=floor.owner).json()["places"] == []
    for method, path, body in (
        ("GET", "/api/v1/me/sessions", None),
        ("DELETE", "/api/v1/me/sessions", None),
        ("POST", "/api/v1/sign-out", None),
        ("PUT", "/api/v1/me/password", {"new": PASSWORD}),
        ("POST", f"{ORG}/tokens", {"name": "x", "scopes": ["work"]}),
    ):
        assert floor.call(method, path, by=floor.owner, json=body).status_code == 401, path


def test_members_teams_and_their_pages(floor: Floor) -> None:
    first = floor.get(f"{ORG}/members", by=floor.owner, params={"limit": 3}).json()
    rest = floor.get(f"{ORG}/members", by=floor.owner, params={"limit": 3, "after": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    worker = floor.annotators[0].person
    made = floor.post(f"{ORG}/members", by=floor.owner, json={"login": "wang", "roles": ["annotator"]}).json()
    assert floor.post("/api/v1/sign-in/ticket", json={"secret": made["ticket"]}).status_code == 200
    assert floor.post("/api/v1/sign-in/ticket", json={"secret": made["ticket"]}).status_code == 401
    floor.client.cookies.clear()
    team = floor.post(f"{ORG}/teams", by=floor.owner, json={"name": "早班"}).json()["id"]
    body = {"people": [worker], "leaders": [made["person"]]}
    assert floor.put(f"{ORG}/teams/{team}", by=floor.owner, json=body).status_code == 200
    assert floor.get(f"{ORG}/teams", by=floor.owner).json()[0]["leaders"] == [made["person"]]
    assert floor.get(f"{ORG}/teams", by=floor.annotators[0]).status_code == 403
    roles = floor.put(f"{ORG}/members/{worker}/roles", by=floor.owner, json={"roles": ["reviewer"]})
    assert roles.status_code == 200
    assert floor.put(f"{ORG}/members/{worker}/roles", by=floor.owner, json={"roles": []}).status_code == 400
    assert floor.delete(f"{ORG}/members/{floor.owner.person}", by=floor.owner).json()["code"] == "GLY-ACC-009"
    assert floor.delete(f"{ORG}/members/{worker}", by=floor.owner).status_code == 200
    assert floor.delete(f"{ORG}/members/{worker}", by=floor.owner).status_code == 404
    assert floor.delete(f"{ORG}/teams/{team}", by=floor.owner).status_code == 200


def test_the_platform_is_seen_by_who_runs_or_audits_it_not_by_the_operators_annotators(floor: Floor) -> None:
    told = {}
    for role in (Role.OWNER, Role.MANAGER, Role.AUDITOR, Role.ANNOTATOR, Role.REVIEWER, Role.CLIENT):
        who = floor.person(f"op-{role}", role, organisation=1)
        told[role] = floor.get("/api/v1/organisations", by=who).status_code
    assert told == {
        **dict.fromkeys((Role.OWNER, Role.MANAGER, Role.AUDITOR), 200),
        **dict.fromkeys((Role.ANNOTATOR, Role.REVIEWER, Role.CLIENT), 403),
    }
    watcher = floor.person("watcher", Role.INSPECTOR, organisation=floor.another("bureau", "regulator"))
    assert floor.get("/api/v1/organisations", by=watcher).status_code == 200


def test_organisations_are_made_by_operators(floor: Floor) -> None:
    body = {"slug": "bees", "name": "Bees", "kind": "processor"}
    assert floor.post("/api/v1/organisations", by=floor.owner, json=body).status_code == 403
    operator = floor.person("operator", Role.OWNER, organisation=1)
    made = floor.post("/api/v1/organisations", by=operator, json=body)
    assert made.status_code == 201
    assert floor.post("/api/v1/organisations", by=operator, json=body).status_code == 400
    assert floor.get(f"/api/v1/orgs/{made.json()['id']}", by=operator).status_code == 404, "and are not theirs"
    joined = floor.post(
        "/api/v1/invitations/join",
        json={"secret": made.json()["invitation"], "login": "queen", "password": PASSWORD},
    )
    assert joined.status_code == 200
    assert floor.get(f"/api/v1/orgs/{made.json()['id']}").json()["slug"] == "bees"
    listed = floor.get("/api/v1/organisations", by=operator).json()["items"]
    assert [each["slug"] for each in listed] == ["home", "acme", "bees"]


def test_an_invitation_tells_what_it_is_to_and_is_accepted_once(floor: Floor) -> None:
    made = floor.post(f"{ORG}/invitations", by=floor.owner, json={"roles": ["reviewer"]}).json()
    offer = floor.post("/api/v1/invitations/offer", json={"secret": made["secret"]}).json()
    assert (offer["organisation_name"], offer["roles"]) == ("Acme", ["reviewer"])
    assert floor.get(f"{ORG}/invitations", by=floor.owner).json()["items"][0]["id"] == made["id"]
    invited(floor, login="other")
    accepted = floor.post("/api/v1/invitations/accept", json={"secret": made["secret"]}, headers=CSRF)
    assert accepted.json() == {"organisation": floor.organisation}
    assert floor.get("/api/v1/me").json()["places"][0]["roles"] == ["annotator", "reviewer"]
    again = floor.post("/api/v1/invitations/offer", json={"secret": made["secret"]})
    assert (again.status_code, again.json()["code"]) == (409, "GLY-ACC-010")
    late = floor.post(f"{ORG}/invitations", by=floor.owner, json={"roles": ["reviewer"]}).json()["id"]
    assert floor.delete(f"{ORG}/invitations/{late}", by=floor.owner).status_code == 200


def test_tokens_are_made_seen_and_revoked_by_people(floor: Floor) -> None:
    invited(floor, "owner")
    made = floor.post(f"{ORG}/tokens", json={"name": "CI", "scopes": ["member.read"]}, headers=CSRF)
    assert made.status_code == 201
    bearer = {"authorization": f"Bearer {made.json()['secret']}"}
    floor.client.cookies.clear()
    assert floor.get(f"{ORG}/members", headers=bearer).status_code == 200
    assert floor.get(f"{ORG}/invitations", headers=bearer).status_code == 403
    listed = floor.get(f"{ORG}/tokens", by=floor.owner).json()["items"]
    assert made.json()["secret"] not in json.dumps(listed)
    assert floor.delete(f"{ORG}/tokens/{made.json()['id']}", by=floor.owner).status_code == 200
    floor.ports.actors.forget(f"token {made.json()['id']}")  # what the listener does a moment later
    assert floor.get(f"{ORG}/members", headers=bearer).status_code == 401


def test_a_rule_is_proposed_and_approved(floor: Floor) -> None:
    manager = floor.person("manager", Role.MANAGER)
    made = floor.post(f"{ORG}/isolation", by=manager, json={"view_only": True, "note": "看可以，带走不行"})
    assert made.status_code == 201
    rule = made.json()["id"]
    assert floor.post(f"{ORG}/isolation/{rule}/approve", by=manager).status_code == 403
    by_token = floor.post(f"{ORG}/isolation/{rule}/approve", by=floor.owner)
    assert (by_token.status_code, by_token.json()["code"]) == (400, "GLY-ACC-015")
    invited(floor, "client")
    assert floor.post(f"{ORG}/isolation/{rule}/approve", headers=CSRF).status_code == 200
    assert floor.get(f"{ORG}/isolation").json()["items"][0]["state"] == "approved"
    assert floor.post(f"{ORG}/isolation/{rule}/refuse", headers=CSRF).status_code == 409
    assert floor.post(f"{ORG}/isolation", by=manager, json={"networks": ["here"]}).status_code == 400


def test_the_audit_is_read_by_auditors_and_proved(floor: Floor) -> None:
    auditor = floor.person("auditor", Role.AUDITOR)
    floor.post(f"{ORG}/teams", by=floor.owner, json={"name": "A"})
    assert floor.post(f"{ORG}/teams", by=auditor, json={"name": "B"}).status_code == 403
    page = floor.get(f"{ORG}/audit", by=auditor, params={"limit": 1}).json()
    assert page["items"][0]["kind"] == "denied"
    assert page["items"][0]["facts"] == {"reason": "role", "verb": "member.manage"}
    (line,) = floor.get(f"{ORG}/audit", by=auditor, params={"limit": 1, "after": page["next"]}).json()["items"]
    assert (line["kind"], line["person"], line["seal"]) == ("team_changed", floor.owner.person, None)
    path = f"{ORG}/audit/{line['id']}/proof"
    assert floor.get(path, by=auditor).status_code == 404
    ledger = workspace_ledger(floor.ports.workspace, floor.clock)
    assert seal_audit(floor.ports.house, ledger, floor.clock) == 2
    proof = floor.get(path, by=auditor).json()
    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    leaf, root = leaf_hash(proof["entry"].encode()), bytes.fromhex(proof["root"])
    assert verify_inclusion(leaf, proof["index"], proof["rows"], proof=hashes, root=root)
    assert json.loads(proof["entry"])["subject"] == line["subject"]
    logged = ledger.find(hashlib.sha256(proof["statement"].encode()).hexdigest())
    assert logged is not None
    assert logged.statement().predicate["root"] == proof["root"]
    assert logged.statement().predicate_type == sealing.AUDIT_SEAL
    assert proof["proof"].startswith("c2sp.org/tlog-proof")
    keys = floor.client.get("/api/v1/ledger/keys").json()  # by nobody in particular
    log_keys, signer_keys = ([parse_verifier_key(text) for text in keys[kind]] for kind in ("log_keys", "signer_keys"))
    statement, inclusion = proof["statement"].encode(), proof["proof"].encode()
    checked = verify_logged(statement, inclusion, log_keys=log_keys, signer_keys=signer_keys)
    assert checked.statement.predicate["root"] == proof["root"]
    with pytest.raises(GalleyError):
        verify_logged(statement, inclusion, log_keys=signer_keys, signer_keys=log_keys)
    published = {path.read_text(encoding="utf-8") for path in floor.ports.workspace.keys.glob("*.vkey")}
    assert {f"{text}\n" for text in keys["log_keys"] + keys["signer_keys"]} == published
    assert floor.get(f"{ORG}/audit", by=floor.annotators[0]).status_code == 403


# --- bytes -----------------------------------------------------------------------------------------------------------

DATA = bytes(range(256)) * 40


@pytest.fixture
def blob(floor: Floor) -> str:
    return floor.ports.blobs.put(DATA)


def link(floor: Floor, path: str, **more: Any) -> str:
    facts: dict[str, Any] = {
        "do": "view",
        "of": "blob",
        "media_type": "image/png",
        "until": int(floor.clock.now().timestamp()) + 60,
    }
    claim = Claim(organisation=floor.organisation, project=1, person=1, path=path, **(facts | more))
    return f"/api/v1/media/{signed(link_keys(floor.ports), claim)}"


def test_bytes_are_shown_and_can_do_nothing(floor: Floor, blob: str) -> None:
    shown = floor.get(link(floor, blob))
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, DATA, "image/png")
    assert shown.headers["content-security-policy"].startswith("sandbox;")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == "inline"
    assert shown.headers["content-length"] == str(len(DATA))
    for kind in ("text/html", "image/svg+xml", "application/xhtml+xml", "image/png; x", "", "text/html\r\nx: y"):
        taken = floor.get(link(floor, blob, media_type=kind))
        assert taken.headers["content-type"] == "application/octet-stream", kind
        assert taken.headers["content-disposition"] == "attachment"


def test_bytes_come_in_parts(floor: Floor, blob: str) -> None:
    path = link(floor, blob, media_type="video/mp4")
    part = floor.get(path, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, DATA[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(DATA)}"
    assert floor.get(path, headers={"range": "bytes=-5"}).content == DATA[-5:]
    assert floor.get(path, headers={"range": f"bytes={len(DATA) - 1}-"}).content == DATA[-1:]
    beyond = floor.get(path, headers={"range": f"bytes={len(DATA)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(DATA)}")
    assert floor.get(path, headers={"range": "bytes=0-1,5-6"}).status_code == 200
    assert floor.get(path, headers={"range": "bytes=0-1", "if-range": '"other"'}).status_code == 200
    assert floor.get(path, headers={"range": "bytes=0-1", "if-range": f'"{blob}"'}).status_code == 206
    same = floor.get(path, headers={"if-none-match": f'"{blob}"'})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=9-", (9, 9)),
        ("bytes=-100", (0, 9)),
        ("bytes=5-100", (5, 9)),
        (" bytes=1-2 ", (1, 2)),
        ("bytes=2-1", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=" + "9" * 30 + "-", None),
        ("", None),
        (None, None),
    ],
)
def test_a_range_is_read_or_left(header: str | None, part: tuple[int, int] | None) -> None:
    assert byte_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=-00"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        byte_range(header, 10)


def test_no_door_opens_to_a_bare_hash(floor: Floor, blob: str) -> None:
    good = link(floor, blob)
    for path in (
        f"/api/v1/media/{blob}",
        f"/api/v1/media/{blob}.1.x",
        good[:-2],
        good.replace(".1.", ".2."),
        "/api/v1/media/" + good.rpartition("/")[2].partition(".")[0],
        "/api/v1/media/..%2f..%2fkeys",
    ):
        found = floor.get(path, by=floor.owner)
        assert found.status_code in (400, 403, 404), path
        assert DATA[:64] not in found.content
    gone = link(floor, "0" * 64)
    floor_missing = floor.get(gone)
    assert floor_missing.json()["code"] == "GLY-ACC-016", "whether there is such a blob is not told"
    floor.clock.advance(60)
    assert floor.get(good).json()["code"] == "GLY-ACC-016"


def test_an_export_is_taken_by_its_name(floor: Floor) -> None:
    place = export_place(floor.organisation, "one.jsonl")
    floor.ports.objects.put_if_absent(place, b"{}\n")
    actor = actor_of_token(floor.ports.house, floor.clock, floor.owner.token, floor.organisation)
    doer = audit.by(actor, floor.clock, "testclient")
    wanted = Wanted(of="export", path=place, name='街景 "1".jsonl\r\nx: y')
    made = download_link(floor.database, link_keys(floor.ports), doer, wanted)
    taken = floor.get(f"/api/v1/media/{made}")
    assert taken.content == b"{}\n"
    told = taken.headers["content-disposition"]
    assert told.startswith("attachment; filename=\"__ _1_.jsonl__x_ y\"; filename*=UTF-8''%E8%A1%97")
    assert "etag" not in taken.headers
