"""The contract every labeler keeps: its answers fit the schema and depend on the question alone.

from galley.testing.labeler_contract import check_labeler
check_labeler(MyLabeler, {"path": "labels.jsonl"}, schema=schema, records=rows, desk=desk)
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from galley.annotate.labeler import Labeler, Question
from galley.annotate.model import LABELER_KINDS
from galley.kernel.canonical import canonical_json
from galley.kernel.draw import shuffled
from galley.kernel.ports import Desk
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema, labels_check
from galley.testing.extension_contract import check_extension, hold

__all__ = ["PURPOSES", "check_labeler"]

PURPOSES: Final = ("seed", "active", "rest", "gold-audit", "gold-human", "gold-repeat", "adjudicate")

Answers = dict[str, bytes | None]


def check_labeler(
    found: type[Labeler[Any]],
    params: Mapping[str, Any] | None = None,
    *,
    schema: LabelSchema,
    records: Sequence[Mapping[str, Any]],
    desk: Desk,
) -> int:
    """Run the battery over these records (rows of RECORD_SCHEMA); how many of the questions were answered."""
    check_extension(found, params)
    filled = msgspec.convert(dict(params or {}), found.Params)
    hold(found.labeler_kind in LABELER_KINDS, "it says which kind of labeler it is", found.labeler_kind)
    made = found(filled)
    names = list(made.names())
    hold(bool(names) and all(names), "somebody with a name stands behind it", names)
    hold(len(set(names)) == len(names), "names differ", names)
    questions = {
        f"{row['id']} {purpose} {slot}": Question(record=dict(row), purpose=purpose, slot_no=slot)
        for row in records
        for purpose in PURPOSES
        for slot in range(len(names) + 1)
    }
    made.open(schema, desk)
    hold(all(isinstance(problem, str) for problem in made.problems), "problems are texts", made.problems)
    answers = _asked(made, list(questions), questions, schema, desk)
    fresh = found(filled)
    fresh.open(schema, desk)
    for order in (list(questions)[::-1], shuffled(questions, b"order")):
        for other in (made, fresh):
            again = _asked(other, order, questions, schema, desk)
            differ = [name for name in order if again[name] != answers[name]]
            hold(not differ, "an answer does not depend on the order or time of asking", differ[:3])
    alone = next(iter(questions))
    last = found(filled)
    last.open(schema, desk)
    hold(
        _asked(last, [alone], questions, schema, desk)[alone] == answers[alone], "a question can be asked alone", alone
    )
    return sum(answer is not None for answer in answers.values())


def _asked(
    made: Labeler[Any], order: Sequence[str], questions: Mapping[str, Question], schema: LabelSchema, desk: Desk
) -> Answers:
    answers: Answers = {}
    for name in order:
        record = questions[name].record
        before = canonical_json(record)
        answer = made.answer(questions[name], desk)
        hold(canonical_json(record) == before, "the question stays as it was", name)
        answers[name] = None if answer is None else canonical_json(answer)
        if answer is not None:
            content = Content(
                modality=record["modality"], text=record["text"], width=record["width"], height=record["height"]
            )
            hold(labels_check(schema, answer, content) == answer, "an answer is canonical in its schema", name, answer)
    return answers
