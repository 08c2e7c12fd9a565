"""text.language: which language a text is in, without a model to download."""

import functools
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT
from galley.clean.ext.text_language_words import LETTERS, SCRIPT_LANGUAGES, WORDS
from galley.clean.kernels.arrays import Hashes, TextColumn, text_column
from galley.clean.kernels.letters import unit_table
from galley.clean.kernels.script_tables import SCRIPTS, script_table
from galley.clean.operator import Operator
from galley.kernel.errors import InputError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["KNOWN", "Guess", "LanguageParams", "LanguageUnknownError", "TextLanguage", "guess_languages"]

_LANGUAGES: Final = tuple(language for languages in SCRIPT_LANGUAGES.values() for language in languages)
KNOWN: Final = ("zh", *_LANGUAGES)
"""Every language that can be named; `zh` is both of its forms."""

_DENSE: Final = ("han", "kana", "hangul", "thai", "khmer", "lao", "myanmar", "tibetan")
_DENSE_WEIGHT: Final = 3  # a character of these says as much as about three letters
_KANA_SHARE: Final = 0.05  # of ideographs and kana: more is Japanese


class Guess(NamedTuple):
    """A language (`und` when nothing speaks for any) and the share of the evidence that is for it."""

    language: str
    confidence: float


class LanguageUnknownError(InputError):
    """A language that cannot be told apart."""

    code = "GLY-CLE-110"
    text = Text("'{named}' is not a language text.language can recognise.", "text.language 无法识别“{named}”。")
    hint = Text("It knows: {known}.", "可识别的语言：{known}。")


class LanguageParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """keep: languages to keep (ISO 639-1); `zh` keeps both forms, `zh-Hans` only simplified, `zh-Hant` only traditional.
    confidence_min: a guess below it is unknown. unknown: what happens to texts of unknown language (too short, no
    letters, no evidence)."""

    keep: tuple[str, ...] = ("zh", "en")
    confidence_min: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    unknown: Literal["keep", "drop"] = "keep"


@functools.cache
def _word_table() -> tuple[Hashes, Hashes]:
    masks: dict[int, int] = {}
    for language, words in WORDS.items():
        for word in set(words.split()):
            key = kernels.scripts.hash_word(word)
            masks[key] = masks.get(key, 0) | 1 << _LANGUAGES.index(language)
    size = 1 << (2 * len(masks)).bit_length()
    keys, sets = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.uint64)
    for key, mask in sorted(masks.items()):
        slot = key % size
        while keys[slot]:
            slot = (slot + 1) % size
        keys[slot], sets[slot] = key, mask
    return keys, sets


@functools.cache
def _letter_table() -> Hashes:
    table = np.zeros(0x10000, dtype=np.uint64)
    for language, letters in LETTERS.items():
        for letter in set(letters):
            table[ord(letter)] |= np.uint64(1 << _LANGUAGES.index(language))
    # Characters of both lists decide nothing between the two forms of Chinese.
    both = np.uint64(sum(1 << _LANGUAGES.index(form) for form in ("zh-Hans", "zh-Hant")))
    table[table == both] = 0
    return table


def guess_languages(column: TextColumn) -> list[Guess]:
    """The language of each text: its script decides, and among languages of one script words and letters do."""
    rows = len(column.offsets) - 1
    counts = np.zeros((rows, len(SCRIPTS) + 1), dtype=np.int64)
    kernels.scripts.count_scripts(column.data, column.offsets, script_table(), counts)
    scores = np.zeros((rows, len(_LANGUAGES)), dtype=np.int64)
    kernels.scripts.score_languages(column.data, column.offsets, unit_table(), _word_table(), _letter_table(), scores)
    weights = np.array([_DENSE_WEIGHT if script in _DENSE else 1 for script in SCRIPTS])
    weighed = counts[:, 1:] * weights
    han, kana = SCRIPTS.index("han"), SCRIPTS.index("kana")
    together = weighed[:, han] + weighed[:, kana]
    japanese = weighed[:, kana] > _KANA_SHARE * together
    weighed[:, kana] = np.where(japanese, together, 0)
    weighed[:, han] = np.where(japanese, 0, together)
    totals = weighed.sum(axis=1)
    chosen = weighed.argmax(axis=1)
    shares = weighed.max(axis=1) / np.maximum(totals, 1)
    return [
        _among(SCRIPTS[script], float(share), scores[row]) if total else Guess("und", 0.0)
        for row, (script, share, total) in enumerate(
            zip(chosen.tolist(), shares.tolist(), totals.tolist(), strict=True)
        )
    ]


def _among(script: str, share: float, scores: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Guess:
    languages = SCRIPT_LANGUAGES[script]
    if len(languages) == 1:
        return Guess(languages[0], share)
    first = _LANGUAGES.index(languages[0])
    found = scores[first : first + len(languages)]
    best, total = int(found.argmax()), int(found.sum())
    if script == "han":  # Chinese either way; the form only when the evidence is clear
        clear = total > 0 and found[best] >= 0.8 * total
        return Guess(languages[best] if clear else "zh", share)
    if total == 0:
        return Guess("und", 0.0)
    # Neighbours (Danish and Norwegian) share most words, so the margin over the second says more than the share.
    second = int(np.partition(found, -2)[-2])
    return Guess(languages[best], share * int(found[best]) / max(int(found[best]) + second, 1))


class TextLanguage(Operator[LanguageParams]):
    """Drops texts in other languages than those to keep. Short texts in a Latin script are guessed poorly by any method;
    without evidence they are unknown, not English."""

    name = "text.language"
    version = 1
    summary = Text(
        "Keep texts in the chosen languages; recognised offline by script, frequent words and letters.",
        "只保留指定语言的文本；依据文字系统、常用词和特有字母离线识别。",
    )
    Params = LanguageParams
    able = Able(modalities=TEXT)

    def __init__(self, params: LanguageParams) -> None:
        super().__init__(params)
        for language in params.keep:
            if language not in KNOWN:
                raise LanguageUnknownError(named=language, known=", ".join(KNOWN))

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """DROP with reason text.language or text.language_unknown."""
        column = text_column(batch)
        params: LanguageParams = self.params
        builder = OutcomeBuilder(batch.num_rows)
        wanted = ", ".join(params.keep)
        for place, guess in enumerate(guess_languages(column)):
            if not column.present[place]:
                continue
            if guess.language == "und" or guess.confidence < params.confidence_min:
                if params.unknown == "drop":
                    builder.drop(place, "text.language_unknown", f"{guess.language} {guess.confidence:.2f}")
            elif guess.language not in params.keep and guess.language.partition("-")[0] not in params.keep:
                builder.drop(place, "text.language", f"{guess.language} {guess.confidence:.2f}, wanted {wanted}")
        return builder.build()
