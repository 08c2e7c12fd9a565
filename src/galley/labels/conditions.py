"""Conditions: when a control (or a region's attribute) is asked at all, as plain data and pure functions.

A condition is `{control: name, is: [words]}`, `{control: name, answered: true}`, `{all: […]}`, `{any: […]}` or
`{not: …}`. A control whose condition fails is hidden: it must have no value and is not required. What is hidden counts
as not answered, so a condition about a hidden control fails (and its `not` holds).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

__all__ = ["Condition", "ConditionFaultError", "Conditions", "holds", "leaves", "parse_condition", "said"]

Condition = dict[str, Any]
"""A condition in canonical form: equal for the same wording, JSON data."""

DEPTH_MAX: Final = 8
LEAVES_MAX: Final = 100

_LEAF: Final = ("control", "is", "answered")
_KINDS: Final = ("all", "any", "not")


class ConditionFaultError(ValueError):
    """What is wrong with a condition, and where in it; the schema's reader gives it a line and a code."""

    def __init__(
        self, fault: Literal["shape", "unknown", "cycle", "size"], word: str, path: tuple[str | int, ...]
    ) -> None:
        super().__init__(f"when{''.join(f'[{part!r}]' for part in path)}: {word}")
        self.fault = fault
        self.word = word  # what was expected; the unknown name; the names of the cycle
        self.path = path


# --- Reading -----------------------------------------------------------------------------------------------------


def parse_condition(raw: Any) -> Condition:
    """The condition in canonical form; raises ConditionFaultError.

    One word may stand for a list of one; `answered: false` is the `not` of `answered: true`; words are sorted, and an
    `all` or `any` of one is that one, so that what means the same mostly hashes the same.
    """
    found = _parsed(raw, (), 1)
    if sum(1 for _ in leaves(found)) > LEAVES_MAX:
        raise ConditionFaultError("size", f"at most {LEAVES_MAX} questions", ())
    return found


def _parsed(raw: Any, path: tuple[str | int, ...], depth: int) -> Condition:
    if depth > DEPTH_MAX:
        raise ConditionFaultError("size", f"at most {DEPTH_MAX} deep", path)
    if not isinstance(raw, Mapping) or not raw:
        raise ConditionFaultError("shape", "{control, is} | {control, answered} | {all} | {any} | {not}", path)
    if "control" in raw:
        return _leaf(raw, path)
    if len(raw) != 1 or next(iter(raw)) not in _KINDS:
        raise ConditionFaultError("shape", "control | all | any | not", path)
    kind, inner = next(iter(raw.items()))
    if kind == "not":
        part = _parsed(inner, (*path, "not"), depth + 1)
        inside: Condition = part.get("not", {"not": part})
        return inside
    if not isinstance(inner, list | tuple) or not inner:
        raise ConditionFaultError("shape", "[condition, …]", (*path, kind))
    parts = [_parsed(item, (*path, kind, place), depth + 1) for place, item in enumerate(inner)]
    return parts[0] if len(parts) == 1 else {kind: parts}


def _leaf(raw: Mapping[str, Any], path: tuple[str | int, ...]) -> Condition:
    name = raw["control"]
    if not isinstance(name, str) or not name:
        raise ConditionFaultError("shape", "control: name", (*path, "control"))
    rest = set(raw) - {"control"}
    if rest == {"answered"} and isinstance(raw["answered"], bool):
        asked = {"control": name, "answered": True}
        return asked if raw["answered"] else {"not": asked}
    if rest != {"is"}:
        raise ConditionFaultError("shape", "is: [words] | answered: true", path)
    given = raw["is"] if isinstance(raw["is"], list | tuple) else [raw["is"]]
    if not given or not all(isinstance(word, str | int | float) for word in given):
        raise ConditionFaultError("shape", "is: [words]", (*path, "is"))
    return {"control": name, "is": sorted({_word(word) for word in given})}


def _word(value: str | float) -> str:
    """A value as the word a condition says: true, 3, 0.5."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# --- Asking ------------------------------------------------------------------------------------------------------


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """The questions about single controls in it, as written."""
    if condition is None:
        return
    if "control" in condition:
        yield condition
        return
    for kind, inner in condition.items():
        for part in [inner] if kind == "not" else inner:
            yield from leaves(part)


def said(value: Any) -> frozenset[str]:
    """The words of an answer: a class, each class of several, every step of a path, the label of each region; a number
    as people write it."""
    if isinstance(value, str | int | float):
        return frozenset((_word(value),))
    if isinstance(value, Mapping):
        return said(value["label"]) if "label" in value else frozenset()
    if isinstance(value, list | tuple):
        return frozenset(word for item in value for word in said(item))
    return frozenset()


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether a canonical condition holds for the answers `{control: value}`; None always does.

    What is empty (no text, no regions) is not answered.
    """
    if condition is None:
        return True
    if "control" in condition:
        value = answers.get(condition["control"])
        if "is" in condition:
            return not said(value).isdisjoint(condition["is"])
        return value is not None and value not in ("", [], {})
    if "not" in condition:
        return not holds(condition["not"], answers)
    if "all" in condition:
        return all(holds(part, answers) for part in condition["all"])
    return any(holds(part, answers) for part in condition["any"])


class Conditions:
    """The conditions of several controls, ready to be asked: which controls are hidden, whatever depends on what."""

    def __init__(self, rules: Mapping[str, Condition | None]) -> None:
        """Raises ConditionFaultError (path: the control) for a name that is not among the rules, and for a cycle."""
        self.rules = {name: rule for name, rule in rules.items() if rule is not None}
        for name, rule in self.rules.items():
            for leaf in leaves(rule):
                if leaf["control"] not in rules:
                    raise ConditionFaultError("unknown", leaf["control"], (name,))
        self._order = tuple(self._ordered())

    def __bool__(self) -> bool:
        return bool(self.rules)

    def depth(self, name: str) -> int:
        """A control's place among those that have a condition, after all it depends on; 0 for one that has none."""
        return self._order.index(name) + 1 if name in self.rules else 0

    def hidden(self, answers: Mapping[str, Any]) -> frozenset[str]:
        """The controls that are not asked, given the answers; an answer of a hidden control counts as none."""
        if not self._order:
            return frozenset()
        left = dict(answers)
        gone: list[str] = []
        for name in self._order:
            if not holds(self.rules[name], left):
                gone.append(name)
                left.pop(name, None)
        return frozenset(gone)

    def without_hidden(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers without those of hidden controls."""
        gone = self.hidden(answers)
        return {name: value for name, value in answers.items() if name not in gone}

    def _ordered(self) -> Iterable[str]:
        """The controls that have a condition, each after those its condition asks about."""
        needs = {
            name: {leaf["control"] for leaf in leaves(rule)} & set(self.rules) for name, rule in self.rules.items()
        }
        while needs:
            ready = [name for name, others in needs.items() if not others & set(needs)]
            if not ready:
                cycle = self._cycle(needs)
                raise ConditionFaultError("cycle", " → ".join(cycle), (cycle[0],))
            for name in ready:
                del needs[name]
            yield from ready

    @staticmethod
    def _cycle(needs: Mapping[str, set[str]]) -> list[str]:
        """One cycle among controls that all wait for another of them: a, b, a."""
        seen = [next(iter(needs))]
        while seen[-1] not in seen[:-1]:
            seen.append(min(needs[seen[-1]] & set(needs)))
        return seen[seen.index(seen[-1]) :]
