"""What a source must declare, how units are grouped, how drafts become rows."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.errors import (
    BasisMissingError,
    BasisUnknownError,
    FromMissingError,
    GradeUnknownError,
    LicenseMissingError,
    NameRepeatedError,
    SettingError,
)
from galley.collect.rows import plain
from galley.collect.rules import (
    GROUP_SHARDS,
    Occurrences,
    _meta,
    drafts_to_table,
    find_duplicate_ids,
    group_units,
    source_spec,
    source_specs,
)
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.ids import record_id
from galley.kernel.record import QUARANTINE_SCHEMA, check_records

RIGHT = {"from": "files", "license": "CC-BY-4.0", "basis": "purchased", "path": "./raw/*"}
SPEC = source_spec(RIGHT)


def text_draft(key: str, text: str = "x") -> Draft:
    return Draft(key=key, uri=key, modality="text", media_type="text/plain", text=text, bytes=len(text))


def test_a_complete_entry_is_filled() -> None:
    assert (SPEC.name, SPEC.connector, SPEC.grade) == ("files", "files", "general")
    assert SPEC.params == {"path": "./raw/*"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"license": None}, LicenseMissingError),
        ({"license": "  "}, LicenseMissingError),
        ({"license": 4}, SettingError),
        ({"basis": None}, BasisMissingError),
        ({"basis": "found it"}, BasisUnknownError),
        ({"grade": "secret"}, GradeUnknownError),
        ({"from": None}, FromMissingError),
    ],
)
def test_what_is_missing_is_refused_in_both_languages(change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        source_spec({**RIGHT, **change})
    problem = caught.value
    assert isinstance(problem, InputError)
    assert problem.message("zh") != problem.message("en")
    assert problem.advice("zh") != problem.advice("en") != ""


def test_names_are_unique_in_a_line() -> None:
    assert [spec.name for spec in source_specs([RIGHT, {**RIGHT, "name": "other"}])] == ["files", "other"]
    with pytest.raises(NameRepeatedError):
        source_specs([RIGHT, RIGHT])


def test_rows_have_the_record_columns_and_all_is_accounted_for() -> None:
    drafts: list[Draft | Spoiled] = [
        text_draft("a"),
        Spoiled(key="b", uri="b", code="GLY-COL-030", message="broken", excerpt=b"\xff" * 9000),
        text_draft("a", "again"),
        text_draft("c"),
    ]
    records, quarantine = drafts_to_table(drafts, SPEC, "files@1")
    check_records(records)
    assert quarantine.schema.equals(QUARANTINE_SCHEMA)
    assert records.column("key").to_pylist() == ["a", "c"]
    assert quarantine.column("code").to_pylist() == ["GLY-COL-030", "GLY-COL-020"]
    assert [len(cell) for cell in quarantine.column("excerpt").to_pylist()] == [4096, 5]
    ids = records.column("id").to_pylist() + quarantine.column("id").to_pylist()
    assert len(set(ids)) == 4
    assert quarantine.column("id").to_pylist()[1] == record_id("files", "a", 1)


def test_occurrences_go_on_from_batch_to_batch() -> None:
    seen = Occurrences()
    drafts_to_table([text_draft("a")], SPEC, "files@1", seen)
    records, quarantine = drafts_to_table([text_draft("a"), text_draft("a")], SPEC, "files@1", seen)
    assert records.num_rows == 0
    assert quarantine.column("id").to_pylist() == [record_id("files", "a", 1), record_id("files", "a", 2)]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
def test_the_fast_path_writes_canonical_json(meta: dict[str, object]) -> None:
    safe = plain(meta)
    assert _meta(safe) == canonical_json(safe).decode()


@given(st.lists(st.integers(0, 50)), st.integers(1, 5), st.integers(1, 60))
def test_groups_keep_every_unit_in_order_within_bounds(sizes: list[int], rows: int, size_bytes: int) -> None:
    units = [Unit(key=f"{place:04}", uri="", stamp="", bytes=size) for place, size in enumerate(sizes)]
    groups = list(group_units(units, rows, size_bytes))
    assert [unit for group in groups for unit in group] == units
    assert all(len(group) <= rows for group in groups)
    assert all(len(group) == 1 or sum(unit.bytes for unit in group) <= GROUP_SHARDS * size_bytes for group in groups)


def test_duplicate_ids_are_found_across_shards() -> None:
    one, two, three = (record_id("s", key) for key in ("a", "b", "c"))
    columns = [pa.array([one, two]), pa.chunked_array([[three], [one]]), pa.array([], pa.string())]
    assert find_duplicate_ids(columns) == {one}
    assert find_duplicate_ids([]) == set()
