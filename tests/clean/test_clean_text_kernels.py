"""The kernels' surroundings: buffers shared with Arrow, broken bytes, caches, and that numba is loaded only when used."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.clean.kernels import utf8
from galley.clean.kernels.arrays import string_column
from galley.kernel.extension import available, find
from galley.kernel.outcome import Verdict
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import judge

TEXT_OPERATORS = [name for name in available("operator") if name.startswith("text.")]


def test_every_text_operator_is_here() -> None:
    assert TEXT_OPERATORS == [
        "text.characters",
        "text.dedup",
        "text.html_to_text",
        "text.language",
        "text.length",
        "text.near_dup",
        "text.normalise",
        "text.pii",
        "text.repetition",
    ]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_columns_are_seen_without_copying_and_through_slices(kind: pa.DataType) -> None:
    array = pa.array(["a", None, "中文", "", "z"], kind)
    for first in range(6):
        part = array.slice(first)
        column = string_column(part)
        assert [column.text(row) if column.present[row] else None for row in range(len(part))] == part.to_pylist()
    assert string_column(array).data.ctypes.data == array.buffers()[2].address


@settings(deadline=None)
@given(st.characters(exclude_categories=["Cs"]))
def test_utf8_round_trip(char: str) -> None:
    raw = np.frombuffer(char.encode() + b"x", dtype=np.uint8)
    point = utf8.decode(raw, 0, len(raw))
    out = np.zeros(4, dtype=np.uint8)
    size = utf8.encode(point, out, 0)
    assert (point, utf8.width(raw, 0, len(raw))) == (ord(char), len(char.encode()))
    assert out[:size].tobytes().decode() == char


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=12))
def test_any_bytes_are_walked_to_their_end(raw: bytes) -> None:
    data = np.frombuffer(raw, dtype=np.uint8)
    at = steps = 0
    while at < len(data):
        assert 0 <= utf8.decode(data, at, len(data)) <= 0x1FFFFF
        at += utf8.width(data, at, len(data))
        steps += 1
    assert at == len(data)
    assert steps <= len(data)


@pytest.mark.parametrize("name", TEXT_OPERATORS)
def test_bytes_that_are_not_utf8_are_survived(name: str) -> None:
    """Arrow does not check the strings of Parquet files: such bytes must not crash, nor write past a buffer."""
    raw = [
        b"\xff" * 4096,
        b"\xe4\xb8",
        b"ok \xf8\x88\x80\x80\x80 \xc3(",
        b"<p>\x80</p>\n\n\n \xf4\xbf\xbf\xbf",
        b"\xff1 3812345678@\xfe ",
    ]
    texts = pa.array(raw, pa.large_binary()).view(pa.large_string())
    plain = records([text_row(str(place), "") for place in range(len(raw))])
    batch = pa.RecordBatch.from_arrays(
        [texts if column == "text" else plain.column(column) for column in plain.schema.names], schema=plain.schema
    )
    operator: Any = find("operator", name)
    judged = judge(operator(operator.Params()), [batch], memory_desk())
    assert sum(judged.raw[0][1].count(verdict) for verdict in Verdict) == len(raw)


def _run(program: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **env}, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_numba_is_not_imported_before_a_kernel_runs() -> None:
    program = """
import sys
from galley.kernel.extension import available, find, make, params_schema
for name in available("operator"):
    if name.startswith("text."):
        params_schema(find("operator", name)); make("operator", name, {})
print("numba" in sys.modules)
"""
    assert _run(program).strip() == "False"


_KERNEL_ELSEWHERE = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("elsewhere", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.double(21), module.double.stats.cache_misses if hasattr(module.double, "stats") else "")
"""


@pytest.mark.parametrize("cache", ["user", "nowhere"])
def test_kernels_compile_wherever_the_cache_may_be(tmp_path: Path, cache: str) -> None:
    """A read-only installation: in NUMBA_CACHE_DIR, or without any cache when nothing at all can be written."""
    source = tmp_path / "site" / "elsewhere.py"
    source.parent.mkdir()
    source.write_text(
        "from galley.clean.kernels.jit import kernel\n\n@kernel\ndef double(value):\n    return 2 * value\n"
    )
    env = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home")}
    (source.parent / "__pycache__").write_text("in the way, also of the superuser")
    if cache == "user":
        env["NUMBA_CACHE_DIR"] = str(tmp_path / "numba")
    if cache == "nowhere":
        (tmp_path / "home").write_text("in the way")
    program = _KERNEL_ELSEWHERE.replace("sys.argv[1]", repr(str(source)))
    assert _run(program, PYTHONDONTWRITEBYTECODE="1", **env).startswith("42")
    made = list(tmp_path.rglob("*.nbi"))
    assert len(made) == (0 if cache == "nowhere" else 1)
    assert all("numba" in str(path) for path in made)
