"""in-toto Statements v1 in DSSE envelopes, pure: who asserts what about which bytes, signed by one key or several.

The payload is RFC 8785 canonical JSON, so the same statement is the same bytes wherever it is made, and a payload with
repeated keys, odd numbers or any other second spelling is refused on reading.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import rfc8785

from galley.kernel.canonical import canonical_json
from galley.kernel.limits import JSON_DEPTH_MAX, NOTE_SIGNATURES_MAX, STATEMENT_BYTES_MAX
from galley.ledger.errors import (
    EnvelopeError,
    PayloadTypeError,
    SignatureError,
    StatementError,
    UnsignedError,
    because,
)
from galley.ledger.notes import SigningKey, VerifierKey, decode_base64

__all__ = [
    "ANNOTATION",
    "ASSESSMENT",
    "AUDIT_COMMITMENT",
    "CERTIFICATE",
    "COLLECTION",
    "PAYLOAD_TYPE",
    "PIPELINE_BUILD_TYPE",
    "PROVENANCE",
    "RELEASE",
    "STATEMENT_TYPE",
    "Envelope",
    "EnvelopeSignature",
    "Statement",
    "Subject",
    "add_signature",
    "open_envelope",
    "pae",
    "parse_envelope",
    "parse_statement",
    "render_envelope",
    "seal",
    "verify_envelope",
]

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"

COLLECTION = "https://galley.dev/collection/v1"
"""By the provider: where the data came from, under which licence and right."""
PROVENANCE = "https://slsa.dev/provenance/v1"
"""By the runner: how a version was made; its `buildDefinition.buildType` is PIPELINE_BUILD_TYPE."""
PIPELINE_BUILD_TYPE = "https://galley.dev/pipeline/v1"
ANNOTATION = "https://galley.dev/annotation/v1"
"""By the processor: guideline, people, agreement."""
AUDIT_COMMITMENT = "https://galley.dev/audit-commitment/v1"
"""By the auditor, before the draw: the commitment to the seed of an audit sample."""
ASSESSMENT = "https://galley.dev/assessment/v1"
"""By the assessor: standard, indicators, verdict."""
CERTIFICATE = "https://galley.dev/certificate/v1"
"""By the assessor: the certificate issued on an assessment."""
RELEASE = "https://galley.dev/release/v1"
"""By the publisher: a version left the house."""

_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


# --- Statements --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """What a statement is about: a name and digests by algorithm, in lower-case hex."""

    name: str
    digest: Mapping[str, str]


@dataclass(frozen=True)
class Statement:
    """An assertion (`predicate`, plain JSON) of a kind (`predicate_type`, a URI) about subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, Any]

    def payload(self) -> bytes:
        """The canonical bytes that are signed. Raises StatementError when they could not be read back."""
        value = {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": subject.name, "digest": dict(subject.digest)} for subject in self.subjects],
            "predicateType": self.predicate_type,
            "predicate": self.predicate,
        }
        try:
            payload = canonical_json(value)
        except (rfc8785.CanonicalizationError, TypeError, RecursionError) as problem:
            raise StatementError(**because("it holds what JSON cannot say", "含有 JSON 无法表示的内容")) from problem
        parse_statement(payload)  # JCS writes the float 2**53 as an integer that no reader may accept, for one
        return payload


def parse_statement(payload: bytes) -> Statement:
    """Read a payload, strictly. Raises StatementError."""
    if len(payload) > STATEMENT_BYTES_MAX:
        raise StatementError(**because("it is too large", "内容过大"))
    try:
        value = msgspec.json.decode(payload)
        _check_statement(value)
        canonical = canonical_json(value) == payload
    except (msgspec.DecodeError, RecursionError, rfc8785.CanonicalizationError, UnicodeError) as problem:
        raise StatementError(**because("it is not JSON", "不是合法的 JSON")) from problem
    if not canonical:
        raise StatementError(**because("it is not canonical (RFC 8785)", "不是规范形式（RFC 8785）"))
    subjects = tuple(Subject(subject["name"], subject["digest"]) for subject in value["subject"])
    return Statement(subjects, value["predicateType"], value["predicate"])


def _check_statement(value: object) -> None:
    if _deeper_than(value, JSON_DEPTH_MAX):
        raise StatementError(**because("it is nested too deeply", "嵌套过深"))
    if not isinstance(value, dict) or set(value) != {"_type", "subject", "predicateType", "predicate"}:
        raise StatementError(**because("its members are not those of a statement", "成员与声明格式不符"))
    if value["_type"] != STATEMENT_TYPE:
        raise StatementError(**because(f"its type is not {STATEMENT_TYPE}", f"类型不是 {STATEMENT_TYPE}"))
    kind = value["predicateType"]
    if not isinstance(kind, str) or ":" not in kind:
        raise StatementError(**because("its predicate type is not a URI", "谓词类型不是 URI"))
    if not isinstance(value["predicate"], dict):
        raise StatementError(**because("its predicate is not an object", "谓词不是对象"))
    subjects = value["subject"]
    if not isinstance(subjects, list) or not subjects or not all(_is_subject(subject) for subject in subjects):
        raise StatementError(**because("a subject has no name or no digest", "主体缺少名称或哈希"))


def _is_subject(subject: object) -> bool:
    if not isinstance(subject, dict) or set(subject) != {"name", "digest"}:
        return False
    name, digest = subject["name"], subject["digest"]
    return (
        isinstance(name, str)
        and bool(name)
        and isinstance(digest, dict)
        and bool(digest)
        and all(algorithm and isinstance(text, str) and _HEX.match(text) for algorithm, text in digest.items())
    )


def _deeper_than(value: object, limit: int) -> bool:
    """Whether JSON nests deeper than the limit; without recursion, because the input may be hostile."""
    level = [value]
    for _ in range(limit):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return True


# --- Envelopes (DSSE 1.0) ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnvelopeSignature:
    """One signature; `keyid` is an unauthenticated hint, empty when unset. Galley's is `VerifierKey.label`."""

    keyid: str
    signature: bytes


@dataclass(frozen=True)
class Envelope:
    """A parsed DSSE envelope; nothing in it is to be believed before `verify_envelope`."""

    payload_type: str
    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(statement: Statement, keys: Sequence[SigningKey]) -> bytes:
    """The envelope of a statement signed by each key; the same statement and keys give the same bytes."""
    payload = statement.payload()
    message = pae(PAYLOAD_TYPE, payload)
    signatures = tuple(EnvelopeSignature(key.verifier.label, key.sign(message)) for key in keys)
    return render_envelope(Envelope(PAYLOAD_TYPE, payload, signatures))


def add_signature(data: bytes, key: SigningKey) -> bytes:
    """The envelope with one more signature over the same payload, which is how a second party joins."""
    envelope = parse_envelope(data)
    signature = EnvelopeSignature(key.verifier.label, key.sign(pae(envelope.payload_type, envelope.payload)))
    return render_envelope(
        Envelope(envelope.payload_type, envelope.payload, (*envelope.signatures, signature)),
    )


def render_envelope(envelope: Envelope) -> bytes:
    """Canonical JSON of an envelope. Raises EnvelopeError for what `parse_envelope` would refuse."""
    _check_signatures(envelope.signatures)
    return canonical_json(
        {
            "payload": base64.b64encode(envelope.payload).decode("ascii"),
            "payloadType": envelope.payload_type,
            "signatures": [
                {"keyid": line.keyid, "sig": base64.b64encode(line.signature).decode("ascii")}
                for line in envelope.signatures
            ],
        }
    )


def parse_envelope(data: bytes) -> Envelope:
    """Read a DSSE envelope: either base64 alphabet, unknown members ignored, everything else strict (EnvelopeError)."""
    if len(data) > STATEMENT_BYTES_MAX:
        raise EnvelopeError(**because("it is too large", "内容过大"))
    try:
        value = json.loads(data.decode(), object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise EnvelopeError(**because("it is not JSON", "不是合法的 JSON")) from problem
    if not isinstance(value, dict):
        raise EnvelopeError(**because("it is not an object", "不是 JSON 对象"))
    payload, payload_type, lines = value.get("payload"), value.get("payloadType"), value.get("signatures")
    if not (isinstance(payload, str) and isinstance(payload_type, str) and isinstance(lines, list)):
        raise EnvelopeError(**because("payload, payloadType or signatures is missing", "缺少必需的成员"))
    signatures = tuple(_parse_signature(line) for line in lines)
    _check_signatures(signatures)
    return Envelope(payload_type, _decode_either(payload), signatures)


def verify_envelope(envelope: Envelope, keys: Iterable[VerifierKey], *, required: int = 1) -> tuple[VerifierKey, ...]:
    """The known keys that signed the envelope, in its order, each once.

    A signature whose key id names a known key must verify (SignatureError). One with another key id is tried with every
    key, since key ids are hints. Fewer than `required` signers is UnsignedError.
    """
    known = {key.label: key for key in keys}
    message = pae(envelope.payload_type, envelope.payload)
    signers: dict[VerifierKey, None] = {}
    for line in envelope.signatures:
        named = known.get(line.keyid)
        if named is not None and not named.verifies(message, line.signature):
            raise SignatureError(key=named.label)
        for key in [named] if named is not None else known.values():
            if key.verifies(message, line.signature):
                signers[key] = None
    if len(signers) < max(required, 1):
        raise UnsignedError(found=len(signers), wanted=max(required, 1))
    return tuple(signers)


def open_envelope(
    data: bytes, keys: Iterable[VerifierKey], *, required: int = 1
) -> tuple[Statement, tuple[VerifierKey, ...]]:
    """Parse and verify an envelope: its statement and who signed it.

    Raises EnvelopeError, SignatureError, UnsignedError, PayloadTypeError or StatementError, in that order of checking.
    """
    envelope = parse_envelope(data)
    signers = verify_envelope(envelope, keys, required=required)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise PayloadTypeError(found=envelope.payload_type, wanted=PAYLOAD_TYPE)
    return parse_statement(envelope.payload), signers


def _check_signatures(signatures: Sequence[EnvelopeSignature]) -> None:
    if not signatures:
        raise EnvelopeError(**because("it has no signature", "没有签名"))
    if len(signatures) > NOTE_SIGNATURES_MAX:
        raise EnvelopeError(**because("it has too many signatures", "签名过多"))
    named = [line.keyid for line in signatures if line.keyid]
    if len(set(named)) < len(named) or len({line.signature for line in signatures}) < len(signatures):
        raise EnvelopeError(**because("it has the same signature twice", "含有重复的签名"))


def _parse_signature(line: object) -> EnvelopeSignature:
    if not isinstance(line, dict):
        raise EnvelopeError(**because("a signature is not an object", "签名不是对象"))
    keyid, signature = line.get("keyid", ""), line.get("sig")
    if not isinstance(keyid, str) or not isinstance(signature, str):
        raise EnvelopeError(**because("a signature has no sig", "签名缺少 sig"))
    return EnvelopeSignature(keyid, _decode_either(signature))


def _decode_either(text: str) -> bytes:
    """Base64 of the standard or the URL-safe alphabet, as DSSE asks verifiers to accept."""
    data = decode_base64(text)
    if data is None and not {"+", "/"} & set(text):
        data = decode_base64(text.replace("-", "+").replace("_", "/"))
    if data is None:
        raise EnvelopeError(**because("a member is not base64", "成员不是合法的 base64"))
    return data


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("repeated member")
    return dict(pairs)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
