"""Finding each kind of personal data in one run of characters: patterns without `\\b`, which is blind between 话 and 1."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple, get_args

from galley.clean.ext.text_pii_checks import is_bank_card, is_id_15, is_id_18, is_uscc
from galley.clean.kernels.pii_alphabet import PROVINCES

__all__ = ["KINDS", "Kind", "Span", "find_spans", "fold"]

Kind = Literal["email", "id_card", "uscc", "bank_card", "mobile", "landline", "ipv6", "ipv4", "passport", "plate"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""In order of precedence: what an earlier kind took, a later one does not."""


class Span(NamedTuple):
    """Characters first to end of a run are of this kind."""

    first: int
    end: int
    kind: Kind


_HALF_WIDTH: Final = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20, 0x2022: 0xB7}


def fold(run: str) -> str:
    """The run in half-width forms, character for character."""
    return run.translate(_HALF_WIDTH)


# Neither a digit nor a letter on either side: parts of longer numbers, hashes and serial numbers are no matches.
_ALONE_BEFORE: Final = r"(?<![0-9A-Za-z])"
_ALONE_AFTER: Final = r"(?![0-9A-Za-z])"
# A label may touch the number ("tel13812345678"); other letters make it a serial number.
_LABEL: Final = re.compile(
    r"(?:^|[^a-z])(?:tel|phone|mobile|mob|cell|call|contact|wx|vx|v|wechat|weixin|sj|fax|id|no|ip)$", re.I
)

_LOCAL: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-")
_LOCAL_MAX: Final = 64
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_ID_18: Final = re.compile(r"(?<!\d)\d{6}([ -]?)\d{8}\1\d{3}[\dXx](?![0-9A-Za-z])")
_ID_15: Final = re.compile(rf"{_ALONE_BEFORE}\d{{15}}{_ALONE_AFTER}")
_ID_CONTEXT: Final = re.compile(r"身份|证件|证号|居民证|\bid\b|identity", re.I)
_USCC: Final = re.compile(rf"{_ALONE_BEFORE}[1-9ANY][1-9]\d{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}{_ALONE_AFTER}")
_CARD: Final = re.compile(r"(?<![0-9A-Za-z.])\d{14,19}(?![0-9A-Za-z]|\.\d)")
_CARD_GROUPS: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?<!\d[ -])\d{4}([ -])\d{4,6}\1\d{4,5}(?:\1\d{1,7}){0,2}(?![0-9A-Za-z])(?![ -]\d)"
)
_MOBILE: Final = re.compile(r"(?<![\d.])(?<!\d-)(?:(?:\+|00)?86[ -]?)?1[3-9]\d([ -]?)\d{4}\1\d{4}(?![0-9A-Za-z]|\.\d)")
_AREA: Final = r"0(?:10|2\d|[3-9]\d{2})"
_LANDLINE: Final = re.compile(
    rf"(?<![\d.])(?<!\d-)(?:(?:\+|00)?86[ -]?)?(?:\({_AREA}\) ?|{_AREA}[) -] ?)[2-8]\d{{6,7}}(?:-\d{{1,5}})?(?![0-9A-Za-z]|\.\d)"
)
_LANDLINE_BARE: Final = re.compile(rf"(?<![\d.-])(?:{_AREA})[2-8]\d{{6,7}}(?![0-9A-Za-z]|\.\d)")
_PHONE_CONTEXT: Final = re.compile(r"电话|座机|固话|传真|热线|tel|phone|fax|call", re.I)
_IPV6: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f:]{4,39}(?:\.\d{1,3}){0,3}(?![0-9A-Za-z])")
_IPV4: Final = re.compile(r"(?<![0-9A-Za-z.+_-])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z_]|[.-][0-9A-Za-z])")
_VERSION_CONTEXT: Final = re.compile(r"(?:version|ver|release|版本|版|v)[\s:：.]*$", re.I)
_PASSPORT: Final = re.compile(
    rf"{_ALONE_BEFORE}(?:[EG]\d{{8}}|E[A-HJ-NP-Z]\d{{7}}|[DSP]E?\d{{7}}|1[45]\d{{7}}){_ALONE_AFTER}"
)
_PASSPORT_CONTEXT: Final = re.compile(r"护照|passport|旅行证|出入境", re.I)
_PLATE: Final = re.compile(
    rf"[{PROVINCES}][A-HJ-NP-Z][·\- ]?(?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK]|(?=(?:[A-Z]*\d){{3}})[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]){_ALONE_AFTER}"
)

_NOT_PERSONAL_V4: Final = ("0.", "127.", "255.")


def find_spans(run: str, before: str, kinds: frozenset[Kind]) -> list[Span]:
    """The personal data in a run that `fold` has made half-width, in order; `before` is the text in front of it."""
    claimed = bytearray(len(run))
    taken: list[Span] = []
    for kind in KINDS:
        if kind in kinds:
            for first, end in _FINDERS[kind](run, before):
                if claimed.find(1, first, end) < 0:
                    claimed[first:end] = b"\1" * (end - first)
                    taken.append(Span(first, end, kind))
    return sorted(taken)


def _emails(run: str, before: str) -> Iterator[tuple[int, int]]:
    at = run.find("@")
    while at >= 0:
        first = at
        while first > 0 and at - first < _LOCAL_MAX and run[first - 1] in _LOCAL:
            first -= 1
        while first < at and run[first] == ".":
            first += 1
        domain = _DOMAIN.match(run, at + 1, at + 256)
        if first < at and domain:
            yield first, domain.end()
        at = run.find("@", at + 1)


def _checked(pattern: re.Pattern[str], check: Callable[[str], bool]) -> Callable[[str, str], Iterator[tuple[int, int]]]:
    def find(run: str, before: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(run):
            if check(match[0].replace(" ", "").replace("-", "")):
                yield match.span()

    return find


def _id_cards(run: str, before: str) -> Iterator[tuple[int, int]]:
    yield from _checked(_ID_18, is_id_18)(run, before)
    for match in _ID_15.finditer(run):  # without a check digit the number alone says too little
        if is_id_15(match[0]) and _near(_ID_CONTEXT, run, before, match.start()):
            yield match.span()


def _cards(run: str, before: str) -> Iterator[tuple[int, int]]:
    yield from _checked(_CARD, is_bank_card)(run, before)
    yield from _checked(_CARD_GROUPS, is_bank_card)(run, before)


def _mobiles(run: str, before: str) -> Iterator[tuple[int, int]]:
    for match in _MOBILE.finditer(run):
        if _stands_alone(run, match.start()):
            yield match.span()


def _landlines(run: str, before: str) -> Iterator[tuple[int, int]]:
    for match in _LANDLINE.finditer(run):
        if _stands_alone(run, match.start()):
            yield match.span()
    for match in _LANDLINE_BARE.finditer(run):
        if _stands_alone(run, match.start()) and _near(_PHONE_CONTEXT, run, before, match.start()):
            yield match.span()


def _ipv6(run: str, before: str) -> Iterator[tuple[int, int]]:
    if "::" not in run and run.count(":") < 7:
        return
    for match in _IPV6.finditer(run):
        first, end = match.span()
        if run[first] == ":" and not run.startswith("::", first):
            first += 1
        if run[end - 1] == ":" and not run.endswith("::", first, end):
            end -= 1
        if first > 1 and run[first - 1] == ":" and run[first - 2].isdigit():
            continue  # the end of something longer
        token = run[first:end]
        # Short forms such as a::b are more often code than addresses; ::1 is every machine.
        if sum(char != ":" for char in token) >= 5 and any(char.isdigit() for char in token) and _is_ipv6(token):
            yield first, end


def _is_ipv6(token: str) -> bool:
    try:
        ipaddress.IPv6Address(token)
    except ValueError:
        return False
    return True


def _ipv4(run: str, before: str) -> Iterator[tuple[int, int]]:
    for match in _IPV4.finditer(run):
        parts = match[0].split(".")
        valid = all(int(part) <= 255 and (part == "0" or part[0] != "0") for part in parts)
        if not valid or len(match[0]) < 8 or match[0].startswith(_NOT_PERSONAL_V4):
            continue  # 1.2.3.4 is a heading or a version far more often than an address
        if not _VERSION_CONTEXT.search(_in_front(run, before, match.start())[-16:]):
            yield match.span()


def _passports(run: str, before: str) -> Iterator[tuple[int, int]]:
    for match in _PASSPORT.finditer(run):
        if _near(_PASSPORT_CONTEXT, run, before, match.start()):
            yield match.span()


def _near(context: re.Pattern[str], run: str, before: str, place: int) -> bool:
    return context.search(_in_front(run, before, place)) is not None


def _in_front(run: str, before: str, place: int) -> str:
    return (before + run[max(0, place - 24) : place])[-24:]


def _stands_alone(run: str, place: int) -> bool:
    if place == 0 or not run[place - 1].isalpha():
        return True
    return _LABEL.search(run, max(0, place - 10), place) is not None


_FINDERS: Final[dict[Kind, Callable[[str, str], Iterator[tuple[int, int]]]]] = {
    "email": _emails,
    "id_card": _id_cards,
    "uscc": _checked(_USCC, is_uscc),
    "bank_card": _cards,
    "mobile": _mobiles,
    "landline": _landlines,
    "ipv6": _ipv6,
    "ipv4": _ipv4,
    "passport": _passports,
    "plate": _checked(_PLATE, lambda _: True),
}
