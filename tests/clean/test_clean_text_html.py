"""text.html_to_text: structure kept, noise dropped, malformed and hostile pages survived."""

import html
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.clean.ext.text_html import HtmlParams, TextHtml, html_to_text
from galley.kernel.outcome import Outcomes, Verdict
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<html><head><title>T</title><script>x()</script></head><body><p>One &amp; two</p><p>Three",
            "One & two\n\nThree",
        ),
        ("<h1>标题</h1>正文<div>另一段</div>", "标题\n\n正文\n另一段"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<table><tr><th>姓名<th>年龄<tr><td>张三<td>30</table>", "姓名\t年龄\n张三\t30"),
        ("<pre>def f():\n    return 1\n\nf()</pre>", "def f():\n    return 1\n\nf()"),
        ("a<br>b<br/><br>c", "a\nb\n\nc"),
        ("<pre>a  \n\tb \n</pre>c", "a\n\tb\n\nc"),
        ("中\n文 <b>粗</b>体\nand English\nwords", "中文 粗体 and English words"),
        ("<p>in<b>li</b>ne <i>text</i>", "inline text"),
        ("<nav><ul><li>Home</ul></nav><main>Text</main><footer>©</footer>", "Text"),
        ("<nav>a<nav>b</nav>c</nav>d", "d"),
        ("<nav>never closed<p>kept", "never closed\n\nkept"),
        ("<div hidden>no</div>yes<p style='color:red; Display : NONE'>no</p>", "yes"),
        ("<p data-hidden style='color:red'>yes", "yes"),
        ("1 < 2 > 0, a<b &lt;b&gt; &amp;lt; &#20013;&#x6587; &nosuch; x&nbsp;y", "1 < 2 > 0, a"),
        ("1 < 2 > 0 &lt;b&gt; &amp;lt; &#20013;&#x6587; &nosuch; x&nbsp;y", "1 < 2 > 0 <b> &lt; 中文 &nosuch; x y"),
        ("<!-- <p>no --> <!doctype html><?php no ?>yes", "yes"),
        ("<p title='a>b' alt=\"c>d\">e", "e"),
        ("<SCRIPT>if (a</b) '</p>'</SCRIPT>yes", "yes"),
        ("<style>p{}</style><textarea><p>no</textarea><svg><text>no</text></svg>yes", "yes"),
        ("<script>never closed <p>no", ""),
        ("</p></div>stray", "stray"),
        ("", ""),
        ("  \n ", ""),
        ("plain text", "plain text"),
        ("<", "<"),
        ("<p", ""),
        ("a\0b<p>c", "a\0b\n\nc"),
        ("&#x110000;&#0;&#xD800;&#999999999999;", "\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_pages(page: str, text: str) -> None:
    assert html_to_text(page) == text


def test_boilerplate_can_be_kept() -> None:
    assert html_to_text("<nav>Home</nav><p>x<script>no</script>", boilerplate="keep") == "Home\n\nx"


def _apply(params: dict[str, Any], *rows: dict[str, Any]) -> Outcomes:
    return TextHtml(HtmlParams(**params)).apply(records(list(rows)), memory_desk())


def test_only_pages_are_touched_unless_told() -> None:
    rows = [
        text_row("typed", "<p>a</p>", media_type="text/html"),
        text_row("sniffed", "\ufeff <!-- x -->\n<!DOCTYPE html><p>b"),
        text_row("plain", "if a < b: <p>"),
        text_row("null", None),
        text_row("plain-typed", "just text", media_type="text/html"),
    ]
    outcomes = _apply({}, *rows)
    assert outcomes.verdicts.tolist() == [Verdict.EDIT, Verdict.EDIT, 0, 0, Verdict.EDIT]
    assert outcomes.columns["text"].to_pylist() == ["a", "b", "if a < b: <p>", None, "just text"]
    assert outcomes.columns["media_type"].to_pylist() == ["text/plain"] * 5
    assert outcomes.columns["bytes"].to_pylist()[:2] == [1, 1]
    assert _apply({"when": "always"}, rows[2]).columns["text"].to_pylist() == ["if a < b:"]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "x",
        "".join(f"<b id={place}>" for place in range(20_000)) + "<p>x" * 20_000,
        "<" * 2_000_000,
        "<!--" * 300_000,
        "<script>" * 200_000,
        "<nav>" * 300_000,
        "<a b='" * 200_000,
        "<p " + "a=b " * 300_000,
        "&" * 1_000_000,
        "&#" + "9" * 100_000 + ";",
        "<li>" * 300_000 + "x",
        "<br>" * 300_000 + "x",
        "字" * 3_500_000,
    ],
)
def test_hostile_pages_end_soon_and_stay_small(page: str) -> None:
    """Tree builders take minutes for the first and gigabytes for the second."""
    assert len(html_to_text(page)) <= len(page)


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet=st.sampled_from("<>/!-='\" \n\t&;#xaAlipbrnavstyle中"), max_size=60))
def test_any_markup_is_survived(page: str) -> None:
    text = html_to_text(page)
    assert text == text.strip()
    assert len(text.encode()) <= 3 * len(page.encode()) + 4


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1), min_size=1)
)
def test_escaped_paragraphs_come_back(paragraphs: list[str]) -> None:
    page = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    assert html_to_text(page) == "\n\n".join(paragraphs)
