"""Writes docs/reference/openapi.json from the routes, and says which differences break clients.

`python tools/make_openapi.py` rewrites the file; `--check` says whether it is out of date (a test runs it). Either way
what breaks is told: an operation or a field that is gone, a field that is newly required, a type or choice that narrows.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from galley.server.openapi import document_bytes

__all__ = ["PAGE", "breaking"]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"
_METHODS = ("get", "put", "post", "delete", "patch")


def breaking(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What clients written for the old document would stumble over in the new one."""
    return [*_operations(old, new), *_schemas(old, new)]


def _operations(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method in _METHODS:
            before, after = item.get(method), new["paths"].get(path, {}).get(method)
            if before is None:
                continue
            if after is None:
                yield f"{method.upper()} {path} is gone"
                continue
            known = {parameter["name"] for parameter in before.get("parameters", [])}
            for parameter in after.get("parameters", []):
                if parameter.get("required") and parameter["name"] not in known:
                    yield f"{method.upper()} {path} requires {parameter['name']}"
            if "requestBody" in after and "requestBody" not in before:
                yield f"{method.upper()} {path} requires a body"
            if after["operationId"] != before["operationId"]:
                yield f"{method.upper()} {path} is called {after['operationId']}, not {before['operationId']}"


def _schemas(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    before, after = old["components"]["schemas"], new["components"]["schemas"]
    for name in sorted(before.keys() & after.keys()):
        fields, now = before[name].get("properties", {}), after[name].get("properties", {})
        yield from (f"{name}.{field} is gone" for field in fields if field not in now)
        newly = set(after[name].get("required", [])) - set(before[name].get("required", []))
        yield from (f"{name}.{field} is required" for field in sorted(newly))
        for field in fields.keys() & now.keys():
            if fields[field].get("type") != now[field].get("type"):
                yield f"{name}.{field} is {now[field].get('type')}, not {fields[field].get('type')}"
            lost = set(map(str, fields[field].get("enum", []))) - set(map(str, now[field].get("enum", [])))
            yield from (f"{name}.{field} is never {choice!r} any more" for choice in sorted(lost))


def main() -> int:
    """Write or compare."""
    made = document_bytes()
    known = PAGE.read_bytes() if PAGE.exists() else b""
    if known:
        for line in breaking(json.loads(known), json.loads(made)):
            sys.stderr.write(f"breaks clients: {line}\n")
    if "--check" in sys.argv:
        return 0 if known == made else 1
    PAGE.write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
