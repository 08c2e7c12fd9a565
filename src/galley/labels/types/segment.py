"""segment: labelled stretches of a recording, with who speaks and what is said where the control asks for it.

Values: [{start, end, label, speaker?, text?, attributes?}] sorted by start; seconds from the beginning, rounded to 1 ms,
the end not included. `text` is NFC without white space at the ends and is left out when empty, as is `speaker`.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.labels.choices import refuse, repeated
from galley.labels.errors import (
    LabelCountError,
    LabelEmptyError,
    LabelOverlapError,
    LabelRangeError,
    LabelShapeError,
)
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, cluster, f1_distance, labels_agree, soft_f1_distance
from galley.labels.regions import RegionParams, RegionType, said_of
from galley.labels.shape import need_number, need_text
from galley.labels.transcript_text import Reading, read_units
from galley.labels.types.transcript import TranscriptParams, TranscriptType
from galley.labels.voting import heaviest, lower_median, medoid, tally, total, votes_of

__all__ = ["SECONDS_MAX", "SegmentParams", "SegmentType"]

SECONDS_MAX: Final = 10_000_000.0
"""Four months: no recording is longer."""

TEXT_LENGTH_MAX: Final = 20_000
SPEAKER_LENGTH_MAX: Final = 64


class SegmentParams(RegionParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Segments, what is said of each, and how two annotations are compared."""

    overlap: Literal["none", "any"] = "any"  # whether two segments may sound at once
    transcribe: bool = False  # segments carry what is said
    diarise: bool = False  # segments carry who speaks
    speakers: tuple[str, ...] = ()  # who may speak, with `diarise`; none: any name
    threshold: float = 0.5  # the intersection over union from which two segments are the same: 0 < threshold <= 1
    normalisation: Literal[1] = 1  # of texts that are compared: see transcript_text
    transcript_name: str = "transcript"  # Label Studio's name of the perRegion TextArea with the text
    speaker_name: str = "speaker"  # and of the perRegion control with the speaker

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.threshold <= 1:
            raise ValueError(f"0 < threshold ≤ 1: {self.threshold}")
        if repeated(self.speakers) is not None or (self.speakers and not self.diarise):
            raise ValueError("speakers")
        for part in (self.transcript_name, self.speaker_name):
            if not part or part in self.attributes or self.transcript_name == self.speaker_name:
                raise ValueError(f"transcript_name, speaker_name: '{part}'")


class SegmentType(RegionType[SegmentParams]):
    """Stretches of a recording."""

    name: ClassVar[str] = "segment"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Labelled stretches of a recording, with speaker and transcript.", "音频片段标注，可含说话人与转写。"
    )
    able: ClassVar[Able] = Able(modalities=("audio",))
    Params = SegmentParams
    geometry = frozenset({"start", "end", "speaker", "text"})
    studio_type = "labels"
    studio_bare = "audio"
    results_need_content = False

    def __init__(self, params: SegmentParams) -> None:
        super().__init__(params)
        self._transcripts = TranscriptType(TranscriptParams(max_length=TEXT_LENGTH_MAX))

    # --- Checking ------------------------------------------------------------------------------------------------

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        start, end = (_second(data.get(name), f"{place}.{name}") for name in ("start", "end"))
        if start >= end:
            raise LabelEmptyError(place=place, value=f"{start:g}…{end:g}")
        item: Item = {"start": start, "end": end}
        speaker = self._speaker(data.get("speaker"), f"{place}.speaker")
        text = self._text(data.get("text"), f"{place}.text")
        return item | ({"speaker": speaker} if speaker else {}) | ({"text": text} if text else {})

    def _speaker(self, raw: Any, place: str) -> str:
        name = _line(raw, place, SPEAKER_LENGTH_MAX)
        if name and not self.params.diarise:
            raise LabelShapeError(place=place, expected="null", found=name)
        if name and self.params.speakers and name not in self.params.speakers:
            raise refuse(name, place, self.params.speakers)
        return name

    def _text(self, raw: Any, place: str) -> str:
        text = _line(raw, place, TEXT_LENGTH_MAX)
        if text and not self.params.transcribe:
            raise LabelShapeError(place=place, expected="null", found=text[:40])
        return text

    def settled(self, items: list[Item]) -> list[Item]:
        ordered = sorted(items, key=self.order)
        if self.params.overlap == "none":
            for place, (one, other) in enumerate(itertools.pairwise(ordered)):
                if other["start"] < one["end"]:
                    raise LabelOverlapError(place=f"value[{place + 1}]", other=f"value[{place}]")
        return ordered

    def order(self, item: Item) -> Any:
        return (
            item["start"], item["end"], item["label"], item.get("speaker", ""), item.get("text", ""), said_of(item),
        )  # fmt: skip

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """1 - F1 over the best one-to-one matching of segments of the same label and speaker whose intersection over
        union reaches `threshold`. Such a pair counts 1; with `transcribe` half of it is for the place and half for the
        words: (2 - e) / 2, where e is the edits between the texts over the units of the longer one (Chinese by
        character, other scripts by word: `transcript_text`)."""
        if left == right:
            return 0.0
        if not left or not right:
            return 1.0
        hits = (_iou(left, right) >= self.params.threshold) & labels_agree(left, right)
        if self.params.diarise:
            hits &= np.array([[one.get("speaker") == other.get("speaker") for other in right] for one in left])
        if not self.params.transcribe:
            return f1_distance(len(left), len(right), hits)
        return soft_f1_distance(left, right, self._alike(left, right, hits))

    def _alike(self, left: Sequence[Item], right: Sequence[Item], hits: Any) -> Floats:
        alike = np.zeros(hits.shape)
        for row, column in np.argwhere(hits):
            wrong = _wrong(left[row].get("text", ""), right[column].get("text", ""))
            alike[row, column] = (2.0 - wrong) / 2
        return alike

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Segments in the same place are one when more than half of the weight marked it: boundaries are weighted
        medians, label and speaker those of most weight, the text is voted word by word as of transcripts. When that
        leaves too few or too many, the most typical annotation."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        whole = total(votes)
        groups = [group for group in cluster(votes, _iou, self.params.threshold) if 2 * total(group) > whole]
        merged = [(total(group), self._blended(group)) for group in groups]
        kept: list[Item] = []
        for _, item in sorted(merged, key=lambda found: (-found[0], self.order(found[1]))):
            if self.params.overlap == "any" or not any(_sound_at_once(item, other) for other in kept):
                kept.append(item)
        return self.settled(kept) if self.fits(len(kept)) else medoid(votes, self.distance)

    def _blended(self, members: Sequence[Member]) -> Item:
        item: Item = {
            name: lower_median((member.item[name], member.weight) for member in members) for name in ("start", "end")
        }
        speaker = heaviest(tally((member.item.get("speaker", ""), member.weight) for member in members))
        item |= {"speaker": speaker} if speaker else {}
        said = [(member.item.get("text", ""), member.weight) for member in members]
        text = self._transcripts.merge([text for text, _ in said], [weight for _, weight in said])
        item |= {"text": text} if text else {}
        item["label"] = heaviest(tally((member.item["label"], member.weight) for member in members))
        attributes = self.voted_attributes(members, item["label"])
        return {**item, "attributes": attributes} if attributes else item

    # --- Label Studio --------------------------------------------------------------------------------------------

    @property
    def studio_parts(self) -> tuple[str, ...]:
        """The other controls of Label Studio that say something of a segment, besides its attributes."""
        said = [self.params.transcript_name] if self.params.transcribe else []
        return (*said, *([self.params.speaker_name] if self.params.diarise else ()))

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        results = super().to_label_studio(value, control, target, content)
        found: list[dict[str, Any]] = []
        items = iter(value)
        for result in results:
            found.append(result)
            if result["from_name"] != control:
                continue
            item = next(items)
            place = {"start": item["start"], "end": item["end"], "channel": 0}
            if item.get("text"):
                said = {**place, "text": [item["text"]]}
                found.append({**result, "from_name": self.params.transcript_name, "type": "textarea", "value": said})
            if item.get("speaker"):
                kind, key = ("choices", "choices") if self.params.speakers else ("textarea", "text")
                who = {**place, key: [item["speaker"]]}
                found.append({**result, "from_name": self.params.speaker_name, "type": kind, "value": who})
        return found

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            yield {}, {"start": item["start"], "end": item["end"], "channel": 0}

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        said: dict[str, dict[str, str]] = {}
        kept: list[dict[str, Any]] = []
        for result in results:
            body = result.get("value")
            names = {self.params.transcript_name: "text", self.params.speaker_name: "speaker"}
            if result.get("from_name") in self.studio_parts and isinstance(body, dict):
                words = body.get("text") or body.get("choices") or []
                text = words if isinstance(words, str) else "\n".join(map(str, words))
                said.setdefault(str(result.get("id")), {})[names[result["from_name"]]] = text
            else:
                kept.append(result)
        own = [
            {**result, "value": {**result["value"], "said": said[str(result.get("id"))]}}
            if str(result.get("id")) in said and isinstance(result.get("value"), dict)
            else result
            for result in kept
        ]
        return super().from_label_studio(own, content)

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        return {"start": body.get("start"), "end": body.get("end"), **body.get("said", {})}

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_geometry(self) -> list[pa.Field]:
        fields = [pa.field("start", pa.float64()), pa.field("end", pa.float64())]
        return [*fields, *(pa.field(name, pa.string()) for name in self._said())]

    def to_arrow(self, value: Value) -> Any:
        return [{**item, **{name: item.get(name) for name in self._said()}} for item in super().to_arrow(value)]

    def _said(self) -> tuple[str, ...]:
        return (*(["speaker"] if self.params.diarise else []), *(["text"] if self.params.transcribe else []))


def _second(raw: Any, place: str) -> float:
    second = need_number(raw, place)
    if not 0 <= second <= SECONDS_MAX:
        raise LabelRangeError(place=place, value=second, allowed=f"0…{SECONDS_MAX:g}")
    return round(second, 3) + 0.0


def _line(raw: Any, place: str, most: int) -> str:
    if raw is None:
        return ""
    text = unicodedata.normalize("NFC", need_text(raw, place)).strip()
    if len(text) > most:
        raise LabelCountError(place=place, count=len(text), allowed=f"0…{most}")
    return text


def _wrong(one: str, other: str) -> float:
    """Edits over the units of the longer text: 0 the same, 1 nothing in common."""
    mine, yours = ([unit.norm for unit in read_units(text, Reading())] for text in (one, other))
    longer = max(len(mine), len(yours))
    return Levenshtein.distance(mine, yours) / longer if longer else 0.0


def _sound_at_once(one: Item, other: Item) -> bool:
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _iou(left: Sequence[Item], right: Sequence[Item]) -> Floats:
    """Intersection over union in time, all pairs at once."""
    mine = np.array([(item["start"], item["end"]) for item in left], dtype=np.float64).reshape(-1, 1, 2)
    yours = np.array([(item["start"], item["end"]) for item in right], dtype=np.float64).reshape(1, -1, 2)
    shared = np.maximum(np.minimum(mine[..., 1], yours[..., 1]) - np.maximum(mine[..., 0], yours[..., 0]), 0.0)
    covered = (mine[..., 1] - mine[..., 0]) + (yours[..., 1] - yours[..., 0]) - shared
    return np.asarray(np.clip(shared / covered, 0.0, 1.0))
