"""Structs of the release stage: what a release is told, what it holds, what checking it says."""

from typing import Any, Literal

import msgspec

from galley.kernel.language import Language, Text

__all__ = [
    "MANIFEST_FORMAT",
    "SEAL_FORMAT",
    "Check",
    "FileEntry",
    "Outcome",
    "ReleaseContext",
    "ReleaseManifest",
    "ReleaseSummary",
    "Seal",
    "SealEntry",
    "Source",
]

MANIFEST_FORMAT = "galley/release/v1"
SEAL_FORMAT = "galley/seal/v1"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where some of the records came from, for the card."""

    name: str
    license: str
    basis: str = ""  # one of kernel.record.BASES
    uri: str = ""
    records: int | None = None


class ReleaseContext(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a release that is not in the version itself. Equal contexts give equal bytes.

    `created` is the moment the version was made as RFC 3339 text: it is an input, the writer reads no clock.
    The dictionaries are stored as given below `evidence/` and shown on the card by the keys documented in
    docs/reference/release-layout.md.
    """

    name: str  # namespace/name, e.g. acme/street-signs
    version: str  # semantic version, e.g. 1.0.0
    title: str
    description: str
    license: str  # SPDX id or the contract's name
    created: str
    title_zh: str = ""
    description_zh: str = ""
    languages: tuple[str, ...] = ()  # BCP 47: zh, en
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    about: dict[str, str] = {}  # further facts for the card, by the words of docs/reference/metrics.md
    url: str = ""
    citation: str = ""
    annotator: str = "普通标注员"  # who the people were, in TC609-5-2025-02's words
    counts: dict[str, Any] = {}  # run counts: read, kept, dropped by reason …
    label_schema: dict[str, Any] | None = None  # must equal the version's when given
    certificate: dict[str, Any] | None = None
    audits: tuple[dict[str, Any], ...] = ()
    readings: tuple[dict[str, Any], ...] = ()
    recipe: str | None = None  # the recipe's text
    provenance: dict[str, Any] = {}  # tool versions, run id …; `roots`: versions that statements may be about


class FileEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a release; `rows` and the record range are null for files that hold no records."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None
    first_record: int | None = None  # place of its first record in the release, from 0
    records_root: str | None = None  # RFC 6962 root over the hashes of its records


class ReleaseManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """manifest.json: every file of the release but itself and the sealed folders, sorted by path."""

    format: str
    name: str
    version: str
    version_root: str  # root of the catalogue version these bytes were made from
    rows: int
    record_root: str  # RFC 6962 root over all canonical record hashes, in order
    files: tuple[FileEntry, ...]
    root: str  # the release root R: see layout.release_root


class SealEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sealed file: a statement, a proof, or a piece of trust material."""

    path: str
    bytes: int
    sha256: str


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """seal.json: the files that were added after the root was known. They speak about the root, so cannot be in it."""

    format: str
    release_root: str
    files: tuple[SealEntry, ...]
    root: str  # RFC 6962 root over head and entries, as for the manifest


class ReleaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What write_release made; `evidence` maps paths to SHA-256 so that statements can bind them."""

    folder: str
    name: str
    version: str
    root: str
    record_root: str
    version_root: str
    manifest_sha256: str
    rows: int
    files: int
    bytes: int
    evidence: dict[str, str]
    simulated: bool


Outcome = Literal["passed", "failed", "skipped"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one numbered check, printed as soon as it is known.

    A check that fails yields one Check for each file at fault, all with the same number.
    """

    number: int
    name: str  # stable word: layout, files, root …
    title: Text
    outcome: Outcome
    detail: Text
    language: Language = "en"
    code: str = ""  # GLY-REL-1nn when failed
    file: str | None = None  # the file at fault
    records: tuple[str, ...] = ()  # ids of the records at fault, when they can be told

    @property
    def ok(self) -> bool:
        """True unless the check failed."""
        return self.outcome != "failed"

    @property
    def message(self) -> str:
        """Title and detail in the language asked for."""
        return f"{self.title.say(self.language)}: {self.detail.say(self.language)}"
