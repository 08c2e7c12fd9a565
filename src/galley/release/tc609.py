"""Records in the format of TC609-5-2025-02 (高质量数据集 格式要求): one JSON object a line.

The standard fixes the fields, not how large media are held: a medium stands as its place in this release and its
SHA-256. A time the source does not tell is an empty string, never a guess; `evidence/tc609-02.json` counts them.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import msgspec

__all__ = ["ANNOTATORS", "METHODS", "Tc609Count", "Tc609Facts", "check_line", "to_line"]

METHODS: Final = ("人工标注", "自动标注", "半自动标注", "其他")
ANNOTATORS: Final = ("普通标注员", "专业标注员", "行业领域专家", "其他")
_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_URL = re.compile(r"https?://\S+")
_ENCODER = msgspec.json.Encoder()

_SOURCES: Final[dict[str, str]] = {
    "owned": "自有",
    "purchased": "采购",
    "licensed": "授权许可",
    "open": "开源",
    "public": "公开",
    "consent": "个人授权",
    "contract": "合同约定",
    "authorised-operation": "公共数据授权运营",
    "synthetic": "合成",
}


class Tc609Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What all records of a release share."""

    version: str
    created: str
    annotator: str


class Tc609Count:
    """How many lines conform, and what is wrong with the others; stored as evidence."""

    def __init__(self) -> None:
        self.lines = self.conforming = self.times_unknown = 0
        self.problems: Counter[str] = Counter()

    def add(self, wrong: list[str], *, time_known: bool) -> None:
        """Count one line with what check_line said about it."""
        self.lines += 1
        self.conforming += not wrong
        self.times_unknown += not time_known
        self.problems.update(wrong)

    def evidence(self) -> dict[str, Any]:
        """The counts as plain values."""
        return {
            "standard": "TC609-5-2025-02",
            "records": self.lines,
            "conforming": self.conforming,
            "original_time_unknown": self.times_unknown,
            "problems": dict(sorted(self.problems.items())),
        }


def to_line(row: Mapping[str, Any], labels: Mapping[str, Any] | None, content: str, facts: Tc609Facts) -> bytes:
    """One record as a JSON line. `content` is the text, or where in the release the medium is."""
    item: dict[str, Any] = {"media_type": row["modality"], "content": content}
    if row["blob"] is not None:
        item["mime"] = row["media_type"]
        item["sha256"] = row["blob"]
    # The standard ties 互联网 to an http(s) address, so the address decides.
    from_web = _URL.fullmatch(row["uri"]) is not None and row["basis"] in ("open", "public")
    record = {
        "id": row["id"],
        "rid": None,
        "data_content": [item],
        "original_time": row["time"] or "",
        "last_modified_time": facts.created,
        "version": facts.version,
        "license": row["license"],
        "source": "互联网" if from_web else _SOURCES.get(row["basis"], "其他"),
        "source_details": row["uri"] or f"{row['source']}: {row['key']}",
        "generated_data_indicator": int(row["basis"] == "synthetic"),
        "annotation": _annotation(row, labels, facts),
    }
    return _ENCODER.encode(record) + b"\n"


def _annotation(row: Mapping[str, Any], labels: Mapping[str, Any] | None, facts: Tc609Facts) -> dict[str, Any] | None:
    if not labels:
        return None
    decided, kind = row.get("decided_by", "nobody"), row.get("labeler_kind", "none")
    if decided == "machine":
        method = METHODS[2] if row.get("judgements") else METHODS[1]
    elif decided in ("human", "audit"):
        method = METHODS[0] if kind == "person" else METHODS[3]
    else:
        method = METHODS[3]
    return {
        "label": [{"name": name, "value": value} for name, value in sorted(labels.items())],
        "annotation_method": method,
        "annotator": facts.annotator if kind == "person" and facts.annotator in ANNOTATORS else ANNOTATORS[3],
        "labeler_kind": kind,
    }


def check_line(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with one decoded line; empty when it conforms."""
    wrong: list[str] = []
    for name in ("id", "original_time", "last_modified_time", "version", "license", "source", "source_details"):
        if not isinstance(record.get(name), str):
            wrong.append(f"{name} is not a string")
    wrong += [f"{name} is empty" for name in ("id", "license", "source") if record.get(name) == ""]
    content = record.get("data_content")
    if not isinstance(content, list) or not content:
        wrong.append("data_content is not a list with items")
    elif not all(isinstance(item, dict) and item.get("media_type") and item.get("content") for item in content):
        wrong.append("an item of data_content has no media_type or content")
    if not _SEMVER.fullmatch(str(record.get("version"))):
        wrong.append("version is not a semantic version")
    if record.get("generated_data_indicator") not in (0, 1):
        wrong.append("generated_data_indicator is not 0 or 1")
    if record.get("source") == "互联网" and not _URL.fullmatch(str(record.get("source_details"))):
        wrong.append("source is 互联网, source_details is not an address")
    if record.get("rid") is not None and not isinstance(record.get("rid"), list):
        wrong.append("rid is neither null nor a list")
    return wrong + _check_annotation(record.get("annotation"))


def _check_annotation(annotation: object) -> list[str]:
    if annotation is None:
        return []
    if not isinstance(annotation, dict):
        return ["annotation is neither null nor an object"]
    wrong = []
    if not isinstance(annotation.get("label"), list) or not annotation["label"]:
        wrong.append("annotation.label is not a list with items")
    if annotation.get("annotation_method") not in METHODS:
        wrong.append("annotation.annotation_method is not one of the standard's")
    if annotation.get("annotator") not in ANNOTATORS:
        wrong.append("annotation.annotator is not one of the standard's")
    return wrong
