"""Which encoding some bytes are in, and the text they hold. Pure, and sure rather than lucky.

Order: byte order mark; strict UTF-8; UTF-16 told by its NULs; then the Chinese encodings, told apart by where their common
characters lie; then charset-normalizer for the rest. Nothing is ever replaced by U+FFFD: what does not decode strictly
raises. GB18030 covers GBK and GB2312, so Chinese bytes are always named `gb18030` or `big5`.
"""

import codecs
from typing import Final

import charset_normalizer

from galley.collect.errors import EncodingUnknownError, UndecodableError

__all__ = ["SAMPLE_BYTES", "check_encoding", "decode_text", "detect", "detect_lines", "is_binary"]

SAMPLE_BYTES: Final = 64 * 1024
"""What detection looks at; the whole is then decoded strictly."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# The commonest characters of modern written Chinese, simplified and traditional. They make up more than a third of any
# running Chinese text and almost nothing of Korean or Japanese bytes that happen to decode as GB18030.
_COMMON: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成"
    "方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工"
    "使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表"
    "化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结"
    "反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难"
    "這個們來國時說會對為學後過發經麼現當動還進樣從實軍無與長機關點業將兩間問應戰頭體產話員論處義條氣題變總電數報結"
)


def check_encoding(name: str) -> str:
    """The canonical name of an encoding; raises EncodingUnknownError."""
    try:
        info = codecs.lookup(name)
        b"".decode(info.name)
    except (LookupError, ValueError) as problem:  # a codec such as base64 is no text encoding
        raise EncodingUnknownError(encoding=name) from problem
    return info.name


def is_binary(sample: bytes) -> bool:
    """Whether bytes cannot be text: control characters no text has, unless UTF-16 or UTF-32 explains their NULs."""
    if any(sample.startswith(mark) for mark, _ in _MARKS) or _utf16_without_mark(sample):
        return False
    controls = sample.translate(None, _TEXT_BYTES)
    return len(controls) * 200 > len(sample)  # half a percent: a stray NUL in a text file is a flaw, not a format


_TEXT_BYTES: Final = bytes([*range(7, 14), 26, 27, *range(32, 127), *range(128, 256)])


def decode_text(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, encoding) of whole content; raises UndecodableError naming the first bad byte."""
    name = encoding or detect(data)
    if name is None:
        raise UndecodableError(encoding="UTF-8, GB18030, Big5", offset=_first_bad(data, "utf-8"))
    try:
        return data.decode(name), name
    except UnicodeDecodeError as problem:
        raise UndecodableError(encoding=name, offset=problem.start) from problem


def detect(data: bytes) -> str | None:
    """The encoding of text, or None when no encoding fits."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    guess = _utf16_without_mark(data[:SAMPLE_BYTES])
    if guess is not None:
        return guess
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect_legacy(data)
    return "utf-8"


def detect_lines(sample: bytes) -> str:
    """The encoding of a file of lines from its beginning; utf-8 when in doubt, because then each bad line says so itself.

    A file whose lines are mostly UTF-8 stays UTF-8: a single damaged line must not turn it into GB18030.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    guess = _utf16_without_mark(sample)
    if guess is not None:
        return guess
    cut = sample.rfind(b"\n") + 1 or len(sample)
    lines = [line for line in sample[:cut].split(b"\n") if not line.isascii()]
    good = sum(1 for line in lines if _first_bad(line, "utf-8") < 0)
    if not lines or good * 2 >= len(lines):
        return "utf-8"
    return _detect_legacy(b"\n".join(lines)) or "utf-8"


def _first_bad(data: bytes, encoding: str) -> int:
    """The offset of the first byte that does not decode, or -1."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as problem:
        return problem.start
    return -1


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 by its NULs: at least an eighth of one side of the byte pairs is NUL, and hardly any of the other."""
    if b"\0" not in sample or len(sample) < 4:
        return None
    even, odd, pairs = sample[0::2].count(0), sample[1::2].count(0), len(sample) // 2
    for high, low, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        whole = sample[: pairs * 2]
        if high * 8 >= pairs and low * 50 <= pairs and _first_bad(whole, name) < 0:
            return name
    return None


def _detect_legacy(data: bytes) -> str | None:
    """GB18030, Big5 or what charset-normalizer says, for bytes that are not UTF-8."""
    best = max(("gb18030", "big5"), key=lambda name: _chinese_score(data, name))  # the first wins a tie
    if _chinese_score(data, best) > 0:
        return best
    for name in ("gb18030", "big5"):  # hkscs and rarer pages of the same families have no common characters to count
        if _short(data) and _level_one(data, name) >= 0.8:
            return name
    found = charset_normalizer.from_bytes(data[:SAMPLE_BYTES]).best()
    if found is None or found.encoding in ("utf_7", "cp037") or _first_bad(data, found.encoding) >= 0:
        return None
    return codecs.lookup(found.encoding).name


def _short(data: bytes) -> bool:
    """Too little foreign text for letter frequencies to mean anything."""
    return len(data.translate(None, bytes(range(128)))) < 60


def _chinese_score(data: bytes, encoding: str) -> float:
    """How much bytes look like Chinese in an encoding: the share of level-one characters, or 0 when they do not."""
    sample = data[:SAMPLE_BYTES]
    if _first_bad(data, encoding) >= 0:
        return 0.0
    foreign = [letter for letter in sample.decode(encoding, "ignore") if ord(letter) > 127]
    common = sum(1 for letter in foreign if letter in _COMMON)
    level = _level_one(sample, encoding)
    if not foreign or level < 0.6 or (not _short(data) and common * 10 < len(foreign)):
        return 0.0
    return level + common / len(foreign)


def _level_one(sample: bytes, encoding: str) -> float:
    """The share of characters outside ASCII whose code lies in the standard's punctuation or frequent characters.

    GB 2312: rows A1-A3 and B0-D7, second byte from A1. Big5: A1-A3 and A4-C6. Text of one read as the other falls
    into rare characters instead.
    """
    letters = [letter for letter in sample.decode(encoding, "ignore") if ord(letter) > 127]
    if not letters:
        return 0.0
    good = 0
    for letter in letters:
        code = letter.encode(encoding, "ignore")
        if len(code) != 2:
            continue
        lead, trail = code
        if encoding == "big5":
            good += 0xA1 <= lead <= 0xC6
        else:
            good += trail >= 0xA1 and (0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7)
    return good / len(letters)
