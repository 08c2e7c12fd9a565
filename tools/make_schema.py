"""Write the golden schema: what all migrations together make, as one readable file; `--check` only compares.

usage: make_schema.py [--check]
"""

import importlib.resources
import subprocess
import sys
import tempfile
from pathlib import Path

from galley.store.database import Database
from galley.store.embedded import EmbeddedServer, postgres_programs

__all__ = ["dumped", "golden"]

_SCHEMAS = ("store", "access", "catalog", "line", "annotate", "server", "worker")
_NOISE = ("--", "SET ", "SELECT pg_catalog.set_config", "\\")
_HEAD = (
    "-- The schema all migrations together make; written by tools/make_schema.py, never by hand.\n"
    "SET check_function_bodies = false; -- functions stand before the tables they read\n"
)


def golden() -> Path:
    """The committed file."""
    return Path(str(importlib.resources.files("galley.store").joinpath("schema"))) / "golden.sql"


def dumped(url: str) -> str:
    """The schema of a migrated database, without the settings pg_dump puts around it."""
    chosen = [f"--schema={name}" for name in _SCHEMAS]
    command = [str(postgres_programs(Path()) / "pg_dump"), "--schema-only", "--no-owner", *chosen, url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept = [line for line in text.splitlines() if line and not line.startswith(_NOISE)]
    return _HEAD + "\n".join(kept) + "\n"


def main() -> int:
    """Write or compare."""
    with tempfile.TemporaryDirectory(prefix="galley-schema-") as folder:
        server = EmbeddedServer(Path(folder) / "pg", {"fsync": "off"})
        url = server.start()
        try:
            Database.open(url).close()
            text = dumped(url)
        finally:
            server.release()
    if "--check" in sys.argv:
        return 0 if golden().read_text(encoding="utf-8") == text else 1
    golden().write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
