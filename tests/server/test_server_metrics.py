"""What Prometheus collects, who may collect it, and what is set in the environment."""

from collections.abc import Iterator

import pytest
from galley_floor import Floor, open_floor
from prometheus_client.parser import text_string_to_metric_families

from galley.server.addresses import client_address, trusted_networks
from galley.server.metrics import Metrics
from galley.server.routes.system import ROUTES as SYSTEM
from galley.server.settings import SettingError, Settings, settings_of
from galley.store.workspace import Workspace

TOKEN = "scraper-0001"


@pytest.fixture
def scraped(workspace: Workspace) -> Iterator[Floor]:
    with open_floor(workspace, routes=SYSTEM, settings=Settings(metrics_token=TOKEN)) as opened:
        yield opened


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status(scraped: Floor) -> None:
    for _ in range(3):
        scraped.get("/health")
    scraped.get("/nowhere/at/all")
    found = samples(scraped.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text)
    assert found["galley_http_requests_total", "GET", "/health", "200"] == 3
    assert found["galley_http_requests_total", "GET", "", "404"] == 1, "unknown paths make no series of their own"
    assert found["galley_http_request_seconds_count", "GET", "/health"] == 3


def test_only_who_has_the_token_or_operates_may_collect(scraped: Floor) -> None:
    assert scraped.get("/metrics").status_code == 401
    assert scraped.get("/metrics", headers={"authorization": "Bearer scraper-0002"}).status_code == 401
    assert scraped.get("/metrics", by=scraped.owner).status_code == 403
    assert scraped.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_without_a_token_in_the_settings_an_empty_one_opens_nothing(floor: Floor) -> None:
    assert floor.get("/metrics", headers={"authorization": "Bearer "}).status_code == 401


def test_levels_and_groups_are_told() -> None:
    metrics = Metrics()
    metrics.levels(requests_in_flight=2)
    metrics.groups.labels("submit").observe(3)
    found = samples(metrics.exposition().decode())
    assert found["galley_process_level", "requests_in_flight"] == 2
    assert found["galley_group_size_sum", "submit"] == 3


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),  # what the client says of itself is not believed
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),  # a proxy that came by IPv4 to a socket for both
        ("10.0.0.1", "203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7"),
        ("192.0.2.5", "203.0.113.7", "192.0.2.5"),  # not a proxy of ours
        (None, "203.0.113.7", None),
    ],
)
def test_the_clients_address_is_what_a_trusted_proxy_says(peer: str | None, told: str, address: str | None) -> None:
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    assert client_address(peer, headers, trusted_networks(["10.0.0.0/8"])) == address
    assert client_address(peer, headers, ()) == peer


def test_settings_are_read_from_the_environment() -> None:
    assert settings_of({}) == Settings()
    found = settings_of(
        {"GALLEY_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "GALLEY_THREADS": "3", "GALLEY_DRAIN_SECONDS": "2.5"}
    )
    assert (found.trusted_proxies, found.threads, found.drain_seconds) == (("10.0.0.0/8", "::1"), 3, 2.5)


@pytest.mark.parametrize(
    "wrong", [{"GALLEY_THREADS": "many"}, {"GALLEY_DRAIN_SECONDS": "-1"}, {"GALLEY_TRUSTED_PROXIES": "everybody"}]
)
def test_a_setting_that_cannot_be_read_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingError) as told:
        settings_of(wrong)
    assert told.value.facts["name"] in wrong
