"""Charts, cards and words of the report: pure functions, escaped, in both languages, inside their frames."""

import base64
import io
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from galley.kernel.language import Text
from galley.line.report.cards import card_of, first_difference, thumbnail
from galley.line.report.charts.bars import Bar, Part, bars, meter, share_bar
from galley.line.report.charts.flow import stream
from galley.line.report.charts.gauge import gauge
from galley.line.report.charts.lines import Axes, Mark, Series, line_chart
from galley.line.report.charts.population import Dot, population
from galley.line.report.charts.svg import hover, label, length, nice_ticks, tag
from galley.line.report.names import reason_words
from galley.line.report.sections.account import place_of
from galley.line.report.words import at_least, percent, say, t
from galley.testing.memory import memory_desk
from galley.testing.versions import media_row


def _image(seed: int, side: int = 300) -> bytes:
    sink = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


# --- cards ---------------------------------------------------------------------------------------------------------


def test_tiny_images_keep_their_pixels_and_large_ones_shrink() -> None:
    tiny = thumbnail(_image(1, side=8))
    assert tiny is not None
    assert (tiny.tiny, tiny.width, tiny.height) == (True, 112, 112)
    assert Image.open(io.BytesIO(base64.b64decode(tiny.src.partition(",")[2]))).size == (8, 8)
    large = thumbnail(_image(1, side=900))
    assert large is not None
    assert (large.tiny, large.width, large.height) == (False, 112, 112)
    assert len(large.src) < 12_000
    assert thumbnail(b"") is None
    assert thumbnail(_image(1)[:2000]) is None


def test_cards_of_what_cannot_be_drawn_say_what_it_is() -> None:
    desk = memory_desk()
    sound = card_of(media_row("a.wav", b"RIFF", desk.blobs, modality="audio", media_type="audio/wav"), desk.blobs)
    assert (sound.kind, sound.note) == ("other", "audio/wav · 4 B")
    missing = card_of({**media_row("a.png", b"x", desk.blobs), "blob": "0" * 64}, desk.blobs)
    assert (missing.kind, missing.src) == ("image", "")


@pytest.mark.parametrize(("left", "right", "place"), [("abc", "abd", 2), ("ab", "abc", 2), ("", "x", 0), ("a", "a", 1)])
def test_first_difference(left: str, right: str, place: int) -> None:
    assert first_difference(left, right) == place


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0.0%"), (1, "100.0%"), (0.5, "50.0%"), (0.00001, "<0.1%"), (0.99999, ">99.9%"), (0.9523, "95.2%")],
)
def test_percentages_are_never_falsely_whole(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.95, "95.0%"), (0.95299, "95.2%"), (0.94999, "94.9%"), (1.0, "100.0%")])
def test_promises_are_rounded_down(share: float, shown: str) -> None:
    assert at_least(share) == shown


def test_reasons_in_both_languages() -> None:
    assert reason_words("text.too_short,image.dark") == Text("too short, too dark", "过短、过暗")
    assert reason_words("my.own") == Text("my.own", "my.own")
    assert str(t("<", "》")) == '<span class="en" lang="en">&lt;</span><span class="zh" lang="zh-Hans">》</span>'


def test_words_between_backticks_are_code() -> None:
    shown = "<code>x&lt;y</code>"
    assert str(say(Text("set `x<y` now", "`x<y`"))) == (
        f'<span class="en" lang="en">set {shown} now</span><span class="zh" lang="zh-Hans">{shown}</span>'
    )


def test_place_of_a_release_is_told_from_the_report() -> None:
    assert place_of(Path("/a/b/release"), Path("/a/b")) == "release"
    assert place_of(Path("/a/c/release"), Path("/a/b")) == "/a/c/release"


# --- charts --------------------------------------------------------------------------------------------------------

NAME = Text("A <chart>", "图 <表>")


class _Balance(HTMLParser):
    """Checks that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _svg(text: str) -> None:
    found = _Balance()
    found.feed(text)
    found.close()
    assert found.open == []


def test_elements_escape_everything() -> None:
    assert str(tag("rect", "<x>", class_='a"b', stroke_width=1.50, rx=None)) == (
        '<rect class="a&#34;b" stroke-width="1.5">&lt;x&gt;</rect>'
    )
    assert str(hover(Text("a", "a"))) == "<title>a</title>"
    assert str(hover(Text("a", "b"))) == "<title>a / b</title>"
    assert (
        str(label(Text("a", "b"), x=1, class_="k"))
        == '<text class="en k" x="1">a</text><text class="zh k" x="1">b</text>'
    )


@pytest.mark.parametrize(("value", "shown"), [(1, "1"), (1.5, "1.5"), (-0.001, "0"), (100, "100"), (1 / 3, "0.33")])
def test_numbers_lose_idle_digits(value: float, shown: str) -> None:
    assert length(value) == shown


@pytest.mark.parametrize(("low", "high"), [(0, 10), (0.8, 0.97), (3, 3), (0, 1_234_567), (0, 0)])
def test_ticks_are_round_few_and_cover(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low + 1e-9
    assert ticks[-1] >= high - 1e-9
    assert 2 <= len(ticks) <= 8
    steps = {round(after - before, 9) for before, after in itertools.pairwise(ticks)}
    assert len(steps) == 1


def test_bars_are_as_long_as_their_values() -> None:
    rows = [
        Bar(Text(name, name), (Part("drop", value, NAME), Part("edit", value, NAME)), "n")
        for name, value in (("a", 4), ("b", 1), ("c", 0))
    ]
    text = str(bars(rows, title=NAME, told=NAME))
    _svg(text)
    widths = [float(found) for found in re.findall(r'width="([\d.]+)%" height="18"', text)]
    assert widths[0] == widths[1] == pytest.approx(4 * widths[2], rel=0.01)
    assert len(widths) == 4  # nothing is drawn for nothing
    assert "<title>A &lt;chart&gt; / 图 &lt;表&gt;</title>" in text
    assert "<desc>" in text
    _svg(str(bars([], title=NAME, told=NAME)))


def test_share_bar_fills_the_whole() -> None:
    text = str(
        share_bar([Part("human", 1, NAME), Part("machine", 3, NAME), Part("audit", 0, NAME)], title=NAME, told=NAME)
    )
    assert re.findall(r'x="([\d.]+)%" y="0" width="([\d.]+)%"', text) == [("0", "25"), ("25", "75")]


def test_meter_shows_value_and_interval_within_bounds() -> None:
    text = str(meter(1.2, -0.5, 0.5, told=NAME))
    assert 'width="100%"' in text
    assert text.count('class="whisker"') == 3
    assert 'x1="0%"' in text
    assert "whisker" not in str(meter(0.5, None, None, told=NAME))


def test_stream_narrows_by_what_is_lost() -> None:
    text = str(stream(before=100, after=50, lost=50, whole=100))
    assert 'd="M4 0H76C76 60 40 40 40 100H4Z"' in text
    assert 'class="loss"' in text
    assert 'class="loss"' not in str(stream(before=5, after=5, lost=0, whole=0))
    lanes = str(
        stream(before=100, after=100, lost=0, whole=100, parts=[Part("human", 1, NAME), Part("machine", 3, NAME)])
    )
    assert re.findall(r'<rect x="([\d.]+)" y="0" width="([\d.]+)"', lanes) == [("4", "18"), ("22", "54")]


def test_line_chart_stays_inside_its_frame() -> None:
    axes = Axes(NAME, NAME, str, str, y_to=1.0)
    text = str(
        line_chart(
            [Series(NAME, "human", ((10, 0.5), (20, 1.0))), Series(NAME, "wrong", ((10, 0.6), (20, 0.7)), step=True)],
            axes,
            title=NAME,
            told=NAME,
            marks=[Mark(20, NAME)],
        )
    )
    _svg(text)
    for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', text):
        assert 0 <= float(x) <= 560
        assert 0 <= float(y) <= 280
    assert re.search(r'd="M[\d.]+ [\d.]+H[\d.]+V[\d.]+"', text)  # the step line
    _svg(str(line_chart([Series(NAME, "human", ())], axes, title=NAME, told=NAME)))
    _svg(str(line_chart([Series(NAME, "human", ((5, 0.5),))], axes, title=NAME, told=NAME)))


def test_population_draws_wrong_dots_last() -> None:
    dots = [Dot(0.5, True, NAME), Dot(0.1, False, NAME)]
    text = str(population([Part("machine", 3, NAME), Part("human", 1, NAME)], dots, title=NAME, told=NAME))
    assert [float(x) for x in re.findall(r'cx="([\d.]+)%"', text)] == [10.0, 50.0]
    assert text.rindex("audit-wrong") > text.rindex("audit-right")


def test_gauge_of_nothing_says_so() -> None:
    assert "not measured / 未测量" in str(gauge(None, floors=(60,), name=NAME))
    assert "gauge-value" not in str(gauge(None, floors=(), name=NAME))
    full = str(gauge(100, floors=(60, 90), name=NAME))
    assert "A50 50 0 0 1 120 66" in full
    assert full.count("gauge-floor") == 2
