"""Failures as RFC 9457 problem details: every failure of the server leaves through `answer`.

A client is told the code, what happened and what to do; never a traceback, a path of ours or SQL. Whatever is not one of
our errors is logged whole under the request id and told as GLY-SRV-010.
"""

import logging
import traceback
from typing import Any, Final

import msgspec
import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException

from galley.access import errors as access
from galley.annotate.verifiers.errors import ChecksBusyError
from galley.kernel import errors as kernel
from galley.server import errors
from galley.server.language import language_asked
from galley.store.errors import BlobMissingError, ContentTooLargeError

__all__ = ["PROBLEM_TYPE", "answer", "problem_of", "status_of", "translated"]

PROBLEM_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 1
_LOG: Final = logging.getLogger("galley.server")

_STATUS: Final[dict[type[BaseException], int]] = {
    errors.MethodError: 405,
    errors.ContentTypeError: 415,
    errors.TooLargeError: 413,
    errors.HeaderError: 431,
    errors.CsrfError: 403,
    errors.KeyReusedError: 422,
    ContentTooLargeError: 413,
    BlobMissingError: 404,
    access.SignInError: 401,
    access.NotAllowedError: 403,
    access.LinkError: 403,
    access.ThrottledError: 429,
    ChecksBusyError: 429,
    access.UnknownError: 404,
    kernel.MissingError: 404,
    kernel.InputError: 400,
    kernel.StateError: 409,
    kernel.TransientError: 503,
    kernel.IntegrityError: 500,
    kernel.GalleyError: 500,
}
"""Error class -> status; the nearest class in an error's ancestry decides."""


def status_of(error: kernel.GalleyError) -> int:
    """The HTTP status of an error."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def translated(problem: Exception, request: Request[Any, Any, Any]) -> kernel.GalleyError:
    """Any failure as one of ours."""
    if isinstance(problem, kernel.GalleyError):
        return problem
    if isinstance(problem, HTTPException):
        return _of_framework(problem, request)
    if isinstance(problem, psycopg.DataError | UnicodeEncodeError):
        reason = str(problem).partition("\n")[0]
        return errors.UnstorableError(reason=reason)
    if isinstance(problem, RecursionError):
        return errors.JsonDepthError(limit=64)
    if isinstance(problem, psycopg.errors.QueryCanceled | psycopg.errors.TooManyConnections):
        return errors.BusyError(retry_seconds=RETRY_SECONDS)
    return errors.UnexpectedError(request_id=request.scope.get("galley_request", ""))


def _of_framework(problem: HTTPException, request: Request[Any, Any, Any]) -> kernel.GalleyError:
    path = request.scope["path"]
    if isinstance(problem, MethodNotAllowedException):
        allowed = (problem.headers or {}).get("allow", "")
        return errors.MethodError(path=path, method=request.scope["method"], allowed=allowed)
    if isinstance(problem, ValidationException):
        first = _misfits(problem)[0]
        return errors.FieldError(field=first["field"], reason=first["reason"])
    if problem.status_code == 404:
        return errors.RouteMissingError(path=path)
    if problem.status_code == 413:
        return errors.TooLargeError(limit=request.route_handler.resolve_request_max_body_size() or 0)
    if problem.status_code < 500:
        return errors.FieldError(field="request", reason=problem.detail)
    return errors.UnexpectedError(request_id=request.scope.get("galley_request", ""))


def _misfits(problem: HTTPException) -> list[dict[str, str]]:
    """Every field that did not fit: where (`body`, `query`, `path`), its path, and why."""
    extra = problem.extra if isinstance(problem.extra, list) else []
    found = [
        {
            "in": str(getattr(each.get("source"), "value", each.get("source") or "body")),
            "field": _field(str(each.get("key", ""))),
            "reason": str(each.get("message", "")),
        }
        for each in extra
        if isinstance(each, dict)
    ]
    return found or [{"in": "request", "field": "request", "reason": problem.detail}]


def _field(key: str) -> str:
    """The framework calls the body `data`."""
    return "body" if key in ("", "data") else key.removeprefix("data.")


def problem_of(error: kernel.GalleyError, *, accept_language: str, request_id: str) -> dict[str, object]:
    """The problem object of an error in the client's language."""
    return error.problem(language_asked(accept_language)) | {"status": status_of(error), "request_id": request_id}


def answer(request: Request[Any, Any, Any], problem: Exception) -> Response[bytes]:
    """The response to any failure; unforeseen ones go to the log whole."""
    error = translated(problem, request)
    request_id = str(request.scope.get("galley_request", ""))
    status = status_of(error)
    if status >= 500 and not isinstance(error, kernel.TransientError):
        told = "".join(traceback.format_exception(problem))
        _LOG.error("unexpected", extra={"galley": {"request": request_id, "code": error.code, "traceback": told}})
    body = problem_of(error, accept_language=request.headers.get("accept-language", ""), request_id=request_id)
    if isinstance(problem, ValidationException):
        body["errors"] = _misfits(problem)
    request.scope["galley_code"] = error.code  # type: ignore[typeddict-unknown-key]
    return Response(
        msgspec.json.encode(body), status_code=status, media_type=PROBLEM_TYPE, headers=_headers(error, status)
    )


def _headers(error: kernel.GalleyError, status: int) -> dict[str, str]:
    headers: dict[str, str] = {"cache-control": "no-store"}
    if status in (503, 429) or isinstance(error, errors.KeyBusyError):
        headers["retry-after"] = str(
            error.facts.get("retry_seconds") or error.facts.get("retry_after_seconds") or RETRY_SECONDS
        )
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="galley"'
    if isinstance(error, errors.MethodError):
        headers["allow"] = str(error.facts.get("allowed", ""))
    return headers
