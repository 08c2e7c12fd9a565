"""Checks a release folder offline, on its own bytes alone: numbered checks, reported one by one as they are known.

1 layout        manifest.json is Galley's, canonical, with safe paths
2 seal          seal.json is there, canonical, and about this root
3 presence      nothing missing, nothing extra, only plain files
4 files         every listed file has its size and SHA-256
5 root          the release root follows from the files
6 record-root   the record hashes on file give the record root
7 signatures    every statement is signed by a key of trust/
8 subjects      every statement is about this root
9 contents      what statements say about the manifest and the evidence agrees with them
10 log          every statement is in the log that trust/ names
11 certificate  the certificate follows from its evidence
12 records      (on request) every record hash follows from the Parquet files

pyarrow is imported only when something is wrong or `records` is asked for: starting it would cost more than hashing a
hundred megabytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from galley.kernel.errors import GalleyError
from galley.kernel.language import Language, Text
from galley.kernel.merkle import leaf_hash, root_of_hashes
from galley.ledger.notes import VerifierKey
from galley.release.attest import hear
from galley.release.errors import ManifestError, NotReleaseError, PathUnsafeError
from galley.release.layout import (
    CERTIFICATE,
    DATA,
    LABEL_SCHEMA,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    RECORDS,
    SEAL,
    json_object,
    parse_manifest,
    parse_seal,
)
from galley.release.model import Check, Outcome, ReleaseManifest, Seal
from galley.release.presence import Entry, hash_files, read_small, walk

__all__ = ["CHECKS", "Recompute", "verify"]

Recompute = Callable[[Mapping[str, Any], Path], Sequence[Text]]
"""Recomputes a certificate from the evidence beside it: (certificate, release folder) -> what disagrees."""

CHECKS: Final[tuple[tuple[str, Text], ...]] = (
    ("layout", Text("Layout and manifest", "目录结构与清单")),
    ("seal", Text("Seal", "封存清单")),
    ("presence", Text("Files present", "文件齐全")),
    ("files", Text("Sizes and SHA-256", "大小与 SHA-256")),
    ("root", Text("Release root", "发布根哈希")),
    ("record-root", Text("Record root", "记录根哈希")),
    ("signatures", Text("Signatures", "签名")),
    ("subjects", Text("Statement subjects", "声明对象")),
    ("contents", Text("Statement contents", "声明内容")),
    ("log", Text("Transparency log", "透明日志")),
    ("certificate", Text("Certificate", "证书")),
    ("records", Text("Records", "记录")),
)
_NUMBERS: Final = {name: place for place, (name, _) in enumerate(CHECKS, 1)}
_HASH_BYTES: Final = 32
_MALFORMED: Final = (GalleyError, msgspec.MsgspecError, KeyError, TypeError, ValueError, RecursionError)
"""What reading evidence of any shape into structs may raise: it passed its hash, so its publisher wrote it like that."""


@dataclass
class Examination:
    """The state of one verification: what was read so far, and which files failed."""

    folder: Path
    language: Language = "en"
    manifest: ReleaseManifest | None = None
    seal: Seal | None = None
    damaged: set[str] = field(default_factory=set)

    def say(
        self,
        name: str,
        outcome: Outcome,
        detail: Text,
        *,
        file: str | None = None,
        records: tuple[str, ...] = (),
    ) -> Check:
        """One check's result; a failure marks its file."""
        number = _NUMBERS[name]
        if outcome == "failed" and file is not None:
            self.damaged.add(file)
        return Check(
            number=number,
            name=name,
            title=CHECKS[number - 1][1],
            outcome=outcome,
            detail=detail,
            language=self.language,
            code=f"GLY-REL-1{number:02d}" if outcome == "failed" else "",
            file=file,
            records=records,
        )

    def entries(self) -> Iterator[Entry]:
        """Every listed file: the manifest's, then the seal's."""
        yield from self.manifest.files if self.manifest else ()
        yield from self.seal.files if self.seal else ()


def verify(
    path: Path,
    lang: Language = "en",
    *,
    records: bool = False,
    recompute: Recompute | None = None,
    trusted: Sequence[VerifierKey] | None = None,
) -> Iterator[Check]:
    """The results of all checks, in order; the release is good when none has `outcome == "failed"`.

    A check yields one result, or one for each file at fault. Raises NotReleaseError when there is no manifest at all.
    `recompute` comes from the assess stage; without it the certificate check says it was skipped. `trusted` are the keys
    the caller knows from elsewhere; without them the keys of the folder itself are believed, which proves that nothing
    was changed since somebody signed, not who that was.
    """
    if not path.is_dir():
        raise NotReleaseError(folder=str(path), detail="no such folder")
    exam = Examination(folder=path, language=lang)
    yield from _layout(exam)
    yield from _sealed(exam)
    if exam.manifest is None:
        blocked = Text("not checked, because the manifest is unusable", "清单不可用，未检查")
        for name, _ in CHECKS[2:]:
            yield exam.say(name, "skipped", blocked)
        return
    yield from _presence(exam)
    yield from _files(exam, exam.manifest)
    yield from _root(exam, exam.manifest)
    yield from _record_root(exam, exam.manifest)
    yield from _statements(exam, exam.manifest, trusted)
    yield from _certificate(exam, exam.manifest, recompute)
    if records:
        yield from _records(exam, exam.manifest)


def _read_list(folder: Path, file: str) -> bytes:
    data = read_small(folder, file, MANIFEST_BYTES_MAX)
    if data is None:
        raise ManifestError(file=file, detail=f"larger than {MANIFEST_BYTES_MAX} bytes")
    return data


def _layout(exam: Examination) -> Iterator[Check]:
    if not (exam.folder / MANIFEST).exists():
        raise NotReleaseError(folder=str(exam.folder), detail=f"it has no {MANIFEST}")
    try:
        exam.manifest = parse_manifest(_read_list(exam.folder, MANIFEST))
    except (ManifestError, PathUnsafeError, OSError) as problem:
        yield exam.say("layout", "failed", _words(problem), file=MANIFEST)
    else:
        found = exam.manifest
        yield exam.say(
            "layout",
            "passed",
            Text(
                f"{found.name} {found.version}: {found.rows} records in {len(found.files)} files",
                f"{found.name} {found.version}：{len(found.files)} 个文件，{found.rows} 条记录",
            ),
        )


def _sealed(exam: Examination) -> Iterator[Check]:
    try:
        exam.seal = parse_seal(_read_list(exam.folder, SEAL))
    except FileNotFoundError:
        missing = Text("there is none: nobody has signed this release", "缺失：该发布未经任何人签署")
        yield exam.say("seal", "failed", missing, file=SEAL)
    except (ManifestError, PathUnsafeError, OSError) as problem:
        yield exam.say("seal", "failed", _words(problem), file=SEAL)
    else:
        if exam.manifest is not None and exam.seal.release_root != exam.manifest.root:
            other = Text(
                f"it is about another root, {exam.seal.release_root}", f"对应另一根哈希 {exam.seal.release_root}"
            )
            yield exam.say("seal", "failed", other, file=SEAL)
        else:
            count = len(exam.seal.files)
            yield exam.say("seal", "passed", Text(f"{count} sealed files", f"{count} 个封存文件"))


def _presence(exam: Examination) -> Iterator[Check]:
    missing = {entry.path for entry in exam.entries()}
    listed = len(missing)
    wrong = 0
    for path, plain in walk(exam.folder):
        if path in (MANIFEST, SEAL) and plain:
            continue
        if path not in missing:
            wrong += 1
            yield exam.say("presence", "failed", Text("it is in no list", "不在任何清单中"), file=path)
        elif not plain:
            wrong += 1
            yield exam.say("presence", "failed", Text("it is a link or a device", "是链接或设备"), file=path)
        missing.discard(path)
    for path in sorted(missing):
        wrong += 1
        yield exam.say("presence", "failed", Text("it is missing", "缺失"), file=path)
    if not wrong:
        yield exam.say("presence", "passed", Text(f"all {listed}, and no others", f"共 {listed} 个，无多余文件"))


def _files(exam: Examination, manifest: ReleaseManifest) -> Iterator[Check]:
    total = 0
    wrong = 0
    present = (entry for entry in exam.entries() if entry.path not in exam.damaged)
    for entry, size, sha256 in hash_files(exam.folder, present):
        total += size or 0
        if sha256 == entry.sha256:
            continue
        wrong += 1
        yield _file_failed(exam, entry, size)
    if not wrong:
        yield exam.say("files", "passed", Text(f"{total} bytes hashed", f"已校验 {total} 字节"))


def _file_failed(exam: Examination, entry: Entry, size: int | None) -> Check:
    if size is None:
        return exam.say("files", "failed", Text("it cannot be read", "无法读取"), file=entry.path)
    if size != entry.bytes:
        detail = Text(f"it has {size} bytes, not {entry.bytes}", f"大小为 {size} 字节，应为 {entry.bytes}")
    else:
        detail = Text("its SHA-256 differs", "SHA-256 不符")
    top = entry.path.partition("/")[0]
    if top in (DATA, RECORDS):
        from galley.release import suspects  # noqa: PLC0415  # pyarrow only when something is wrong

        find = suspects.find_suspects if top == DATA else suspects.suspect_hashes
        ids, finding = find(exam.folder, entry.path)
        detail = Text(f"{detail.en}; {finding.en}", f"{detail.zh}；{finding.zh}")
        return exam.say("files", "failed", detail, file=entry.path, records=ids)
    return exam.say("files", "failed", detail, file=entry.path)


def _root(exam: Examination, manifest: ReleaseManifest) -> Iterator[Check]:
    # parse_manifest has recomputed the root over the entries; the files agreeing with the entries closes the circle.
    hurt = sorted(entry.path for entry in manifest.files if entry.path in exam.damaged)
    if hurt:
        detail = Text(f"{len(hurt)} of its files are not intact", f"其中 {len(hurt)} 个文件不完好")
        yield exam.say("root", "failed", detail, file=hurt[0])
    else:
        yield exam.say("root", "passed", Text(manifest.root, manifest.root))


def _record_root(exam: Examination, manifest: ReleaseManifest) -> Iterator[Check]:
    hashes: list[bytes] = []
    for entry in manifest.files:
        if not entry.path.startswith(f"{RECORDS}/"):
            continue
        if entry.path in exam.damaged:
            detail = Text("not checked, because its hashes are damaged", "记录哈希文件已损坏，未检查")
            yield exam.say("record-root", "skipped", detail, file=entry.path)
            return
        if entry.first_record != len(hashes) or entry.bytes != (entry.rows or 0) * _HASH_BYTES:
            detail = Text("its records are not those that follow", "记录范围不连续")
            yield exam.say("record-root", "failed", detail, file=entry.path)
            return
        data = (exam.folder / entry.path).read_bytes()
        hashes += [leaf_hash(data[at : at + _HASH_BYTES]) for at in range(0, len(data), _HASH_BYTES)]
    if len(hashes) != manifest.rows or root_of_hashes(hashes).hex() != manifest.record_root:
        detail = Text("the record hashes do not give it", "与记录哈希不符")
        yield exam.say("record-root", "failed", detail, file=MANIFEST)
    else:
        count = len(hashes)
        yield exam.say("record-root", "passed", Text(f"{count} record hashes", f"{count} 个记录哈希"))


def _statements(exam: Examination, manifest: ReleaseManifest, trusted: Sequence[VerifierKey] | None) -> Iterator[Check]:
    names = ("signatures", "subjects", "contents", "log")
    if exam.seal is None:
        for name in names:
            yield exam.say(
                name, "skipped", Text("not checked, because there is no valid seal", "封存清单不可用，未检查")
            )
        return
    heard = hear(exam.folder, manifest, exam.seal, trusted, exam.damaged)
    signers = sorted({key.label for _, keys in heard.statements.values() for key in keys})
    said = f"{', '.join(signers)}"
    source = ("pinned", "已固定") if trusted is not None else ("keys of this folder", "密钥来自本目录")
    count = len(heard.statements)
    logs = sorted({f"{checkpoint.origin} @ {checkpoint.size}" for checkpoint, _ in heard.logged.values()})
    good = {
        "signatures": Text(
            f"{count} statements by {said} ({source[0]})", f"{count} 份声明，签署者 {said}（{source[1]}）"
        ),
        "subjects": Text(f"{count} statements about this release", f"{count} 份声明均指向本发布"),
        "contents": Text("they agree with the manifest and the evidence", "与清单和证据一致"),
        "log": Text(
            f"{len(heard.logged)} proofs in {', '.join(logs)}", f"{len(heard.logged)} 份证明，位于 {', '.join(logs)}"
        ),
    }
    for name in names:
        faults = heard.of(name)
        for _, file, detail in faults:
            yield exam.say(name, "failed", detail, file=file)
        if not faults:
            yield exam.say(name, "passed", good[name])


def _certificate(exam: Examination, manifest: ReleaseManifest, recompute: Recompute | None) -> Iterator[Check]:
    if CERTIFICATE in exam.damaged:
        yield exam.say("certificate", "skipped", Text("not checked, because it is damaged", "证书已损坏，未检查"))
        return
    certificate = read_json(exam.folder, manifest, CERTIFICATE)
    if certificate is None:
        yield exam.say("certificate", "skipped", Text("none was issued", "未签发证书"))
    elif recompute is None:
        yield exam.say("certificate", "skipped", Text("not recomputed here", "此处未重新计算"))
    else:
        try:
            problems = recompute(certificate, exam.folder)
        except _MALFORMED as problem:
            said = f"{type(problem).__name__}: {problem}"
            problems = [Text(f"it cannot be recomputed ({said})", f"无法重新计算（{said}）")]
        for fault in problems:
            yield exam.say("certificate", "failed", fault, file=CERTIFICATE)
        if not problems:
            yield exam.say("certificate", "passed", Text("recomputed, and the same", "重新计算，结果一致"))


def _records(exam: Examination, manifest: ReleaseManifest) -> Iterator[Check]:
    # pyarrow and the label types are loaded only when asked for
    from galley.release.label_columns import label_columns  # noqa: PLC0415
    from galley.release.suspects import check_part  # noqa: PLC0415

    schema = None if LABEL_SCHEMA in exam.damaged else read_json(exam.folder, manifest, LABEL_SCHEMA)
    try:
        columns = label_columns(schema)
    except _MALFORMED as problem:
        unusable = Text(f"the label schema cannot be used ({problem})", f"标签结构不可用（{problem}）")
        yield exam.say("records", "failed", unusable, file=LABEL_SCHEMA)
        return
    wrong = 0
    for entry in manifest.files:
        if not entry.path.startswith(f"{DATA}/") or entry.path in exam.damaged:
            continue
        found = check_part(exam.folder, entry.path, columns)
        if found is not None:
            wrong += 1
            yield exam.say("records", "failed", found[1], file=entry.path, records=found[0])
    if not wrong:
        yield exam.say("records", "passed", Text(f"{manifest.rows} records", f"{manifest.rows} 条记录"))


def read_json(folder: Path, manifest: ReleaseManifest, path: str) -> dict[str, Any] | None:
    """A JSON object that the manifest lists, or None when it lists none by that path."""
    if not any(entry.path == path for entry in manifest.files):
        return None
    return json_object((folder / path).read_bytes())


def _words(problem: ManifestError | PathUnsafeError | OSError) -> Text:
    if isinstance(problem, OSError):
        return Text(f"it cannot be read: {problem.strerror or problem}", f"无法读取：{problem.strerror or problem}")
    return Text(problem.message("en"), problem.message("zh"))
