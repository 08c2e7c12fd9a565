"""Label Studio's questions about single regions and messages, and its plain form fields, as options of label types."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from galley.labels.label_studio_tags import REGION_TYPES, UNSUPPORTED
from galley.labels.label_studio_xml import Tag

__all__ = ["AboutRegions", "Found", "Lose", "Owner", "about_regions", "forms_of", "owners_of"]

Lose = Callable[..., None]
"""Names a loss: (code, tag, detail)."""

SPEAKER: Final = "speaker"
"""What a control about segments is called when it says who speaks."""


@dataclass(frozen=True)
class Found:
    """A tag with the header before it and all tags around it that may carry conditions, itself last."""

    tag: Tag
    header: str
    around: tuple[Tag, ...]

    def says(self, name: str) -> str:
        """An attribute of the innermost tag that has it."""
        return next((tag.get(name) for tag in reversed(self.around) if tag.get(name)), "")


@dataclass
class AboutRegions:
    """What is asked of regions and messages."""

    options: dict[str, dict[str, Any]] = field(default_factory=dict)  # by region control: options of its label type
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)  # by object: labels of its messages
    used: set[str] = field(default_factory=set)  # controls that are no controls of their own here


@dataclass(frozen=True)
class Owner:
    """A control that marks regions."""

    tag: Tag
    shows: str  # the tag of its object


def owners_of(tags: Sequence[Found], objects: Mapping[str, Tag]) -> dict[str, Owner]:
    """The controls that mark regions, by name."""
    found: dict[str, Owner] = {}
    for tag in (each.tag for each in tags):
        shown = objects.get(tag.get("toName"))
        kind = shown.name if shown is not None else ""
        if (tag.name in REGION_TYPES and kind == "Image") or (
            tag.name == "Labels" and kind in ("Text", "Audio", "AudioPlus")
        ):
            found[tag.get("name")] = Owner(tag, kind)
    return found


def about_regions(
    tags: Sequence[Found],
    owners: Mapping[str, Owner],
    lose: Lose,
    words_of: Callable[[Tag, str], list[dict[str, Any]]],
) -> AboutRegions:
    """The perRegion controls as attributes of the regions they are about, or as labels of messages."""
    about = AboutRegions()
    chats = {each.tag.get("name") for each in tags if each.tag.name == "Chat"}
    for each in tags:
        tag = each.tag
        shared = tag.name == "Labels" and _bare(owners, tag)
        if not shared and (not tag.says("perRegion") or tag.name in UNSUPPORTED):
            continue
        words = (
            [str(entry["value"]) for entry in words_of(tag, "Label" if shared else "Choice")] if tag.children else []
        )
        if tag.get("toName") in chats and tag.name == "Choices" and words:
            role = each.says("whenRole")
            label: dict[str, Any] = {"words": words, "multi": tag.get("choice") == "multiple"}
            about.messages.setdefault(tag.get("toName"), {})[tag.get("name")] = label | (
                {"roles": [part.strip() for part in role.split(",")]} if role else {}
            )
            continue
        mine = _bare(owners, tag) if shared else _chosen(owners, each)
        kind = _kind(tag, words, shared=bool(shared))
        if kind is None or not mine:
            lose("per-region", tag)
            continue
        if shared:
            about.used.add(tag.get("name"))
        for owner in mine:
            _add(about.options.setdefault(owner, {}), owners[owner], each, kind, lose)
    return about


def _bare(owners: Mapping[str, Owner], tag: Tag) -> list[str]:
    """The shapes without labels of their own that share one set of labels."""
    return [
        name
        for name, owner in owners.items()
        if owner.tag.get("toName") == tag.get("toName")
        and owner.tag.name in REGION_TYPES
        and not owner.tag.name.endswith("Labels")
    ]


def _chosen(owners: Mapping[str, Owner], each: Found) -> list[str]:
    same = [name for name, owner in owners.items() if owner.tag.get("toName") == each.tag.get("toName")]
    named = [name.strip() for name in each.says("whenTagName").split(",")]
    return [name for name in same if name in named] or same


def _kind(tag: Tag, words: list[str], *, shared: bool) -> dict[str, Any] | None:
    """The attribute in the longer form."""
    if shared or tag.name == "Choices":
        multi = tag.get("choice") == "multiple"
        return {"type": "multi" if multi else "choice", "words": words} if words else None
    if tag.name == "TextArea":
        return {"type": "text"}
    return {"type": "number"} if tag.name in ("Number", "Rating") else None


def _add(options: dict[str, Any], owner: Owner, each: Found, kind: dict[str, Any], lose: Lose) -> None:
    tag, name = each.tag, each.tag.get("name")
    if owner.shows in ("Audio", "AudioPlus") and _of_segment(options, tag, kind):
        if tag.says("required"):
            lose("attribute", tag, "required")
        return
    when = _when(options.get("attributes", {}), each, lose)
    if tag.says("required"):
        kind = kind | {"required": True}
    if when is not None:
        kind = kind | {"when": when}
    if set(kind) <= {"type", "words"} and kind["type"] in ("choice", "text"):
        options.setdefault("attributes", {})[name] = kind.get("words", [])
    else:
        options.setdefault("attributes", {})[name] = kind


def _of_segment(options: dict[str, Any], tag: Tag, kind: dict[str, Any]) -> bool:
    """The text and the speaker of a segment have places of their own."""
    name = tag.get("name")
    if name == SPEAKER and kind["type"] in ("choice", "text"):
        options |= {"diarise": True} | ({"speakers": kind["words"]} if kind.get("words") else {})
        return True
    if kind["type"] == "text" and not options.get("transcribe"):
        options |= {"transcribe": True, "transcript_name": name}
        return True
    return False


def _when(before: Mapping[str, Any], each: Found, lose: Lose) -> dict[str, Any] | None:
    """The condition of an attribute: on the region's label, or on an earlier attribute."""
    labels, choices, name = each.says("whenLabelValue"), each.says("whenChoiceValue"), each.says("whenTagName")
    parts: list[dict[str, Any]] = []
    if labels:
        parts.append({"control": "label", "is": [word.strip() for word in labels.split(",")]})
    if choices and name in before:
        parts.append({"control": name, "is": [word.strip() for word in choices.split(",")]})
    elif choices:
        lose("condition", each.tag, f'whenChoiceValue="{choices}"')
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"all": parts}


# --- Form fields -------------------------------------------------------------------------------------------------


def forms_of(tag: Tag, lose: Lose) -> tuple[str, dict[str, Any]] | None:
    """Number, Rating and DateTime."""
    if tag.name == "Number":
        return "number", {
            name: value for name in ("min", "max", "step") if (value := _number(tag, name, lose)) is not None
        }
    if tag.name == "Rating":
        stars = _number(tag, "maxRating", lose)
        return "rating", {} if stars is None else {"max": int(stars)}
    parts = {part.strip() for part in tag.get("only").split(",") if part.strip()} or {"date", "time"}
    if "date" not in parts:
        lose("date-part", tag, f'only="{tag.get("only")}"')
        return None
    bounds = {name: tag.get(name) for name in ("min", "max") if tag.get(name)}
    return "date", {"time": "time" in parts} | bounds


def _number(tag: Tag, name: str, lose: Lose) -> float | None:
    try:
        number = float(tag.get(name)) if tag.get(name) else None
    except ValueError:
        lose("attribute", tag, f'{name}="{tag.get(name)}"')
        return None
    return number
