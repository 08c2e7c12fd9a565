"""Every built-in label type keeps the contract, over generated values; and the battery notices a type that does not."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galley.kernel.extension import available
from galley.labels.label_type import Content, Value
from galley.labels.schema_text import BUILT_IN_TYPES
from galley.labels.types.classify import Classify
from galley.testing.label_contract import LabelContractError, check_declaration, check_label_type
from galley.testing.label_values import cases_of


@pytest.mark.parametrize("name", BUILT_IN_TYPES)
def test_declaration(name: str) -> None:
    assert name in available("label_type")
    check_declaration(name)


@pytest.mark.parametrize("name", BUILT_IN_TYPES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_laws(name: str, data: st.DataObject) -> None:
    label_type, values, content, beside = data.draw(cases_of(name))
    check_label_type(label_type, values, content, beside)


class _Forgetful(Classify):
    """Breaks one law after another, as told."""

    broken = ""

    def check(self, raw: Value, content: Content) -> Value:
        value = super().check(raw, content)
        return value[:-1] + "pq"[value[-1:] == "p"] if self.broken == "idempotent" else value

    def distance(self, left: Value, right: Value) -> float:
        if self.broken == "symmetric":
            return float(left < right)
        return 2.0 * super().distance(left, right) if self.broken == "range" else super().distance(left, right)

    def merge(self, values: Any, weights: Any) -> Value:
        return values[0] if self.broken == "order" else super().merge(values, weights)

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        return super().to_label_studio("p" if self.broken == "codec" else value, control, target, content)


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        ("idempotent", "own result unchanged"),
        ("symmetric", "symmetric"),
        ("range", r"in \[0, 1\]"),
        ("order", "order"),
        ("codec", "gives back"),
    ],
)
def test_the_battery_notices(broken: str, law: str) -> None:
    label_type = _Forgetful(Classify.Params(choices=("p", "q")))
    check_label_type(label_type, ["p", "q", "q"], Content())
    label_type.broken = broken
    with pytest.raises(LabelContractError, match=law):
        check_label_type(label_type, ["p", "q", "q"], Content())
