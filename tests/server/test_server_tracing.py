"""Spans only when somebody asked for them and the packages are there."""

import sys
from types import ModuleType
from typing import Any

import pytest

from galley.server.tracing import traced

ASKED = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"}


async def app(*_: Any) -> None:
    """Stands for the application."""


def test_nobody_asked_or_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.asgi", None)
    assert traced(app, {}) is app
    assert traced(app, ASKED) is app


def test_each_request_gets_a_span_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = ModuleType("opentelemetry.instrumentation.asgi")
    installed.OpenTelemetryMiddleware = lambda inner: ("span", inner)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.asgi", installed)
    wrapped: Any = traced(app, ASKED)
    assert wrapped == ("span", app)
    assert traced(app, {}) is app
    assert traced(app, {"OTEL_TRACES_EXPORTER": "none"}) is app
    assert traced(app, ASKED | {"OTEL_SDK_DISABLED": "true"}) is app
