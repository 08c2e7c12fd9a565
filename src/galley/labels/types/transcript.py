"""transcript: what was said or is written, as text.

Values: one string, NFC, without white space at the ends. Comparison follows `transcript_text`, whose version is an
option: Chinese by character (CER), other scripts by word (WER).
"""

import math
import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec
from rapidfuzz.distance import Levenshtein

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.labels.errors import LabelCountError
from galley.labels.label_type import Content, Value
from galley.labels.shape import need_text
from galley.labels.transcript_text import Reading, Unit, read_units, surface
from galley.labels.types.written import Written
from galley.labels.voting import Vote, heaviest, medoid, tally, votes_of

__all__ = ["TranscriptParams", "TranscriptType", "bounded_loss", "error_rate"]


class TranscriptParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How two transcripts are compared; see `transcript_text` for the rules."""

    normalisation: Literal[1] = 1
    unit: Literal["auto", "character", "word"] = "auto"
    case: Literal["fold", "keep"] = "fold"
    punctuation: Literal["drop", "keep"] = "drop"
    digits: Literal["keep", "read"] = "keep"
    erhua: Literal["keep", "drop"] = "keep"
    max_length: int = 100_000  # code points

    @property
    def reading(self) -> Reading:
        """The rules as the normaliser takes them."""
        return Reading(
            unit=self.unit, case=self.case, punctuation=self.punctuation, digits=self.digits, erhua=self.erhua
        )


class TranscriptType(Written[TranscriptParams]):
    """What was said."""

    name: ClassVar[str] = "transcript"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "What is said or written, as text, compared by CER or WER.", "语音或图像文字的转写，按字错率或词错率比较。"
    )
    able: ClassVar[Able] = Able(modalities=("audio", "video", "image", "text", "any"))
    Params = TranscriptParams

    def __init__(self, params: TranscriptParams) -> None:
        super().__init__(params)
        self._reading = params.reading

    def check(self, raw: Value, content: Content) -> Value:
        text = unicodedata.normalize("NFC", need_text(raw, "value")).strip()
        if len(text) > self.params.max_length:
            raise LabelCountError(place="value", count=len(text), allowed=f"0…{self.params.max_length}")
        return text

    def distance(self, left: Value, right: Value) -> float:
        """Edits over the units of the longer transcript: symmetric, in [0, 1], and never more than the error rate."""
        mine, yours = _norms(left, self._reading), _norms(right, self._reading)
        longer = max(len(mine), len(yours))
        return Levenshtein.distance(mine, yours) / longer if longer else 0.0

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """ROVER (Fiscus 1997) around the most typical transcript: the others are aligned to it, and each of its units, and
        each gap between them, is put to the vote; ties keep what the typical one says, and its spelling wins."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        typical = medoid(votes, self.distance)
        spine = read_units(typical, self._reading)
        elected = _rover(spine, [(read_units(value, self._reading), weight) for value, weight in votes])
        if [unit.norm for unit in elected] == [unit.norm for unit in spine]:
            return typical
        text = surface(elected)
        return self.check(text, Content()) if len(text) <= self.params.max_length else typical


def error_rate(truth: str, said: str, params: TranscriptParams) -> float:
    """Edits over the units of the truth: the CER or WER of the field, which may exceed 1."""
    mine, yours = _norms(truth, params.reading), _norms(said, params.reading)
    edits = Levenshtein.distance(mine, yours)
    return edits / len(mine) if mine else math.inf if edits else 0.0


def bounded_loss(truth: str, said: str, params: TranscriptParams) -> float:
    """min(1, error rate): the loss a certificate of transcription budgets."""
    return min(1.0, error_rate(truth, said, params))


def _norms(text: str, reading: Reading) -> list[str]:
    return [unit.norm for unit in read_units(text, reading)]


def _rover(spine: tuple[Unit, ...], voters: list[tuple[tuple[Unit, ...], float]]) -> list[Unit]:
    # Even places are the gaps around the units, odd places the units; each holds (norms, texts) ballots.
    ballots: list[list[tuple[tuple[Unit, ...], float]]] = [[] for _ in range(2 * len(spine) + 1)]
    for units, weight in voters:
        said: list[list[Unit]] = [[] for _ in ballots]
        for code in Levenshtein.opcodes([unit.norm for unit in spine], [unit.norm for unit in units]):
            if code.tag == "insert":
                said[2 * code.src_start].extend(units[code.dest_start : code.dest_end])
            elif code.tag != "delete":
                for step in range(code.src_end - code.src_start):
                    said[2 * (code.src_start + step) + 1].append(units[code.dest_start + step])
        for box, words in zip(ballots, said, strict=True):
            box.append((tuple(words), weight))
    elected: list[Unit] = []
    for place, box in enumerate(ballots):
        elected.extend(_winner(box, (spine[place // 2],) if place % 2 else ()))
    return elected


def _winner(ballots: Sequence[Vote], usual: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The sequence of units with the most weight, written as the heaviest writing of it."""
    usual_norms = tuple(unit.norm for unit in usual)
    counted = tally((tuple(unit.norm for unit in units), weight) for units, weight in ballots)
    norms = min(counted, key=lambda key: (-counted[key], key != usual_norms, key))
    if norms == usual_norms:
        return usual
    written = tally((units, w) for units, w in ballots if tuple(unit.norm for unit in units) == norms)
    return heaviest(written)
