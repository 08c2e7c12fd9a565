"""Two languages everywhere a person looks: English and Chinese text side by side."""

from typing import Literal, NamedTuple

__all__ = ["Language", "Text"]

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """One message in both languages; `{name}` placeholders are filled from facts."""

    en: str
    zh: str

    def say(self, language: Language, **facts: object) -> str:
        """The text in one language with its placeholders filled."""
        template = self.zh if language == "zh" else self.en
        return template.format(**facts) if facts else template
