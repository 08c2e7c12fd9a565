"""Choices: the words a control offers, with their titles, and the search for one of them."""

import difflib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from galley.labels.errors import LabelChoiceError

__all__ = ["Choice", "Title", "nearest", "offered", "paths_of", "refuse", "repeated", "titled", "words"]


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read in place of a name, in both languages."""

    en: str = ""
    zh: str = ""

    def __post_init__(self) -> None:
        # One language given stands for both: half a title would show as an empty button in the other.
        msgspec.structs.force_setattr(self, "en", self.en or self.zh)
        msgspec.structs.force_setattr(self, "zh", self.zh or self.en)


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One word a control offers; `value` is stored, `title` is shown; `children` make a taxonomy."""

    value: str | int  # a number, as YAML reads `- 3`, becomes text
    title: str | Title | None = None
    color: str = ""
    hotkey: str = ""
    children: "tuple[str | int | Choice, ...]" = ()

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", str(self.value))
        msgspec.structs.force_setattr(self, "title", titled(self.title, str(self.value)))
        msgspec.structs.force_setattr(self, "children", offered(self.children))

    @property
    def word(self) -> str:
        """The value as text."""
        return str(self.value)

    def says(self, language: str) -> str:
        """The title in one language."""
        if isinstance(self.title, Title):
            return self.title.zh if language == "zh" else self.title.en
        return self.word


def titled(title: str | Title | None, name: str) -> Title | None:
    """A title in its canonical form: None when it only repeats the name."""
    full = Title(en=title, zh=title) if isinstance(title, str) else title
    return None if full is None or full in (Title(), Title(en=name, zh=name)) else full


def offered(choices: Iterable[str | int | Choice]) -> tuple[Choice, ...]:
    """Choices in canonical form: plain words become choices without a title."""
    return tuple(choice if isinstance(choice, Choice) else Choice(value=choice) for choice in choices)


def words(choices: Sequence[str | int | Choice]) -> tuple[str, ...]:
    """The values of the top choices, in order."""
    return tuple(choice.word for choice in offered(choices))


def paths_of(
    choices: Sequence[str | int | Choice], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every path of a taxonomy with whether it is a leaf, parents first."""
    for choice in offered(choices):
        path = (*above, choice.word)
        yield path, not choice.children
        yield from paths_of(choice.children, path)


def repeated(names: Iterable[str]) -> str | None:
    """The first name that is there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to a mistaken one, quoted, or what there is to choose from."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.4)
    if close:
        return f"'{close[0]}'"
    return ", ".join(f"'{name}'" for name in names[:8]) + (" …" if len(names) > 8 else "") if names else "-"


def refuse(word: object, place: str, known: Iterable[str]) -> LabelChoiceError:
    """The error for a word that is not offered."""
    return LabelChoiceError(place=place, value=str(word), suggestion=nearest(str(word), known))
