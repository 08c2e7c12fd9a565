"""Every schema of label-schema.md is one, and every annotation beside it is accepted by it."""

import json
import re
from pathlib import Path

import pytest

from galley.kernel.extension import available
from galley.labels.label_type import Content
from galley.labels.schema import labels_check
from galley.labels.schema_text import schema_from_yaml

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "label-schema.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"```yaml\n((?:(?!```).)*)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)
CONTENT = Content(modality="any", text="Ada lived in Paris.", width=100, height=100)


@pytest.mark.parametrize("source", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_the_schemas_load(source: str) -> None:
    assert schema_from_yaml(source).controls


@pytest.mark.parametrize(("source", "labels"), PAIRS)
def test_the_annotations_are_accepted_as_they_stand(source: str, labels: str) -> None:
    given = json.loads(labels)
    checked = labels_check(schema_from_yaml(source), given, CONTENT)
    assert set(checked) == set(given)
    assert labels_check(schema_from_yaml(source), checked, CONTENT) == checked


def test_every_label_type_has_an_example() -> None:
    shown = {control.type.partition("@")[0] for source, _ in PAIRS for control in schema_from_yaml(source).controls}
    assert shown == set(available("label_type"))
