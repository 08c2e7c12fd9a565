"""Asking people: questions of the loop become slots of the queue, answers become one label an item.

Every opinion of the labelers is a slot and a revision like a person's. Opinions are independent: the gold process works
in projects of its own, where nobody sees what was answered before. Asking again after a crash finds what is there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from galley.annotate.aggregator import Aggregator, Judgements
from galley.annotate.labeler import Labeler, Question
from galley.annotate.model import Judgement, LabelerKind, Project, Stage
from galley.annotate.rules import next_step
from galley.annotate.service import Batch, add_items, ensure_labeler, ensure_slots, judgements, place_many
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.extension import make
from galley.kernel.language import Text
from galley.labels.errors import LabelValueError
from galley.labels.label_type import Content
from galley.labels.schema import Labels, LabelSchema, labels_check, merge_labels
from galley.line.kitchen import Kitchen
from galley.line.opening import open_questions, show
from galley.line.outcome import WaitingForPeople
from galley.line.recipe import Annotate

__all__ = ["OverlapError", "People", "content_of"]

GOLD_OVERLAP: Final = 2
"""Opinions the gold process asks before it adjudicates."""


class OverlapError(InputError):
    """There are fewer labelers than opinions wanted."""

    code = "GLY-LIN-030"
    text = Text(
        "{purpose} wants {wanted} opinions an item, and one to decide between them, but there are {given} labelers.",
        "{purpose} 每条需要 {wanted} 个意见并另有一人裁定，但只有 {given} 名标注者。",
    )
    hint = Text(
        "Name more labelers under `people:`, or lower `overlap`.", "请在 `people:` 中增加标注者，或降低 `overlap`。"
    )


@dataclass(frozen=True)
class _Answerer:
    """One name behind one labeler."""

    id: int
    name: str
    kind: LabelerKind
    labeler: Labeler[Any]


@dataclass
class People:
    """Everybody who answers for a line."""

    kitchen: Kitchen
    spec: Annotate
    schema: LabelSchema
    records: Mapping[str, dict[str, Any]]
    answers: int = 0  # human judgements given so far
    by_item: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    kinds: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)  # answers that were no labels
    answerers: list[_Answerer] = field(default_factory=list)

    def __post_init__(self) -> None:
        for use in self.spec.people:
            labeler = cast(Labeler[Any], make("labeler", use.name, use.params))
            labeler.open(self.schema, self.kitchen.desk)
            for name in labeler.names():
                known = ensure_labeler(self._database, self.kitchen.clock, name, labeler.labeler_kind)
                self.answerers.append(_Answerer(known.id, name, labeler.labeler_kind, labeler))
        self.kinds = {answerer.kind for answerer in self.answerers}

    @property
    def _database(self) -> Any:
        return self.kitchen.workspace.database

    def __call__(self, item_ids: Sequence[str], purpose: str, round_no: int) -> dict[str, Labels | None]:
        """One label for each item; None where the opinions do not meet and nobody decided."""
        del round_no  # an item is asked once for a purpose, whatever the round
        gold = purpose.startswith("gold")
        overlap = max(GOLD_OVERLAP, self.spec.overlap) if gold else self.spec.overlap
        group = purpose if gold else "label"
        project = self._project(group)
        self._check_hands(purpose, overlap)
        add_items(self._database, project, item_ids, Batch(overlap=overlap))
        # Purposes of one group share its answers: what was asked as a seed is the same judgement as in the end.
        opinions = self._stage(project, "label", item_ids, group, overlap)
        self.kitchen.screen.advance(len(item_ids))
        return self._decided(project, opinions, item_ids, group, overlap)

    def known(self, items: Sequence[str]) -> dict[str, Labels]:
        """What the labelers have an answer to, one opinion an item; for machine mode, which asks for nothing more."""
        project = self._project("label")
        add_items(self._database, project, items, Batch(overlap=1))
        left = list(items)
        for answerer in self._in_turn(0, "label"):
            given = self._answers(answerer, left, 0, "label", "label")
            place_many(self._database, self.kitchen.clock, project, answerer.id, given)
            done = {item for item, _ in given}
            left = [item for item in left if item not in done]
        found = self._read(project, "label", items)
        self._count(found)
        return {item: given[0].body for item, given in found.items()}

    def opinions(self) -> list[tuple[str, str, Any]]:
        """Every independent opinion of the label project as (item, labeler, body), for agreement."""
        project = self._project("label")
        found = judgements(self._database, project, "label")
        return [(one.item, one.labeler_name, one.body) for one in found]

    def _project(self, group: str) -> Project:
        return open_questions(
            self.kitchen.workspace,
            self.kitchen.clock,
            line=self.kitchen.recipe.line,
            purpose=group,
            schema=self.schema,
        )

    # --- opinions -------------------------------------------------------------------------------------------------

    def _check_hands(self, purpose: str, overlap: int) -> None:
        needed = overlap + (1 if overlap > 1 else 0)
        if "person" not in self.kinds and len(self.answerers) < needed:
            raise OverlapError(purpose=purpose, wanted=overlap, given=len(self.answerers))

    def _stage(
        self, project: Project, stage: Stage, items: Sequence[str], group: str, overlap: int
    ) -> dict[str, list[Judgement]]:
        """Have every labeler answer what is still open, and read all answers of these items."""
        found = self._read(project, stage, items)
        short = [item for item in items if len(found.get(item, ())) < overlap]
        ensure_slots(self._database, project, stage, short, Batch(overlap=overlap))
        for place in range(overlap):
            open_items = [item for item in items if len(found.get(item, ())) <= place]
            for answerer in self._in_turn(place, stage):
                given = self._answers(answerer, open_items, place, group, stage)
                placed = place_many(self._database, self.kitchen.clock, project, answerer.id, given, stage=stage)
                settled = {item for item, _ in given}.difference(placed.unplaced)
                open_items = [item for item in open_items if item not in settled]
                if not open_items:
                    break
        found = self._read(project, stage, items)
        missing = sum(overlap - len(found.get(item, ())) for item in items)
        if missing > 0:
            waiting = (item for item in items if len(found.get(item, ())) < overlap)
            show(self._database, project, waiting, self.records, self.schema)
            raise WaitingForPeople(open=missing, asked=overlap * len(items), how=self._how(project, stage))
        self._count(found)
        return found

    def _in_turn(self, place: int, stage: Stage) -> list[_Answerer]:
        """Who answers the place-th opinion first. The last labeler decides where the others disagree."""
        hands = [answerer for answerer in self.answerers if answerer.kind != "person"]
        if stage == "adjudicate":
            return hands[::-1]
        return hands[place:] + hands[:place]

    def _answers(
        self, answerer: _Answerer, items: Iterable[str], place: int, group: str, stage: Stage
    ) -> list[tuple[str, Labels]]:
        purpose = "adjudicate" if stage == "adjudicate" else group
        given: list[tuple[str, Labels]] = []
        for item in items:
            record = self.records[item]
            question = Question(record=record, purpose=purpose, slot_no=place)
            said = answerer.labeler.answer(question, self.kitchen.desk)
            if said is None:
                continue
            try:
                given.append((item, labels_check(self.schema, said, content_of(record))))
            except LabelValueError as problem:
                # An answer that is no label is no answer: the item stays open, and a person is told why.
                self.refused.append(f"{record['key']}: {problem.message()}")
        return given

    def _read(self, project: Project, stage: Stage, items: Sequence[str]) -> dict[str, list[Judgement]]:
        found: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in judgements(self._database, project, stage, items):
            found[judgement.item].append(judgement)
        return found

    def _count(self, found: Mapping[str, list[Judgement]]) -> None:
        for item, given in found.items():
            self.answers += len(given)
            self.by_item[item] += len(given)

    def _how(self, project: Project, stage: Stage) -> str:
        imported = [answerer.name for answerer in self.answerers if answerer.kind == "imported"]
        if "person" in self.kinds:
            return f"galley work {project.line}   ({project.purpose}, {stage})"
        wrong = [*self.refused, *(text for answerer in self.answerers for text in answerer.labeler.problems)]
        told = f" {len(wrong)} labels of it could not be used, first: {wrong[0]}" if wrong else ""
        return f"{', '.join(imported)}: no label for them.{told} Add the missing labels and run again."

    # --- decisions ------------------------------------------------------------------------------------------------

    def _decided(
        self,
        project: Project,
        opinions: Mapping[str, list[Judgement]],
        items: Sequence[str],
        group: str,
        overlap: int,
    ) -> dict[str, Labels | None]:
        split = [item for item in items if _undecided(opinions[item], overlap)]
        adjudicated = self._stage(project, "adjudicate", split, group, 1) if split and overlap > 1 else {}
        agreed = [item for item in items if item not in adjudicated]
        decided = self._consensus({item: opinions[item] for item in agreed})
        return {item: adjudicated[item][-1].body if item in adjudicated else decided.get(item) for item in items}

    def _consensus(self, opinions: Mapping[str, list[Judgement]]) -> dict[str, Labels]:
        """One annotation an item: by the aggregator where whole annotations are classes, else control by control."""
        if not opinions:
            return {}
        if all(control.type.partition("@")[0] == "classify" for control in self.schema.controls):
            return self._aggregated(opinions)
        return {
            item: merge_labels(self.schema, [judgement.body for judgement in given], [1.0] * len(given))
            for item, given in opinions.items()
        }

    def _aggregated(self, opinions: Mapping[str, list[Judgement]]) -> dict[str, Labels]:
        items = sorted(opinions)
        bodies = {canonical_json(given.body): given.body for group in opinions.values() for given in group}
        classes = sorted(bodies)
        workers = sorted({given.labeler_name for group in opinions.values() for given in group})
        rows = [
            (place, workers.index(given.labeler_name), classes.index(canonical_json(given.body)))
            for place, item in enumerate(items)
            for given in opinions[item]
        ]
        columns = np.array(rows, dtype=np.int64).T
        use = self.spec.aggregator
        aggregator = cast(Aggregator[Any], make("aggregator", use.name, use.params))
        consensus = aggregator.aggregate(
            Judgements(
                item=columns[0],
                worker=columns[1],
                label=columns[2],
                items=tuple(items),
                workers=tuple(workers),
                classes=tuple(name.decode() for name in classes),
            )
        )
        return {item: bodies[classes[int(consensus.label[place])]] for place, item in enumerate(items)}


def content_of(record: Mapping[str, Any]) -> Content:
    """What label types may know of a record."""
    return Content(modality=record["modality"], text=record["text"], width=record["width"], height=record["height"])


def _undecided(given: Sequence[Judgement], overlap: int) -> bool:
    return next_step([one.body_sha256 for one in given], overlap, overlap) in ("another", "adjudicate")
