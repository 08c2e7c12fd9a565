"""Write `web/src/api/types.ts` from `docs/reference/openapi.json`: what every operation takes and answers.

    python tools/make_web_types.py [--check]

Ours rather than an npm generator: those need the JavaScript API of an older TypeScript, and this is one page.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "docs/reference/openapi.json"
TARGET: Final = ROOT / "web/src/api/types.ts"
_METHODS: Final = ("get", "post", "put", "patch", "delete", "head")
_PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def main() -> None:
    """Write the file, or with --check say whether it is as it should be."""
    written = types_of(json.loads(SOURCE.read_text(encoding="utf-8")))
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(written, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != written:
        sys.stderr.write(f"{TARGET.relative_to(ROOT)} is out of date: run tools/make_web_types.py\n")
        raise SystemExit(1)


def types_of(document: dict[str, Any]) -> str:
    """The TypeScript text of an OpenAPI 3.1 document."""
    lines = [
        "// Written by tools/make_web_types.py from docs/reference/openapi.json: change the server, not this file.",
        "",
    ]
    schemas = document["components"]["schemas"]
    names = Counter(_name(name) for name in schemas)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise SystemExit(f"two schemas would be called {', '.join(twice)}")
    for name, schema in sorted(schemas.items()):
        told = _comment(schema)
        lines += [*told, f"export type {_name(name)} = {_type(schema)};", ""]
    lines.append("export interface Operations {")
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                lines.append(f"  {json.dumps(f'{method.upper()} {path}')}: {_operation(methods[method])};")
    lines += ["}", ""]
    return "\n".join(lines)


def _comment(schema: dict[str, Any]) -> list[str]:
    text = str(schema.get("description", "")).strip().replace("*/", "* /")
    return [f"/** {' '.join(text.split())} */"] if text else []


def _name(raw: str) -> str:
    """`Page_galley.server.wire.projects.ProjectView` is PageOfProjectView."""
    words = re.sub(r"galley\.[a-z_.]*", "of_", raw)
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+|_", words))


def _operation(operation: dict[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    parts = []
    for place in ("path", "query"):
        here = [parameter for parameter in parameters if parameter["in"] == place]
        if here:
            fields = "; ".join(
                f"{json.dumps(one['name'])}{'' if one.get('required') else '?'}: {_type(one['schema'])}" for one in here
            )
            parts.append(f"{place}: {{ {fields} }}")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        parts.append(f"body: {_type(body.get('schema', {}))}")
    parts.append(f"answer: {_answer(operation)}")
    return "{ " + "; ".join(parts) + " }"


def _answer(operation: dict[str, Any]) -> str:
    for status, response in operation.get("responses", {}).items():
        if status.startswith("2"):
            content = response.get("content", {})
            return (
                _type(content["application/json"].get("schema", {})) if "application/json" in content else "undefined"
            )
    return "undefined"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].rpartition("/")[2])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value) for value in dict.fromkeys(schema.get("enum", [schema.get("const")])))
    several = schema.get("anyOf") or schema.get("oneOf")
    kind = schema.get("type")
    if isinstance(kind, list):
        several = [{**schema, "type": one} for one in kind]
    if several:
        return " | ".join(dict.fromkeys(_type(one) for one in several))
    if kind == "array":
        return _array(schema)
    return _object(schema) if kind == "object" else _PLAIN.get(str(kind), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(one) for one in schema["prefixItems"]) + "]"
    return f"({_type(schema.get('items', {}))})[]"


def _object(schema: dict[str, Any]) -> str:
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    if not properties:
        more = schema.get("additionalProperties")
        return f"{{ [name: string]: {_type(more) if isinstance(more, dict) else 'unknown'} }}"
    fields = [
        f"{json.dumps(name)}{'' if name in required else '?'}: {_type(told)}" for name, told in properties.items()
    ]
    return "{ " + "; ".join(fields) + " }"


if __name__ == "__main__":
    main()
