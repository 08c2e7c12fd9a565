"""How often signing in may be tried: per account and address together, per account, and per address.

Failures leak away with time, and beyond a few free ones each doubles the wait, up to a bound: nobody is locked out for
ever, and whoever tries to lock somebody else out from elsewhere costs them half a minute. A base where a thousand people
share one address mistypes a lot, so an address has many free failures.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from galley.access.errors import ThrottledError
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = ["Bucket", "Counter", "after_failure", "attempt", "fail", "forgive", "key_of"]

QUERIES: Final = sql.load("galley.access")


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """What failures of a kind cost."""

    name: str
    free: int  # failures without a wait
    forgive_seconds: float  # one failure leaks away in this time
    wait_seconds_max: float


PAIR: Final = Bucket(name="pair", free=5, forgive_seconds=600, wait_seconds_max=600)
ACCOUNT: Final = Bucket(name="account", free=20, forgive_seconds=300, wait_seconds_max=30)
ADDRESS: Final = Bucket(name="address", free=100, forgive_seconds=10, wait_seconds_max=300)


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """Failures not forgiven yet, and until when no attempt is heard."""

    failures: float
    last_at: datetime
    closed_to: datetime


def after_failure(bucket: Bucket, counter: Counter, now: datetime) -> Counter:
    """The counter after one more failure."""
    leaked = max((now - counter.last_at).total_seconds(), 0) / bucket.forgive_seconds
    failures = max(counter.failures - leaked, 0.0) + 1
    over = failures - bucket.free
    wait = 0.0 if over <= 0 else min(2.0 ** min(over, 40), bucket.wait_seconds_max)
    return Counter(failures=failures, last_at=now, closed_to=now + timedelta(seconds=wait))


def _closed_to(bucket: Bucket, counter: Counter, now: datetime) -> datetime:
    """Until when a bucket hears nothing. No wait is this long unless the clock jumped back since: then it is over."""
    return now if (counter.closed_to - now).total_seconds() > bucket.wait_seconds_max else counter.closed_to


def key_of(bucket: Bucket, account: str, address: str) -> bytes:
    """What a counter is found by: a hash, so that the table is no list of accounts."""
    told = {"pair": (account, _block(address)), "account": (account,), "address": (_block(address),)}[bucket.name]
    return hashlib.sha256("\0".join((f"galley/throttle/{bucket.name}", *told)).encode("utf-8", "replace")).digest()


def attempt(house: Database, account: str, address: str, now: datetime) -> None:
    """Count an attempt on an account before it is made, so that a thousand at once are not all heard.

    Raises ThrottledError. `forgive` takes the count back when it succeeds.
    """
    buckets = {key_of(bucket, account, address): bucket for bucket in (PAIR, ACCOUNT, ADDRESS)}
    with house.transaction() as connection:
        counters = _locked(connection, list(buckets), now)
        closed_to = max(_closed_to(bucket, counters[key], now) for key, bucket in buckets.items())
        if closed_to > now:
            raise ThrottledError(retry_seconds=max(int((closed_to - now).total_seconds() + 0.999), 1))
        for key, bucket in buckets.items():
            if bucket is not ADDRESS:
                _write(connection, key, after_failure(bucket, counters[key], now))


def fail(connection: Connection, account: str, address: str, now: datetime) -> None:
    """The attempt failed: the address has one more. (Counting it before would stop a shift that starts at once.)"""
    key = key_of(ADDRESS, account, address)
    _write(connection, key, after_failure(ADDRESS, _locked(connection, [key], now)[key], now))


def forgive(connection: Connection, account: str, address: str) -> None:
    """The attempt succeeded: the account's failures are forgotten, those of the address are not."""
    keys = sorted(key_of(bucket, account, address) for bucket in (PAIR, ACCOUNT))
    connection.execute(QUERIES["house_forgive"], {"keys": keys})


def _locked(connection: Connection, keys: list[bytes], now: datetime) -> dict[bytes, Counter]:
    facts: dict[str, Any] = {"keys": sorted(keys), "now": now}
    connection.execute(QUERIES["house_open_throttles"], facts)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["house_lock_throttles"], facts).fetchall()
    return {bytes(row.pop("key")): Counter(**row) for row in rows}


def _write(connection: Connection, key: bytes, counter: Counter) -> None:
    connection.execute(QUERIES["house_write_throttle"], {"key": key, **msgspec.structs.asdict(counter)})


def _block(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
