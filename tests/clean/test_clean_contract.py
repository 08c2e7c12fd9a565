"""Every operator Galley registers passes the contract battery, and gives the same bytes under any hash seed."""

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galley.kernel.extension import find
from galley.testing.memory import memory_desk
from galley.testing.operator_contract import OPERATOR_CHECKS, Check, case_for
from galley.testing.operator_runs import OperatorClass, judge, scratch_desk
from galley.testing.strategies import record_batches

# Parameters for operators that cannot run without any.
NEEDED: dict[str, dict[str, Any]] = {}

# Ours only: an installed plug-in of somebody else (the tests have one that misbehaves) is not ours to vouch for.
OPERATORS = sorted(point.name for point in entry_points(group="galley.operator") if point.value.startswith("galley."))


def _operator(name: str) -> OperatorClass:
    return cast(OperatorClass, find("operator", name))


@pytest.mark.parametrize("check", OPERATOR_CHECKS, ids=str)
@pytest.mark.parametrize("name", OPERATORS)
def test_operator_keeps_the_contract(name: str, check: Check) -> None:
    check(case_for(_operator(name), NEEDED.get(name)))


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_has_the_name_of_its_entry_point(name: str) -> None:
    assert _operator(name).name == name


@pytest.mark.parametrize("name", OPERATORS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_operator_gives_each_record_of_any_batch_one_verdict(name: str, data: st.DataObject) -> None:
    desk = memory_desk()
    batch = data.draw(record_batches(desk.blobs))
    case = case_for(_operator(name), NEEDED.get(name), [batch], desk)
    judged = judge(case.make(), [batch], scratch_desk(desk))
    assert [one.id for one in judged.records] == sorted(batch.column("id").to_pylist())
    singles = [batch.slice(place, 1) for place in range(batch.num_rows)]
    assert judge(case.make(), singles, scratch_desk(desk)).records == judged.records


_PROGRAM = """
import hashlib, json, sys
from galley.kernel.extension import find
from galley.testing.operator_contract import case_for
from galley.testing.operator_runs import judge, scratch_desk

found = {}
for name, params in json.load(sys.stdin).items():
    case = case_for(find("operator", name), params)
    desk = scratch_desk(case.desk)
    judged = judge(case.make(), case.batches, desk)
    found[name] = hashlib.sha256(repr((judged.records, sorted(desk.blobs.written))).encode()).hexdigest()
print(json.dumps(found))
"""


@pytest.mark.slow
def test_no_operator_depends_on_the_hash_seed() -> None:
    given = json.dumps({name: NEEDED.get(name, {}) for name in OPERATORS})
    seen = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _PROGRAM],
                input=given,
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for seed in ("1", "2")
    ]
    assert set(seen[0]) == set(OPERATORS)
    assert seen[0] == seen[1]
