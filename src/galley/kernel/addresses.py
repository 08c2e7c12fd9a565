"""Which network addresses a URL from outside may make us connect to. Pure.

A URL in a list, a model server, a webhook: each is input from a stranger. Without this check it reads the operator's own
network (server-side request forgery), and the cloud's metadata service with its credentials.
"""

import ipaddress
from typing import Final

from galley.kernel.language import Text

__all__ = ["refused_kind"]

_AZURE_WIRE_SERVER: Final = ipaddress.ip_address(
    "168.63.129.16"
)  # public range, but answers inside every Azure machine
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def refused_kind(address: str) -> Text | None:
    """What is wrong with an address, or None when it is a public one. Addresses that carry an IPv4 address inside
    (mapped, 6to4, Teredo, NAT64) are judged by it too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Text("no IP address", "无效地址")
    for each in (ip, *_inside(ip)):
        kind = _kind(each)
        if kind is not None:
            return kind
    return None


def _inside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64 or int(ip) >> 32 == 0:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _kind(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Text | None:
    if isinstance(ip, ipaddress.IPv6Address) and _inside(ip) and not ip.is_loopback and not ip.is_unspecified:
        return None  # judged by the address inside
    if ip == _AZURE_WIRE_SERVER:
        return Text("a cloud metadata service", "云平台元数据服务")
    checks = (
        (ip.is_loopback, Text("this machine itself", "本机")),
        (ip.is_link_local, Text("link-local (where cloud metadata is)", "链路本地地址（云平台元数据所在）")),
        (ip.is_multicast, Text("multicast", "组播地址")),
        (ip.is_unspecified, Text("no destination", "未指定地址")),
        (not ip.is_global or ip.is_reserved, Text("not on the public internet", "非公网地址")),
    )
    return next((kind for wrong, kind in checks if wrong), None)
