"""The built web app as the server gives it out: the page everywhere, files as they were built, nothing beside them."""

import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from galley_floor import Floor, open_floor, open_served

from galley.server.settings import Settings
from galley.server.site import SiteFile, encoding_of
from galley.store.workspace import Workspace

SCRIPT = b"console.log('galley');\n" * 40
INDEX = '<!doctype html><meta name="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/app-Bx8_-k2Q.js"></script>'


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built app: one script in three encodings, one source map, one icon; and a file outside."""
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text(INDEX, encoding="utf-8")
    (site / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    script = site / "assets" / "app-Bx8_-k2Q.js"
    script.write_bytes(SCRIPT)
    script.with_name(script.name + ".gz").write_bytes(gzip.compress(SCRIPT))
    script.with_name(script.name + ".br").write_bytes(b"brotli")
    script.with_name(script.name + ".map").write_bytes(b"{}")
    for name in ("model-0f0f0f0f.onnx", "core-0f0f0f0f.wasm", "font-0f0f0f0f.woff2", "plain.css", "my-keyboard.js"):
        (site / "assets" / name).write_bytes(b"\0asm" * 400_000 if name.endswith(".wasm") else b"x")
    (site / ".hidden").write_text("hidden", encoding="utf-8")
    (site / "assets" / "out.js").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return site


@pytest.fixture
def shop(workspace: Workspace, built: Path) -> Iterator[Floor]:
    with open_floor(workspace, settings=Settings(site=str(built))) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/orgs/1/projects/2/work", "/set-up", "/index.html", "/资料", "/apiary"])
def test_every_address_of_the_app_is_its_page_with_a_nonce_of_its_own(shop: Floor, path: str) -> None:
    answers = [shop.get(path) for _ in range(2)]
    nonces = [re.search(r'<meta name="csp-nonce" nonce="([\w-]{22})">', answer.text) for answer in answers]
    told = [nonce[1] for nonce in nonces if nonce]
    assert len(set(told)) == 2
    for answer, nonce in zip(answers, told, strict=True):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce}';" in policy
        assert "default-src 'none'; script-src 'self'; style-src" in policy
        assert "frame-ancestors 'none'; require-trusted-types-for 'script'" in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]


def test_robots_are_sent_away_and_the_icon_has_its_old_name(shop: Floor, built: Path) -> None:
    told = shop.get("/robots.txt")
    assert (told.status_code, told.text) == (200, "User-agent: *\nDisallow: /\n")
    assert told.headers["content-type"].startswith("text/plain")
    assert shop.get("/favicon.ico").status_code == 404
    (built / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (built / "index.html").write_text(INDEX + " ", encoding="utf-8")
    for name in ("favicon.svg", "favicon.ico"):
        icon = shop.get(f"/{name}")
        assert (icon.status_code, icon.headers["content-type"].split(";")[0]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/openapi.json",
        "/nonexistent.html",
        "/wp-login.php",
        "/api",
        "/api/v1/nothing",
        "/health/x",
        "/ready/x",
        "/metrics/x",
        "/assets",
        "/assets/no.js",
    ],
)
def test_what_is_not_the_apps_stays_missing(shop: Floor, path: str) -> None:
    found = shop.get(path)
    assert (found.status_code, found.json()["code"]) == (404, "GLY-SRV-001")


def test_head_is_get_without_the_body(shop: Floor) -> None:
    for path in ("/", "/orgs/1", "/assets/app-Bx8_-k2Q.js", "/assets/core-0f0f0f0f.wasm", "/icon.svg"):
        asked, told = shop.get(path), shop.call("HEAD", path)
        assert (told.status_code, told.content) == (200, b"")
        assert told.headers["content-length"] == asked.headers["content-length"]
        assert told.headers["content-type"] == asked.headers["content-type"]
    assert shop.call("HEAD", "/assets/no.js").status_code == 404
    assert shop.post("/orgs/1").status_code == 405


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.000", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_the_smallest_encoding_that_is_accepted_is_sent(accepted: str, encoding: str) -> None:
    paths = {"": Path("a"), "br": Path("a.br"), "gzip": Path("a.gz")}
    assert encoding_of(accepted, SiteFile(name="a", paths=paths, media_type="text/css", tag="t")) == encoding
    assert encoding_of(accepted, SiteFile(name="a", paths={"": Path("a")}, media_type="text/css", tag="t")) == ""


def test_a_hashed_file_is_kept_for_ever_and_asked_for_by_its_tag(shop: Floor) -> None:
    path = "/assets/app-Bx8_-k2Q.js"
    plain = shop.get(path, headers={"accept-encoding": "identity"})
    packed = shop.get(path, headers={"accept-encoding": "gzip"})
    assert plain.content == packed.content == SCRIPT
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT)
    assert packed.headers["etag"] != plain.headers["etag"]
    for answer in (plain, packed):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"
    again = shop.get(path, headers={"accept-encoding": "gzip", "if-none-match": f'"other", W/{packed.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    changed = shop.get(path, headers={"accept-encoding": "identity", "if-none-match": packed.headers["etag"]})
    assert changed.status_code == 200
    for loose in ("/assets/plain.css", "/assets/my-keyboard.js", "/icon.svg"):
        assert shop.get(loose).headers["cache-control"] == "no-cache"


def test_files_have_the_types_browsers_insist_on(shop: Floor) -> None:
    wanted = {
        "/assets/core-0f0f0f0f.wasm": "application/wasm",
        "/assets/font-0f0f0f0f.woff2": "font/woff2",
        "/assets/model-0f0f0f0f.onnx": "application/octet-stream",
        "/icon.svg": "image/svg+xml",
    }
    assert {path: shop.get(path).headers["content-type"] for path in wanted} == wanted
    assert len(shop.get("/assets/core-0f0f0f0f.wasm").content) == 1_600_000


HOSTILE = (
    "/assets/../../secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/..\\..\\secret.txt",
    "/assets/....//secret.txt",
    "/assets//etc/passwd",
    "/assets/out.js",
    "/assets/app-Bx8_-k2Q.js.map",
    "/assets/app-Bx8_-k2Q.js.gz",
    "/../secret.txt",
    "/.hidden",
    "/%2ehidden",
    "//secret.txt",
)


def _raw(url: str, path: str) -> bytes:
    """The answer to a path sent as it is: clients tidy it up first."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: galley\r\nconnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_nothing_beside_the_app_is_given_out(tmp_path: Path, built: Path, database_url: str) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url, "GALLEY_SITE": str(built)}
    with open_served(tmp_path, environment=environment) as served:
        assert _raw(served.url, "/assets/app-Bx8_-k2Q.js").endswith(SCRIPT)
        for path in HOSTILE:
            answer = _raw(served.url, path)
            assert b"secret\n" not in answer, path
            assert not answer.endswith((b"secret", b"hidden")), path
            assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")) or b"csp-nonce" in answer, path


def test_an_app_built_anew_is_noticed(shop: Floor, built: Path) -> None:
    assert shop.get("/assets/later.js").status_code == 404
    (built / "assets" / "later.js").write_text("1", encoding="utf-8")
    (built / "index.html").write_text(INDEX + "<!-- later -->", encoding="utf-8")
    assert "later" in shop.get("/").text
    assert shop.get("/assets/later.js").text == "1"


def test_without_the_app_a_page_says_how_to_build_it(workspace: Workspace, tmp_path: Path) -> None:
    with open_floor(workspace, settings=Settings(site=str(tmp_path / "nowhere"))) as bare:
        for path in ("/", "/orgs/1"):
            told = bare.get(path)
            assert told.status_code == 200
            assert "make web" in told.text
            assert "Galley 0.1.0 正在运行" in told.text
            assert "style-src 'self' 'nonce-" in told.headers["content-security-policy"]
        assert bare.get("/assets/app.js").status_code == 404
