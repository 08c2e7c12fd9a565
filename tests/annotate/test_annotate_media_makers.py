"""What is made of media: peaks, spectrograms, tiles, thumbnails, in a process that hostile files may end."""

import io
import os
import signal
import struct
import threading
import wave
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from galley.annotate.media.audio import make_audio
from galley.annotate.media.bounded import Request
from galley.annotate.media.errors import (
    MediaFormatError,
    MediaMakerError,
    MediaTooLargeError,
    MediaUnreadableError,
)
from galley.annotate.media.image import make_image
from galley.annotate.media.maker import Maker
from galley.annotate.media.model import MEL, PEAKS, THUMBNAIL, TILES, needs_tiles, references
from galley.annotate.media.pack import levels_of, read_tile, write_pack
from galley.annotate.media.peaks import BIN_SAMPLES, Peaks
from galley.annotate.media.spectrogram import BANDS, mel_filters
from galley.testing.held import held_bytes

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "fsdd" / "recordings"


def read_peaks(path: Path) -> tuple[dict[str, int], list[np.ndarray[Any, Any]]]:
    """The file as docs/reference/media.md describes it."""
    data = path.read_bytes()
    magic, version, channels, rate, levels, samples, _ = struct.unpack_from("<4sHHIIQQ", data)
    assert (magic, version) == (b"GLYP", 1)
    found, place, bins = [], 0, 0
    for number in range(levels):
        span, _, bins, place = struct.unpack_from("<IIQQ", data, 32 + 24 * number)
        assert span == BIN_SAMPLES * 4**number
        assert bins == -(-samples // span)
        found.append(np.frombuffer(data, np.int8, bins * channels * 2, place).reshape(bins, channels, 2))
    assert len(data) == place + bins * channels * 2
    return {"channels": channels, "rate": rate, "samples": samples}, found


def read_mel(path: Path) -> tuple[int, list[np.ndarray[Any, Any]]]:
    data = path.read_bytes()
    magic, version, bands, _, levels, columns, hop, _, _, _, floor, _ = struct.unpack_from("<4sHHIIQIIffff", data)
    assert (magic, version, bands, floor) == (b"GLYS", 1, BANDS, -100.0)
    found, place, count = [], 0, 0
    for number in range(levels):
        span, _, count, place = struct.unpack_from("<IIQQ", data, 48 + 24 * number)
        assert (span, count) == (4**number, -(-columns // 4**number))
        found.append(np.frombuffer(data, np.uint8, count * bands, place).reshape(count, bands))
    assert len(data) == place + count * bands
    return hop, found


def tone(seconds: float, rate: int, hertz: float, loud: float = 0.5) -> np.ndarray[Any, Any]:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


# --- sound -----------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_every_bin_holds_the_least_and_greatest_of_its_samples(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], channels: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("peaks")
    samples = np.random.default_rng(seed).uniform(-1, 1, (sum(cuts), channels)).astype(np.float32)
    peaks, place = Peaks(folder, 8000, channels), 0
    for cut in cuts:
        peaks.add(samples[place : place + cut])
        place += cut
    peaks.write(folder / PEAKS)
    head, levels = read_peaks(folder / PEAKS)
    assert head == {"channels": channels, "rate": 8000, "samples": len(samples)}
    for number, bins in enumerate(levels):
        span = BIN_SAMPLES * 4**number
        for place, pair in enumerate(bins):
            held = samples[place * span : (place + 1) * span]
            assert (pair[:, 0] == np.floor(held.min(axis=0) * 127)).all()
            assert (pair[:, 1] == np.ceil(held.max(axis=0) * 127)).all()


@pytest.mark.parametrize(
    ("form", "media_type"), [("WAV", "audio/wav"), ("FLAC", "audio/flac"), ("OGG", "audio/ogg"), ("MP3", "audio/mpeg")]
)
def test_a_tone_shows_at_its_place_in_every_format(tmp_path: Path, form: str, media_type: str) -> None:
    rate = 16_000
    left, silent = tone(3.0, rate, 1000.0), np.zeros(rate * 3, np.float32)
    silent[rate:] = tone(2.0, rate, 1000.0, 0.25)
    file = tmp_path / f"a.{form.lower()}"
    soundfile.write(file, np.stack([left, silent], axis=1), rate, format=form)
    facts = make_audio(file, tmp_path, media_type)
    assert (facts.channels, facts.sample_rate, facts.made) == (2, rate, (PEAKS, MEL))
    assert facts.duration == pytest.approx(3.0, abs=0.15)
    _, levels = read_peaks(tmp_path / PEAKS)
    middle = levels[0][30], levels[0][120]
    assert middle[0][0][1] == pytest.approx(64, abs=6)
    assert abs(int(middle[0][1][1])) <= 3
    assert middle[1][1][1] == pytest.approx(32, abs=6)
    hop, columns = read_mel(tmp_path / MEL)
    assert hop == 160
    assert len(columns[0]) == -(-round((facts.duration or 0) * rate) // hop)
    loudest = columns[0][150].argmax()
    weights = mel_filters(rate, 512)
    assert weights[:, loudest].argmax() * rate / 512 == pytest.approx(1000.0, rel=0.06)
    # The mean of a half and a quarter of full scale is 0.375: -8.5 dB.
    assert columns[0][150].max() == pytest.approx(255 * (100 - 8.5) / 100, abs=6)


def test_two_hours_are_made_in_the_memory_of_a_minute(tmp_path: Path) -> None:
    rate, grown = 8000, {}
    minute = (np.random.default_rng(4).normal(0, 3000, rate * 60)).astype("<i2").tobytes()
    for minutes in (3, 120):
        file = tmp_path / f"{minutes}.wav"
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            for _ in range(minutes):
                out.writeframes(minute)
        facts, grown[minutes] = held_bytes(partial(make_audio, file, tmp_path, "audio/wav"))
        assert facts.duration == minutes * 60.0
    assert grown[120] < 1.1 * grown[3] < 100 * 1024**2
    head, levels = read_peaks(tmp_path / PEAKS)
    assert head["samples"] == 7200 * rate
    assert [len(bins) for bins in levels] == [225_000, 56_250, 14_063, 3516, 879]
    _, columns = read_mel(tmp_path / MEL)
    assert [len(level) for level in columns] == [720_000, 180_000, 45_000, 11_250, 2813, 704]
    assert (columns[1] == columns[0].reshape(-1, 4, BANDS).max(axis=1)).all()


@pytest.mark.skipif(not SPEECH.is_dir(), reason="the recordings of spoken digits are not here")
def test_real_speech_is_where_it_is_loud(tmp_path: Path) -> None:
    for file in sorted(SPEECH.glob("*.wav"))[:20]:
        facts = make_audio(file, tmp_path, "audio/wav")
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
        assert (facts.duration, facts.sample_rate) == (round(len(samples) / rate, 3), rate)
        _, levels = read_peaks(tmp_path / PEAKS)
        assert levels[0][..., 1].max() == np.ceil(samples.max() * 127)
        hop, columns = read_mel(tmp_path / MEL)
        loudest = abs(samples[:, 0]).argmax() // hop
        assert columns[0][loudest].max() > columns[0].max() * 0.8


def test_a_number_that_is_none_is_silence(tmp_path: Path) -> None:
    samples = np.array([[np.nan], [np.inf], [-np.inf], [0.5]] * 500, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    make_audio(tmp_path / "a.wav", tmp_path, "audio/wav")
    _, levels = read_peaks(tmp_path / PEAKS)
    assert levels[0][0].tolist() == [[-127, 127]]


# --- pictures --------------------------------------------------------------------------------------------------------


def test_only_large_pictures_are_cut_into_tiles() -> None:
    assert [needs_tiles(*size) for size in ((4096, 1900), (4097, 10), (2000, 4001), (10, 4096))] == [
        *(False, True, True, False)
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_a_pack_finds_every_tile_and_no_other(width: int, height: int) -> None:
    levels, pack = levels_of(width, height, 256), io.BytesIO()
    assert (levels[0].columns, levels[0].rows) == (1, 1)
    assert (levels[-1].width, levels[-1].height) == (width, height)
    write_pack(pack, levels, lambda *place: b"%d/%d/%d" % place)
    for number, level in enumerate(levels):
        for column in range(level.columns):
            for row in range(level.rows):
                pack.seek(0)
                assert read_tile(pack, number, column, row) == b"%d/%d/%d" % (number, column, row)
        for column, row in ((level.columns, 0), (0, level.rows)):
            pack.seek(0)
            assert read_tile(pack, number, column, row) is None
    pack.seek(0)
    assert read_tile(pack, len(levels), 0, 0) is None


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_fifty_megapixels_become_tiles_that_show_the_same(tmp_path: Path, form: str, media_type: str) -> None:
    width, height = 8200, 6150
    rows, columns = np.mgrid[0:height, 0:width].astype(np.uint16)
    pixels = np.stack([columns * 255 // width, rows * 255 // height, np.full_like(rows, 80)], axis=-1).astype(np.uint8)
    Image.fromarray(pixels).save(
        tmp_path / "big", form, **({"compress_level": 1} if form == "PNG" else {"quality": 95})
    )
    facts = make_image(tmp_path / "big", tmp_path, media_type)
    assert (facts.width, facts.height, facts.tile_size, facts.made) == (width, height, 512, (THUMBNAIL, TILES))
    assert [(one.columns, one.rows) for one in facts.levels] == [*((1, 1), (2, 1), (3, 2), (5, 4), (9, 7), (17, 13))]
    assert facts.levels == levels_of(width, height)
    with (tmp_path / TILES).open("rb") as pack:
        for level, (x, y) in ((5, (16, 12)), (5, (3, 5)), (3, (1, 2)), (0, (0, 0))):
            pack.seek(0)
            shown = np.asarray(Image.open(io.BytesIO(read_tile(pack, level, x, y) or b"")).convert("RGB")).astype(int)
            step = 2 ** (5 - level)
            wanted = pixels[y * 512 * step : (y + 1) * 512 * step : step, x * 512 * step : (x + 1) * 512 * step : step]
            assert shown.shape == wanted.shape
            assert abs(shown - wanted).mean() < 3
    with Image.open(tmp_path / THUMBNAIL) as small:
        assert small.size == (256, 192)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("tiled", [False, True])
def test_what_is_made_stands_upright(tmp_path: Path, orientation: int, tiled: bool) -> None:
    upright = Image.new("RGB", (5000, 100) if tiled else (500, 100), (0, 0, 255))
    upright.paste((255, 0, 0), (0, 0, 60, 50))  # red in the upper left
    undone = {
        **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM},
        **{5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE},
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undone[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.jpg", "JPEG", exif=exif, quality=95)
    facts = make_image(tmp_path / "a.jpg", tmp_path, "image/jpeg")
    assert (facts.width, facts.height, facts.orientation) == (*upright.size, orientation)
    if tiled:
        with (tmp_path / TILES).open("rb") as pack:
            shown = Image.open(io.BytesIO(read_tile(pack, len(facts.levels) - 1, 0, 0) or b""))
    else:
        shown = Image.open(tmp_path / THUMBNAIL)
    corner = shown.convert("RGB").getpixel((4, 4))
    assert isinstance(corner, tuple)
    assert min(corner[0], 255 - corner[2]) > 180


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_pictures_of_every_mode_have_a_thumbnail(tmp_path: Path, mode: str) -> None:
    form, name = ("TIFF", "image/tiff") if mode in ("CMYK", "I", "F") else ("PNG", "image/png")
    Image.new(mode, (40, 30)).save(tmp_path / "a", form)
    facts = make_image(tmp_path / "a", tmp_path, name)
    assert (facts.width, facts.height) == (40, 30)
    with Image.open(tmp_path / THUMBNAIL) as small:
        assert small.size == (40, 30)


# --- hostile ---------------------------------------------------------------------------------------------------------


def png_header(width: int, height: int, packed: bytes = b"") -> bytes:
    """A PNG that declares a size, with no or few pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def wav_header(rate: int, channels: int, declared: int, body: bytes = b"") -> bytes:
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2 % 2**32, channels * 2 % 2**16, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 2**32 - 1)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"data"
        + struct.pack("<I", declared)
        + body
    )


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 60).save(out, "JPEG")
    return out.getvalue()


HOSTILE = {
    "100k by 100k": ("image/png", png_header(100_000, 100_000), MediaTooLargeError),
    "a bomb": ("image/png", png_header(60_000, 30_000, zlib.compress(bytes(50_000_000), 9)), MediaTooLargeError),
    "declared and not there": ("image/png", png_header(3000, 3000, zlib.compress(b"\0")), MediaUnreadableError),
    "cut off": ("image/jpeg", jpeg()[:2000], MediaUnreadableError),
    "another format": ("image/png", jpeg(), MediaUnreadableError),
    "nothing": ("image/jpeg", b"", MediaUnreadableError),
    "a format that is not decoded": ("image/heic", b"\0\0\0\x18ftypheic", MediaFormatError),
    "sound of nothing": ("audio/wav", wav_header(8000, 1, 0), MediaUnreadableError),
    "sound cut in its head": ("audio/wav", wav_header(8000, 1, 0)[:30], MediaUnreadableError),
    "no rate": ("audio/wav", wav_header(0, 1, 100, bytes(100)), MediaUnreadableError),
    "a rate of billions": ("audio/wav", wav_header(2**31 - 1, 1, 100, bytes(100)), MediaTooLargeError),
    "hundreds of channels": ("audio/wav", wav_header(8000, 800, 16000, bytes(16000)), MediaTooLargeError),
    "noise": ("audio/mpeg", bytes(range(256)) * 40, MediaUnreadableError),
    "m4a": ("audio/mp4", b"\0\0\0\x18ftypM4A " + bytes(64), MediaFormatError),
    "heic": ("image/heic", b"\0\0\0\x18ftypheic" + bytes(64), MediaFormatError),
}


@pytest.fixture(scope="module")
def maker() -> Any:
    one = Maker()
    yield one
    one.close()


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_files_have_a_code_and_end_nothing(tmp_path: Path, maker: Maker, name: str) -> None:
    media_type, data, error = HOSTILE[name]
    (tmp_path / "bad").write_bytes(data)
    made = maker.make(Request(source=str(tmp_path / "bad"), folder=str(tmp_path), media_type=media_type))
    assert made.facts is None
    assert made.problem is not None
    assert made.problem.code == error.code, made.problem.message
    assert str(tmp_path) not in made.problem.message
    assert made.problem.message != made.problem.message_zh
    # What is wrong, and what to do about it.
    assert made.problem.message.endswith(error.hint.en)
    assert made.problem.message_zh.endswith(error.hint.zh)
    assert ".." not in made.problem.message
    assert "。。" not in made.problem.message_zh
    Image.new("RGB", (8, 8)).save(tmp_path / "good.png")
    again = maker.make(Request(source=str(tmp_path / "good.png"), folder=str(tmp_path), media_type="image/png"))
    assert again.facts is not None
    assert maker.started == 1


def test_a_process_that_hangs_is_ended_and_the_next_file_has_a_new_one(tmp_path: Path) -> None:
    one = Maker()
    soundfile.write(tmp_path / "long.flac", np.zeros((48_000 * 1800, 2), np.int16), 48_000)
    asked = Request(source=str(tmp_path / "long.flac"), folder=str(tmp_path), media_type="audio/flac")
    made = one.make(asked, seconds=0.05)
    assert made.problem is not None
    assert made.problem.code == MediaMakerError.code
    assert one.try_make(asked, seconds=0.05) is None
    Image.new("RGB", (8, 8)).save(tmp_path / "good.png")
    good = one.make(Request(source=str(tmp_path / "good.png"), folder=str(tmp_path), media_type="image/png"))
    assert good.facts is not None
    assert one.started == 3
    one.close()


def test_a_process_that_is_killed_is_a_problem_of_the_file(tmp_path: Path) -> None:
    one = Maker()
    Image.new("RGB", (8, 8)).save(tmp_path / "good.png")
    good = Request(source=str(tmp_path / "good.png"), folder=str(tmp_path), media_type="image/png")
    assert one.make(good).facts is not None
    soundfile.write(tmp_path / "long.flac", np.zeros((48_000 * 1800, 2), np.int16), 48_000)
    assert one._process is not None
    child = one._process.pid
    asked = Request(source=str(tmp_path / "long.flac"), folder=str(tmp_path), media_type="audio/flac")
    killer = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
    killer.start()
    made = one.make(asked)
    killer.join()
    assert made.problem is not None
    assert (made.problem.code, made.problem.message) == (
        MediaMakerError.code,
        "Decoding was given up: exit -9. The file can be used, but opens slowly.",
    )
    assert one.make(good).facts is not None
    one.close()


def test_references_are_found_where_they_stand_whole() -> None:
    sha256 = "ab" * 32
    assert references([f'{{"image":"blob:{sha256}"}}', f'["see blob:{sha256}"]', f'"blob:{sha256}"']) == [sha256]
    assert references([f'{{"text":"see blob:{sha256} there"}}']) == []
