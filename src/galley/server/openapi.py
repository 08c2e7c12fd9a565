"""The API described: OpenAPI 3.1 from the types of the handlers, with what every route shares added in one place.

What a handler's signature does not say, its `opt` may: `body` and `answer` are the structs of a handler that reads and
writes bytes itself, `example` is a request's example, `idempotent: False` a route that has its own way of being sent twice.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from galley import __version__
from galley.access.model import Verb
from galley.server.app import gathered
from galley.server.body import JsonRequest
from galley.server.guard import CSRF_HEADER, SESSION_COOKIE, handlers_of
from galley.server.problems import PROBLEM_TYPE
from galley.server.routes import ROUTES

__all__ = ["document", "document_bytes"]

_METHODS: Final = ("get", "put", "post", "delete", "patch")
_ABOUT: Final = (
    "Raw data in; certified, signed datasets out. Send a service token as `Authorization: Bearer …`, or, from pages of the "
    f"server, the session cookie with the header {CSRF_HEADER}. Every failure is an RFC 9457 problem with a stable `code`; "
    "`Accept-Language: zh` is answered in Chinese. Lists are pages: pass `next` as `after` for the page that follows."
)
_SCHEMES: Final[dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A service token of an organisation."},
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "A signed-in person."},
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "code", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "urn:galley:error:CODE"},
        "code": {"type": "string", "pattern": "^GLY-[A-Z]{3}-[0-9]{3}$", "description": "Never changes its meaning."},
        "title": {"type": "string", "description": "What happened, in the language asked for."},
        "hint": {"type": "string", "description": "What to do next."},
        "status": {"type": "integer"},
        "request_id": {"type": "string"},
        "facts": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "field", "reason"],
                "properties": {"in": {"type": "string"}, "field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
_FAILURES: Final[dict[str, str]] = {
    "400": "The request is wrong; `errors` names the fields.",
    "401": "No token or session, or one that has ended.",
    "403": "Not allowed.",
    "404": "There is no such thing, for this caller.",
    "405": "Another method.",
    "409": "Not in this state.",
    "413": "The body is too large.",
    "415": "The body is of another media type.",
    "422": "The idempotency key was used for another request.",
    "429": "Too many attempts; see Retry-After.",
    "431": "The headers are too large.",
    "500": "A failure nobody foresaw.",
    "503": "Busy or shutting down; see Retry-After.",
}
_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request is answered with the first answer, for 24 hours.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[A-Za-z0-9._:-]+$"},
}


def document(routes: Sequence[HTTPRouteHandler] = ROUTES) -> dict[str, Any]:
    """The OpenAPI document of routes."""
    app = Litestar(
        route_handlers=[gathered(routes)],
        dependencies={
            "ports": Provide(_no_ports, sync_to_thread=False),
            "actor": Provide(_no_actor, sync_to_thread=False),
        },
        openapi_config=OpenAPIConfig(
            title="Galley",
            version=__version__,
            description=_ABOUT,
            use_handler_docstrings=True,
            path="/.openapi",
            operation_id_creator=_operation_id,
        ),
        request_class=JsonRequest,
        logging_config=None,
    )
    found: dict[str, Any] = msgspec.to_builtins(app.openapi_schema.to_schema())
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = _SCHEMES
    components["responses"] = {
        status: {"description": told, "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status, told in _FAILURES.items()
    }
    for path, method, handler in _operations(app):
        _complete(found["paths"][path][method], method, handler, schemas)
    found["paths"] = dict(sorted(found["paths"].items()))
    components["schemas"] = dict(sorted(schemas.items()))
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))  # defaults are tuples and enums until here
    return plain


@functools.cache
def document_bytes() -> bytes:
    """The document of the API as JSON for people to read too."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2) + b"\n"


def _operation_id(_: HTTPRouteHandler, method: Method, components: list[str | PathParameterDefinition]) -> str:
    """The name of an operation in clients: `post_projects_work_submit`, `get_projects_by_project`."""
    plain = [part if isinstance(part, str) else f"by_{part.name}" for part in components]
    words = [word for word in plain[:-1] if not word.startswith("by_")] + plain[-1:]
    named = [word for word in words if word not in ("api", "v1", "orgs")] or ["orgs"]
    return re.sub(r"\W", "_", "_".join([HttpMethod(method).value.lower(), *named]))


def _no_ports() -> None:
    """In place of the ports: nothing of this application runs."""


def _no_actor() -> None:
    """In place of the actor."""


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for path, handler in handlers_of(app):
        if handler.resolve_include_in_schema() and "verb" in handler.opt:
            plain = "/".join(
                part.partition(":")[0] + "}" if part.startswith("{") and ":" in part else part
                for part in path.split("/")
            )
            for method in handler.http_methods:
                yield plain, HttpMethod(method).value.lower(), handler


def _complete(operation: dict[str, Any], method: str, handler: HTTPRouteHandler, schemas: dict[str, Any]) -> None:
    """Add to an operation what the handler's types do not say."""
    verb = Verb(handler.opt["verb"])
    operation["x-galley-verb"] = str(verb)
    operation["security"] = [] if verb is Verb.PUBLIC else [{"token": []}, {"session": []}]
    body, answered = handler.opt.get("body"), handler.opt.get("answer")
    if body is not None:
        schema = _schema(body, schemas)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if answered is not None:
        success = operation["responses"].setdefault(str(handler.status_code), {"description": "Done."})
        success["content"] = {"application/json": {"schema": _schema(answered, schemas)}}
    if "example" in handler.opt:
        for media in operation.get("requestBody", {}).get("content", {}).values():
            media["example"] = handler.opt["example"]
    if method != "get" and handler.opt.get("idempotent", True):
        operation.setdefault("parameters", []).append(_KEY)
    responses = {status: told for status, told in operation["responses"].items() if status < "400"}
    for status in _failures_of(operation, verb, method):
        responses[status] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = responses
    if not operation.get("deprecated"):
        operation.pop("deprecated", None)
    for response in responses.values():
        if not response.get("headers"):
            response.pop("headers", None)


def _failures_of(operation: dict[str, Any], verb: Verb, method: str) -> list[str]:
    found = {"400", "401", "403", "405", "431", "500", "503"}  # a public route may look at a secret in its body
    places = {parameter.get("in") for parameter in operation.get("parameters", [])}
    if verb is not Verb.PUBLIC:
        found.add("404")
    if "path" in places:
        found.add("404")
    if method != "get":
        found |= {"409", "413", "415", "422", "429"}
    return sorted(found)


def _schema(kind: Any, schemas: dict[str, Any]) -> Any:
    (schema,), found = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    schemas.update(found)
    return schema
