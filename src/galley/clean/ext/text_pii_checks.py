"""Check digits and number ranges of Chinese and international identifiers: pure, with their standards."""

from typing import Final

__all__ = ["is_bank_card", "is_id_15", "is_id_18", "is_uscc", "luhn"]

# GB/T 2260: the first two digits of an administrative division, with Taiwan, Hong Kong, Macao and (91) foreigners.
REGIONS: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# GB 32100-2015: letters without I, O, S, V, Z.
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_AUTHORITIES: Final = {
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123",
    "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1]:
        return False
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    return month != 2 or day <= 28 or leap


def is_id_18(number: str) -> bool:
    """A resident identity number: region, date of birth and the check character of GB 11643-1999 (ISO 7064 MOD 11-2)."""
    year = int(number[6:10])
    if number[:2] not in REGIONS or not 1850 <= year <= 2099:
        return False
    if not _is_day(year, int(number[10:12]), int(number[12:14])):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return number[17].upper() == _ID_CHECKS[total % 11]


def is_id_15(number: str) -> bool:
    """A first-generation identity number (until 1999): region and date of birth; it has no check digit."""
    return number[:2] in REGIONS and _is_day(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def is_uscc(code: str) -> bool:
    """A unified social credit code 统一社会信用代码: authority and type, region and the check character of GB 32100."""
    if code[1] not in _USCC_AUTHORITIES.get(code[0], ""):
        return False
    if code[2:4] not in REGIONS and code[2:4] != "10":  # 10: registered with a national authority
        return False
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(code[:17], _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET.index(code[17]) == -total % 31


def luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def is_bank_card(number: str) -> bool:
    """A payment card: an issuer range with its lengths, and the check digit."""
    return _card_length_fits(number) and luhn(number)


def _card_length_fits(number: str) -> bool:
    length, four = len(number), int(number[:4])
    if number.startswith("62"):  # UnionPay
        return 16 <= length <= 19
    if length == 19:
        return number.startswith(("9558", "6013"))  # cards of before 2002 still in use
    if length == 16:
        return (
            number[0] == "4"  # Visa
            or 5100 <= four <= 5599  # Mastercard
            or 2221 <= four <= 2720
            or 3528 <= four <= 3589  # JCB
            or four in (6011, 6013)
            or 6440 <= four <= 6599  # Discover
        )
    if length == 15:
        return number.startswith(("34", "37"))  # American Express
    return length == 14 and (number.startswith(("36", "38", "39")) or 3000 <= four <= 3059)  # Diners Club
