"""OpenTelemetry, when an operator wants it: the packages are installed and an OTEL_ variable says where spans go.

Galley does not depend on them: `pip install opentelemetry-distro opentelemetry-exporter-otlp opentelemetry-instrumentation-asgi`.
"""

import importlib
from collections.abc import Mapping
from typing import Any

from litestar.types import ASGIApp

__all__ = ["traced"]

_WANTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")


def traced(app: ASGIApp, environment: Mapping[str, str]) -> ASGIApp:
    """The application with a span around each request, or as it is when nobody asked or nothing is installed."""
    asked = any(environment.get(name, "none") not in ("", "none") for name in _WANTED)
    if not asked or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return app
    try:
        found: Any = importlib.import_module("opentelemetry.instrumentation.asgi")
    except ImportError:
        return app
    wrapped: ASGIApp = found.OpenTelemetryMiddleware(app)
    return wrapped
