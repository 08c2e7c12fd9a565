"""A label schema as a Label Studio config, with the options that have no place in one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import msgspec

from galley.labels.attributes import Attribute, full
from galley.labels.choices import Choice, Title, offered
from galley.labels.label_studio_config import ConfigLoss
from galley.labels.label_studio_tags import REGION_TAGS
from galley.labels.label_studio_when import views_of
from galley.labels.regions import RegionType
from galley.labels.schema import Control, LabelSchema
from galley.labels.types.box import BoxType
from galley.labels.types.classify import Classify
from galley.labels.types.relation import RelationType
from galley.labels.types.segment import SegmentParams

__all__ = ["ConfigWritten", "write_config"]

OBJECT_TAGS: Final = {"image": "Image", "audio": "Audio", "video": "Video", "text": "Text"}

FORM_TAGS: Final = {
    "text": "TextArea", "transcript": "TextArea", "number": "Number", "rating": "Rating", "date": "DateTime",
    "ranking": "Ranker", "dialogue": "ParagraphLabels", "rubric": "TextArea", "steps": "TextArea",
}  # fmt: skip

OBJECTS_OF: Final = {
    "ranking": "List", "dialogue": "Paragraphs", "transcript": "Audio", "rubric": "Text", "steps": "Text",
}  # fmt: skip

_OBJECT_MORE: Final = {"Paragraphs": ' layout="dialogue" nameKey="role" textKey="content" granularity="paragraph"'}

MARKS: Final = {"labels", "attributes", "min"}
HELD: Final = {
    "classify": {"mode", "choices", "leaves_only", "max", "min"},
    "span": MARKS,
    "box": MARKS | {"rotation"},
    "segment": MARKS | {"transcribe", "transcript_name", "diarise", "speakers", "speaker_name"},
    **{kind: MARKS for kind in REGION_TAGS if kind != "box"},
    "skeleton": MARKS | {"points"},
    "ocr": MARKS,
    "relation": {"spans", "labels"},
    "text": set(),
    "transcript": set(),
    "number": {"min", "max", "step"},
    "rating": {"max"},
    "date": {"time", "min", "max"},
    "ranking": {"ties", "blind"},
    "dialogue": {"labels", "edit"},
    "rubric": set(),
    "steps": set(),
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
        edited = any(control.object_name == name and _edits(control) for control in schema.controls)
        more = _OBJECT_MORE.get(tag, "") + (' editable="true"' if edited else "")
        lines.append(f"  <{tag} name={quoteattr(name)} value={quoteattr('$' + field)}{more}/>")
    written: dict[tuple[str, str], Any] = {}
    for control in schema.controls:
        losses.extend(_losses(control))
        views = views_of(control, schema.by_name)
        if views is None:
            losses.append(ConfigLoss(code="condition", line=0, tag="View", name=control.name))
        lines.extend(_inside(list(_control(control)), views or []))
        for name, attribute in _asked(control).items():
            spot = (control.object_name, name)
            if written.setdefault(spot, attribute) != attribute:
                losses.append(ConfigLoss(code="option", line=0, tag="Choices", name=control.name, detail=name))
    lines.extend(_attributes(schema))
    return ConfigWritten(xml="\n".join([*lines, "</View>", ""]), losses=tuple(losses))


def _objects(schema: LabelSchema) -> dict[str, tuple[str, str]]:
    """The objects by name: what the types that need one modality say, then what the field is called."""
    found: dict[str, tuple[str, str]] = {}
    for control in sorted(schema.controls, key=_knows_its_object, reverse=True):
        kind = control.type.partition("@")[0]
        modalities = control.label_type.able.modalities
        shown = modalities[0] if len(modalities) == 1 else control.field
        tag = (
            OBJECTS_OF[kind]
            if kind in ("ranking", "dialogue")
            else OBJECT_TAGS.get(shown, OBJECTS_OF.get(kind, "Text"))
        )
        if kind == "dialogue" and not _by_paragraph(control):
            tag = "Chat"
        found.setdefault(control.object_name, (tag, control.field))
    return {name: found[name] for name in dict.fromkeys(control.object_name for control in schema.controls)}


def _knows_its_object(control: Control) -> bool:
    kind = control.type.partition("@")[0]
    return len(control.label_type.able.modalities) == 1 or kind in ("ranking", "dialogue")


def _inside(lines: list[str], views: Sequence[dict[str, str]]) -> list[str]:
    """Lines in Views that show them on a condition."""
    for view in reversed(views):
        said = " ".join(f"{name}={quoteattr(value)}" for name, value in view.items())
        lines = [f"  <View {said}>", *("  " + line for line in lines), "  </View>"]
    return lines


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
    elif kind == "dialogue":
        yield from _messages(control)
    elif kind in ("span", "segment") or kind in REGION_TAGS:
        yield from _region(control, head + required)
    elif kind in ("skeleton", "ocr"):
        yield from _several(control, required)
    elif kind in FORM_TAGS:
        yield f"  <{FORM_TAGS[kind]} {head}{required}{_form(control)}/>"


def _several(control: Control, required: str) -> Iterator[str]:
    """The tags of a type whose results come under several names (`RegionType.studio_controls`)."""
    params, target = control.label_type.params, f"toName={quoteattr(control.object_name)}"
    skeleton = control.type.startswith("skeleton@")
    shapes = ("",) if skeleton else ("", "-polygon")
    for suffix, shape in zip(shapes, ("Rectangle", "Polygon"), strict=False):
        tag = shape + ("Labels" if params.labels else "")
        yield f"  <{tag} name={quoteattr(control.name + suffix)} {target}{'' if suffix else required}>"
        yield from _words(params.labels, "Label", "    ")
        yield f"  </{tag}>"
    if skeleton:
        yield f"  <KeyPointLabels name={quoteattr(control.name + '-points')} {target}>"
        yield from _words(params.points, "Label", "    ")
        yield "  </KeyPointLabels>"
    else:
        yield f'  <TextArea name={quoteattr(control.name + "-text")} {target} perRegion="true" editable="true"/>'


def _region(control: Control, head: str) -> Iterator[str]:
    kind, params = control.type.partition("@")[0], control.label_type.params
    tag = "Labels" if kind in ("span", "segment") else REGION_TAGS[kind] + ("Labels" if params.labels else "")
    turned = {"rotated_box": ' canRotate="true"'}.get(kind, "")
    if isinstance(control.label_type, BoxType) and not params.rotation:
        turned = ' canRotate="false"'
    yield f"  <{tag} {head}{turned}>"
    yield from _words(params.labels, "Label", "    ")
    yield f"  </{tag}>"


def _form(control: Control) -> str:
    """The attributes of a form field."""
    kind, params = control.type.partition("@")[0], control.label_type.params
    if kind == "number":
        given = [(name, getattr(params, name)) for name in ("min", "max", "step")]
        return "".join(
            f' {name}="{int(value) if value == int(value) else value}"' for name, value in given if value is not None
        )
    if kind == "rating":
        return f' maxRating="{params.max}"'
    if kind == "date":
        bounds = "".join(f' {name}="{value}"' for name in ("min", "max") if (value := getattr(params, name)))
        return f' only="{"date,time" if params.time else "date"}"{bounds}'
    return "" if kind == "ranking" else ' maxSubmissions="1" editable="true"'


def _edits(control: Control) -> bool:
    return control.type.startswith("dialogue@") and bool(control.label_type.params.edit)


def _by_paragraph(control: Control) -> bool:
    """Whether a dialogue's labels are one ParagraphLabels; else they are questions about the messages of a Chat."""
    params = control.label_type.params
    names = list(params.labels)
    return (
        names == [control.name] and params.labels[control.name].multi and not (params.edit or _roles(control, names[0]))
    )


def _roles(control: Control, name: str) -> tuple[str, ...]:
    return tuple(control.label_type.params.labels[name].roles or ())


def _messages(control: Control) -> Iterator[str]:
    target = quoteattr(control.object_name)
    for name, label in control.label_type.params.labels.items():
        words = label.words
        if _by_paragraph(control):
            yield f"  <ParagraphLabels name={quoteattr(name)} toName={target}>"
            yield from _words(words, "Label", "    ")
            yield "  </ParagraphLabels>"
            continue
        roles = _roles(control, name)
        shown = f' visibleWhen="region-selected" whenRole={quoteattr(",".join(roles))}' if roles else ""
        many = "multiple" if label.multi else "single"
        yield f'  <Choices name={quoteattr(name)} toName={target} perRegion="true" choice="{many}"{shown}>'
        yield from _words(words, "Choice", "    ")
        yield "  </Choices>"


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


def _asked(control: Control) -> dict[str, Attribute]:
    """What is asked of a control's regions, with the text and the speaker of segments."""
    label_type = control.label_type
    if not isinstance(label_type, RegionType):
        return {}
    found: dict[str, Attribute] = {}
    params = label_type.params
    if isinstance(params, SegmentParams) and params.transcribe:
        found[params.transcript_name] = Attribute()
    if isinstance(params, SegmentParams) and params.diarise:
        found[params.speaker_name] = Attribute(words=params.speakers)
    return found | {name: full(option) for name, option in params.attributes.items()}


def _attributes(schema: LabelSchema) -> Iterator[str]:
    """One question about regions for each attribute; where several controls have it, of all of them."""
    owners: dict[tuple[str, str], tuple[Attribute, list[str]]] = {}
    for control in schema.controls:
        for name, attribute in _asked(control).items():
            owners.setdefault((control.object_name, name), (attribute, []))[1].append(control.name)
    for (target, name), (attribute, names) in owners.items():
        head = f'name={quoteattr(name)} toName={quoteattr(target)} perRegion="true"'
        head += f" whenTagName={quoteattr(','.join(names))}"
        labels = _labels_of(attribute)
        head += f" whenLabelValue={quoteattr(','.join(labels))}" if labels else ""
        head += ' required="true"' if attribute.required else ""
        if attribute.type == "text":
            yield f'  <TextArea {head} maxSubmissions="1" editable="true"/>'
        elif attribute.type == "number":
            yield f"  <Number {head}/>"
        else:
            yield f'  <Choices {head} choice="{"multiple" if attribute.type == "multi" else "single"}">'
            yield from _words(attribute.words or ("true", "false"), "Choice", "    ")
            yield "  </Choices>"


def _labels_of(attribute: Attribute) -> list[str]:
    """The labels an attribute's condition waits for, where that is all it does."""
    when = attribute.when or {}
    words = when.get("is", []) if when.get("control") == "label" else []
    return [] if any("," in word for word in words) else words


def _attribute_losses(control: Control) -> Iterator[ConfigLoss]:
    for name, attribute in _asked(control).items():
        said = [
            ("when", attribute.when is not None and not _labels_of(attribute)),
            ("title", attribute.title is not None),
            ("type: boolean", attribute.type == "boolean"),
        ]
        for detail in (what for what, lost in said if lost):
            yield ConfigLoss(code="option", line=0, tag="Choices", name=control.name, detail=f"{name}.{detail}")


def _losses(control: Control) -> Iterator[ConfigLoss]:
    kind = control.type.partition("@")[0]
    tag = FORM_TAGS.get(kind, REGION_TAGS.get(kind, "Labels" if kind in ("span", "segment") else "Choices"))
    yield from _attribute_losses(control)
    if kind not in HELD:
        yield ConfigLoss(code="control", line=0, tag=kind, name=control.name)
        return
    if kind == "dialogue" and not _by_paragraph(control) and control.name != control.object_name:
        yield ConfigLoss(code="option", line=0, tag="Chat", name=control.name, detail="name")
    params = control.label_type.params
    for info in msgspec.structs.fields(params):
        value = getattr(params, info.name)
        held = info.name in HELD[kind] and not (info.name == "min" and kind not in ("number", "date") and value > 1)
        held = held and not (info.name == "max" and getattr(params, "mode", "") == "multi" and value is not None)
        if not held and info.default is not msgspec.NODEFAULT and value != info.default:
            yield ConfigLoss(code="option", line=0, tag=tag, name=control.name, detail=f"{info.name}: {value}")


def _both(title: Title) -> str:
    return title.en if title.en == title.zh else f"{title.en} / {title.zh}"
