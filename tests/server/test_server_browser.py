"""A real browser: the app's page works under its own policy, and nothing that was uploaded runs script in our origin.

Each attack is opened twice: as the server gives it out, and as a careless server would, where it must succeed.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from galley_floor import Floor, open_floor
from galley_models import install_model

from galley.access.links import Claim, signed
from galley.server.doers import link_keys
from galley.server.settings import Settings
from galley.store.workspace import Workspace

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"
)

MARK = "new Image().src='/ran?of={name}';try{{localStorage.setItem('ran','{name}')}}catch(e){{}}"
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\('/ran?of=pdf'\\);this.submitForm\\('/ran?of=pdf'\\);)>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
trailer<</Root 1 0 R>>
"""


def attacks() -> dict[str, tuple[str, bytes]]:
    """Name -> media type the sender claims, bytes."""
    html = '<!doctype html><script>{}</script><img src=x onerror="{}"><p>uploaded</p>'
    svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="{}"><script>{}</script></svg>'
    xhtml = '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="{}"><script>{}</script></body></html>'
    found = {
        "html": ("text/html", html),
        "svg": ("image/svg+xml", svg),
        "xhtml": ("application/xhtml+xml", xhtml),
        "xml": ("text/xml", svg),
    }
    made = {name: (kind, text.format(*(MARK.format(name=name),) * 2).encode()) for name, (kind, text) in found.items()}
    disguised = html.format(*(MARK.format(name="disguised"),) * 2).encode()
    return {
        **made,
        "pdf": ("application/pdf", PDF),
        "disguised": ("image/png", disguised),
        "plain": ("text/plain", disguised),
    }


class Origin(ThreadingHTTPServer):
    """One origin: pages of the test, the floor's answers, the same bytes given out carelessly; and who called /ran."""

    daemon_threads = True

    def __init__(self, floor: Floor) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.floor = floor
        self.ran: list[str] = []
        self.asked: list[str] = []
        self.pages: dict[str, tuple[str, bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Origin

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/ran":
            self.server.ran.extend(parse_qs(parts.query).get("of", []))
            self._answer(204, {}, b"")
        elif parts.path == "/slow":  # holds the page open until something that takes its time was done
            until = time.monotonic() + 10
            while time.monotonic() < until and "worker" not in self.server.ran:
                if any(each.startswith("/api/v1/media/") for each in self.server.asked):
                    until = min(until, time.monotonic() + 1)
                time.sleep(0.05)
            self._answer(204, {}, b"")
        elif parts.path in self.server.pages:
            kind, data = self.server.pages[parts.path]
            self._answer(200, {"content-type": kind}, data)
        else:
            self.server.asked.append(self.path)
            told = self.server.floor.get(self.path, headers={"accept-encoding": "identity"})
            self._answer(told.status_code, dict(told.headers), told.content)

    def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def browse(url: str, profile: Path, seconds: float = 90) -> str:
    """The page as it stands when everything on it has run."""
    switches = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions")
    words = [CHROMIUM, *switches, *quiet, f"--user-data-dir={profile}", "--virtual-time-budget=4000", "--dump-dom", url]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        return ""  # it went to a download, and waits for a page for ever
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def _origin(floor: Floor) -> Iterator[Origin]:
    with Origin(floor) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def origin(floor: Floor) -> Iterator[Origin]:
    with _origin(floor) as server:
        yield server


def _uploaded(floor: Floor, kind: str, data: bytes) -> str:
    """Where the server shows bytes that somebody uploaded under a media type of their choice."""
    claim = Claim(
        organisation=floor.organisation,
        project=None,
        person=None,
        do="view",
        of="blob",
        path=floor.ports.blobs.put(data),
        until=int(floor.clock.now().timestamp()) + 3600,
        media_type=kind,
    )
    return f"/api/v1/media/{signed(link_keys(floor.ports), claim)}"


def _embedding(places: list[str]) -> bytes:
    """A page of our origin that shows things in every way a page can."""
    ways = '<iframe src="{0}"></iframe><embed src="{0}"><object data="{0}"></object><img src="{0}">'
    return ("<!doctype html><title>page</title>" + "".join(ways.format(place) for place in places)).encode()


def _leading(place: str) -> bytes:
    """A page that goes somewhere else: a browser that is told to open a download itself waits for ever for a page."""
    return (
        f"<!doctype html><title>page</title><script>location.href={json.dumps(place)};fetch('/slow')</script>".encode()
    )


@pytest.mark.slow
def test_nothing_uploaded_runs_script_wherever_it_is_shown(origin: Origin, tmp_path: Path) -> None:
    ours = {name: _uploaded(origin.floor, kind, data) for name, (kind, data) in attacks().items()}
    careless = {f"/careless/{name}": (kind, data) for name, (kind, data) in attacks().items()}
    origin.pages |= careless
    origin.pages["/framed"] = ("text/html", _embedding(list(ours.values())))
    origin.pages["/framed-careless"] = ("text/html", _embedding(list(careless)))

    assert "<title>page" in browse(f"{origin.url}/framed-careless", tmp_path / "a")
    assert {"html", "svg", "xhtml"} <= set(origin.ran), "the attacks are real"
    origin.ran.clear()
    assert "<title>page" in browse(f"{origin.url}/framed", tmp_path / "b")
    assert origin.ran == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["html", "svg", "pdf", "disguised", "plain"])
def test_nothing_uploaded_runs_script_when_it_is_opened_itself(origin: Origin, tmp_path: Path, name: str) -> None:
    kind, data = attacks()[name]
    origin.pages["/careless"] = (kind, data)
    place = _uploaded(origin.floor, kind, data)
    origin.pages["/to-ours"] = ("text/html", _leading(place))
    browse(f"{origin.url}/careless", tmp_path / "a")
    assert (name in origin.ran) is (name in ("html", "svg")), "what a careless server lets run"
    origin.ran.clear()
    browse(f"{origin.url}/to-ours", tmp_path / "b", seconds=12)
    assert place in origin.asked, "it was opened"
    assert origin.ran == []


APP = """
const told = {};
const note = (name, value) => { told[name] = String(value); document.body.dataset[name] = String(value); };
document.addEventListener("securitypolicyviolation", (event) => note("violated", (document.body.dataset.violated ?? "") + event.effectiveDirective + ";"));
trustedTypes.createPolicy("default", {
  createHTML: (text) => (text.includes("<") ? null : text),
  createScriptURL: (text) => (new URL(text, location.href).pathname.startsWith("/assets/") ? text : null),
});
const nonce = document.querySelector('meta[name="csp-nonce"]').nonce;
const style = document.createElement("style");
style.setAttribute("nonce", nonce);
style.innerHTML = "body { --styled: yes; }";
document.head.append(style);
note("styled", getComputedStyle(document.body).getPropertyValue("--styled").trim());
const other = document.createElement("style");
other.textContent = "body { --loose: yes; }";
document.head.append(other);
note("loose", getComputedStyle(document.body).getPropertyValue("--loose").trim() || "no");
document.body.style.setProperty("color", "rgb(1, 2, 3)");
note("styleobject", getComputedStyle(document.body).color);
try { document.createElement("div").innerHTML = "<b>x</b>"; note("html", "let"); } catch { note("html", "refused"); }
try { new Function("return 1")(); note("eval", "let"); } catch { note("eval", "refused"); }
try { new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); note("wasm", "let"); } catch { note("wasm", "refused"); }
try { new Worker("/api/v1/openapi.json"); note("foreignworker", "let"); } catch { note("foreignworker", "refused"); }
const image = new Image();
image.onload = () => note("image", "let");
image.src = URL.createObjectURL(new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'], { type: "image/svg+xml" }));
const worker = new Worker("/assets/worker-1a2B3c4D.js", { type: "module" });
worker.onmessage = (event) => note("worker", event.data);
fetch("/slow").then(() => note("waited", "yes"));
fetch("/health").then((answer) => note("health", answer.status));
const foreign = document.createElement("script");
try { foreign.src = "http://127.0.0.1:1/x.js"; note("script", "let"); } catch { note("script", "refused"); }
fetch("http://127.0.0.1:1/").catch(() => note("connect", "refused"));
"""
WORKER = """
const health = await fetch("/health");
let wasm = "let";
try { new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); } catch { wasm = "refused"; }
postMessage(`worked ${health.status}, wasm ${wasm}`);
await fetch("/ran?of=worker");
"""
PAGE = """<!doctype html><html><head><meta name="csp-nonce" nonce="__CSP_NONCE__"><title>app</title>
<script type="module" src="/assets/app-1a2B3c4D.js"></script></head><body><script>document.body.dataset.inline = "ran"</script></body></html>"""
WANTED = {
    "styled": "yes",
    "loose": "no",
    "styleobject": "rgb(1, 2, 3)",
    "html": "refused",
    "eval": "refused",
    "wasm": "refused",
    "foreignworker": "refused",
    "image": "let",
    "health": "200",
    "script": "refused",
    "connect": "refused",
}


@pytest.mark.parametrize("models", [False, True])
def test_an_app_works_under_the_policy_of_its_page_and_nothing_else_does(
    workspace: Workspace, tmp_path: Path, models: bool
) -> None:
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text(PAGE, encoding="utf-8")
    (site / "assets" / "app-1a2B3c4D.js").write_text(APP, encoding="utf-8")
    (site / "assets" / "worker-1a2B3c4D.js").write_text(WORKER, encoding="utf-8")
    if models:
        install_model(tmp_path / "models")
    settings = Settings(site=str(site), models=str(tmp_path / "models") if models else "")
    with open_floor(workspace, settings=settings) as floor, _origin(floor) as origin:
        shown = browse(f"{origin.url}/orgs/1/projects/2/work", tmp_path / "profile")
    assert "data-inline" not in shown, "no inline script"
    wanted = WANTED | {"worker": f"worked 200, wasm {'let' if models else 'refused'}"}
    missing = {name: value for name, value in wanted.items() if f'data-{name}="{value}"' not in shown}
    assert missing == {}, shown
    assert "style-src-elem" in shown
