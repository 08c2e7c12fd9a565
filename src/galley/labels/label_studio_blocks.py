"""Label Studio tasks as bytes, many at a time: content and answers are JSON text already, and stay text.

What people see of an item is spliced in as it is stored; an answer is decoded only when its results depend on the content
(spans, shapes), and classes and short texts, which come again and again, are converted once. What is made by the ten thousand is kept from the garbage collector, which would go over all of it a
dozen times for nothing: a third of the time.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from galley.labels.errors import LabelValueError
from galley.labels.label_studio_json import results_of_labels
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema

__all__ = ["BlockAnswer", "BlockTask", "TaskWriter"]

_CACHED_MAX: Final = 8192
_CACHED_CHARS_MAX: Final = 2000
_ENCODER = msgspec.json.Encoder()


class BlockAnswer(msgspec.Struct, frozen=True, gc=False):
    """One annotation or prediction of a task."""

    body: str | None  # the canonical labels as JSON text; None: `head` is the whole object, given through unchanged
    head: str  # its other fields as JSON text without braces: `"id":7,"completed_by":3`
    machine: bool = False


class BlockTask(msgspec.Struct, frozen=True, gc=False):
    """One task."""

    id: int
    data: str  # the task's data as JSON text
    answers: Sequence[BlockAnswer] = ()
    head: str = ""  # other fields as JSON text without braces: `"inner_id":1,"meta":{}`
    size: tuple[int, int] | None = None  # width and height of its image in pixels


class TaskWriter:
    """Writes the tasks of one schema."""

    def __init__(self, schema: LabelSchema) -> None:
        self._schema = schema
        self._fixed = not any(control.label_type.results_need_content for control in schema.controls)
        self._known: dict[str, str] = {}
        self.lost: list[tuple[int, str]] = []  # (task, why) of answers that cannot be said

    def block(self, tasks: Iterable[BlockTask]) -> bytes:
        """The tasks, one a line with commas between; the caller writes the brackets of the list."""
        return ",\n".join(map(self._task, tasks)).encode()

    def _task(self, task: BlockTask) -> str:
        people: list[str] = []
        machines: list[str] = []
        for answer in task.answers:
            said = self._answer(answer, task)
            if said:
                (machines if answer.machine else people).append(said)
        head = f",{task.head}" if task.head else ""
        return (
            f'{{"id":{task.id},"data":{task.data}{head},'
            f'"annotations":[{",".join(people)}],"predictions":[{",".join(machines)}]}}'
        )

    def _answer(self, answer: BlockAnswer, task: BlockTask) -> str:
        if answer.body is None:
            return f"{{{answer.head}}}"
        results = self._known.get(answer.body) if self._fixed else None
        if results is None:
            try:
                results = self._results(answer.body, task)
            except LabelValueError as problem:
                self.lost.append((task.id, problem.message()))
                return ""
        return f'{{{answer.head},"result":{results}}}' if answer.head else f'{{"result":{results}}}'

    def _results(self, body: str, task: BlockTask) -> str:
        content = Content(width=task.size[0], height=task.size[1]) if task.size else Content()
        if self._fixed:
            results = _ENCODER.encode(results_of_labels(self._schema, msgspec.json.decode(body), content)).decode()
            if len(body) <= _CACHED_CHARS_MAX:
                if len(self._known) >= _CACHED_MAX:
                    self._known.clear()
                self._known[body] = results
            return results
        labels, data = msgspec.json.decode(body), msgspec.json.decode(task.data)
        if task.size is None and type(data.get("width")) is int and type(data.get("height")) is int:
            content = Content(width=data["width"], height=data["height"])
        return _ENCODER.encode(results_of_labels(self._schema, labels, content, data=data)).decode()
