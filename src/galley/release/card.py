"""The dataset card: a README whose head hubs and `datasets` read, and whose body people read, in English and Chinese."""

from collections.abc import Sequence
from typing import Any, Final

import yaml

from galley.release.features import features_yaml
from galley.release.model import FileEntry, ReleaseContext
from galley.release.parts import Plan
from galley.release.survey import Survey

__all__ = ["card"]

# The hub's identifiers that are not simply the SPDX id in lower case are few; what it does not know is `other`.
_HUB_LICENSES: Final = frozenset(
    [
        "apache-2.0",
        "mit",
        "bsd-2-clause",
        "bsd-3-clause",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "cdla-permissive-1.0",
        "cdla-permissive-2.0",
        "cdla-sharing-1.0",
        "odc-by",
        "pddl",
        "odbl",
        "gpl-3.0",
        "lgpl-3.0",
        "agpl-3.0",
        "mpl-2.0",
        "unlicense",
        "isc",
    ]
)
_SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
    (10_000_000_000, "1B<n<10B"),
    (100_000_000_000, "10B<n<100B"),
    (1_000_000_000_000, "100B<n<1T"),
)


def card(context: ReleaseContext, plan: Plan, found: Survey, parts: list[FileEntry]) -> bytes:
    """README.md."""
    head = yaml.safe_dump(_head(context, plan, found, parts), allow_unicode=True, sort_keys=False, width=1000)
    sections = [
        _opening(context, found),
        _about(context),
        _contents(found),
        _sources(context),
        _labels(plan, found),
        _quality(context),
        _checking(context),
    ]
    return f"---\n{head}---\n\n".encode() + "\n".join(sections).encode()


def _head(context: ReleaseContext, plan: Plan, found: Survey, parts: list[FileEntry]) -> dict[str, Any]:
    license_id = context.license.lower()
    known = license_id in _HUB_LICENSES
    head: dict[str, Any] = {
        "pretty_name": context.title,
        "license": license_id if known else "other",
        "language": list(context.languages),
        "tags": ["galley", *context.tags, *(["simulated-labels"] if found.simulated else [])],
        "size_categories": [next((word for bound, word in _SIZES if found.rows < bound), "n>1T")],
    }
    if not known:
        head["license_name"] = context.license
    if found.simulated:
        head["labeler_kind"] = "simulated"
    if not context.languages:
        del head["language"]
    if parts:
        head["configs"] = [
            {"config_name": "default", "data_files": [{"split": "train", "path": "data/part-*.parquet"}]}
        ]
        head["dataset_info"] = {
            "features": features_yaml(plan.schema, plan.classes),
            "splits": [{"name": "train", "num_bytes": found.bytes, "num_examples": found.rows}],
            "download_size": sum(entry.bytes for entry in parts),
            "dataset_size": found.bytes,
        }
    return head


def _opening(context: ReleaseContext, found: Survey) -> str:
    title = context.title + (f" {context.title_zh}" if context.title_zh and context.title_zh != context.title else "")
    lines = [f"# {_line(title)}", "", f"`{context.name}` version 版本 `{context.version}` · {context.created}", ""]
    if found.simulated:
        lines += [
            f"> **Simulated 模拟数据** · `labeler_kind: simulated`: {found.simulated} of {found.rows} labels were made by",
            "> simulated labelers, not by people. Nothing below is a statement about human work.",
            f"> {found.rows} 条标签中有 {found.simulated} 条由模拟标注员生成，并非人工标注。",
            "",
        ]
    return "\n".join([*lines, *(text + "\n" for text in (context.description, context.description_zh) if text)])


def _about(context: ReleaseContext) -> str:
    """What the publisher says beyond what the data show."""
    return _table("About 说明", ("", ""), [(_line(name), _line(text)) for name, text in sorted(context.about.items())])


def _contents(found: Survey) -> str:
    rows = [("records 记录", str(found.rows)), ("content bytes 内容字节数", str(found.bytes))]
    for name, title in (
        ("modality", "modality 模态"),
        ("license", "license 许可"),
        ("basis", "basis 取得依据"),
        ("grade", "grade 数据分级"),
    ):
        rows.append((title, _counts(found, name)))
    return _table("Contents 内容", ("", ""), rows)


def _sources(context: ReleaseContext) -> str:
    rows = [
        (source.name, source.license, source.basis, source.uri, "" if source.records is None else str(source.records))
        for source in context.sources
    ]
    return _table("Sources 来源", ("source 来源", "license 许可", "basis 依据", "address 地址", "records 记录"), rows)


def _labels(plan: Plan, found: Survey) -> str:
    rows = [
        ("decided by 由谁裁定 (`decided_by`)", _counts(found, "decided_by")),
        ("labelers 标注者 (`labeler_kind`)", _counts(found, "labeler_kind")),
    ]
    rows += [
        (f"`{column.name}`", ", ".join(column.classes) if column.classes else f"`{column.type}`")
        for column in plan.labels
    ]
    return _table("Labels 标签", ("", ""), rows)


def _quality(context: ReleaseContext) -> str:
    lines = ["## Quality 质量", ""]
    if context.certificate is None:
        lines += ["No certificate was issued for this version. 该版本未签发证书。", ""]
    else:
        lines += ["The certificate is `evidence/certificate.json`. 证书见 `evidence/certificate.json`。", ""]
        facts = [(name, _short(value)) for name, value in _flat(context.certificate) if _is_short(value)]
        lines += [_rows(("certificate 证书", "value 值"), facts), ""]
    rows = []
    for reading in context.readings:
        value = reading.get("value")
        shown = f"{value:.4g}" if isinstance(value, int | float) else "not measured 未测"
        reason = (
            "" if value is not None else f"{reading.get('not_measured_en', '')} {reading.get('not_measured_zh', '')}"
        )
        title = f"{reading.get('title_en', '')} {reading.get('title_zh', '')}"
        rows.append((f"{reading.get('standard', '')} {reading.get('code', '')}", title, shown, reason))
    if rows:
        lines.append(_rows(("indicator 指标", "title 名称", "value 值", "why not 原因"), rows))
    return "\n".join([*lines, ""])


def _flat(certificate: dict[str, Any]) -> list[tuple[str, Any]]:
    """The certificate's fields, those of objects in it as `object.field`."""
    fields: list[tuple[str, Any]] = []
    for name, value in sorted(certificate.items()):
        fields += (
            [(f"{name}.{inner}", held) for inner, held in sorted(value.items())]
            if isinstance(value, dict)
            else [(name, value)]
        )
    return fields


def _checking(context: ReleaseContext) -> str:
    lines = [
        "## Use and check 使用与核验",
        "",
        "```python",
        "from datasets import load_dataset",
        f'data = load_dataset("{context.name.rpartition("/")[2]}", split="train")  # this folder 本目录',
        "```",
        "",
        "`galley verify .` checks every byte, signature and proof offline. `galley verify .` 可离线核验全部字节、签名与证明。",
    ]
    if context.citation:
        lines += ["", "```bibtex", context.citation, "```"]
    return "\n".join([*lines, ""])


def _counts(found: Survey, name: str) -> str:
    return ", ".join(f"{value} {count}" for value, count in sorted(found.by[name].items())) or "-"


def _table(title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return f"## {title}\n\n{_rows(names, rows)}\n" if rows else ""


def _rows(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [names, tuple("---" for _ in names), *rows]
    return (
        "\n".join("| " + " | ".join(_line(cell).replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
    )


def _line(text: str) -> str:
    """One line of Markdown: a title with a line break must not end its heading or table row."""
    return " ".join(text.split())


def _is_short(value: object) -> bool:
    return isinstance(value, str | int | float | bool) and len(str(value)) <= 120


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
