"""Attributes of regions: what more is said about one box, outline or span, and when it is asked.

`attributes: {name: [words]}` offers words (none: free text). The longer form `{name: {type, words, required, title, when}}`
says more: a type of answer, whether it must be given, and on which condition it is asked. A condition names other
attributes of the same region, or `label` for the region's own label; what is not asked must have no answer.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
import pyarrow as pa

from galley.labels.choices import Title, refuse, repeated, titled
from galley.labels.conditions import Conditions, holds, parse_condition
from galley.labels.errors import AttributeHiddenError, AttributeMissingError, LabelRepeatedError, LabelShapeError
from galley.labels.forms import stable_form
from galley.labels.matching import Member
from galley.labels.shape import json_kind, need_list, need_number, need_text
from galley.labels.voting import heaviest, lower_median, majority, tally, total

__all__ = ["Attribute", "AttributeOption", "Attributes", "asked_of", "full"]

_LABEL: Final = "label"
_TRUTH: Final = ("true", "false")


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One question about a region, in the longer form."""

    type: Literal["choice", "multi", "text", "number", "boolean"] | None = None  # None: choice with words, else text
    words: tuple[str | int, ...] = ()
    required: bool = False
    title: str | Title | None = None
    when: dict[str, Any] | None = None  # a condition as in `galley.labels.conditions`

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "words", tuple(map(str, self.words)))
        msgspec.structs.force_setattr(self, "type", self.type or ("choice" if self.words else "text"))
        msgspec.structs.force_setattr(self, "title", titled(self.title, ""))
        if self.when is not None:
            msgspec.structs.force_setattr(self, "when", parse_condition(self.when))
        twice = repeated(self.said)
        if twice is not None:
            raise ValueError(f"words: '{twice}' × 2")
        if bool(self.words) != (self.type in ("choice", "multi")):
            raise ValueError(f"type {self.type}, words: {len(self.words)}")

    @property
    def said(self) -> tuple[str, ...]:
        """The words it offers."""
        return tuple(map(str, self.words))


AttributeOption = tuple[str, ...] | Attribute
"""As it stands in a schema."""


def full(option: AttributeOption) -> Attribute:
    """An attribute of either form in the longer one."""
    return option if isinstance(option, Attribute) else Attribute(words=option)


class Attributes:
    """The attributes of one control: checked, voted on, and written for others."""

    def __init__(self, options: Mapping[str, AttributeOption]) -> None:
        """Raises ValueError for conditions that name nothing or wait for one another."""
        self.by_name = {name: full(option) for name, option in sorted(options.items())}
        rules = {_LABEL: None, **{name: attribute.when for name, attribute in self.by_name.items()}}
        self._conditions = Conditions(rules)
        self._order = sorted(self.by_name, key=lambda name: (self._conditions.depth(name), name))
        self.required = any(attribute.required for attribute in self.by_name.values())

    def __bool__(self) -> bool:
        return bool(self.by_name)

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Any, label: str, place: str) -> dict[str, Any]:
        """The answers in canonical form, by name."""
        if not isinstance(raw, dict):
            raise LabelShapeError(place=place, expected="object", found=json_kind(raw))
        found: dict[str, Any] = {}
        for name in raw:
            if name not in self.by_name:
                raise refuse(name, place, self.by_name)
        for name in sorted(raw):
            value = _checked(self.by_name[name], raw[name], f"{place}.{name}")
            if value != []:
                found[name] = value
        hidden = self._hidden(found, label)
        for name, attribute in self.by_name.items():
            if name in hidden and name in found:
                raise AttributeHiddenError(place=f"{place}.{name}")
            if attribute.required and name not in hidden and found.get(name) in (None, ""):
                raise AttributeMissingError(place=f"{place}.{name}")
        return found

    def _hidden(self, found: Mapping[str, Any], label: str) -> frozenset[str]:
        return self._conditions.hidden({_LABEL: label, **found}) if self._conditions else frozenset()

    # --- Merging -------------------------------------------------------------------------------------------------

    def voted(self, members: Sequence[Member], label: str) -> dict[str, Any]:
        """For each attribute that is asked of the elected region the answer with the most weight, unless most members
        left it out; where that leaves a required one open, the answers of the heaviest member with this label."""
        if not self.by_name:
            return {}
        whole = total(members)
        found: dict[str, Any] = {}
        for name in self._order:
            attribute = self.by_name[name]
            given = [(m.item["attributes"][name], m.weight) for m in members if name in m.item.get("attributes", {})]
            if given and 2 * total(given) >= whole and holds(attribute.when, {_LABEL: label, **found}):
                value = _elected(attribute, given)
                if value != []:
                    found[name] = value
        hidden = self._hidden(found, label)
        if any(self.by_name[name].required and name not in hidden and name not in found for name in self.by_name):
            own = [member for member in members if member.item["label"] == label]
            said = [(member.item.get("attributes", {}), member.weight) for member in own]
            return dict(min(said, key=lambda each: (-each[1], stable_form(each[0])))[0]) if said else {}
        return {name: found[name] for name in sorted(found)}

    # --- Elsewhere -----------------------------------------------------------------------------------------------

    def to_label_studio(self, name: str, value: Any) -> tuple[str, dict[str, Any]]:
        """The type of the result and what its value holds besides the geometry."""
        kind = self.by_name[name].type
        if kind == "number":
            return "number", {"number": value}
        if kind == "text":
            return "textarea", {"text": [value]}
        words = [_TRUTH[not value]] if kind == "boolean" else value if kind == "multi" else [value]
        return "choices", {"choices": words}

    def from_label_studio(self, name: str, body: Mapping[str, Any]) -> Any:
        """The raw answer in the value of a result."""
        kind = self.by_name[name].type
        if kind == "number":
            return body.get("number")
        said = body.get("choices") or body.get("text") or [""]
        if kind == "multi" or not isinstance(said, list):
            return said
        word = "\n".join(map(str, said))
        return word == _TRUTH[0] if kind == "boolean" and word in _TRUTH else word

    def arrow_fields(self) -> list[pa.Field]:
        """A column for each attribute."""
        return [pa.field(name, _COLUMNS[str(attribute.type)]) for name, attribute in self.by_name.items()]

    def to_arrow(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """One region's answers, None for those not given."""
        return {name: given.get(name) for name in self.by_name}


@functools.lru_cache(maxsize=1)
def _none() -> Attributes:
    return Attributes({})


def asked_of(options: Mapping[str, AttributeOption]) -> Attributes:
    """The attributes a control's options ask for."""
    return Attributes(options) if options else _none()


_COLUMNS: Final = {
    "choice": pa.string(),
    "multi": pa.list_(pa.string()),
    "text": pa.string(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def _checked(attribute: Attribute, raw: Any, place: str) -> Any:
    if attribute.type == "number":
        return need_number(raw, place) + 0.0
    if attribute.type == "boolean":
        if not isinstance(raw, bool):
            raise LabelShapeError(place=place, expected="boolean", found=json_kind(raw))
        return raw
    if attribute.type == "multi":
        given = [_word(attribute, word, f"{place}[{at}]") for at, word in enumerate(need_list(raw, place))]
        twice = repeated(given)
        if twice is not None:
            raise LabelRepeatedError(place=place, first=twice)
        return [word for word in attribute.said if word in given]
    return _word(attribute, raw, place)


def _word(attribute: Attribute, raw: Any, place: str) -> str:
    word = need_text(raw, place)
    if attribute.words and word not in attribute.said:
        raise refuse(word, place, attribute.said)
    return word


def _elected(attribute: Attribute, given: Sequence[tuple[Any, float]]) -> Any:
    if attribute.type == "number":
        return lower_median(given)
    if attribute.type == "multi":
        kept = set(majority(tally((word, weight) for words, weight in given for word in words), total(given)))
        return [word for word in attribute.said if word in kept]
    return heaviest(tally(given))
