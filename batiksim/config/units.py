"""Numbers with units as people write them, "24 months", "2 billion IDR/year", "Rp 750.000", "12,5 %".

In English 1,500.5 is what in Indonesian is 1.500,5, so that 750.000 can be either 750 or 750 thousand: a
number is read in each language here, and written so that it can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from batiksim.i18n.numbers import punctuated

PLAIN_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
LARGEST = 1e18  # rupiah of a whole country for a century; anything above is a slip

_LONGEST = 200
_EXPONENT = r"(?:[eE][-+]?\d{1,3})?"
_WITH_UNIT = re.compile(
    rf"(Rp\.?|IDR)?\s*([-+]?(?:\d[\d.,]*|[.,]\d+){_EXPONENT})(-)?\s*([^\d\s.,].*)?", re.ASCII | re.DOTALL
)
_THOUSANDS_AND_DECIMAL = {"en": (",", "."), "id": (".", ",")}
NOTATIONS = tuple(_THOUSANDS_AND_DECIMAL)  # what `language` in a file can be
_GROUPED_FROM = 1e5
_SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12,
}  # fmt: skip
# Whoever has a seat is a person, so that "300 people/year" are as many seats.
_PEOPLE = (
    "people person orang workers worker pekerja pupils pupil siswa murid seats seat kursi kuota "
    "trainees trainee participants participant peserta"
)
_PIECES = "pieces piece shirts shirt potong helai kemeja"
_OF_UMK = re.compile(r"\s*(?:(?:of|dari)\s+)?UMK$", re.IGNORECASE)  # "50 % of UMK" of a share of UMK
_HUNDREDTH = Fraction(1, 100)
# word -> what is measured, and how many of its base unit one is
_UNITS: dict[str, tuple[str, Fraction]] = {
    "": ("", Fraction(1)), "1": ("", Fraction(1)), "share": ("", Fraction(1)), "ratio": ("", Fraction(1)),
    "%": ("", _HUNDREDTH), "percent": ("", _HUNDREDTH), "persen": ("", _HUNDREDTH),
    "month": ("month", Fraction(1)), "months": ("month", Fraction(1)), "bulan": ("month", Fraction(1)),
    "year": ("month", Fraction(12)), "years": ("month", Fraction(12)), "tahun": ("month", Fraction(12)),
    **dict.fromkeys(_PEOPLE.split(), ("people", Fraction(1))),
    "usaha": ("firms", Fraction(1)), "firm": ("firms", Fraction(1)),
    **dict.fromkeys(_PIECES.split(), ("pieces", Fraction(1))),
    "kunjungan": ("visits", Fraction(1)), "pengawas": ("inspectors", Fraction(1)),
    "tempat": ("places", Fraction(1)), "bagian": ("", Fraction(1)),
    "rasio": ("", Fraction(1)),
    "idr": ("idr", Fraction(1)), "rp": ("idr", Fraction(1)), "rupiah": ("idr", Fraction(1)),
}  # fmt: skip


def readings(digits: str) -> Mapping[str, Fraction]:
    """Return what a number without unit is, by language; empty if it is none in any.

    Beyond `LARGEST` it is `LARGEST` + 1, so that it fails every range without being computed.
    """
    found = {}
    for lang, (thousands, decimal) in _THOUSANDS_AND_DECIMAL.items():
        whole = rf"0|[1-9]\d*|[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+"
        pattern = rf"[-+]?(?:(?:{whole})(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+){_EXPONENT}"
        if re.fullmatch(pattern, digits, re.ASCII):
            plain = digits.replace(thousands, "").replace(decimal, ".")
            found[lang] = Fraction(plain) if abs(float(plain)) <= LARGEST else Fraction(LARGEST) + 1
    return found


def split_quantity(written: str) -> tuple[Mapping[str, Fraction], str] | None:
    """Split "2 billion IDR/year" into its number by language (2e9) and unit ("IDR/year"); None if it is none.

    Words for thousands are understood in English and Indonesian, as is the dash of "Rp 750.000,-".
    """
    match = _WITH_UNIT.fullmatch(written.strip()) if len(written) <= _LONGEST else None
    if match is None:
        return None
    currency, digits, dash, rest = match[1], match[2], match[3], (match[4] or "").strip()
    found = dict(readings(digits))
    if dash:  # no cents, as only Indonesian writes it
        found = {"id": found["id"]} if digits.endswith(",") and "id" in found else {}
    if not found:
        return None
    word, _, behind = rest.partition(" ")
    scale, slash, denominator = word.partition("/")
    if scale.lower() in _SCALES:
        found = {lang: number * _SCALES[scale.lower()] for lang, number in found.items()}
        rest = f"{slash}{denominator} {behind}".strip()
    if currency:
        rest = f"IDR{rest}" if rest.startswith("/") else f"IDR {rest}".strip()
    return found, rest


def write_number(value: float, lang: str) -> str:
    """Return a number as it is written in a language: large ones in thousands, 1,500,000.5 and 1.500.000,5.

    Read in the same language it is the same number, to the last bit.
    """
    written = f"{value:.15g}" if float(f"{value:.15g}") == value else repr(float(value))
    if abs(value) >= _GROUPED_FROM and "e" not in written:
        whole, point, part = written.partition(".")
        written = f"{int(whole):,}{point}{part}"
    return punctuated(written, lang)


def write_percent(share: float, lang: str) -> str:
    """Return a share as percent, 12.5 % or 12,5 %; read in the same language it is the same share."""
    percent = (Decimal(repr(float(share))) * 100).normalize()
    return f"{punctuated(f'{percent:f}' if abs(percent) >= 1 else str(percent), lang)} %"


def convert(number: Fraction, given: str, wanted: str) -> float | None:
    """Return a number in unit `given` expressed in unit `wanted`; None if they measure different things.

    Rates are converted in proportion: 12 % a year is 1 % a month. A bare "%" of a rate keeps the rate's time.
    """
    if wanted.endswith(" UMK"):
        given = _OF_UMK.sub("", given)
    (of, factor), (wanted_of, wanted_factor) = _measure(given), _measure(wanted)
    if given in ("%", "percent", "persen") and wanted_of[0] == "":
        return float(number * factor)
    return float(number * factor / wanted_factor) if of == wanted_of else None


def _measure(unit: str) -> tuple[tuple[str, ...], Fraction]:
    """What a unit measures (numerator, denominators) and its size in base units."""
    above, *below = re.sub(
        r"(?:^|\s)(?:per\s|a\s(?=month|year)|se(?=bulan|tahun))", "/", unit.strip().lower()
    ).split("/")
    base, size = _word(above)
    dimension = [base]
    for part in below:
        part_base, part_size = _word(part)
        dimension.append(part_base)
        size /= part_size
    return (dimension[0], *sorted(dimension[1:])), size


def _word(word: str) -> tuple[str, Fraction]:
    word = word.strip()
    if word.startswith(("share ", "bagian ")):  # "share of the surplus"
        word = "share"
    return _UNITS.get(word, (word, Fraction(1)))
