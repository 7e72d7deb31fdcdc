"""Numbers with units, "24 months", "2 billion IDR/year", "15 %", turned into the unit a parameter has."""

from __future__ import annotations

import re
from fractions import Fraction

PLAIN_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
LARGEST = 1e18  # rupiah of a whole country for a century; anything above is a slip

_WITH_UNIT = re.compile(rf"(Rp\.?|IDR)?\s*({PLAIN_NUMBER.pattern})\s*([^\d\s.,].*)?", re.ASCII | re.DOTALL)
_SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12,
}  # fmt: skip
_HUNDREDTH = Fraction(1, 100)
# word -> what is measured, and how many of its base unit one is
_UNITS: dict[str, tuple[str, Fraction]] = {
    "": ("", Fraction(1)), "1": ("", Fraction(1)), "share": ("", Fraction(1)), "ratio": ("", Fraction(1)),
    "%": ("", _HUNDREDTH), "percent": ("", _HUNDREDTH), "persen": ("", _HUNDREDTH),
    "month": ("month", Fraction(1)), "months": ("month", Fraction(1)), "bulan": ("month", Fraction(1)),
    "year": ("month", Fraction(12)), "years": ("month", Fraction(12)), "tahun": ("month", Fraction(12)),
    "orang": ("people", Fraction(1)), "usaha": ("firms", Fraction(1)), "pekerja": ("workers", Fraction(1)),
    "kursi": ("seats", Fraction(1)), "siswa": ("pupils", Fraction(1)), "bagian": ("", Fraction(1)),
    "rasio": ("", Fraction(1)),
    "idr": ("idr", Fraction(1)), "rp": ("idr", Fraction(1)), "rupiah": ("idr", Fraction(1)),
}  # fmt: skip


def split_quantity(written: str) -> tuple[Fraction, str] | None:
    """Split "2 billion IDR/year" into its number (2e9) and unit ("IDR/year"); None if it is no number.

    Words for thousands are understood in English and Indonesian. A number beyond `LARGEST` is returned
    as `LARGEST` + 1 at most, so that it fails every range without being computed.
    """
    match = _WITH_UNIT.fullmatch(written.strip())
    if match is None or len(written) > 200:
        return None
    currency, digits, rest = match[1], match[2], (match[3] or "").strip()
    number = Fraction(digits) if abs(float(digits)) <= LARGEST else Fraction(LARGEST) + 1
    word, _, behind = rest.partition(" ")
    scale, slash, denominator = word.partition("/")
    if scale.lower() in _SCALES:
        number *= _SCALES[scale.lower()]
        rest = f"{slash}{denominator} {behind}".strip()
    if currency:
        rest = f"IDR{rest}" if rest.startswith("/") else f"IDR {rest}".strip()
    return number, rest


def convert(number: Fraction, given: str, wanted: str) -> float | None:
    """Return a number in unit `given` expressed in unit `wanted`; None if they measure different things.

    Rates are converted in proportion: 12 % a year is 1 % a month. A bare "%" of a rate keeps the rate's time.
    """
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
