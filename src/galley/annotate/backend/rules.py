"""The protocol's decisions, pure: what is sent, how answers are read, where may be connected to."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from galley.annotate.backend.errors import BackendAnswerError, BackendPlaceError
from galley.annotate.backend.model import Action, Reach, Said
from galley.kernel.addresses import refused_kind

__all__ = [
    "check_address",
    "check_place",
    "halves",
    "predict_body",
    "read_predictions",
    "setup_body",
    "wait_seconds",
    "webhook_body",
]

_SCORE_MAX: Final = 1e9


def check_place(url: str, reach: Reach) -> tuple[str, str, int, str]:
    """A URL as (scheme, host, port, path without a slash at its end); raises BackendPlaceError."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as problem:
        raise _refused(url, str(problem), str(problem)) from problem
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or not host.isascii() or not host.isprintable() or " " in host:
        raise _refused(url, "it is no address like http://host:9090", "不是 http://host:9090 形式的地址")
    if parts.username is not None or parts.query or parts.fragment:
        raise _refused(url, "user names, queries and fragments do not belong in it", "地址中不能含用户名、查询或片段")
    if not parts.path.isascii() or not parts.path.isprintable() or " " in parts.path:
        raise _refused(url, "its path is no path of a URL", "路径无效")
    if reach.only is not None and not _named(host, reach.only):
        raise _refused(url, "the operator does not allow this host", "运营方不允许访问该主机")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.path.rstrip("/")


def check_address(url: str, host: str, address: str, reach: Reach) -> None:
    """Refuse an address inside somebody's network, unless the operator named the host or the network."""
    kind = refused_kind(address)
    if kind is None or _named(host, reach.private) or _inside(address, reach.private):
        return
    raise BackendPlaceError(url=url, reason=f"{address}: {kind.en}", reason_zh=f"{address}：{kind.zh}")


def _named(host: str, hosts: Sequence[str]) -> bool:
    return host.lower() in {each.strip().lower().strip("[]") for each in hosts} or _inside(host, hosts)


def _inside(address: str, networks: Sequence[str]) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    for each in networks:
        try:
            network = ipaddress.ip_network(each.strip(), strict=False)
        except ValueError:
            continue
        if ip in network:
            return True
    return False


def _refused(url: str, reason: str, reason_zh: str) -> BackendPlaceError:
    return BackendPlaceError(url=url[:200], reason=reason, reason_zh=reason_zh)


def wait_seconds(attempt: int) -> float:
    """How long to wait before an attempt (the first is 0): half a second, doubling, ten at most."""
    return 0.0 if attempt <= 0 else min(0.5 * 2 ** (attempt - 1), 10.0)


def halves(tasks: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Two halves of a batch that failed."""
    middle = len(tasks) // 2
    return tasks[:middle], tasks[middle:]


def setup_body(project: str, config: str, *, hostname: str, token: str, extra: str) -> dict[str, Any]:
    """What /setup is told."""
    return {"project": project, "schema": config, "hostname": hostname, "access_token": token, "extra_params": extra}


def predict_body(
    project: str, config: str, tasks: Sequence[Mapping[str, Any]], context: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What /predict is asked; `context` holds what a person has drawn so far."""
    params: dict[str, Any] = {"login": None, "password": None}
    params["context"] = dict(context) if context is not None else {}
    return {"tasks": list(tasks), "project": project, "label_config": config, "params": params}


def webhook_body(action: Action, project: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What /webhook is told."""
    return {"action": action, "project": dict(project), **more}


def read_predictions(answer: Any, count: int) -> tuple[list[list[Said]], str]:
    """For each of `count` tasks its predictions, in the order of the tasks, and the model's version.

    An element of `results` may be one prediction, a list of them, or nothing. Raises BackendAnswerError when the list
    does not belong to the tasks: a shifted prediction would be worse than none.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise BackendAnswerError(path="/predict", reason="results: no list")
    results = answer["results"]
    if len(results) != count:
        raise BackendAnswerError(path="/predict", reason=f"{len(results)} results ≠ {count} tasks")
    version = str(answer.get("model_version") or "")[:200]
    found: list[list[Said]] = []
    for place, element in enumerate(results):
        several = element if isinstance(element, list) else [] if not element else [element]
        found.append([_said(each, version, place) for each in several])
    first = next((said.model_version for group in found for said in group if said.model_version), "")
    return found, first or version  # what a prediction says of itself is nearer to it


def _said(raw: Any, version: str, place: int) -> Said:
    if not isinstance(raw, dict) or not isinstance(raw.get("result"), list):
        raise BackendAnswerError(path="/predict", reason=f"results[{place}].result: no list")
    score = raw.get("score")
    sure = isinstance(score, int | float) and not isinstance(score, bool) and -_SCORE_MAX < score < _SCORE_MAX
    return Said(
        result=raw["result"],
        score=float(score) if sure and score is not None else None,
        model_version=str(raw.get("model_version") or version)[:200],
    )
