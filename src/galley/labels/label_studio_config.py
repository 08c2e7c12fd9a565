"""A Label Studio config (XML) as a label schema.

Every object and control tag is either mapped or named in a list of losses with its line, so that nobody finds out after
a month of annotation that a question was dropped.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from galley.kernel.extension import available, find
from galley.kernel.language import Text
from galley.labels.choices import Title
from galley.labels.errors import ConfigEmptyError, SchemaError
from galley.labels.label_studio_parts import Found, about_regions, forms_of, owners_of
from galley.labels.label_studio_tags import (
    LOSSES,
    OBJECTS,
    OBJECTS_MARKED,
    PARTS,
    REGION_TYPES,
    UNSUPPORTED,
    VISUAL,
)
from galley.labels.label_studio_when import Asked, with_conditions
from galley.labels.label_studio_xml import Tag, read_tags
from galley.labels.label_type import LabelType
from galley.labels.schema import Control, LabelSchema
from galley.labels.schema_text import control_of_type

__all__ = ["LOSSES", "UNSUPPORTED", "ConfigLoss", "ConfigRead", "loss_of", "read_config"]


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
        self._tags: list[Found] = []  # every tag that is not a part
        self._names: set[str] = set()
        self._collect([root], ())
        self._objects = {found.tag.get("name"): found.tag for found in self._tags if found.tag.name in OBJECTS}

    def _collect(self, tags: Iterable[Tag], around: tuple[Tag, ...]) -> None:
        header = ""
        for tag in tags:
            if tag.name == "Header":
                header = tag.get("value")
                continue
            if tag.name == "Repeater":
                self._lose("repeat", tag)
                continue
            if tag.name == "HyperText" and not tag.get("name"):
                continue  # a piece of page, not an object
            if tag.name not in VISUAL and tag.name not in PARTS:
                self._tags.append(Found(tag, header, (*around, tag)))
                header = header if tag.name in OBJECTS else ""
            if tag.name not in OBJECTS:
                inner = (*around, tag) if tag.name in VISUAL else around
                self._collect((child for child in tag.children if child.name not in PARTS), inner)

    def _lose(self, code: str, tag: Tag, detail: str = "") -> None:
        self.losses.append(ConfigLoss(code=code, line=tag.line, tag=tag.name, name=tag.get("name"), detail=detail))

    # --- Controls ------------------------------------------------------------------------------------------------

    def controls(self) -> list[Control]:
        owners = owners_of(self._tags, self._objects)
        about = about_regions(self._tags, owners, self._lose, self._words)
        made: list[tuple[Control, Asked]] = []
        relations: list[Found] = []
        for found in self._tags:
            tag = found.tag
            if tag.name in OBJECTS:
                made.extend((control, Asked(found)) for control in self._object(tag, about))
            elif tag.name in UNSUPPORTED:
                self._lose("control", tag)
            elif tag.name == "Relations" and not any(control.type.startswith("span@") for control, _ in made):
                relations.append(found)  # they may stand before the spans they link
            elif tag.name == "Relations":
                made.extend((control, Asked(found)) for control in self._relation(tag, [one for one, _ in made]))
            elif tag.says("perRegion") or tag.get("name") in about.used:
                continue  # read by about_regions
            elif tag.says("perItem"):
                self._lose("per-item", tag)
            else:
                options = about.options.get(tag.get("name"), {})
                made.extend((control, Asked(found)) for control in self._control(found, options))
        for found in relations:
            made.extend((control, Asked(found)) for control in self._relation(found.tag, [one for one, _ in made]))
        return with_conditions(made, self._lose)

    def _object(self, tag: Tag, about: Any) -> Iterator[Control]:
        """What is asked of an object's parts without a control of its own: the messages of a chat."""
        if tag.name not in OBJECTS_MARKED:
            self._lose("object", tag)
        labels = about.messages.get(tag.get("name"))
        edit = tag.name == "Chat" and tag.says("editable")
        if labels or edit:
            name = tag.get("name") + ("_messages" if tag.get("name") in self._names else "")
            named = Tag(tag.name, {"name": name}, tag.line, [])
            made = self._made(named, "dialogue", {"labels": labels or {}, "edit": edit}, tag, None)
            if made is not None:
                yield made

    def _control(self, found: Found, parts: dict[str, Any]) -> Iterator[Control]:
        tag = found.tag
        names = tag.get("toName").split(",")
        target = self._objects.get(names[0])
        if target is None and not tag.get("toName") and len(self._objects) == 1:
            target = next(iter(self._objects.values()))
        mapped = self._mapped(tag, target)
        if mapped is None:
            return
        if target is None or (len(names) > 1 and tag.name != "Pairwise"):
            self._lose("no-object", tag, f'toName="{tag.get("toName")}"')
            if target is None:
                return
        name, options = mapped
        if name in (*REGION_TYPES.values(), "rotated_box", "span", "segment"):
            options |= {"min": 1} if tag.says("required") else {}
            options |= parts
        header = found.header
        made = self._made(tag, name, options, target, Title(en=header, zh=header) if header else None)
        if made is not None:
            yield made

    def _made(
        self, tag: Tag, name: str, options: dict[str, Any], target: Tag | None, title: Title | None
    ) -> Control | None:
        if name not in available("label_type"):
            self._lose("control", tag)
            return None
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
            empty = made.label_type.empty
        except SchemaError as problem:
            self._lose("refused", tag, problem.message())
            return None
        if made.name in self._names:
            self._lose("refused", tag, f"'{made.name}' × 2")
            return None
        self._names.add(made.name)
        # A submitted Label Studio annotation answers everything that has an empty answer.
        return made if empty is None else msgspec.structs.replace(made, required=True)

    def _mapped(self, tag: Tag, target: Tag | None) -> tuple[str, dict[str, Any]] | None:
        shown = target.name if target is not None else ""
        if tag.name in ("Choices", "Taxonomy"):
            return self._choices(tag) if tag.name == "Choices" else self._taxonomy(tag)
        if tag.name == "TextArea":
            if tag.get("maxSubmissions") not in ("", "1"):
                self._lose("attribute", tag, "maxSubmissions")
            return ("transcript" if OBJECTS.get(shown) == "audio" else "text"), {}
        if tag.name in ("Number", "Rating", "DateTime"):
            return forms_of(tag, self._lose)
        if tag.name in ("Ranker", "Pairwise"):
            return self._preference(tag, shown)
        return self._marks(tag, target)

    def _marks(self, tag: Tag, target: Tag | None) -> tuple[str, dict[str, Any]] | None:
        """Controls that mark parts of an object."""
        shown = target.name if target is not None else ""
        if tag.name == "Labels" and shown in ("Text", "Audio", "AudioPlus"):
            return "span" if shown == "Text" else "segment", {"labels": self._words(tag, "Label")}
        if tag.name == "ParagraphLabels" and target is not None and shown == "Paragraphs":
            if target.get("granularity") != "paragraph":
                self._lose("message", tag)
            return "dialogue", {"labels": {tag.get("name"): {"words": self._words(tag, "Label"), "multi": True}}}
        if tag.name in REGION_TYPES and shown == "Image":
            return self._region(tag)
        known = tag.name in REGION_TYPES or tag.name in ("Labels", "ParagraphLabels")
        self._lose("control" if known else "unknown-tag", tag)
        return None

    def _region(self, tag: Tag) -> tuple[str, dict[str, Any]]:
        options: dict[str, Any] = {"labels": self._words(tag, "Label")}
        name = REGION_TYPES[tag.name]
        if name == "box" and tag.says("canRotate") and "rotated_box" in available("label_type"):
            return "rotated_box", options
        return name, options | (
            {"rotation": False} if name == "box" and not tag.says("canRotate", default=True) else {}
        )

    def _preference(self, tag: Tag, shown: str) -> tuple[str, dict[str, Any]] | None:
        if tag.name == "Ranker":
            if shown == "List" and not any(child.name == "Bucket" for child in tag.children):
                return "ranking", {"ties": False}
            self._lose("buckets" if shown == "List" else "no-object", tag)
            return None
        fields = [self._objects[name].get("value").lstrip("$") for name in _pair(tag) if name in self._objects]
        if len(set(fields)) != 2:
            self._lose("no-object", tag, f'toName="{tag.get("toName")}"')
            return None
        self._lose("pairwise", tag)
        return "classify", {"mode": "single", "choices": fields}

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
            if word and any(entry["value"] == (child.get("alias") or word) for entry in found):
                self._lose("repeated", child, word)
                continue
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


def _pair(tag: Tag) -> list[str]:
    return [name.strip() for name in tag.get("toName").split(",")]
