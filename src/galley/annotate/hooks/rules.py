"""How an event is signed and when it is told again. Pure.

Signatures follow Standard Webhooks 1.0.0 (standardwebhooks.com): `webhook-id`, `webhook-timestamp` and
`webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">` with a secret written `whsec_<base64>`. Its
libraries for a dozen languages check ours. The id of a delivery is the same each time it is told, so a receiver that
remembers ids hears everything once.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

__all__ = ["GIVE_UP_AFTER", "headers", "next_attempt", "secret_text", "signature", "verify"]

_PREFIX: Final = "whsec_"
_WAITS_SECONDS: Final = (5, 60, 300, 1800, 7200, 18000, 36000, 36000, 36000)
GIVE_UP_AFTER: Final = len(_WAITS_SECONDS) + 1
"""Attempts, over about forty hours."""
_TOLERANCE_SECONDS: Final = 300.0


def secret_text(key: bytes) -> str:
    """A key as the owner of a webhook sees it."""
    return _PREFIX + base64.b64encode(key).decode()


def headers(secret: str, delivery: int, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that prove who sent a body, and when."""
    identity, stamp = f"msg_{delivery}", str(int(now.timestamp()))
    return {
        "webhook-id": identity,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, identity, stamp, body),
        "content-type": "application/json",
        "user-agent": "galley-webhooks/1",
    }


def verify(secret: str, given: dict[str, str], body: bytes, now: datetime) -> bool:
    """Whether a received body was signed with this secret within five minutes; what a receiver in Python calls."""
    identity, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > _TOLERANCE_SECONDS:
        return False
    wanted = signature(secret, identity, stamp, body)
    return any(hmac.compare_digest(wanted, each) for each in given.get("webhook-signature", "").split())


def next_attempt(attempts: int, now: datetime, delivery: int) -> datetime | None:
    """When to tell again after so many attempts, or None to give up. Spread by a tenth, so that a receiver that comes
    back is not met by everything at once."""
    if attempts >= GIVE_UP_AFTER:
        return None
    wait = _WAITS_SECONDS[attempts - 1]
    spread = (delivery * 2654435761 % 1000) / 1000 * 0.1
    return now + timedelta(seconds=wait * (1 + spread))


def signature(secret: str, identity: str, stamp: str, body: bytes) -> str:
    """The signature of one body told under one id at one second."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
