"""Small real releases for the tests of this area."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from galley.catalog.reader import VersionReader
from galley.kernel.ports import Desk
from galley.ledger.leaves import Leaf, kind_of, render_extra
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import render_proof
from galley.ledger.statements import CERTIFICATE, COLLECTION, RELEASE, Statement, Subject, seal
from galley.release.attest import release_predicate, trust_files
from galley.release.model import ReleaseContext, ReleaseSummary, Source
from galley.release.seal import seal_release
from galley.release.writer import write_release
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, text_row, version_of

TONE_SCHEMA: dict[str, Any] = {
    "format": "galley-labels/1",
    "name": "tone",
    "controls": [
        {
            "name": "tone",
            "type": "classify@1",
            "required": True,
            "field": "text",
            "options": {"mode": "single", "choices": ["good", "bad", "一般"]},
        },
        {
            "name": "topics",
            "type": "classify@1",
            "required": False,
            "field": "text",
            "options": {"mode": "multi", "choices": ["food", "price"]},
        },
    ],
}


def png(shade: int, size: tuple[int, int] = (8, 6)) -> bytes:
    """A small picture."""
    sink = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 30, 60)).save(sink, "PNG")
    return sink.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return memory_desk(tmp_path)


@pytest.fixture
def text_version() -> VersionReader:
    """Ten labelled text records in three shards; one is unlabelled, one decided by a machine."""
    rows = [text_row(f"t{place}", f"第 {place} 条 review 🍜\nline two", time=None) for place in range(10)]
    labels: list[dict[str, Any] | None] = [
        {"tone": ["good", "bad", "一般"][place % 3], "topics": ["food"] if place % 2 else []} for place in range(9)
    ]
    labels.append(None)
    confidence = [0.9375 if place == 1 else None for place in range(10)]
    decided_by = ["machine" if place == 1 else "nobody" if place == 9 else "human" for place in range(10)]
    return version_of(
        rows, MemoryBlobs(), schema=TONE_SCHEMA, labels=labels, confidence=confidence, decided_by=decided_by
    )


@pytest.fixture
def image_version() -> VersionReader:
    """Six pictures, labelled by simulated people."""
    blobs = MemoryBlobs()
    rows = [media_row(f"dir/p{place}.png", png(place), blobs, width=8, height=6) for place in range(6)]
    labels = [{"tone": "good", "topics": []} for _ in rows]
    return version_of(rows, blobs, schema=TONE_SCHEMA, labels=labels, labeler_kind="simulated")


@pytest.fixture
def context() -> ReleaseContext:
    return ReleaseContext(
        name="acme/reviews",
        version="1.0.0",
        title="Reviews",
        title_zh="评论",
        description="Short reviews.",
        description_zh="简短评论。",
        license="CC-BY-4.0",
        created="2026-01-01T00:00:00Z",
        languages=("zh", "en"),
        sources=(Source(name="test", license="CC-BY-4.0", basis="open", uri="https://example.org", records=10),),
        counts={"read": 12, "kept": 10, "dropped": {"text.too_short": 2}},
        certificate={"claim": "accuracy", "low": 0.951, "confidence": 0.95},
        readings=(
            {
                "standard": "tc609-04",
                "code": "0304",
                "title_en": "Label accuracy",
                "title_zh": "标注准确性",
                "value": 0.97,
            },
        ),
        recipe="line: reviews\n",
        provenance={"galley": "0.1.0"},
    )


Release = Callable[..., tuple[Path, ReleaseSummary]]


@pytest.fixture
def release(tmp_path: Path, context: ReleaseContext, desk: Desk) -> Release:
    """Writes the release of a version into a folder of its own."""

    def write(version: VersionReader, name: str = "release") -> tuple[Path, ReleaseSummary]:
        out = tmp_path / name
        return out, write_release(version, context, out, desk)

    return write


PUBLISHER = SigningKey.from_seed("acme.example/publisher", b"p" * 32)
LOG_KEY = SigningKey.from_seed("log.example/2026", b"l" * 32)
SALT = b"s" * 32


def statements_of(summary: ReleaseSummary) -> dict[str, Statement]:
    """What a publisher says about a release, by the name of the statement's file."""
    subject = Subject(f"galley:{summary.name}@{summary.version}", {"sha256": summary.root})
    version = Subject("version", {"sha256": summary.version_root})
    certificate = {"claim": "accuracy", "low": 0.951, "confidence": 0.95}
    return {
        "collection": Statement((version,), COLLECTION, {"license": "CC-BY-4.0"}),
        "certificate": Statement((subject,), CERTIFICATE, {"certificate": certificate}),
        "release": Statement((subject,), RELEASE, release_predicate(summary)),
    }


def seal_really(
    out: Path, log_folder: Path, statements: dict[str, Statement], signer: SigningKey = PUBLISHER
) -> dict[str, bytes]:
    """Sign the statements, log them, and seal the release with proofs and keys; the envelopes."""
    envelopes = {name: seal(statement, [signer]) for name, statement in statements.items()}
    leaves = {
        name: Leaf(kind_of(statements[name].predicate_type), hashlib.sha256(envelope).digest(), SALT, 20454)
        for name, envelope in envelopes.items()
    }
    log = Log(log_folder, LOG_KEY)
    places = log.append([leaf.entry() for leaf in leaves.values()])
    proofs = {
        f"{name}.tlog-proof": render_proof(log.proof(place, render_extra(SALT, 20454)))
        for name, place in zip(leaves, places, strict=True)
    }
    seal_release(
        out,
        {f"{name}.dsse.json": envelope for name, envelope in envelopes.items()},
        proofs,
        trust_files([LOG_KEY.verifier], [PUBLISHER.verifier], log.checkpoint_bytes()),
    )
    return envelopes


@pytest.fixture
def seal_up(tmp_path: Path) -> Callable[[Path, ReleaseSummary], None]:
    """Signs, logs and seals a release as a publisher would."""

    def seal_it(out: Path, summary: ReleaseSummary) -> None:
        seal_really(out, tmp_path / "log", statements_of(summary))

    return seal_it


@pytest.fixture
def sealed(text_version: VersionReader, release: Release, seal_up: Callable[[Path, ReleaseSummary], None]) -> Path:
    """A sealed release of ten texts with three logged statements."""
    out, summary = release(text_version)
    seal_up(out, summary)
    return out
