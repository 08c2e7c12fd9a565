"""The built web app as files: which there are, in which encodings, and the headers they leave with.

The files are package data (`galley/server/site`, put there when a wheel is built); in a source checkout they are what
`make web` left in `web/dist`. A folder that was built anew is noticed by its index.html.
"""

import hashlib
import os
import re
import threading
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from galley.access.secret_words import new_secret

__all__ = [
    "NONCE_MARK",
    "Page",
    "Site",
    "SiteFile",
    "asset_policy",
    "current_site",
    "encoding_of",
    "policy",
    "site_folder",
]

NONCE_MARK: Final = "__CSP_NONCE__"
INDEX: Final = "index.html"
_HASHED: Final = re.compile(r"assets/.*-(?=[^.]*[A-Z0-9])[A-Za-z0-9_-]{8}\.[A-Za-z0-9]+")  # as Vite names them
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final[Mapping[str, str]] = {"br": ".br", "gzip": ".gz"}  # the first that is accepted is taken
_NOT_SERVED: Final = (".br", ".gz", ".map")
_CACHED: Final = "public, max-age=31536000, immutable"
_ASKED: Final = "no-cache"


def asset_policy(*, models: bool) -> str:
    """The policy that scripts of workers come with: nothing but code, data and bytes of this server.

    WebAssembly is run where a model is installed, by a worker, and nowhere else: the page itself needs none.
    """
    wasm = " 'wasm-unsafe-eval'" if models else ""
    return (
        f"default-src 'none'; script-src 'self'{wasm}; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def policy(nonce: str) -> str:
    """The Content-Security-Policy of the app's page, with this response's nonce for styles."""
    return (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default galley"
    )


class SiteFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the app: where it is in each encoding it was made in ("" is as it is)."""

    name: str
    paths: dict[str, Path]
    media_type: str
    tag: str

    def headers(self, encoding: str, *, models: bool = False) -> dict[str, str]:
        """The headers of an answer in an encoding; `models`: whether any is installed."""
        suffix = f"-{encoding}" if encoding else ""
        return {
            "cache-control": _CACHED if _HASHED.fullmatch(self.name) else _ASKED,
            "content-security-policy": asset_policy(models=models),
            "etag": f'"{self.tag}{suffix}"',
            "vary": "accept-encoding",
            **({"content-encoding": encoding} if encoding else {}),
        }


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The app's page for one response."""

    text: str
    headers: dict[str, str]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Every file of a built app, by its name below the folder."""

    folder: Path
    stamp: tuple[int, int]
    index: str
    files: dict[str, SiteFile]

    def page(self) -> Page:
        """index.html with a nonce that no other response has."""
        nonce = new_secret()[:22]
        return Page(text=self.index.replace(NONCE_MARK, nonce), headers=page_headers(nonce))


def page_headers(nonce: str) -> dict[str, str]:
    """What keeps a page of ours to itself."""
    return {
        "cache-control": "no-store",
        "content-security-policy": policy(nonce),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": (
            "accelerometer=(), autoplay=(self), camera=(), display-capture=(), fullscreen=(self), geolocation=(), "
            "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
        ),
        "referrer-policy": "no-referrer",
    }


def encoding_of(accepted: str, file: SiteFile) -> str:
    """Which of a file's encodings a client takes (RFC 9110, 12.5.3), the smallest first; "" is always good."""
    taken: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    for name in _ENCODINGS:
        if name in file.paths and taken.get(name, taken.get("*", False)):
            return name
    return ""


def site_folder(chosen: str = "") -> Path | None:
    """Where the built app is: chosen, in the package, or in the checkout the package is imported from; None: not built."""
    if chosen:
        return Path(chosen)
    packed = Path(str(resources.files("galley.server"))) / "site"
    built = Path(__file__).parents[3] / "web" / "dist"
    return next((folder for folder in (packed, built) if (folder / INDEX).is_file()), None)


_lock = threading.Lock()
_known: dict[Path, Site] = {}


def current_site(folder: Path | None) -> Site | None:
    """The app in a folder, read once and again when it was built anew; None while there is none."""
    if folder is None:
        return None
    try:
        found = os.stat(folder / INDEX)
    except OSError:
        return None
    stamp = (found.st_mtime_ns, found.st_size)
    site = _known.get(folder)
    if site is None or site.stamp != stamp:
        with _lock:
            site = _known[folder] = _read(folder, stamp)
    return site


def _read(folder: Path, stamp: tuple[int, int]) -> Site:
    files: dict[str, SiteFile] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if path.is_file() and not path.is_symlink() and not hidden and name != INDEX and path.suffix not in _NOT_SERVED:
            beside = {word: path.with_name(path.name + suffix) for word, suffix in _ENCODINGS.items()}
            files[name] = SiteFile(
                name=name,
                paths={"": path, **{word: place for word, place in beside.items() if place.is_file()}},
                media_type=_TYPES.get(path.suffix.lower(), "application/octet-stream"),
                tag=hashlib.sha256(path.read_bytes()).hexdigest()[:32],
            )
    return Site(folder=folder, stamp=stamp, index=(folder / INDEX).read_text(encoding="utf-8"), files=files)
