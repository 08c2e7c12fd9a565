"""What Prometheus collects: requests by route and status, their time, what is under way, the pool, groups of commits.

With several processes on one port a scrape reaches any of them, so `serve` has them share their numbers through files
(`PROMETHEUS_MULTIPROC_DIR`), and whichever is asked answers for all.
"""

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["EXPOSITION_TYPE", "MULTIPROCESS", "Metrics"]

EXPOSITION_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class _Route:
    """The instruments of one route, method and status, looked up once."""

    def __init__(self, requests: Counter, seconds: Histogram, key: tuple[str, str, int]) -> None:
        route, method, status = key
        self.count = requests.labels(route, method, str(status))
        self.time = seconds.labels(route, method)


class Metrics:
    """The instruments of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "galley_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "galley_http_request_seconds",
            "Time to answer.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.groups = Histogram(
            "galley_group_size", "Requests that shared one commit.", ("what",), buckets=_SIZES, registry=self.registry
        )
        self._levels = Gauge(
            "galley_process_level",
            "What a process has now.",
            ("what",),
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._routes: dict[tuple[str, str, int], _Route] = {}

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (route, method, status)
        found = self._routes.get(key)
        if found is None:
            found = self._routes[key] = _Route(self._requests, self._seconds, key)
        found.count.inc()
        found.time.observe(seconds)

    def levels(self, **now: float) -> None:
        """Set what the process has now: requests under way, connections in use, threads, actors remembered."""
        for what, value in now.items():
            self._levels.labels(what).set(value)

    def exposition(self) -> bytes:
        """The numbers of all processes that share them, as Prometheus reads them."""
        registry = self.registry
        if os.environ.get(MULTIPROCESS):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def close(self) -> None:
        """Take this process's levels out of the sum."""
        if os.environ.get(MULTIPROCESS):
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
