"""Signing in with a real OpenID provider (npm `oidc-provider` under node), by a browser that fills in its forms."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from galley_floor import Floor, open_floor
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from galley.access import oidc
from galley.access.errors import OidcError, ProviderGoneError
from galley.access.oidc_provider import Provider, ProviderClient
from galley.server.routes.oidc import _CLIENTS as CLIENTS
from galley.server.routes.oidc import ROUTES as OIDC
from galley.server.routes.organisations import ROUTES as ORGANISATIONS
from galley.server.routes.people import ROUTES as PEOPLE
from galley.store.workspace import Workspace

HERE = Path(__file__).parent / "oidc"
CSRF = {"X-Galley-CSRF": "1"}
NODE = shutil.which("node")
MISSING = (
    "node is not installed"
    if NODE is None
    else f"run `npm ci --prefix {HERE.relative_to(Path(__file__).parents[2])}` for the provider"
    if not (HERE / "node_modules" / "oidc-provider").is_dir()
    else ""
)
real = pytest.mark.skipif(bool(MISSING), reason=MISSING)


class Running:
    """The provider's process on a port of its own; started again it has other keys."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.base_url = "http://127.0.0.1:1"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        redirect = self.base_url + oidc.CALLBACK.format(slug="corp")
        self.process = subprocess.Popen(
            [NODE or "node", "provider.mjs", str(self.port), redirect],
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "ready"

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.communicate()

    def provider(self) -> Provider:
        return Provider(
            slug="corp",
            name="Corp",
            issuer=self.issuer,
            client_id="galley",
            client_secret="a secret of two",
            base_url=self.base_url,
        )


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    found = Running()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def floor(workspace: Workspace) -> Iterator[Floor]:
    with open_floor(workspace, routes=[*OIDC, *PEOPLE, *ORGANISATIONS]) as opened:
        opened.clock.moment = datetime.now(UTC).replace(microsecond=0)  # the provider's tokens are of today
        yield opened
    while CLIENTS:
        CLIENTS.popitem()[1].close()


@pytest.fixture
def corp(floor: Floor, running: Running) -> Floor:
    oidc.set_provider(floor.ports.house, floor.clock, running.provider())
    return floor


def browse(url: str, login: str, *, stop: str = "http://127.0.0.1:1/") -> str:
    """Follow the provider from page to page, fill in its forms, and tell the address it sends us back to."""
    with httpx.Client(timeout=20) as browser:
        answer = browser.get(url)
        for _ in range(20):
            if answer.is_redirect:
                url = urljoin(str(answer.url), answer.headers["location"])
                if url.startswith(stop):
                    return url
                answer = browser.get(url)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form is not None, answer.text
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
            if 'name="login"' in answer.text:
                fields |= {"login": login, "password": "any"}
            answer = browser.post(urljoin(str(answer.url), form[1]), data=fields)
    raise AssertionError("the provider never sent us back")


def sign_in(floor: Floor, login: str, *, start: str = "/api/v1/sign-in/oidc/corp", **body: Any) -> Any:
    begun = floor.post(start, json=body if start.startswith("/api/v1/sign-in") else None, headers=CSRF)
    assert begun.status_code == 200, begun.text
    parts = urlsplit(browse(begun.json()["url"], login))
    return floor.get(f"{parts.path}?{parts.query}", follow_redirects=False)


def invitation(floor: Floor) -> str:
    made = floor.post("/api/v1/orgs/{org}/invitations", by=floor.owner, json={"roles": ["annotator"]})
    return str(made.json()["secret"])


@real
def test_somebody_comes_by_invitation_and_then_by_themselves(corp: Floor) -> None:
    assert corp.get("/api/v1/sign-in/oidc").json() == [{"slug": "corp", "name": "Corp"}]
    first = sign_in(corp, "wang+mail", invitation=invitation(corp))
    assert (first.status_code, first.headers["location"]) == (303, "/")
    me = corp.get("/api/v1/me").json()
    assert (me["login"], me["name"], me["has_password"]) == ("wang@acme.cn", "wang of the provider", False)
    assert me["places"][0]["roles"] == ["annotator"]
    corp.client.cookies.clear()
    again = sign_in(corp, "wang+mail")
    assert again.status_code == 303
    assert corp.get("/api/v1/me").json()["person"] == me["person"]
    assert [each["way"] for each in corp.get("/api/v1/me/sessions").json()] == ["oidc", "oidc"]


@real
def test_an_address_in_a_token_links_to_nobody(corp: Floor) -> None:
    """Whoever can write an address at a provider does not become who has it here."""
    with corp.ports.house.connection() as connection:
        connection.execute(
            "INSERT INTO access.person (email, name, created_at) VALUES ('victim@acme.cn', 'Victim', now())"
        )
    stranger = sign_in(corp, "victim+mail")
    assert (stranger.status_code, stranger.json()["code"]) == (400, "GLY-ACC-017")
    taken = sign_in(corp, "victim+mail", invitation=invitation(corp))
    assert (taken.status_code, taken.json()["code"]) == (409, "GLY-ACC-006")
    unverified = sign_in(corp, "victim", invitation=invitation(corp))
    assert unverified.status_code == 303
    assert corp.get("/api/v1/me").json()["login"] == "victim"


@real
def test_an_identity_is_linked_while_signed_in_and_to_one_account(corp: Floor) -> None:
    def join(login: str) -> int:
        corp.client.cookies.clear()
        body = {"secret": invitation(corp), "login": login, "password": "correct horse battery"}
        assert corp.post("/api/v1/invitations/join", json=body).status_code == 200
        return int(corp.get("/api/v1/me").json()["person"])

    first = join("first")
    assert sign_in(corp, "li", start="/api/v1/me/oidc/corp").status_code == 303
    corp.client.cookies.clear()
    assert sign_in(corp, "li").status_code == 303
    assert corp.get("/api/v1/me").json()["person"] == first
    join("second")
    other = sign_in(corp, "li", start="/api/v1/me/oidc/corp")
    assert (other.status_code, other.json()["code"]) == (400, "GLY-ACC-017")


@real
def test_a_way_back_is_good_once_and_in_the_browser_that_set_out(corp: Floor) -> None:
    begun = corp.post("/api/v1/sign-in/oidc/corp", json={"invitation": invitation(corp)})
    parts = urlsplit(browse(begun.json()["url"], "chen"))
    cookie = corp.client.cookies["galley_oidc"]
    path = f"{parts.path}?{parts.query}"

    def come(path: str, browser: str) -> int:
        corp.client.cookies.clear()
        headers = {"cookie": f"galley_oidc={browser}"}
        return int(corp.get(path, headers=headers, follow_redirects=False).status_code)

    assert come(path, "") == 400
    assert come(path, "another") == 400
    state = parse_qs(parts.query)["state"][0]
    assert come(path.replace(state, "x" * len(state)), cookie) == 400
    assert come(path, cookie) == 303
    assert come(path, cookie) == 400
    late = corp.post("/api/v1/sign-in/oidc/corp", json={})
    parts = urlsplit(browse(late.json()["url"], "chen"))
    corp.clock.advance(oidc.FLOW_SECONDS)
    assert come(f"{parts.path}?{parts.query}", corp.client.cookies["galley_oidc"]) == 400


@real
def test_another_provider_and_a_refusal_are_heard(corp: Floor) -> None:
    for change, code in (("&iss=http%3A%2F%2Fevil.example", ""), ("&error=access_denied", "")):
        begun = corp.post("/api/v1/sign-in/oidc/corp", json={})
        state = parse_qs(urlsplit(begun.json()["url"]).query)["state"][0]
        found = corp.get(f"/api/v1/sign-in/oidc/corp/callback?state={state}&code=abc{change}{code}")
        assert (found.status_code, found.json()["code"]) == (400, "GLY-ACC-017")
    begun = corp.post("/api/v1/sign-in/oidc/corp", json={})
    state = parse_qs(urlsplit(begun.json()["url"]).query)["state"][0]
    forged = corp.get(f"/api/v1/sign-in/oidc/corp/callback?state={state}&code=forged")
    assert "invalid_grant" in forged.json()["title"]


@real
def test_keys_that_were_changed_are_found(corp: Floor, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in(corp, "zhou", invitation=invitation(corp)).status_code == 303
    running.stop()
    assert corp.post("/api/v1/sign-in/oidc/corp", json={}).status_code == 200, "its metadata are remembered"
    running.start()
    monkeypatch.setattr("galley.access.oidc_provider._KEYS_SECONDS", 0.0)
    assert sign_in(corp, "zhou").status_code == 303


# --- tokens no honest provider writes --------------------------------------------------------------------------------

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
ISSUER, NOW = "https://id.example", datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"iss": ISSUER, "sub": "li", "aud": "galley", "exp": NOW.timestamp() + 300, "iat": NOW.timestamp(), "nonce": "n"}


class Shop:
    """A provider's answers, as they come over the wire."""

    def __init__(self) -> None:
        self.keys = [KEY]
        self.asked: list[str] = []
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
        if request.url.path.startswith("/.well-known"):
            return httpx.Response(200, json=self.metadata)
        return httpx.Response(400, json={"error": "invalid_grant"})

    def client(self) -> ProviderClient:
        told = Provider(
            slug="x", name="X", issuer=ISSUER, client_id="galley", client_secret="s", base_url="https://galley.example"
        )
        return ProviderClient(told, transport=httpx.MockTransport(self.answer))


def token(key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    told = {name: value for name, value in (GOOD | claims).items() if value is not None}
    asked = header or {"alg": "RS256", "kid": "one"}
    return jwt.encode(asked, told, key, algorithms=[asked["alg"]])


def test_a_good_token_is_believed() -> None:
    assert Shop().client().verified(token(), nonce="n", now=NOW)["sub"] == "li"
    several = token(aud=["galley", "other"], azp="galley")
    assert Shop().client().verified(several, nonce="n", now=NOW)["sub"] == "li"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": ["galley", "other"], "azp": "other"},
        {"exp": NOW.timestamp() - 61},
        {"exp": None},
        {"iat": None},
        {"iat": NOW.timestamp() + 3600},
        {"nbf": NOW.timestamp() + 3600},
        {"nonce": "other"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(OidcError):
        Shop().client().verified(token(**claims), nonce="n", now=NOW)


def test_a_token_with_another_signature_is_refused() -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    shared = OctKey.import_key(b"s" * 32)
    good = token()
    head, body, _ = good.split(".")
    none = "eyJhbGciOiJub25lIn0." + body + "."
    for told in (
        token(other),
        token(shared, {"alg": "HS256", "kid": "one"}),
        none,
        f"{head}.{body}.",
        good[:-4] + "AAAA",
        "x",
        "",
        "a.b.c",
    ):
        with pytest.raises(OidcError):
            Shop().client().verified(told, nonce="n", now=NOW)


def test_a_flood_of_strange_tokens_does_not_become_a_flood_at_the_provider() -> None:
    shop = Shop()
    client = shop.client()
    stranger = RSAKey.generate_key(2048, {"kid": "two"})
    for _ in range(20):
        with pytest.raises(OidcError):
            client.verified(token(stranger, {"alg": "RS256", "kid": "two"}), nonce="n", now=NOW)
    assert shop.asked.count("/keys") == 1
    assert len(shop.asked) == 2


@pytest.mark.parametrize(
    "change",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://id.example/token"}, {"jwks_uri": None}],
)
def test_metadata_of_another_or_without_https_are_refused(change: dict[str, Any]) -> None:
    shop = Shop()
    shop.metadata |= change
    with pytest.raises(OidcError):
        shop.client().metadata()


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://id.example", "id.example", "https://", "http://[", ""])
def test_a_provider_is_reached_by_https(issuer: str) -> None:
    with pytest.raises(OidcError):
        Provider(
            slug="x", name="X", issuer=issuer, client_id="c", client_secret="s", base_url="https://galley.example"
        ).check()


def test_a_provider_that_is_away_or_ill_is_told(floor: Floor) -> None:
    def client(answer: httpx.Response | Exception) -> ProviderClient:
        def handle(request: httpx.Request) -> httpx.Response:
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ProviderClient(Shop().client().provider, transport=httpx.MockTransport(handle))

    for gone in (httpx.ConnectError("no"), httpx.ReadTimeout("no"), httpx.Response(503)):
        with pytest.raises(ProviderGoneError):
            client(gone).metadata()
    for odd in (
        httpx.Response(404),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b"[1]"),
        httpx.Response(200, content=b" " * (1 << 20) + b"{}"),
        httpx.Response(302, headers={"location": "http://127.0.0.1/"}),
    ):
        with pytest.raises(OidcError):
            client(odd).metadata()
    assert floor.post("/api/v1/sign-in/oidc/none", json={}).json()["code"] == "GLY-ACC-017"
