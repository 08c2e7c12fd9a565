"""text.pii: what is found inside Chinese and English text, what is not, and what the actions do to it."""

import json
import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.clean.ext.text_pii import PiiParams, TextPii, find_pii
from galley.clean.ext.text_pii_checks import is_bank_card, is_id_15, is_id_18, is_uscc, luhn
from galley.clean.kernels.arrays import string_column
from galley.kernel.outcome import Outcomes, Verdict
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk


def _found(text: str) -> list[tuple[str, str]]:
    column = string_column(pa.array(["前文 13900001111", text], pa.large_string()))
    return [(one.kind, column.data[one.first : one.end].tobytes().decode()) for one in find_pii(column).get(1, [])]


def _apply(params: dict[str, Any], *texts: str | None, meta: str = "{}") -> Outcomes:
    rows = [text_row(str(place), text, meta=meta) for place, text in enumerate(texts)]
    return TextPii(PiiParams(**params)).apply(records(rows), memory_desk())


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("电话13812345678请拨打", "mobile", "13812345678"),
        ("13812345678", "mobile", "13812345678"),
        ("手机：13812345678。", "mobile", "13812345678"),
        ("手机１３８１２３４５６７８号", "mobile", "１３８１２３４５６７８"),
        ("拨打138-1234-5678或", "mobile", "138-1234-5678"),
        ("拨打138 1234 5678或", "mobile", "138 1234 5678"),
        ("拨打+8613812345678或", "mobile", "+8613812345678"),
        ("拨打+86 138-1234-5678或", "mobile", "+86 138-1234-5678"),
        ("拨打008613812345678或", "mobile", "008613812345678"),
        ("tel:13812345678", "mobile", "13812345678"),
        ("WX13812345678", "mobile", "13812345678"),
        ("call 13812345678 now", "mobile", "13812345678"),
        ("座机010-62345678转8", "landline", "010-62345678"),
        ("座机(0755)26123456转8", "landline", "(0755)26123456"),
        ("传真（０２１）６２３４５６７８", "landline", "（０２１）６２３４５６７８"),
        ("总机0571-8765432", "landline", "0571-8765432"),
        ("总机0571-87654321-8012", "landline", "0571-87654321-8012"),
        ("电话01062345678，", "landline", "01062345678"),
        ("身份证号11010519491231002X", "id_card", "11010519491231002X"),
        ("身份证号11010519491231002x的", "id_card", "11010519491231002x"),
        ("号码是440524188001010014呀", "id_card", "440524188001010014"),
        ("号码是440524 18800101 0014呀", "id_card", "440524 18800101 0014"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id_card", "１１０１０５１９４９１２３１００２Ｘ"),
        ("老身份证130503670401001", "id_card", "130503670401001"),
        ("卡号4111111111111111，", "bank_card", "4111111111111111"),
        ("卡号4111 1111 1111 1111，", "bank_card", "4111 1111 1111 1111"),
        ("卡号5555-5555-5555-4444，", "bank_card", "5555-5555-5555-4444"),
        ("银联6222021234567890128办", "bank_card", "6222021234567890128"),
        ("银联6222 0212 3456 7890 128办", "bank_card", "6222 0212 3456 7890 128"),
        ("amex 378282246310005", "bank_card", "378282246310005"),
        ("车牌京A12345停", "plate", "京A12345"),
        ("车牌京Ａ１２３４５停", "plate", "京Ａ１２３４５"),
        ("车牌沪C·8A9B2停", "plate", "沪C·8A9B2"),
        ("车牌粤B D12345停", "plate", "粤B D12345"),
        ("新能源粤BD12345停", "plate", "粤BD12345"),
        ("新能源货车粤B12345D停", "plate", "粤B12345D"),
        ("教练车川A1234学停", "plate", "川A1234学"),
        ("粤Z1234港", "plate", "粤Z1234港"),
        ("护照号E12345678，", "passport", "E12345678"),
        ("护照EA1234567", "passport", "EA1234567"),
        ("passport no. G12345678", "passport", "G12345678"),
        ("联系bob@example.com吧", "email", "bob@example.com"),
        ("mail: a.b+c@mail.example.co.uk.", "email", "a.b+c@mail.example.co.uk"),
        ("发到13800001111@qq.com即可", "email", "13800001111@qq.com"),
        ("发到ｂｏｂ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email", "ｂｏｂ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("地址192.168.10.20登录", "ipv4", "192.168.10.20"),
        ("http://203.0.113.9:8080/x", "ipv4", "203.0.113.9"),
        ("地址2001:db8::ff00:42:8329登录", "ipv6", "2001:db8::ff00:42:8329"),
        ("IP:2001:0db8:0000:0000:0000:ff00:0042:8329", "ipv6", "2001:0db8:0000:0000:0000:ff00:0042:8329"),
        ("fe80::1ff:fe23:4567:890a%eth0", "ipv6", "fe80::1ff:fe23:4567:890a"),
        ("代码91350100M000100Y43注册", "uscc", "91350100M000100Y43"),
    ],
)
def test_found(text: str, kind: str, value: str) -> None:
    assert _found(text) == [(kind, value)]
    # Its place in the text must not matter: alone, between ideographs, at the start or end of a line.
    for around in (f"{value}", f"他说\n{text}\n好的", f"\0{text}\0"):
        if kind not in ("passport", "landline", "id_card") or around != value:
            assert (kind, value) in _found(around)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "订单138123456789完成",  # 12 digits
        "订单9138123456780123完成",
        "订单20231129123456780001完成",
        "时间戳1700000000000",  # ms
        "时间戳1700000000",  # s
        "时间戳1700000000000000",  # µs
        "2026-08-21T10:00:00.123456Z",
        "2026-08-21 10:00:00,123",
        "20260821100000",
        "12345678901",  # no mobile prefix
        "0.13812345678",
        "13812345678.50",
        "sha1 a13812345678bcdef",
        "550e8400-e29b-41d4-a716-446655440000",
        "SN13812345678",
        "110105194912310021",  # wrong check digit
        "110105194913310020",  # month 13
        "990105194912310021",  # no such region
        "130503670401001",  # 15 digits without context
        "4111111111111112",  # Luhn
        "1234567812345670",  # Luhn fits, no such issuer
        "91350100M000100Y44",  # check character
        "版本1.12.30.45",
        "version: 10.2.30.4",
        "v10.20.30.40",
        "numpy-10.20.30.40.whl",
        "1.3.6.1.4.1.311",
        "第1.2.3.4节",
        "127.0.0.1 0.0.0.0",
        "256.100.100.100",
        "std::vector<int> a::b abc::def",
        "12:30:45 23:59:59",
        "aa:bb:cc:dd:ee:ff",
        "@decorator and user@localhost",
        "a@b@c",
        "新A股涨了",
        "云A100",
        "产品E12345678",
        "2023-010-62345678",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "圆周率3.14159265358979323846264338327950288",
        "1" * 5000,
        "1:2:3:4:5:6:7:8:9:10:11:12",
    ],
)
def test_not_found(text: str) -> None:
    assert _found(text) == []


def test_several_in_one_text() -> None:
    text = "张三，手机13812345678/13912345678，邮箱z@x.cn；车牌京A12345。"
    assert [kind for kind, _ in _found(text)] == ["mobile", "mobile", "email", "plate"]


def test_mask_keeps_every_other_character() -> None:
    text = "电话１３８１２３４５６７８，邮箱bob@example.com吧\0👩‍💻"
    outcomes = _apply({}, text, None, "没有")
    assert outcomes.verdicts.tolist() == [Verdict.EDIT, Verdict.KEEP, Verdict.KEEP]
    masked = outcomes.columns["text"].to_pylist()
    assert masked == [f"电话{'*' * 11}，邮箱{'*' * 15}吧\0👩‍💻", None, "没有"]
    assert outcomes.columns["bytes"].to_pylist()[0] == len(masked[0].encode())
    assert outcomes.reasons[0] == "text.pii_masked"
    assert outcomes.details[0] == "email 1, mobile 1"


def test_tag_report_and_drop() -> None:
    text = "𠮷电话13812345678和13912345678，IP 10.20.30.40"
    tagged = _apply({"action": "tag"}, text, "没有", meta='{"a":1}')
    assert tagged.columns["meta"].to_pylist() == ['{"a":1,"pii":["ipv4","mobile"]}', '{"a":1}']
    assert "text" not in tagged.columns
    assert (tagged.reasons, tagged.details) == (("text.pii_tagged", ""), ("mobile 2, ipv4 1", ""))
    reported = _apply({"action": "report", "kinds": ("mobile",)}, text)
    spans = json.loads(reported.columns["meta"].to_pylist()[0])["pii_spans"]
    assert [(one["kind"], text[one["first"] : one["end"]]) for one in spans] == [
        ("mobile", "13812345678"),
        ("mobile", "13912345678"),
    ]
    dropped = _apply({"action": "drop"}, text, "没有")
    assert (dropped.reasons, dropped.details) == (("text.pii", ""), ("mobile 2, ipv4 1", ""))


def test_tagging_twice_changes_nothing_more() -> None:
    once = _apply({"action": "tag"}, "电话13812345678").columns["meta"].to_pylist()[0]
    assert _apply({"action": "tag"}, "电话13812345678", meta=once).count(Verdict.EDIT) == 0


def test_a_broken_meta_fails_its_record_only() -> None:
    rows = [text_row("a", "电话13812345678", meta="not json"), text_row("b", "电话13812345678")]
    outcomes = TextPii(PiiParams(action="tag")).apply(records(rows), memory_desk())
    assert outcomes.reasons == ("GLY-CLE-130", "text.pii_tagged")


def test_kinds_limit_what_is_looked_for() -> None:
    assert _apply({"kinds": ("email",)}, "电话13812345678").count(Verdict.EDIT) == 0


_VALUES = ("13812345678", "11010519491231002X", "4111111111111111", "bob@example.com", "京A12345", "203.0.113.9")
_AROUND = st.text(alphabet=st.sampled_from("电话号码是，。；\n的了「」"), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(_AROUND, st.sampled_from(_VALUES)), min_size=1, max_size=6), _AROUND)
def test_masks_exactly_the_values_between_chinese(parts: list[tuple[str, str]], tail: str) -> None:
    text = "".join(around + value for around, value in parts) + tail
    expected = "".join(around + "*" * len(value) for around, value in parts) + tail
    (masked,) = _apply({}, text).columns["text"].to_pylist()
    assert masked == expected


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_masking_any_text_keeps_its_length_and_is_final(text: str) -> None:
    outcomes = _apply({}, text)
    masked = outcomes.columns["text"].to_pylist()[0] if outcomes.columns else text
    assert len(masked) == len(text)
    assert all(new in (old, "*") for old, new in zip(text, masked, strict=True))
    assert _found(masked) == []


@settings(deadline=None)
@given(st.from_regex(re.compile(r"\d{4,30}"), fullmatch=True), st.sampled_from(["订单{}号", "a{}b", "{}.5", "-{}-"]))
def test_a_number_is_judged_whole(digits: str, around: str) -> None:
    """Whatever is found in a run of ASCII digits is the whole run (or it and its country code)."""
    for _, value in _found(around.format(digits)):
        assert value == digits


@pytest.mark.parametrize(
    "text", ["9" * 3_000_000, "a@b.co:" * 100_000, "1381234567 " * 100_000, ":" * 2_000_000, "a." * 1_000_000 + "@x"]
)
def test_hostile_megabytes_end(text: str) -> None:
    outcomes = _apply({"action": "report"}, text)
    assert len(outcomes) == 1


def test_checks_follow_their_standards() -> None:
    assert is_id_18("11010519491231002X")  # the example of GB 11643-1999
    assert not is_id_18("110105194902290023")  # 1949 was no leap year
    assert is_id_15("130503670401001")
    assert is_uscc("91350100M000100Y43")  # the example of GB 32100-2015
    assert not is_uscc("20350100M000100Y43")
    assert luhn("79927398713")
    assert not luhn("79927398710")
    assert not is_bank_card("411111111111111")
