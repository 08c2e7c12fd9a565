"""text.near_dup: what it finds on real and on Chinese text, and that order, cut and hostile shapes do not matter."""

import gzip
import itertools
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.clean import kernels
from galley.clean.ext.text_near_dup import NearDupParams, TextNearDup, bands_for
from galley.kernel.draw import generator
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import judge, plan_of

DESK = memory_desk()
SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))

CHINESE = (
    "数据标注是人工智能产业的重要环节，标注质量直接影响模型的效果，因此需要建立严格的质量管理体系。"
    "标注人员应当熟悉业务规则，对每一条数据认真核对，发现问题及时反馈，由质检人员复核后才能交付给客户使用。"
    "平台还应记录每一次修改的时间和原因，以便日后追溯，并且保证任何人都不能私自改写历史。"
)


def _rows(texts: Iterable[str | None]) -> list[dict[str, Any]]:
    return [{**text_row(str(place), text), "id": f"{place:032x}"} for place, text in enumerate(texts)]


def _plan(texts: Iterable[str | None], **params: Any) -> dict[int, int]:
    plan, _ = plan_of(TextNearDup(NearDupParams(**params)), [records(_rows(texts))], DESK)
    return {int(row["id"], 16): int(row["survivor"], 16) for row in plan.to_pylist()}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(
            CHINESE, CHINESE.replace("客户", "甲方"), True, id="zh: two characters changed, no space anywhere"
        ),
        pytest.param(CHINESE, CHINESE.replace("，", ",").replace("。", " "), True, id="zh: other punctuation"),
        pytest.param(CHINESE, CHINESE[::-1], False, id="zh: the same characters in another order"),
        pytest.param(CHINESE[:60], CHINESE[60:], False, id="zh: two halves"),
        pytest.param("训练 PyTorch 模型", "训练ＰＹＴＯＲＣＨ模型！", True, id="mixed: width, case, spaces"),
        pytest.param("The cat sat on the mat", "the cat, sat on the MAT.", True, id="en: case and punctuation"),
        pytest.param("The cat sat on the mat", "The mat sat on the cat", False, id="en: order"),
        pytest.param("好", "好！", True, id="one character"),
        pytest.param("ok", "OK", True, id="one word"),
        pytest.param("ok", "ko", False, id="one other word"),
        pytest.param("", "", False, id="empty texts are left to text.dedup"),
        pytest.param("!!!", "!!!", False, id="no units"),
        pytest.param("\0a\0", "a", True, id="NUL separates"),
        pytest.param("𠮷野家" * 20, "𠮷野家" * 21, True, id="second plane, repeated"),
        pytest.param("안녕하세요 여러분", "안녕하세요, 여러분!", True, id="ko: words"),
        pytest.param("ภาษาไทยไม่มีเว้นวรรค", "ภาษาไทย ไม่มีเว้นวรรค", True, id="th: blanks do not matter"),
    ],
)
def test_pairs(one: str, other: str, same: bool) -> None:
    assert _plan([one, other]) == ({1: 0} if same else {})


def test_an_inner_edit_of_mixed_text_is_near_and_the_details_say_how_near() -> None:
    text = "使用 galley run 命令运行配方，recipe.yaml 描述采集、清洗、标注、评测与发布五个阶段，" * 4
    other = text + "最后用 galley verify 校验结果。"
    ((_, outcomes),) = judge(TextNearDup(NearDupParams(threshold=0.7)), [records(_rows([text, None, other]))], DESK).raw
    assert outcomes.reasons == ("", "", "text.near_duplicate")
    assert outcomes.related == {2: (f"{0:032x}",)}
    assert re.fullmatch(rf"similarity [01]\.\d{{3}} to {0:032x}", outcomes.details[2])


def test_word_and_character_sizes_are_kept_apart() -> None:
    base = " ".join(f"word{place}" for place in range(60))
    edited = " ".join(f"word{place}" if place % 10 else f"new{place}" for place in range(60))
    assert _plan([base, edited], words=1, threshold=0.7) == {1: 0}
    assert _plan([base, edited], words=5, threshold=0.7) == {}
    assert _plan([base, edited], words=5, characters=1, threshold=0.7) == {}  # no single characters in it


_TEMPLATE = " ".join(f"word{place}" for place in range(80))


@pytest.mark.parametrize("texts", [["same text here"] * 30_000, [f"{_TEMPLATE} {place}" for place in range(6000)]])
def test_one_giant_cluster_is_cheap_and_has_one_survivor(texts: list[str]) -> None:
    found = _plan(texts)
    assert set(found.values()) == {0}
    assert len(found) == len(texts) - 1


def test_a_crowded_bucket_costs_a_bounded_number_of_comparisons() -> None:
    # All share one band, none are alike: a quadratic plan would compare 5e9 pairs.
    count = 100_000
    signatures = generator(b"\1" * 32).integers(0, 65536, (count, 16)).astype(np.uint16)
    keys = np.zeros(count, dtype=np.uint64)
    parents = np.arange(count)
    kernels.neardup.link(np.arange(count), keys, signatures, parents, 12, 64)
    assert np.array_equal(parents, np.arange(count))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_survivors_do_not_depend_on_order_or_cut(seed: int, pieces: int) -> None:
    draw = generator(seed.to_bytes(32, "big"))
    texts = [CHINESE[: int(draw.integers(70, len(CHINESE)))] + "完" * int(draw.integers(0, 3)) for _ in range(12)]
    rows = _rows(texts)
    operator = TextNearDup(NearDupParams(threshold=0.6, permutations=64))
    expected, _ = plan_of(operator, [records(rows)], DESK)
    mixed = [rows[int(place)] for place in draw.permutation(len(rows))]
    found, _ = plan_of(operator, [records(mixed[piece::pieces]) for piece in range(pieces)], DESK)
    assert found.equals(expected)


def test_the_signature_is_fixed_forever() -> None:
    # Stored plans must stay comparable: if this fails, raise TextNearDup.version, or find out what changed the hash.
    survey = TextNearDup(NearDupParams()).survey(records(_rows(["Stable 哈希 hashing 永远 of five 个字"])), DESK)
    (signature,) = survey.column("signature").to_pylist()
    assert len(signature) == 256
    assert signature[:8].hex() == "4021a2b347dbcf60"


def test_survey_is_small() -> None:
    survey = TextNearDup(NearDupParams()).survey(records(_rows([CHINESE * 100] * 50)), DESK)
    assert survey.nbytes <= 50 * (256 + 32 + 8)


def test_a_ten_megabyte_line_and_broken_utf8() -> None:
    long = "线" * 3_500_000
    assert _plan([long, long + "。"]) == {1: 0}
    raw = pa.array([b"ab \xff\xfe\xe4\xb8", b"\xf0\x9f"], pa.large_binary()).view(pa.large_string())
    batch = records(_rows(["", ""]))
    broken = pa.RecordBatch.from_arrays(
        [raw if name == "text" else batch.column(name) for name in batch.schema.names], schema=batch.schema
    )
    survey = TextNearDup(NearDupParams()).survey(broken, DESK)
    assert [int(one, 16) for one in survey.column("id").to_pylist()] == [0]  # U+FFFD is no unit, "ab" is one


@pytest.mark.parametrize(
    ("permutations", "threshold", "expected"),
    [(128, 0.8, (21, 6)), (128, 0.5, (42, 3)), (256, 0.8, (32, 8)), (16, 1.0, (1, 16))],
)
def test_bands(permutations: int, threshold: float, expected: tuple[int, int]) -> None:
    assert bands_for(permutations, threshold) == expected


# --- Real documents with ground truth ----------------------------------------------------------------------------


@cache
def _docs() -> tuple[list[str], dict[tuple[int, int], float]]:
    """Texts, and the true Jaccard similarity of each pair of versions of one page (5-word shingles)."""
    path = SHARED / "docs_neardup" / "docs.jsonl.gz"
    if not path.exists():
        pytest.skip("docs_neardup is not here (set GALLEY_SHARED_DATA)")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        docs = [json.loads(line) for line in lines]
    shingles = []
    clusters: dict[str, list[int]] = defaultdict(list)
    for place, doc in enumerate(docs):
        words = re.findall(r"\w+", doc["text"].lower())
        shingles.append({tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))})
        clusters[doc["path_cluster"]].append(place)
    truth = {
        (one, other): len(shingles[one] & shingles[other]) / len(shingles[one] | shingles[other])
        for places in clusters.values()
        for one, other in itertools.combinations(places, 2)
    }
    return [doc["text"] for doc in docs], truth


def _joined(count: int, links: Iterable[tuple[int, int]]) -> list[int]:
    heads = list(range(count))
    for one, other in links:
        old, new = heads[other], heads[one]
        heads = [new if head == old else head for head in heads]
    return heads


def _pairs(heads: list[int]) -> set[tuple[int, int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for place, head in enumerate(heads):
        groups[head].append(place)
    return {pair for places in groups.values() for pair in itertools.combinations(places, 2)}


def test_precision_and_recall_on_versioned_documents() -> None:
    """Pairs put together by the plan, against pairs put together when every pair with true J >= 0.8 is linked."""
    texts, truth = _docs()
    found = _plan(texts)
    ours = _pairs([found.get(place, place) for place in range(len(texts))])
    right = _pairs(_joined(len(texts), [pair for pair, similarity in truth.items() if similarity >= 0.8]))
    assert Counter(similarity >= 0.8 for similarity in truth.values())[True] == 1004
    assert len(ours & right) / len(ours) >= 0.95
    assert len(ours & right) / len(right) >= 0.95
    # Of the 1,004 pairs themselves, nearly all end together; nothing unlike ever does.
    together = [similarity for pair, similarity in truth.items() if pair in ours]
    assert sum(similarity >= 0.8 for similarity in together) >= 0.95 * 1004
    assert np.mean([similarity >= 0.7 for similarity in together]) >= 0.99
    assert len(together) == len(ours)  # never across pages


def test_the_estimate_is_unbiased() -> None:
    texts, truth = _docs()
    survey = TextNearDup(NearDupParams()).survey(records(_rows(texts)), DESK)
    raw = np.frombuffer(b"".join(survey.column("signature").to_pylist()), dtype="<u2").reshape(len(texts), 128)
    errors = [np.mean(raw[one] == raw[other]) - value for (one, other), value in truth.items() if value < 1]
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < 0.045
