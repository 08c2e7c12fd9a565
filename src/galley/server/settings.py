"""What an operator sets in the environment of the server."""

import ipaddress
import os
from collections.abc import Mapping
from typing import Final

import msgspec

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = ["ANSWER_BYTES_MAX", "SettingError", "Settings", "settings_of"]


class SettingError(InputError):
    """An environment variable that cannot be read."""

    code = "GLY-SRV-020"
    text = Text("{name}='{value}': {reason}", "{name}='{value}'：{reason}")
    hint = Text("See docs/deploying.md for the settings of the server.", "服务端设置见 docs/deploying.zh-CN.md。")


ANSWER_BYTES_MAX: Final = 16 << 20
"""One answer cannot be sent in parts: 2,000 spans are 0.3 MB, a ragged mask of 50 megapixels 2 MB, and several lie on one picture."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits and switches of a server process; the defaults suit a laptop and a base alike."""

    body_bytes: int = 4 << 20  # of a JSON body; one that holds one answer may have ANSWER_BYTES_MAX in any case
    threads: int = 12  # of handlers that wait for the database; below the pool, so that they never wait for it
    waiting: int = 120  # requests that wait for a thread before others are told to come again
    waiting_seconds: float = 5.0
    database_seconds: float = 2.0  # a request waits for a connection before it is told to come again
    drain_seconds: float = 0.0
    streams: int = 500  # of events, open at once
    poll_seconds: float = 2.0
    heartbeat_seconds: float = 15.0
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: str = ""
    secure_cookies: bool = False
    log_requests: bool = True
    duties: bool = True  # leases that run out, counters, webhooks, the audit, jobs: in this process's parent
    import_roots: tuple[str, ...] = ()  # the only folders that imports may read: /path for all, slug=/path for one
    site: str = ""  # a folder with another build of the web app
    verifiers: str = ""  # a TOML file of the programs that may check answers
    models: str = ""  # a folder of the models that the image editor may run in the browser

    @property
    def answer_bytes(self) -> int:
        """The longest body that holds one answer."""
        return max(self.body_bytes, ANSWER_BYTES_MAX)


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment; raises SettingError."""
    proxies = tuple(part.strip() for part in environment.get("GALLEY_TRUSTED_PROXIES", "").split(",") if part.strip())
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError as problem:
            raise SettingError(name="GALLEY_TRUSTED_PROXIES", value=proxy, reason=str(problem)) from problem
    return Settings(
        body_bytes=int(_number(environment, "GALLEY_BODY_BYTES", 4 << 20)),
        threads=int(_number(environment, "GALLEY_THREADS", 12)),
        drain_seconds=_number(environment, "GALLEY_DRAIN_SECONDS", 0.0),
        streams=int(_number(environment, "GALLEY_STREAMS", 500)),
        trusted_proxies=proxies,
        metrics_token=environment.get("GALLEY_METRICS_TOKEN", ""),
        secure_cookies=environment.get("GALLEY_SECURE_COOKIES", "") in ("1", "true", "yes"),
        log_requests=environment.get("GALLEY_LOG_REQUESTS", "1") not in ("0", "false", "no"),
        duties=environment.get("GALLEY_DUTIES", "1") not in ("0", "false", "no"),
        import_roots=tuple(filter(None, environment.get("GALLEY_IMPORT_ROOTS", "").split(os.pathsep))),
        site=environment.get("GALLEY_SITE", ""),
        verifiers=environment.get("GALLEY_VERIFIERS", ""),
        models=environment.get("GALLEY_MODELS", ""),
    )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    given = environment.get(name, "")
    if not given:
        return default
    try:
        value = float(given)
    except ValueError as problem:
        raise SettingError(name=name, value=given, reason="not a number") from problem
    if not 0 <= value < 1e12:
        raise SettingError(name=name, value=given, reason="out of range")
    return value
