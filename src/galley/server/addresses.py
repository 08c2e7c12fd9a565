"""Where a request comes from: the peer's address, or what a trusted proxy says of its own client."""

import ipaddress
from collections.abc import Iterable, Sequence

from galley.access.model import Network

__all__ = ["client_address", "trusted_networks"]


def trusted_networks(named: Iterable[str]) -> tuple[Network, ...]:
    """The networks of proxies whose X-Forwarded-For we believe."""
    return tuple(ipaddress.ip_network(name, strict=False) for name in named)


def client_address(peer: str | None, headers: Iterable[tuple[bytes, bytes]], proxies: Sequence[Network]) -> str | None:
    """The client's address: the last one in X-Forwarded-For that no trusted proxy has, when the peer is trusted."""
    if not proxies or peer is None or not _trusted(peer, proxies):
        return peer
    told = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin-1")
    for hop in reversed([part.strip() for part in told.split(",") if part.strip()]):
        if not _address(hop):
            return peer
        peer = hop
        if not _trusted(hop, proxies):
            break
    return peer


def _address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _trusted(address: str, proxies: Sequence[Network]) -> bool:
    if not _address(address):
        return False
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped  # so a socket that hears both kinds names who comes by IPv4
    return any(found in network for network in proxies)
