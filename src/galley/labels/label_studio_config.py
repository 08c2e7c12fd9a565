"""A Label Studio config (XML) as a label schema.

Every object and control tag is either mapped or named in a list of losses with its line, so that nobody finds out after
a month of annotation that a question was dropped.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from galley.kernel.extension import find
from galley.kernel.language import Text
from galley.labels.choices import Title
from galley.labels.errors import ConfigEmptyError, SchemaError
from galley.labels.label_studio_xml import Tag, read_tags
from galley.labels.label_type import LabelType
from galley.labels.schema import Control, LabelSchema
from galley.labels.schema_text import control_of_type

__all__ = ["LOSSES", "ConfigLoss", "ConfigRead", "loss_of", "read_config"]

OBJECTS: Final[Mapping[str, str]] = {
    "Text": "text", "HyperText": "text", "Paragraphs": "text", "Image": "image", "Audio": "audio", "AudioPlus": "audio",
    "Video": "video", "TimeSeries": "any", "Table": "any", "List": "any", "Chat": "any", "Pdf": "any", "PDF": "any",
}  # fmt: skip
"""Object tags and the modality of what they show."""

REGION_TYPES: Final[Mapping[str, str]] = {
    "RectangleLabels": "box", "Rectangle": "box", "PolygonLabels": "polygon", "Polygon": "polygon",
    "KeyPointLabels": "keypoint", "KeyPoint": "keypoint",
}  # fmt: skip

UNSUPPORTED: Final = frozenset(
    [
        "Rating",
        "Number",
        "DateTime",
        "Pairwise",
        "Ranker",
        "HyperTextLabels",
        "ParagraphLabels",
        "EllipseLabels",
        "Ellipse",
        "BrushLabels",
        "Brush",
        "BitmaskLabels",
        "Bitmask",
        "VectorLabels",
        "Vector",
        "MagicWand",
        "VideoRectangle",
        "VideoVector",
        "VideoVectorLabels",
        "TimelineLabels",
        "TimeSeriesLabels",
        "OcrLabels",
        "ChatMessage",
        "ReactCode",
    ]
)
"""Control tags Label Studio has and this version does not read; each one found is a loss."""

PARTS: Final = frozenset(["Label", "Choice", "Relation", "Bucket", "Channel", "MultiChannel", "Shortcut", "Option"])
"""Tags that only mean something inside another."""

VISUAL: Final = frozenset(
    ["View", "Header", "Style", "Collapse", "Panel", "Filter", "Markdown", "Dialog", "Typography"]
)
"""Tags that only arrange the page."""

CONDITIONS: Final = ("visibleWhen", "whenTagName", "whenLabelValue", "whenChoiceValue")

LOSSES: Final[Mapping[str, Text]] = {
    "object": Text("this kind of content can be classified and described as a whole, but not marked", "此类内容只能整体标注，不能标注局部"),
    "control": Text("this kind of annotation is not supported", "不支持此类标注"),
    "unknown-tag": Text("this tag is not known", "未知的标签"),
    "no-object": Text("its toName names no object of the config", "toName 指向的对象不存在"),
    "condition": Text("shown always: conditions are not supported", "始终显示：不支持条件显示"),
    "per-region": Text("a question about single regions is supported as a single choice or text about shapes and spans", "区域级问题仅支持单选或文本，且须针对图形或文本片段"),
    "per-item": Text("a question about single items of a list is not supported", "不支持针对列表单项的问题"),
    "dynamic": Text("labels read from the task's data are not supported", "不支持从任务数据读取标签"),
    "attribute": Text("this attribute has no equivalent", "该属性没有对应项"),
    "relations": Text("relations need exactly one text span control", "关系需要恰好一个文本片段控件"),
    "repeat": Text("repeated parts are not supported", "不支持重复部分"),
    "option": Text("Label Studio has no equivalent of this option", "Label Studio 没有与该选项对应的设置"),
    "refused": Text("its labels or name cannot be used", "其标签或名称无法使用"),
}  # fmt: skip
"""What each kind of loss means, in words for people."""


class ConfigLoss(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that did not come across."""

    code: str  # a key of LOSSES
    line: int  # of the XML; 0 when a schema was written
    tag: str
    name: str = ""  # the control's name
    detail: str = ""  # the attribute or option


class ConfigRead(msgspec.Struct, frozen=True, kw_only=True):
    """A config as a schema, and what is missing from it."""

    schema: LabelSchema
    losses: tuple[ConfigLoss, ...]


def loss_of(loss: ConfigLoss) -> Text:
    """A loss as a sentence."""
    what = f"<{loss.tag}>" + (f" '{loss.name}'" if loss.name else "") + (f" {loss.detail}" if loss.detail else "")
    meaning = LOSSES[loss.code]
    return Text(f"{what}: {meaning.en}", f"{what}：{meaning.zh}")


def read_config(xml: str | bytes) -> ConfigRead:
    """The schema of a Label Studio config with everything that was lost; raises Config*Error for XML that is broken,
    hostile, or holds no control at all that is supported."""
    reader = _ConfigReader(read_tags(xml))
    controls = reader.controls()
    if not controls:
        tags = ", ".join(sorted({f"<{loss.tag}>" for loss in reader.losses})) or "-"
        raise ConfigEmptyError(tags=tags)
    losses = sorted(reader.losses, key=lambda loss: (loss.line, loss.code, loss.detail))
    return ConfigRead(schema=LabelSchema(controls=tuple(controls)), losses=tuple(losses))


class _ConfigReader:
    def __init__(self, root: Tag) -> None:
        self.losses: list[ConfigLoss] = []
        self._tags: list[tuple[Tag, str]] = []  # every tag that is not a part, with the header before it
        self._names: set[str] = set()
        self._collect([root])
        self._objects = {tag.get("name"): tag for tag, _ in self._tags if tag.name in OBJECTS}

    def _collect(self, tags: Iterable[Tag]) -> None:
        header = ""
        for tag in tags:
            if tag.name == "Header":
                header = tag.get("value")
                continue
            if tag.name == "Repeater":
                self._lose("repeat", tag)
            elif tag.name == "HyperText" and not tag.get("name"):
                continue  # a piece of page, not an object
            elif tag.name in VISUAL:
                self._conditions(tag)
            elif tag.name not in PARTS:
                self._tags.append((tag, header))
                header = header if tag.name in OBJECTS else ""
            if tag.name not in OBJECTS:
                self._collect(child for child in tag.children if child.name not in PARTS)

    def _lose(self, code: str, tag: Tag, detail: str = "") -> None:
        self.losses.append(ConfigLoss(code=code, line=tag.line, tag=tag.name, name=tag.get("name"), detail=detail))

    def _conditions(self, tag: Tag) -> None:
        for name in CONDITIONS:
            if tag.get(name):
                self._lose("condition", tag, f'{name}="{tag.get(name)}"')
                return

    # --- Controls ------------------------------------------------------------------------------------------------

    def controls(self) -> list[Control]:
        attributes = self._attributes()
        found: list[Control] = []
        for tag, header in self._tags:
            if tag.name in OBJECTS:
                if tag.name not in ("Text", "Image", "Audio", "AudioPlus"):
                    self._lose("object", tag)
            elif tag.name in UNSUPPORTED:
                self._lose("control", tag)
            elif tag.name == "Relations":
                found.extend(self._relation(tag, found))
            elif tag.says("perRegion"):
                continue  # read by _attributes
            elif tag.says("perItem"):
                self._lose("per-item", tag)
            else:
                found.extend(self._control(tag, header, attributes))
        return found

    def _control(self, tag: Tag, header: str, attributes: Mapping[str, dict[str, list[str]]]) -> Iterator[Control]:
        target = self._objects.get(tag.get("toName").split(",")[0])
        mapped = self._mapped(tag, target)
        if mapped is None:
            return
        if target is None or "," in tag.get("toName"):
            self._lose("no-object", tag, f'toName="{tag.get("toName")}"')
            if target is None:
                return
        name, options = mapped
        self._conditions(tag)
        if name in ("span", "box", "polygon", "keypoint"):
            options |= {"min": 1} if tag.says("required") else {}
            options |= {"attributes": attributes[tag.get("name")]} if attributes.get(tag.get("name")) else {}
        made = self._made(tag, name, options, target, Title(en=header, zh=header) if header else None)
        if made is not None:
            yield made

    def _made(
        self, tag: Tag, name: str, options: dict[str, Any], target: Tag | None, title: Title | None
    ) -> Control | None:
        found = find("label_type", name)
        field = target.get("value", target.get("valueList")).lstrip("$") if target is not None else "text"
        label_type: type[LabelType[Any]] = found  # type: ignore[assignment]
        try:
            made = control_of_type(
                label_type,
                name=tag.get("name") or tag.name.lower(),
                title=title,
                required=tag.says("required"),
                field=field or tag.get("toName"),
                target=target.get("name") if target is not None else "",
                options=options,
            )
        except SchemaError as problem:
            self._lose("refused", tag, problem.message())
            return None
        if made.name in self._names:
            self._lose("refused", tag, f"'{made.name}' × 2")
            return None
        self._names.add(made.name)
        # A submitted Label Studio annotation answers everything that has an empty answer.
        return made if made.label_type.empty is None else msgspec.structs.replace(made, required=True)

    def _mapped(self, tag: Tag, target: Tag | None) -> tuple[str, dict[str, Any]] | None:
        if tag.name == "Choices":
            return self._choices(tag)
        if tag.name == "Taxonomy":
            return self._taxonomy(tag)
        if tag.name == "TextArea":
            if tag.get("maxSubmissions") not in ("", "1"):
                self._lose("attribute", tag, "maxSubmissions")
            return ("transcript" if target is not None and OBJECTS[target.name] == "audio" else "text"), {}
        if tag.name == "Labels" and target is not None and target.name == "Text":
            return "span", {"labels": self._words(tag, "Label")}
        if tag.name in REGION_TYPES and target is not None and target.name == "Image":
            options: dict[str, Any] = {"labels": self._words(tag, "Label")}
            if REGION_TYPES[tag.name] == "box" and not tag.says("canRotate", default=True):
                options["rotation"] = False
            return REGION_TYPES[tag.name], options
        known = tag.name in REGION_TYPES or tag.name == "Labels"
        self._lose("control" if known else "unknown-tag", tag)
        return None

    def _choices(self, tag: Tag) -> tuple[str, dict[str, Any]] | None:
        if any(child.children for child in tag.children):
            return self._taxonomy(tag)
        choices = self._words(tag, "Choice")
        if not choices:
            return None
        mode = "multi" if tag.get("choice") == "multiple" else "single"
        return "classify", {"mode": mode, "choices": choices, "min": int(mode == "multi" and tag.says("required"))}

    def _taxonomy(self, tag: Tag) -> tuple[str, dict[str, Any]] | None:
        choices = self._words(tag, "Choice")
        if not choices:
            self._lose("dynamic", tag, tag.get("apiUrl") or tag.get("value"))
            return None
        options: dict[str, Any] = {"mode": "hierarchical", "choices": choices, "min": int(tag.says("required"))}
        if tag.says("leafsOnly"):
            options["leaves_only"] = True
        if tag.get("maxUsages").isdigit():
            options["max"] = int(tag.get("maxUsages"))
        return "classify", options

    def _words(self, tag: Tag, part: str) -> list[dict[str, Any]]:
        if tag.get("value").startswith("$"):
            self._lose("dynamic", tag, tag.get("value"))
        found: list[dict[str, Any]] = []
        for child in tag.children:
            if child.name != part:
                continue
            word = child.get("value")
            if word.startswith("$") or not word:
                self._lose("dynamic", child, word)
                continue
            for name in ("maxUsages", "selected"):
                if child.get(name):
                    self._lose("attribute", child, name)
            entry: dict[str, Any] = {"value": child.get("alias") or word, "title": word}
            entry |= {
                key: value
                for key, value in (("color", child.get("background")), ("hotkey", child.get("hotkey")))
                if value
            }
            inner = self._words(child, part)
            found.append({**entry, "children": inner} if inner else entry)
        return found

    def _relation(self, tag: Tag, before: list[Control]) -> Iterator[Control]:
        spans = [control for control in before if control.type.startswith("span@")]
        if len(spans) != 1:
            self._lose("relations", tag)
            return
        target = self._objects.get(spans[0].object_name)
        named = Tag(tag.name, {"name": tag.get("name", "relations")}, tag.line, tag.children)
        made = self._made(
            named, "relation", {"spans": spans[0].name, "labels": self._words(tag, "Relation")}, target, None
        )
        if made is not None:
            yield made

    # --- Attributes of regions -----------------------------------------------------------------------------------

    def _attributes(self) -> dict[str, dict[str, list[str]]]:
        """For each region control the single-choice and text questions about its regions."""
        shapes = [tag for tag, _ in self._tags if tag.name in REGION_TYPES or tag.name == "Labels"]
        found: dict[str, dict[str, list[str]]] = {}
        for tag, _ in self._tags:
            if not tag.says("perRegion") or tag.name in UNSUPPORTED or tag.name in OBJECTS:
                continue
            single = tag.name == "Choices" and tag.get("choice", "single") != "multiple"
            owners = [shape for shape in shapes if shape.get("toName") == tag.get("toName")]
            if tag.get("whenTagName"):
                owners = [shape for shape in owners if shape.get("name") in tag.get("whenTagName").split(",")]
            if not (single or tag.name == "TextArea") or not owners:
                self._lose("per-region", tag)
                continue
            if tag.get("whenLabelValue") or tag.get("whenChoiceValue"):
                self._conditions(tag)
            if tag.says("required"):
                self._lose("attribute", tag, "required")
            words = [str(entry["value"]) for entry in self._words(tag, "Choice")] if single else []
            for shape in owners:
                found.setdefault(shape.get("name"), {})[tag.get("name")] = words
        return found
