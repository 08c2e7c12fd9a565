"""in-toto statements in DSSE envelopes: the published vector, laws, several signers, hostile input."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from galley.kernel.errors import IntegrityError
from galley.kernel.limits import JSON_DEPTH_MAX, NOTE_SIGNATURES_MAX, STATEMENT_BYTES_MAX
from galley.ledger.errors import EnvelopeError, PayloadTypeError, SignatureError, StatementError, UnsignedError
from galley.ledger.leaves import kind_of
from galley.ledger.notes import SigningKey
from galley.ledger.statements import (
    COLLECTION,
    PAYLOAD_TYPE,
    PIPELINE_BUILD_TYPE,
    PROVENANCE,
    RELEASE,
    Envelope,
    EnvelopeSignature,
    Statement,
    Subject,
    add_signature,
    open_envelope,
    pae,
    parse_envelope,
    parse_statement,
    render_envelope,
    seal,
    verify_envelope,
)

PROVIDER = SigningKey.from_seed("provider.example", b"\x01" * 32)
PLATFORM = SigningKey.from_seed("platform.example", b"\x02" * 32)
SUBJECT = Subject("galley:acme/street-signs@1.0.0", {"sha256": "ab" * 32})
STATEMENT = Statement((SUBJECT,), COLLECTION, {"license": "CC-BY-4.0", "来源": "街道"})

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
predicates = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), json_values, max_size=4)


def test_the_dsse_specification_s_vector() -> None:
    # DSSE protocol.md, "Test Vectors": pre-authentication encoding, and a P-256 signature over it.
    data = (
        b'{"payload": "aGVsbG8gd29ybGQ=",\n "payloadType": "http://example.com/HelloWorld",\n "signatures": [{"sig": '
        b'"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}'
    )
    envelope = parse_envelope(data)
    message = pae(envelope.payload_type, envelope.payload)
    assert message == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    point = ec.EllipticCurvePublicNumbers(
        46950820868899156662930047687818585632848591499744589407958293238635476079160,
        5640078356564379163099075877009565129882514886557779369047442380624545832820,
        ec.SECP256R1(),
    )
    raw = envelope.signatures[0].signature
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    point.public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    assert envelope.signatures[0].keyid == ""
    with pytest.raises(UnsignedError):
        open_envelope(data, [PROVIDER.verifier])


def test_pae_counts_bytes_not_characters() -> None:
    assert pae("类型", "内容".encode()) == "DSSEv1 6 类型 6 内容".encode()


def test_the_payload_is_canonical_json_of_a_statement() -> None:
    assert STATEMENT.payload().decode() == (
        '{"_type":"https://in-toto.io/Statement/v1","predicate":{"license":"CC-BY-4.0","来源":"街道"},'
        '"predicateType":"https://galley.dev/collection/v1",'
        '"subject":[{"digest":{"sha256":"' + "ab" * 32 + '"},"name":"galley:acme/street-signs@1.0.0"}]}'
    )


@given(predicates, st.lists(st.sampled_from(["a", "b", "c/d@1"]), min_size=1, max_size=3))
def test_statements_round_trip_and_sign_the_same_bytes(predicate: dict[str, Any], names: list[str]) -> None:
    statement = Statement(tuple(Subject(name, {"sha256": "00" * 32}) for name in names), RELEASE, predicate)
    payload = statement.payload()
    again = parse_statement(payload)
    assert again.payload() == payload
    assert again.subjects == statement.subjects
    data = seal(statement, [PROVIDER])
    assert seal(again, [PROVIDER]) == data
    assert render_envelope(parse_envelope(data)) == data
    assert open_envelope(data, [PROVIDER.verifier]) == (again, (PROVIDER.verifier,))


def test_several_signers_and_a_threshold() -> None:
    data = add_signature(seal(STATEMENT, [PROVIDER]), PLATFORM)
    assert data == seal(STATEMENT, [PROVIDER, PLATFORM])
    both = [PROVIDER.verifier, PLATFORM.verifier]
    assert open_envelope(data, both, required=2)[1] == tuple(both)
    assert open_envelope(data, both[1:])[1] == (PLATFORM.verifier,)
    with pytest.raises(UnsignedError) as caught:
        open_envelope(data, both[1:], required=2)
    assert caught.value.facts == {"found": 1, "wanted": 2}
    with pytest.raises(UnsignedError):
        open_envelope(data, [], required=0)
    with pytest.raises(EnvelopeError, match="twice"):
        add_signature(data, PLATFORM)


def test_key_ids_are_hints_but_a_named_key_must_have_signed() -> None:
    envelope = parse_envelope(seal(STATEMENT, [PROVIDER]))
    signature = envelope.signatures[0].signature
    for hint in ("", "sha256:whatever"):
        hinted = Envelope(envelope.payload_type, envelope.payload, (EnvelopeSignature(hint, signature),))
        assert verify_envelope(hinted, [PLATFORM.verifier, PROVIDER.verifier]) == (PROVIDER.verifier,)
    wrong = Envelope(envelope.payload_type, envelope.payload, (EnvelopeSignature(PLATFORM.verifier.label, signature),))
    with pytest.raises(SignatureError):
        verify_envelope(wrong, [PLATFORM.verifier, PROVIDER.verifier])


def test_one_key_under_two_hints_is_one_signer() -> None:
    envelope = parse_envelope(seal(STATEMENT, [PROVIDER]))
    twice = Envelope(
        envelope.payload_type,
        envelope.payload,
        (envelope.signatures[0], EnvelopeSignature("hint", envelope.signatures[0].signature)),
    )
    with pytest.raises(UnsignedError):
        verify_envelope(twice, [PROVIDER.verifier, PLATFORM.verifier], required=2)
    with pytest.raises(EnvelopeError, match="twice"):
        render_envelope(twice)


def test_every_flipped_byte_of_an_envelope_is_detected_or_changes_nothing_signed() -> None:
    data = seal(STATEMENT, [PROVIDER])
    for place in range(len(data)):
        for bit in (1, 0x20, 0x80):
            flipped = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
            try:
                statement, signers = open_envelope(flipped, [PROVIDER.verifier])
            except IntegrityError:
                continue
            # Only the unauthenticated key id can differ here; in the log the whole envelope is committed to.
            assert b"keyid" not in flipped or PROVIDER.verifier.label.encode() not in flipped
            assert (statement, signers) == (STATEMENT, (PROVIDER.verifier,))


def test_a_payload_of_another_type_is_refused_even_when_signed() -> None:
    payload = STATEMENT.payload()
    line = EnvelopeSignature(PROVIDER.verifier.label, PROVIDER.sign(pae("application/json", payload)))
    data = render_envelope(Envelope("application/json", payload, (line,)))
    with pytest.raises(PayloadTypeError):
        open_envelope(data, [PROVIDER.verifier])
    relabelled = render_envelope(Envelope(PAYLOAD_TYPE, payload, (line,)))
    with pytest.raises(SignatureError):
        open_envelope(relabelled, [PROVIDER.verifier])


def envelope_of(**changes: object) -> bytes:
    value = json.loads(seal(STATEMENT, [PROVIDER]))
    value.update(changes)
    return json.dumps({name: item for name, item in value.items() if item is not None}).encode()


def test_other_writers_envelopes_are_read() -> None:
    # White space, unknown members and the URL-safe alphabet are other implementations' right.
    value = json.loads(seal(STATEMENT, [PROVIDER]))
    value["payload"] = value["payload"].replace("+", "-").replace("/", "_")
    value["signatures"][0]["sig"] = value["signatures"][0]["sig"].replace("+", "-").replace("/", "_")
    value["extension"] = {"kind": "x"}
    assert open_envelope(json.dumps(value, indent=2).encode(), [PROVIDER.verifier])[0] == STATEMENT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"payload":"","payload":"","payloadType":"","signatures":[]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"payload":NaN}',
        envelope_of(payload=None),
        envelope_of(payload=5),
        envelope_of(payload="*"),
        envelope_of(payload="aGVsbG8gd29ybGR="),  # a second spelling of the same bytes
        envelope_of(payloadType=None),
        envelope_of(signatures=None),
        envelope_of(signatures=[]),
        envelope_of(signatures={}),
        envelope_of(signatures=["x"]),
        envelope_of(signatures=[{"keyid": "x"}]),
        envelope_of(signatures=[{"sig": 1}]),
        envelope_of(signatures=[{"sig": "AAAA", "keyid": 1}]),
        envelope_of(signatures=[{"sig": "AAAA"}, {"sig": "AAAA"}]),
        envelope_of(signatures=[{"sig": "AAAA", "keyid": "x"}, {"sig": "AAAB", "keyid": "x"}]),
        envelope_of(signatures=[{"sig": base64.b64encode(b"%d" % n).decode()} for n in range(NOTE_SIGNATURES_MAX + 1)]),
        b" " * (STATEMENT_BYTES_MAX + 1),
    ],
    ids=range(24),
)
def test_malformed_envelopes(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        parse_envelope(data)


def payload_of(**changes: object) -> bytes:
    value: dict[str, object] = json.loads(STATEMENT.payload())
    value.update(changes)
    kept = {name: item for name, item in value.items() if item is not None}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def nested(depth: int) -> object:
    value: object = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        payload_of(predicate=nested(JSON_DEPTH_MAX)),
        payload_of() + b" ",
        payload_of().replace(b'"license"', b'"license":1,"license"'),
        payload_of(predicate={"n": 2**60}),
        payload_of(predicate={"n": 1.0}).replace(b"1.0", b"1.00"),
        payload_of(predicate={"n": 5}).replace(b":5", b":NaN"),
        payload_of(_type="https://in-toto.io/Statement/v0.1"),
        payload_of(_type=None),
        payload_of(more=1),
        payload_of(predicate=[]),
        payload_of(predicateType=""),
        payload_of(predicateType=7),
        payload_of(subject=[]),
        payload_of(subject={}),
        payload_of(subject=[{"name": "x"}]),
        payload_of(subject=[{"name": "", "digest": {"sha256": "00"}}]),
        payload_of(subject=[{"name": "x", "digest": {}}]),
        payload_of(subject=[{"name": "x", "digest": {"sha256": "0"}}]),
        payload_of(subject=[{"name": "x", "digest": {"sha256": "AB"}}]),
        payload_of(subject=[{"name": "x", "digest": {"sha256": "ab\n"}}]),
        payload_of(subject=[{"name": "x", "digest": {"sha256": 1}}]),
        payload_of(subject=[{"name": "x", "digest": {"sha256": "ab"}, "uri": "y"}]),
        b" " * (STATEMENT_BYTES_MAX + 1),
    ],
    ids=range(29),
)
def test_malformed_statements(payload: bytes) -> None:
    with pytest.raises(StatementError):
        parse_statement(payload)
    assert parse_statement(payload_of()) == STATEMENT


@pytest.mark.parametrize(
    "predicate",
    [{"n": 2**60}, {"n": 2.0**53}, {"n": float("nan")}, {"n": object()}, {"a": "\ud800"}, nested(JSON_DEPTH_MAX)],
)
def test_statements_that_cannot_be_said_in_json_are_not_made(predicate: dict[str, Any]) -> None:
    with pytest.raises(StatementError):
        Statement((SUBJECT,), COLLECTION, predicate).payload()


def test_a_statement_as_deep_as_allowed() -> None:
    assert parse_statement(payload_of(predicate=nested(JSON_DEPTH_MAX - 2))).predicate


def test_kinds_of_leaves_never_change() -> None:
    assert [kind_of(kind) for kind in (COLLECTION, PROVENANCE, RELEASE, "https://other.example/v1")] == [1, 2, 7, 0]
    assert PIPELINE_BUILD_TYPE == "https://galley.dev/pipeline/v1"
