"""What the public log holds of a statement, pure: a salted commitment, its kind, and the day. Nothing else leaks.

    leaf       = kind (1 byte) ‖ commitment (32) ‖ day (8, big-endian, days since 1970-01-01 UTC)
    commitment = SHA-256("galley/leaf/v1\\0" ‖ kind ‖ salt (32) ‖ SHA-256(envelope bytes))

The salt travels in the `extra` line of the proof, with the day. Destroying salt and envelope makes a leaf unlinkable
while the log stays whole: that is how a legal deletion and an append-only log agree.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from galley.ledger import statements
from galley.ledger.errors import ProofError, because

__all__ = ["SALT_BYTES", "Leaf", "kind_of", "parse_extra", "render_extra"]

SALT_BYTES: Final = 32

_DOMAIN = b"galley/leaf/v1\0"
_DAY_BYTES = 8
_DAY_MAX = 2_932_896  # 9999-12-31, the last day that a datetime can say

_KINDS = {
    statements.COLLECTION: 0x01,
    statements.PROVENANCE: 0x02,
    statements.ANNOTATION: 0x03,
    statements.AUDIT_COMMITMENT: 0x04,
    statements.ASSESSMENT: 0x05,
    statements.CERTIFICATE: 0x06,
    statements.RELEASE: 0x07,
}


def kind_of(predicate_type: str) -> int:
    """The type byte of a predicate type; 0 for kinds that Galley does not define. Never renumber."""
    return _KINDS.get(predicate_type, 0x00)


@dataclass(frozen=True)
class Leaf:
    """One entry of the log before it is hashed."""

    kind: int
    envelope_sha256: bytes
    salt: bytes
    day: int

    def entry(self) -> bytes:
        """The 41 bytes that enter the log."""
        kind = bytes([self.kind])
        commitment = hashlib.sha256(_DOMAIN + kind + self.salt + self.envelope_sha256).digest()
        return kind + commitment + self.day.to_bytes(_DAY_BYTES, "big")


def render_extra(salt: bytes, day: int) -> bytes:
    """The extra data of a proof: what is needed beside the envelope to compute the leaf."""
    return salt + day.to_bytes(_DAY_BYTES, "big")


def parse_extra(extra: bytes | None) -> tuple[bytes, int]:
    """Salt and day out of a proof. Raises ProofError; both are to be believed only once the proof verifies."""
    if extra is None or len(extra) != SALT_BYTES + _DAY_BYTES:
        raise ProofError(**because("its extra line is not a salt and a day", "extra 行不是盐值与日期"))
    day = int.from_bytes(extra[SALT_BYTES:], "big")
    if day > _DAY_MAX:
        raise ProofError(**because("its day is beyond the calendar", "日期超出历法范围"))
    return extra[:SALT_BYTES], day
