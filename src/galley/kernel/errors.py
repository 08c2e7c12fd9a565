"""The error tree: every expected failure has a stable code, what happened, and what to do next.

    GalleyError
    ├── InputError        the user's input is wrong: fix it and try again
    │   └── MissingError  there is no such thing, for this one
    ├── StateError        the request is right but the system is not in a state to serve it
    ├── IntegrityError    bytes, hashes, signatures or counts do not agree: never continue
    ├── TransientError    trying again later may succeed (network, lock, disk)
    └── BugError          an invariant of ours was broken: never caught below the faces

A subclass declares `code` (`GLY-<AREA>-<number>`), `text` and `hint` in two languages. Facts given to the constructor
fill the placeholders of both and travel to logs, HTTP problem details (RFC 9457) and `--json` output unchanged.
"""

from typing import Any, ClassVar

from galley.kernel.language import Language, Text, told

__all__ = [
    "BugError",
    "GalleyError",
    "InputError",
    "IntegrityError",
    "MissingError",
    "StateError",
    "TransientError",
    "invariant",
]


class GalleyError(Exception):
    """Any failure Galley expects; subclasses declare code, text and hint."""

    code: ClassVar[str] = "GLY-KER-000"
    text: ClassVar[Text] = Text("Something went wrong.", "出错了。")
    hint: ClassVar[Text] = Text("", "")

    def __init__(self, **facts: object) -> None:
        super().__init__(self.text.say("en", **facts))
        self.facts: dict[str, object] = facts

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders (workers report to the run), and the default reduce would drop keyword facts.
        return (_rebuild, (type(self), self.facts))

    def message(self, language: Language = "en") -> str:
        """What happened, where."""
        return self.text.say(language, **self.facts)

    def advice(self, language: Language = "en") -> str:
        """What to do next; empty when there is nothing useful to say."""
        return self.hint.say(language, **self.facts)

    def problem(self, language: Language = "en") -> dict[str, object]:
        """The error as an RFC 9457 problem object."""
        return {
            "type": f"urn:galley:error:{self.code}",
            "code": self.code,
            "title": self.message(language),
            "hint": self.advice(language),
            "facts": {
                name: fact if isinstance(fact, int | float | bool) else str(told(fact, language))
                for name, fact in self.facts.items()
            },
        }


class InputError(GalleyError):
    """The user's input is wrong."""


class MissingError(InputError):
    """What was asked for does not exist, or not for the one who asks: both are told alike."""


class StateError(GalleyError):
    """The system is not in a state to serve the request."""


class IntegrityError(GalleyError):
    """Bytes, hashes, signatures or counts disagree."""


class TransientError(GalleyError):
    """Trying again later may succeed."""


class BugError(GalleyError):
    """An invariant of Galley itself was broken."""

    code = "GLY-KER-001"
    text = Text("Internal invariant broken: {sentence}", "内部不变量被破坏：{sentence}")
    hint = Text(
        "This is a bug in Galley; please report it with these facts.", "这是 Galley 的缺陷，请附上这些信息报告。"
    )


def invariant(condition: bool, sentence: str, **facts: object) -> None:
    """Raise BugError unless the condition holds; unlike `assert`, always on."""
    if not condition:
        raise BugError(sentence=sentence, **facts)


def _rebuild(kind: type[GalleyError], facts: dict[str, object]) -> GalleyError:
    return kind(**facts)
