"""Two languages everywhere a person looks: English and Chinese text side by side."""

from typing import Literal, NamedTuple

__all__ = ["Language", "Text", "told"]

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """One message in both languages; `{name}` placeholders are filled from facts, which may be Texts."""

    en: str
    zh: str

    def say(self, language: Language, **facts: object) -> str:
        """The text in one language with its placeholders filled."""
        template = self.zh if language == "zh" else self.en
        if not facts:
            return template
        return template.format(**{name: told(fact, language) for name, fact in facts.items()})


def told(fact: object, language: Language) -> object:
    """A fact as it is said in one language: a Text in that language, anything else as it is."""
    return fact.say(language) if isinstance(fact, Text) else fact
