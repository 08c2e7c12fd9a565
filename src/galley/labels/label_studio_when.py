"""Label Studio's conditions (visibleWhen and its kin) as conditions of controls, and back.

`choice-selected` asks whether a choice is made, `choice-unselected` whether it is not, `region-selected` whether there is
a region (there: whether one is selected; here the question belongs to the record once a region stands). Conditions of
enclosing Views all have to hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from galley.labels.choices import Choice, Title, offered
from galley.labels.conditions import Condition, ConditionFaultError, Conditions, leaves, parse_condition
from galley.labels.label_studio_parts import Found, Lose
from galley.labels.label_studio_xml import Tag
from galley.labels.schema import Control

__all__ = ["Asked", "views_of", "with_conditions"]


@dataclass(frozen=True)
class Asked:
    """Where a control stands, which says when it is asked."""

    found: Found


def with_conditions(made: Sequence[tuple[Control, Asked]], lose: Lose) -> list[Control]:
    """The controls with their conditions; what cannot be said is a loss, and its control is always asked."""
    by_name = {control.name: control for control, _ in made}
    kept: dict[str, Control] = {}
    rules: dict[str, Condition | None] = dict.fromkeys(by_name)
    for control, asked in made:
        rules[control.name] = _condition(asked.found, by_name, lose)
        try:
            Conditions(rules)
        except ConditionFaultError:
            lose("condition", asked.found.tag)
            rules[control.name] = None
        kept[control.name] = msgspec.structs.replace(control, when=rules[control.name])
    return list(kept.values())


def _condition(found: Found, by_name: dict[str, Control], lose: Lose) -> Condition | None:
    parts: list[Condition] = []
    for tag in found.around:
        raw = _raw(tag, by_name)
        if raw is None:
            lose("condition", tag, f'visibleWhen="{tag.get("visibleWhen")}"')
        elif raw:
            parts.append(raw)
    return parse_condition({"all": parts}) if parts else None


def _raw(tag: Tag, by_name: dict[str, Control]) -> dict[str, Any] | None:
    """One tag's condition; {} for none, None for one that cannot be said."""
    choices, labels, name = tag.get("whenChoiceValue"), tag.get("whenLabelValue"), tag.get("whenTagName")
    kind = tag.get("visibleWhen") or ("choice-selected" if choices else "region-selected" if labels or name else "")
    if not kind:
        return {}
    other = by_name.get(name)
    if kind not in ("choice-selected", "choice-unselected", "region-selected") or other is None:
        return None
    given = labels if kind == "region-selected" else choices
    if not given:
        asked: dict[str, Any] = {"control": name, "answered": True}
    else:
        words = _stored(other, [word.strip() for word in given.split(",")])
        if words is None:
            return None
        asked = {"control": name, "is": words}
    return {"not": asked} if kind == "choice-unselected" else asked


def _stored(control: Control, given: Sequence[str]) -> list[str] | None:
    """The words as they are stored: a choice may be called by its title. None when one is not offered."""
    params = control.label_type.params
    known = _all(offered(getattr(params, "choices", ()) or getattr(params, "labels", ())))
    titled = {choice.title.en: choice.word for choice in known if isinstance(choice.title, Title)}
    stored = {choice.word for choice in known}
    found = [word if word in stored else titled.get(word) for word in given]
    return None if None in found else [word for word in found if word is not None]


def _all(choices: Sequence[Choice]) -> list[Choice]:
    return [inner for choice in choices for inner in (choice, *_all(offered(choice.children)))]


# --- Writing -----------------------------------------------------------------------------------------------------


def views_of(control: Control, by_name: dict[str, Control]) -> list[dict[str, str]] | None:
    """The attributes of the Views around a control, outermost first; None when its condition cannot be said there."""
    if control.when is None:
        return []
    parts = control.when.get("all", [control.when])
    found = [_view(part, by_name) for part in parts]
    return None if None in found else [view for view in found if view is not None]


def _view(part: Condition, by_name: dict[str, Control]) -> dict[str, str] | None:
    leaf = part.get("not", part)
    if len(list(leaves(leaf))) != 1 or "control" not in leaf:
        return None
    other = by_name[leaf["control"]]
    words = leaf.get("is", [])
    if any("," in word for word in words):
        return None
    chosen = other.type.startswith("classify@")
    marked = other.label_type.empty is not None and hasattr(other.label_type.params, "labels")
    if not chosen and (not marked or "not" in part):
        return None
    kind = "region-selected" if not chosen else "choice-unselected" if "not" in part else "choice-selected"
    view = {"visibleWhen": kind, "whenTagName": other.name}
    return view | ({"whenChoiceValue" if chosen else "whenLabelValue": ",".join(words)} if words else {})
