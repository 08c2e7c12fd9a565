"""A label schema as a Label Studio config, with the options that have no place in one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import msgspec

from galley.labels.choices import Choice, Title, offered
from galley.labels.label_studio_config import ConfigLoss
from galley.labels.regions import RegionType
from galley.labels.schema import Control, LabelSchema
from galley.labels.types.box import BoxType
from galley.labels.types.classify import Classify
from galley.labels.types.relation import RelationType

__all__ = ["ConfigWritten", "write_config"]

OBJECT_TAGS: Final = {"image": "Image", "audio": "Audio", "video": "Video", "text": "Text"}

CONTROL_TAGS: Final = {
    "span": "Labels", "box": "RectangleLabels", "polygon": "PolygonLabels", "keypoint": "KeyPointLabels",
    "text": "TextArea", "transcript": "TextArea", "relation": "Relations",
}  # fmt: skip

HELD: Final = {
    "classify": {"mode", "choices", "leaves_only", "max", "min"},
    "span": {"labels", "attributes", "min"},
    "box": {"labels", "attributes", "rotation", "min"},
    "polygon": {"labels", "attributes", "min"},
    "keypoint": {"labels", "attributes", "min"},
    "relation": {"spans", "labels"},
    "text": set(),
    "transcript": set(),
}
"""Options a config can say; any other that was changed is a loss."""


class ConfigWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A config and what it could not say."""

    xml: str
    losses: tuple[ConfigLoss, ...]


def write_config(schema: LabelSchema) -> ConfigWritten:
    """The config; the same schema always gives the same text."""
    lines = ["<View>"]
    losses: list[ConfigLoss] = []
    for name, (tag, field) in _objects(schema).items():
        lines.append(f"  <{tag} name={quoteattr(name)} value={quoteattr('$' + field)}/>")
    written: dict[tuple[str, str], Any] = {}
    for control in schema.controls:
        losses.extend(_losses(control))
        lines.extend(_control(control))
        if isinstance(control.label_type, RegionType):
            for name, words in control.label_type.params.attributes.items():
                spot = (control.object_name, name)
                if written.setdefault(spot, words) != words:
                    losses.append(ConfigLoss(code="option", line=0, tag="Choices", name=control.name, detail=name))
    lines.extend(_attributes(schema))
    return ConfigWritten(xml="\n".join([*lines, "</View>", ""]), losses=tuple(losses))


def _objects(schema: LabelSchema) -> dict[str, tuple[str, str]]:
    """The objects by name: what the types that need one modality say, then what the field is called."""
    found: dict[str, tuple[str, str]] = {}
    for control in sorted(schema.controls, key=lambda control: len(control.label_type.able.modalities) != 1):
        modalities = control.label_type.able.modalities
        kind = modalities[0] if len(modalities) == 1 else control.field
        fallback = "Audio" if control.type.startswith("transcript@") else "Text"
        found.setdefault(control.object_name, (OBJECT_TAGS.get(kind, fallback), control.field))
    return {name: found[name] for name in dict.fromkeys(control.object_name for control in schema.controls)}


def _control(control: Control) -> Iterator[str]:
    kind = control.type.partition("@")[0]
    label_type = control.label_type
    if control.title is not None:
        yield f"  <Header value={quoteattr(_both(control.title))}/>"
    head = f"name={quoteattr(control.name)} toName={quoteattr(control.object_name)}"
    forced = control.required if label_type.empty is None else bool(label_type.params.min)
    required = ' required="true"' if forced else ""
    if isinstance(label_type, Classify):
        yield from _classify(label_type, head + required)
    elif isinstance(label_type, RelationType):
        yield f"  <Relations name={quoteattr(control.name)}>"
        yield from _words(label_type.params.labels, "Relation", "    ")
        yield "  </Relations>"
    elif isinstance(label_type, RegionType):
        tag = (
            CONTROL_TAGS[kind]
            if label_type.params.labels or kind == "span"
            else CONTROL_TAGS[kind].removesuffix("Labels")
        )
        turned = ' canRotate="false"' if isinstance(label_type, BoxType) and not label_type.params.rotation else ""
        yield f"  <{tag} {head}{required}{turned}>"
        yield from _words(label_type.params.labels, "Label", "    ")
        yield f"  </{tag}>"
    elif kind in CONTROL_TAGS:
        yield f'  <{CONTROL_TAGS[kind]} {head}{required} maxSubmissions="1" editable="true"/>'


def _classify(label_type: Classify, head: str) -> Iterator[str]:
    params = label_type.params
    if params.mode == "hierarchical":
        leaves = ' leafsOnly="true"' if params.leaves_only else ""
        most = f' maxUsages="{params.max}"' if params.max is not None else ""
        yield f"  <Taxonomy {head}{leaves}{most}>"
        yield from _words(params.choices, "Choice", "    ")
        yield "  </Taxonomy>"
        return
    yield f'  <Choices {head} choice="{"multiple" if params.mode == "multi" else "single"}">'
    yield from _words(params.choices, "Choice", "    ")
    yield "  </Choices>"


def _words(choices: Sequence[str | int | Choice], tag: str, indent: str) -> Iterator[str]:
    for choice in offered(choices):
        parts = [f"<{tag} value={quoteattr(choice.word)}"]
        if isinstance(choice.title, Title):
            parts = [f"<{tag} value={quoteattr(_both(choice.title))} alias={quoteattr(choice.word)}"]
        if choice.hotkey:
            parts.append(f"hotkey={quoteattr(choice.hotkey)}")
        if choice.color:
            parts.append(f"background={quoteattr(choice.color)}")
        if not choice.children:
            yield indent + " ".join(parts) + "/>"
            continue
        yield indent + " ".join(parts) + ">"
        yield from _words(choice.children, tag, indent + "  ")
        yield f"{indent}</{tag}>"


def _attributes(schema: LabelSchema) -> Iterator[str]:
    """One question about regions for each attribute; where several controls have it, of all of them."""
    owners: dict[tuple[str, str], tuple[tuple[str, ...], list[str]]] = {}
    for control in schema.controls:
        if isinstance(control.label_type, RegionType):
            for name, words in control.label_type.params.attributes.items():
                owners.setdefault((control.object_name, name), (words, []))[1].append(control.name)
    for (target, name), (words, names) in owners.items():
        head = f'name={quoteattr(name)} toName={quoteattr(target)} perRegion="true"'
        head += f" whenTagName={quoteattr(','.join(names))}"
        if not words:
            yield f'  <TextArea {head} maxSubmissions="1" editable="true"/>'
            continue
        yield f'  <Choices {head} choice="single">'
        yield from _words(words, "Choice", "    ")
        yield "  </Choices>"


def _losses(control: Control) -> Iterator[ConfigLoss]:
    kind = control.type.partition("@")[0]
    tag = CONTROL_TAGS.get(kind, "Choices")
    if kind not in HELD:
        yield ConfigLoss(code="control", line=0, tag=kind, name=control.name)
        return
    params = control.label_type.params
    for info in msgspec.structs.fields(params):
        value = getattr(params, info.name)
        held = info.name in HELD[kind] and not (info.name == "min" and value > 1)
        held = held and not (info.name == "max" and getattr(params, "mode", "") == "multi" and value is not None)
        if not held and info.default is not msgspec.NODEFAULT and value != info.default:
            yield ConfigLoss(code="option", line=0, tag=tag, name=control.name, detail=f"{info.name}: {value}")


def _both(title: Title) -> str:
    return title.en if title.en == title.zh else f"{title.en} / {title.zh}"
