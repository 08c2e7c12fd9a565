"""The report of a run: complete in both languages, safe with hostile records, self-contained, bounded, the same twice."""

import base64
import hashlib
import io
import json
import re
from dataclasses import dataclass
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from galley.assess.certificate import (
    Commitment,
    Frame,
    Gold,
    HumanCommitment,
    RoundOrder,
    Terms,
    audit_record,
    climb,
    draw_of,
    human_alpha,
    ids_root,
    issue,
    labels_root,
    round_alpha,
)
from galley.catalog.manifest import FileRef
from galley.catalog.reader import VersionReader
from galley.engine.counts import Counts
from galley.engine.shard import StepCounts, store_table
from galley.kernel.language import Text
from galley.kernel.outcome import EVENT_SCHEMA
from galley.kernel.ports import Blobs, Desk
from galley.kernel.record import QUARANTINE_SCHEMA
from galley.line.account import RunAccount, SourceAccount, Totals
from galley.line.evidence import certificate_evidence
from galley.line.kitchen import RunOptions
from galley.line.outcome import RunResult
from galley.line.recipe import Release
from galley.line.report.audited import allowed_curve, audit_of, drawn_ids, read_certificate
from galley.line.report.words import at_least, excerpt, say, visible
from galley.line.reporting import report_html
from galley.line.run import run_line
from galley.testing.memory import FakeClock, memory_desk
from galley.testing.versions import media_row, text_row, version_of

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> ' & &amp; {{ 7*7 }} {% raw %}",
    "\u202eevil\u202c mirrored \u2066inner\u2069 \x00 \x1b[31m bell\x07",
    "</style></textarea></svg>--><!-- ]]> 👩‍🔬🏳️‍🌈 مرحبا بالعالم שלום",
    "长" * 10_000,
    "http://evil.example/track.gif url(http://evil.example) javascript:alert(1)",
)
VOID = {"meta", "input", "img", "br", "link", "hr"}
SCHEMA = {
    "format": "galley-labels/1",
    "name": "feelings",
    "controls": [
        {
            "name": "feeling",
            "type": "classify@1",
            "required": True,
            "field": "text",
            "title": {"en": "How does <b>it</b> feel?", "zh": "态度<b>如何</b>？"},
            "options": {
                "mode": "single",
                "choices": [{"value": "good"}, {"value": "<i>bad</i>"}],
                "min": 0,
                "max": None,
                "leaves_only": False,
            },
        }
    ],
}


class Page(HTMLParser):
    """Reads a page: that every tag is closed, and what it refers to and says."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.words: list[tuple[str, str, str]] = []  # (tag, en | zh, text)
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self._languages: list[str | None] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute stands twice in {tag}"
        self.attributes += [(tag, name, value) for name, value in found.items()]
        if "id" in found:
            self.ids.append(found["id"])
        if tag in VOID:
            return
        self.open.append(tag)
        words = found.get("class", "").split()
        language = next((each for each in ("en", "zh") if each in words), None)
        self._languages.append(language)
        if language is not None:
            self.words.append((tag, language, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag
        self._languages.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        if any(self._languages):
            tag, language, text = self.words[-1]
            self.words[-1] = (tag, language, text + data)


@dataclass(frozen=True)
class World:
    """A run with everything in it, in memory."""

    desk: Desk
    result: RunResult
    version: VersionReader
    collected: VersionReader

    def page(self, **changes: Any) -> str:
        result = msgspec.structs.replace(self.result, **changes)
        return report_html(result, self.version, self.collected, desk=self.desk, release=RELEASE, made="2026-01-01")


RELEASE = Release(name="acme/feelings", version="1.0.0", title="Feelings <b>", description=HOSTILE[1])


def _image(seed: int, side: int = 300) -> bytes:
    sink = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


def _events(blobs: Blobs, rows: list[tuple[str, int, str, str, str, list[str]]]) -> FileRef:
    names = ("id", "step", "verdict", "reason", "detail", "related")
    table = [{**dict(zip(names, row, strict=True)), "op": "text.length@1"} for row in rows]
    return store_table(blobs, pa.Table.from_pylist(table, schema=EVENT_SCHEMA))


def _certificate(ids: list[str], wrong: set[str], accuracy: float = 0.9) -> tuple[dict[str, Any], dict[str, Any]]:
    """Evidence of a real certificate over these ids, and the final label of every id."""
    terms = Terms(accuracy=accuracy, confidence=0.9)
    order = sorted(ids)[: len(ids) * 3 // 4]
    people = sorted(set(ids) - set(order))
    good = {"feeling": "good"}
    commitment = Commitment(
        round=0,
        terms=terms,
        items=len(ids),
        items_root=ids_root(sorted(ids)),
        order_root=ids_root(order),
        labels_root=labels_root([good] * len(order)),
        start=len(order) // 2,
        human_error=0.02,
        undecided=0,
        alpha=str(round_alpha(terms, 0)),
        audit_size=len(order) // 2,
    )
    distance = lambda left, right: float(left != right)  # noqa: E731
    finals: dict[str, Any] = dict.fromkeys(ids, good)
    audits = []
    for item in draw_of(commitment, order):
        gold = {"feeling": "<i>bad</i>"} if item in wrong else good
        finals[item] = gold
        audits.append(
            audit_record(part="machine", round_no=0, item=item, labels=(good, gold), tolerance=0.0, distance=distance)
        )
    accepted = climb(commitment, order, {audit.item: audit.wrong for audit in audits}).accepted
    human = [(item, good) for item in sorted([*people, *(set(order[accepted:]) - {audit.item for audit in audits})])]
    relabel = HumanCommitment(
        machine="",
        terms=terms,
        items_root=ids_root(sorted(ids)),
        population=len(human),
        labels_root=labels_root([list(pair) for pair in human]),
        budget=1,
        undecided=0,
        alpha=str(human_alpha(terms)),
        audit_size=len(human) * 9 // 10,
    )
    for item in draw_of(relabel, [name for name, _ in human]):
        audits.append(
            audit_record(part="human", round_no=0, item=item, labels=(good, good), tolerance=0.0, distance=distance)
        )
    frame = Frame(
        items=tuple(sorted(ids)),
        orders=(RoundOrder(round=0, ids=tuple(order), labels=tuple([good] * len(order))),),
        human=tuple(human),
    )
    found = issue(
        terms=terms,
        gold=Gold(description="blind", agreement=1.0, pairs=9),
        frame=frame,
        commitments=[commitment, relabel],
        audits=audits,
    )
    return certificate_evidence(found, frame, simulated=True), finals


def _reading(code: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {
        "standard": "tc609-04",
        "code": code,
        "title_en": "Format conforms",
        "title_zh": "格式规范性",
        "value": value,
        "low": None,
        "high": None,
        "confidence": None,
        "unit": "share",
        "sample": 10,
        "population": 100,
        "method_en": "counted",
        "method_zh": "计数",
        "not_measured_en": "" if value is not None else "not measured, because nobody looked",
        "not_measured_zh": "" if value is not None else "未测量：无人检查",
        "evidence": {"examples": [HOSTILE[0]]},
        **more,
    }


READINGS = (
    _reading("0201", 0.9876, low=0.95, high=1.0, confidence=0.95),
    _reading("0202", None),
    _reading("agreement", 0.93, standard="galley", unit="alpha", low=0.9, high=0.95, confidence=0.95),
    _reading(
        "rating",
        4.0,
        standard="galley",
        unit="level",
        evidence={
            "word_en": "good",
            "word_zh": "良好",
            "dimensions": [
                {"code": "01", "score": 85.0, "measured": 4, "indicators": 4},
                {"code": "03", "score": None, "measured": 0, "indicators": 5},
            ],
            "certified": True,
            "held_back_en": ["Documentation: 85.0 of 100"],
            "held_back_zh": ["说明文档：85.0（满分 100）"],
        },
    ),
)


def _labelled(certificate: dict[str, Any], items: int) -> dict[str, Any]:
    trace = [
        {
            "round": number,
            "labelled": 40 + 20 * number,
            "held_out_accuracy": 0.8 + number / 50,
            "expected_accept": 100,
            "expected_total": 120 - 10 * number,
            "audit_size": 60,
            "errors_by_rank": [0.1],
        }
        for number in range(4)
    ]
    return {
        "mode": "human+machine",
        "items": items,
        "people": 50,
        "share": 0.25,
        "judgements": 120,
        "decided_by": {},
        "labeler_kinds": ["simulated"],
        "labeler_kind": "simulated",
        "asked": {"seed": 40, "active": 60, "gold-audit": 75},
        "trace": trace,
        "issued": certificate["issued"],
    }


def _world(*, items: int = 200, accuracy: float = 0.9, images: int = 30, shard_rows: int = 50) -> World:
    desk = memory_desk(seed=b"r" * 32)
    texts = [text_row(f"t{number}", f"text number {number}") for number in range(items - images)]
    texts += [text_row(f"<script>k{number}", text) for number, text in enumerate(HOSTILE)]
    kept = texts + [
        media_row(f"i{number}", _image(number, side=96 + number % 3 * 32), desk.blobs) for number in range(images)
    ]
    gone = [text_row(f"gone{number}", f"{HOSTILE[number % 6]} gone {number}") for number in range(20)]
    broken = media_row("broken.png", b"\x89PNG\r\n\x1a\nnothing", desk.blobs)
    ids = [row["id"] for row in kept]
    evidence, finals = _certificate(ids, set(sorted(ids)[150:152]), accuracy)
    version = version_of(
        kept,
        desk.blobs,
        schema=SCHEMA,
        labels=[finals[record] for record in ids],
        shard_rows=shard_rows,
        decided_by=[("machine", "audit", "human")[number % 3] for number in range(len(ids))],
        confidence=[0.97 if number % 3 == 0 else None for number in range(len(ids))],
        labeler_kind="simulated",
    )
    collected = version_of([*kept, *gone, broken], desk.blobs, shard_rows=shard_rows)
    events = [(row["id"], 1, "drop", "text.near_duplicate", HOSTILE[1], [kept[0]["id"]]) for row in gone[:10]]
    events += [(row["id"], 1, "drop", "text.<b>unheard", "why", []) for row in gone[10:]]
    events += [(broken["id"], 2, "drop", "image.corrupt", "png", [])]
    lost = [("q<1>", "text", f"key{HOSTILE[1]}", "uri", 0, "files@1", "GLY-COL-001", HOSTILE[0], b"x")] * 60
    names = QUARANTINE_SCHEMA.names
    held = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in lost], schema=QUARANTINE_SCHEMA)
    account = RunAccount(
        line="feel<ings>",
        recipe="0" * 64,
        recipe_text=f"line: feel\n# {HOSTILE[0]}\n",
        galley="0.1.0",
        sources=(
            SourceAccount(
                name="<u>raw</u>",
                connector={"name": "files"},
                license="CC-BY-4.0",
                basis="open",
                grade="general",
                units=1,
                records=len(kept) + 21,
                failed=60,
            ),
        ),
        steps=(
            StepCounts(
                step=1,
                op="text.length@1",
                counts=Counts(read=len(kept) + 21, kept=len(kept) + 1, dropped=20),
                reasons={"drop text.near_duplicate": 10, "drop text.<b>unheard": 10},
            ),
            StepCounts(
                step=2,
                op="image.valid@1",
                counts=Counts(read=len(kept) + 1, kept=len(kept), dropped=1),
                reasons={"drop image.corrupt": 1},
            ),
        ),
        events=(_events(desk.blobs, events[:15]), _events(desk.blobs, events[15:])),
        quarantine=(store_table(desk.blobs, held),),
        versions={"collected": collected.root, "clean": "1" * 64, "labelled": version.root},
    )
    result = RunResult(
        run_id="20260101T000000-00000000",
        line=account.line,
        status="done",
        account=account,
        totals=Totals(read=len(kept) + 81, kept=len(kept), edited=0, dropped=21, failed=60),
        labels=_labelled(evidence, len(kept)),
        certificate=evidence,
        readings=READINGS,
        release=Path("/tmp/somewhere/release"),
        release_root="ab" * 32,
        verified=True,
        simulated=True,
    )
    return World(desk, result, version, collected)


@pytest.fixture(scope="module")
def world() -> World:
    return _world()


@pytest.fixture(scope="module")
def page(world: World) -> str:
    return world.page()


# --- the page as a document ----------------------------------------------------------------------------------------


def test_page_is_balanced_and_its_ids_are_unique(page: str) -> None:
    found = Page(page)
    assert len(found.ids) == len(set(found.ids))
    assert page.startswith("<!doctype html>")


def test_every_section_is_there_in_the_order_of_looking(page: str) -> None:
    found = Page(page)
    wanted = ["top", "line", "reasons", "labels", "loop", "certificate", "quality", "account"]
    assert [each for each in found.ids if each in wanted] == wanted
    linked = [value for name, key, value in found.attributes if (name, key) == ("a", "href")]
    assert linked == [f"#{each}" for each in wanted[1:]]


def test_both_languages_are_complete(page: str) -> None:
    words = Page(page).words
    assert [language for _, language, _ in words] == ["en", "zh"] * (len(words) // 2)
    for (here, _, en), (there, _, zh) in zip(words[::2], words[1::2], strict=True):
        assert here == there
        assert en.strip()
        assert zh.strip()
        if re.search("[a-z]{3,} [a-z]{2,}", en) and not any(part in en for part in ("<b>", "evil")):
            assert re.search("[\u4e00-\u9fff]", zh), (en, zh)


def test_nothing_is_fetched_from_anywhere(page: str) -> None:
    found = Page(page)
    for kind, name, value in found.attributes:
        if name in {"src", "href", "xlink:href", "action", "formaction", "data", "poster", "srcset", "background"}:
            assert value.startswith(("#", "data:image/")), (kind, name, value[:80])
        assert not name.startswith("on")
        assert name != "style"
    assert not any(tag in {"link", "iframe", "object", "embed", "base", "form"} for tag, _, _ in found.attributes)
    assert "url(" not in "".join(found.raw["style"])
    assert "@import" not in "".join(found.raw["style"])


def test_policy_allows_this_style_and_this_script_alone(page: str) -> None:
    found = Page(page)
    policy = next(value for tag, name, value in found.attributes if tag == "meta" and name == "content")
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256("".join(found.raw[kind]).encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


# --- hostile records -----------------------------------------------------------------------------------------------


def test_hostile_text_stays_text(page: str) -> None:
    found = Page(page)
    assert page.count("<script") == 1
    assert page.count("</script") == 1
    assert "<!--" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not any(tag in {"b", "i", "u"} and value for tag, name, value in found.attributes if name == "onerror")
    assert all(value.startswith("data:") for tag, name, value in found.attributes if (tag, name) == ("img", "src"))
    assert "{{ 7*7 }}" in page  # shown, not computed
    assert "49 {%" not in page


def test_characters_that_turn_or_hide_text_are_made_visible(page: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
    assert visible("a\x00b\u202ec\u200b") == "a\u2400b\ufffdc\ufffd"
    assert visible("é 中 👩 \n\t") == "é 中 👩 \n\t"


def test_long_lines_are_cut_around_what_matters(page: str) -> None:
    assert "长" * 241 not in page
    assert excerpt("a" * 10_000) == "a" * 240 + "…"
    assert excerpt("b" * 500 + "X" + "b" * 500, around=500, length=40) == "…" + "b" * 10 + "X" + "b" * 29 + "…"
    assert excerpt("short") == "short"
    assert excerpt("0123456789", around=9, length=8) == "…23456789"


def test_page_stays_small_however_much_there_is_to_show() -> None:
    large = _world(items=300, images=260)
    text = large.page()
    assert text.count("data:image/") <= 24 + 2 * 6 * 24
    assert len(text) < 1_200_000
    assert sum(_table_bytes(large)) > 2 * len(text)


def _table_bytes(world: World) -> list[int]:
    return [row["bytes"] for table in world.version.tables() for row in table.to_pylist()]


# --- what it says --------------------------------------------------------------------------------------------------


def test_headline_says_verdict_numbers_and_that_people_were_simulated(world: World, page: str) -> None:
    certificate = world.result.certificate
    assert certificate is not None
    assert certificate["issued"]
    assert f"Certified: at least {at_least(certificate['accuracy'])} of the labels are right" in page
    assert "The people who labelled were simulated" in page
    for number in (world.result.totals.read, world.result.totals.kept, 21, 60, 50):
        assert f"<b>{number:,}</b>" in page
    assert "ab" * 32 in page
    assert "verified offline" in page
    assert "simulated: this run" not in world.page(simulated=False)
    assert "verification failed" in world.page(verified=False)


def test_refusal_says_why_and_what_would_help(world: World) -> None:
    refused = _world(accuracy=0.999)
    found = refused.result.certificate
    assert found is not None
    assert not found["issued"]
    text = refused.page()
    assert "Not certified" in text
    assert "未获认证" in text
    refusal = found["certificate"]["refusal"]
    assert str(say(Text(refusal["hint_en"], refusal["hint_zh"]))) in text
    Page(text)
    assert "an audit of this size proves nothing" in text
    assert "an audit of this size proves nothing" not in world.page()


def test_unmeasured_readings_are_shown_with_their_reason(page: str) -> None:
    assert "not measured, because nobody looked" in page
    assert "未测量：无人检查" in page
    assert "98.8%" in page
    assert "95.0% – 100.0%" in page


def test_reasons_show_the_dropped_record_beside_the_one_that_stays(page: str) -> None:
    assert page.count('class="example pair"') == 6  # six examples of ten near-duplicates
    assert "almost the same as another" in page
    assert "no picture can be drawn" in page  # the broken image
    assert "text.&lt;b&gt;unheard" in page  # a reason nobody has translated


def test_quarantine_shows_fifty_and_counts_the_rest(page: str) -> None:
    assert page.count("<code>GLY-COL-001</code>") == 50
    assert "10 more are not shown" in page


def test_a_plain_line_has_only_the_sections_it_needs() -> None:
    desk = memory_desk()
    version = version_of([text_row("a", "one"), text_row("b", "two")], desk.blobs)
    source = SourceAccount(
        name="s",
        connector={"name": "jsonl"},
        license="MIT",
        basis="owned",
        grade="general",
        units=1,
        records=2,
        failed=0,
    )
    account = RunAccount(
        line="plain", recipe="0" * 64, recipe_text="line: plain\n", galley="0", sources=(source,), versions={}
    )
    result = RunResult(
        run_id="r",
        line="plain",
        status="done",
        account=account,
        totals=Totals(read=2, kept=2, edited=0, dropped=0, failed=0),
    )
    text = report_html(result, version, None, desk=desk)
    found = Page(text)
    assert [each for each in found.ids if not each.startswith("lang-")] == ["top", "line", "account"]
    assert "Cleaned, not labelled" in text
    assert "galley verify" not in text
    assert "galley explain RECORD_ID" in text


def test_regions_are_counted_by_their_label_and_people_alone_are_not_certified() -> None:
    desk = memory_desk()
    control = {"name": "who", "type": "span@1", "required": False, "field": "text", "options": {"labels": ["person"]}}
    said = [
        {"who": [{"start": 0, "end": 3, "label": name} for name in names]}
        for names in (("person", "place"), ("person",))
    ]
    rows = [text_row("a", "Ann in Rome"), text_row("b", "Bob"), text_row("c", "nobody here")]
    schema = {"format": "galley-labels/1", "name": "n", "controls": [control]}
    version = version_of(rows, desk.blobs, schema=schema, labels=[*said, None])
    account = RunAccount(line="spans", recipe="0" * 64, recipe_text="", galley="0")
    told = {**_labelled({"issued": False}, 3), "mode": "human", "trace": [], "asked": {}}
    totals = Totals(read=3, kept=3, edited=0, dropped=0, failed=0)
    result = RunResult(run_id="r", line="spans", status="done", account=account, totals=totals, labels=told)
    text = report_html(result, version, None, desk=desk)
    found = Page(text)
    assert not {"loop", "certificate", "reasons", "quality"} & set(found.ids)
    assert "Labelled, not certified" in text
    assert "people labelled everything and nobody audited them" in text
    assert "person: 2; place: 1" in text  # the chart's description
    assert "1 × person, 1 × place" in text  # a sample's label
    assert "no label" in text
    assert "3 in all" in text
    assert "2 answered" in text


def test_equal_runs_give_equal_pages_however_shards_are_cut(world: World) -> None:
    again = _world()
    assert again.page() == world.page()
    one, other = _world(shard_rows=7), _world(shard_rows=1000)
    roots = [one.result.account.versions.values(), other.result.account.versions.values()]
    texts = [one.page(), other.page()]
    for number, names in enumerate(roots):
        for place, root in enumerate(names):
            texts[number] = texts[number].replace(root, f"root{place}")
    assert texts[0] == texts[1]


def test_personal_data_of_a_line_that_masks_it_is_not_in_the_report() -> None:
    desk = memory_desk()
    raw = [text_row("a", "call 13812345678 now"), text_row("b", "mail anna.lee@example.org")]
    version = version_of([text_row("a", "call *********** now")], desk.blobs)
    account = RunAccount(
        line="p",
        recipe="0" * 64,
        recipe_text="",
        galley="0",
        steps=(
            StepCounts(
                step=1, op="text.length@1", counts=Counts(read=2, kept=1, dropped=1), reasons={"drop text.too_short": 1}
            ),
            StepCounts(step=2, op="text.pii@1", counts=Counts(read=1, edited=1), reasons={"edit text.pii_masked": 1}),
        ),
        events=(
            _events(
                desk.blobs,
                [
                    (raw[1]["id"], 1, "drop", "text.too_short", "", []),
                    (raw[0]["id"], 2, "edit", "text.pii_masked", "mobile 1", []),
                ],
            ),
        ),
    )
    totals = Totals(read=2, kept=0, edited=1, dropped=1, failed=0)
    result = RunResult(run_id="r", line="p", status="done", account=account, totals=totals)
    text = report_html(result, version, version_of(raw, desk.blobs), desk=desk)
    assert "13812345678" not in text
    assert "anna.lee" not in text
    assert "call *********** now" in text
    assert "the original is not shown" in text


def test_a_real_run_writes_its_report(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLEY_DATABASE_URL", database_url)
    lines = [
        "good soup, good price",
        "good soup, good price",
        "x",
        *(f"review number {n} of a place" for n in range(9)),
    ]
    rows = [json.dumps({"text": text, "id": str(number)}) for number, text in enumerate(lines)]
    (tmp_path / "raw.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "line.yaml").write_text(
        "line: reviews\ncollect:\n- {from: jsonl, path: raw.jsonl, text_field: text, id_field: id, license: CC0-1.0,"
        " basis: owned, grade: general}\nclean:\n- {op: text.length, characters_min: 4}\n- {op: text.dedup}\n",
        encoding="utf-8",
    )
    options = RunOptions(workers=1, report=tmp_path / "out" / "report.html", clock=FakeClock())
    result = run_line(tmp_path / "line.yaml", tmp_path / "workspace", options)
    assert result.report == tmp_path / "out" / "report.html"
    text = result.report.read_text(encoding="utf-8")
    Page(text)
    assert "−1</b>" in text
    assert "good soup, good price" in text
    assert "12 → 11" in text
    assert "2026-01-01T00:00:00" in text


# --- the audit behind the picture ----------------------------------------------------------------------------------


def test_the_picture_recounts_the_certificate(world: World) -> None:
    assert world.result.certificate is not None
    found, frame = read_certificate(world.result.certificate)
    finals = {row["id"]: json.loads(row["labels"]) for table in world.version.tables() for row in table.to_pylist()}
    audit = audit_of(found, frame, finals, lambda left, right: float(left != right))
    inside = [draw for draw in audit.drawn if draw.part == "machine" and draw.place < found.machine.accepted]
    assert len(inside) == found.machine.audited
    assert sum(draw.wrong for draw in inside) == found.machine.wrong
    people = [draw for draw in audit.drawn if draw.part == "human"]
    assert (len(people), sum(draw.wrong for draw in people)) == (found.human_audited, found.human_wrong)
    assert len(audit.drawn) == found.audits
    wrong = [item for item in frame.orders[-1].ids if finals[item] != {"feeling": "good"}]
    assert [frame.orders[-1].ids[place - 1] for place in audit.machine_errors] == wrong
    machine, human = drawn_ids(found, frame)
    assert not set(machine) & set(human)


def test_an_item_without_a_final_label_counts_as_wrong(world: World) -> None:
    assert world.result.certificate is not None
    found, frame = read_certificate(world.result.certificate)
    audit = audit_of(found, frame, {}, lambda left, right: 0.0)
    assert all(draw.wrong for draw in audit.drawn)


def test_allowed_errors_grow_with_the_set(world: World) -> None:
    assert world.result.certificate is not None
    found, frame = read_certificate(world.result.certificate)
    commitment = found.commitments[-1]
    curve = allowed_curve(commitment, len(frame.orders[-1].ids))
    assert curve[0][0] == commitment.start
    assert curve[-1][0] == len(frame.orders[-1].ids)
    assert [allowed for _, allowed in curve] == sorted(allowed for _, allowed in curve)
    for size, _, allowed, _ in found.machine.steps:
        assert dict(allowed_curve(commitment, len(frame.orders[-1].ids), points=10_000))[size] == allowed
    assert allowed_curve(msgspec.structs.replace(commitment, start=0), 10) == []
    assert Fraction(commitment.alpha) < 1
