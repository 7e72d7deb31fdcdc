"""Facts a run is held against: the rows of `data/targets.csv`, or of any file in the same format.

Every cell knows its line and column, so that a wrong file is told where it is wrong. A file of a spreadsheet
with semicolons and decimal commas is read too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from batiksim.calendar import LAST_MONTH, month_index
from batiksim.config.mistakes import Mistakes
from batiksim.data import text as data_text
from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, suggestion, text
from batiksim.recording.indicators import load_indicators
from batiksim.runs import atomic_files
from batiksim.world.places import GROUPS, canonical, regions

FILE = "targets.csv"
FIT, CHECK = "fit", "check"
CONFIDENCE = ("high", "medium", "low", "unverified", "assumed")
STATISTICS = ("mean", "max_step", "change", "drop_vs_twin", "sign", "rank", "share_of_sets")
# What a fact is: a number with an error, a range that is reported, which side of a line, an event or none.
MEASURED, RANGE, SIDE, EVENT = "measured", "range", "side", "event"
KINDS = (MEASURED, RANGE, SIDE, EVENT)
# Shocks that the model can be run without; the name of a fact begins with one.
SHOCKS = ("covid", "flood")
NEEDED = ("target", "indicator", "place", "month", "statistic")
USUAL = {
    "window": "1", "value": "", "low": "", "high": "", "n": "", "least_scale": "0.1", "role": CHECK,
    "source": "", "confidence": "", "note": "",
}  # fmt: skip
COLUMNS = (*NEEDED, *USUAL)
MOST_BYTES, MOST_FACTS, MOST_WINDOW, LONGEST = 1_000_000, 2_000, 240, 500
_NAME = re.compile(r"[\w.-]{1,60}")
_LARGEST = 1e15


@dataclass(frozen=True)
class Fact:
    """One known number, range or direction; bounds that are open are infinite.

    `places` is one place, or those that are ranked, the one in question first. `statistic` is taken of
    `indicator` ("one - other": a difference) over the `window` months that end in `month`.
    """

    name: str
    indicator: str
    places: tuple[str, ...]
    month: str
    statistic: str
    window: int = 1
    value: float | None = None
    low: float = -math.inf
    high: float = math.inf
    n: int | None = None
    least_scale: float = 0.1
    role: str = CHECK
    source: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def place(self) -> str:
        """The place in question."""
        return self.places[0]

    @property
    def band(self) -> tuple[float, float]:
        """The band of the fact."""
        return self.low, self.high

    @property
    def kind(self) -> str:
        """What can be asked of it: one of `KINDS`."""
        if self.statistic == "share_of_sets":
            return EVENT
        if math.isinf(self.low) or math.isinf(self.high):
            return SIDE
        return RANGE if self.value is None else MEASURED

    @property
    def error(self) -> float:
        """The standard deviation of the reported number: its band is two of them to either side."""
        return (self.high - self.low) / 4.0

    @property
    def came_true(self) -> float:
        """Of what is no number: 1 if it came true, 0 if it did not."""
        return 0.0 if self.kind == EVENT and self.value == 0.0 else 1.0

    @property
    def indicators(self) -> list[str]:
        """The indicators it is read from."""
        return self.indicator.split(" - ")


@dataclass(frozen=True)
class Cell:
    """One cell of a file and its place in it, from 1."""

    text: str
    line: int
    column: int
    file: str

    def wrong(self, key: str, /, **values: object) -> UsageError:
        """The error `key` of the catalogue, placed here."""
        return UsageError(text(key, None, **values), self.file, self.line, self.column)


@cache
def shipped_facts() -> tuple[Fact, ...]:
    """The facts that ship, in the order of the file."""
    return parse_facts(data_text(FILE), FILE)


def read_facts(which: str | None) -> tuple[Fact, ...]:
    """The facts of a file, None: those that ship.

    Raises UsageError with file, line and column of the first mistake (`others` has the rest), or for a file
    that cannot be read.
    """
    if which is None:
        return shipped_facts()
    path = atomic_files.named(which)
    try:
        content = atomic_files.read(path, MOST_BYTES)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UsageError(text("folder.unreadable", file=path, why=why)) from None
    try:
        return parse_facts(content.decode("utf-8-sig"), which)
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        line, column = before.count(b"\n") + 1, problem.start - before.rfind(b"\n")
        byte = f"0x{content[problem.start]:02x}"
        raise UsageError(text("yaml.not_utf8", byte=byte), which, line, column) from None


def parse_facts(content: str, file: str) -> tuple[Fact, ...]:
    """The facts of a text; raises UsageError as `read_facts` does."""
    first = content.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    lines = _cells(content, separator, file)
    head = next(lines, [Cell("", 1, 1, file)])
    _check_head(head)
    names, wrong, found = [cell.text for cell in head], Mistakes(), []
    said: dict[str, int] = {}
    for cells in lines:
        with wrong:
            if len(cells) != len(names):
                raise cells[0].wrong("facts.cells", cells=len(cells), columns=len(names))
            row = dict(zip(names, cells, strict=True))
            fact = _Reader(row, comma=separator == ";").fact()
            if fact.name in said:
                raise row["target"].wrong("facts.twice", name=fact.name, line=said[fact.name])
            said[fact.name] = row["target"].line
            found.append(fact)
            if len(found) > MOST_FACTS:
                raise row["target"].wrong("facts.many", most=MOST_FACTS)
    wrong.tell()
    if not found:
        raise head[0].wrong("facts.none")
    return tuple(found)


def _check_head(head: list[Cell]) -> None:
    names = [cell.text for cell in head]
    wrong = Mistakes()
    for place, cell in enumerate(head):
        with wrong:
            if cell.text in names[:place]:
                raise cell.wrong("facts.column_twice", name=shown(cell.text))
            if cell.text not in COLUMNS:
                near = suggestion(cell.text, [name for name in COLUMNS if name not in names])
                raise cell.wrong("facts.column", name=shown(cell.text), near=near)
    wrong.tell()
    if missing := [name for name in NEEDED if name not in names]:
        raise head[0].wrong("facts.missing", names=", ".join(missing))


def _cells(content: str, separator: str, file: str) -> Iterator[list[Cell]]:
    """The rows of a table, RFC 4180, each with its cells; empty lines are left out."""
    ends = re.compile(rf"{re.escape(separator)}|\r?\n|\r|\Z")
    plain, quoted = re.compile(rf"[^{separator}\r\n]*"), re.compile(r'"((?:[^"]|"")*)"')
    at, line, start = 0, 1, 0
    row: list[Cell] = []
    while at <= len(content):
        place = (line, at - start + 1)
        match = (quoted if content[at : at + 1] == '"' else plain).match(content, at)
        if match is None:
            raise Cell("", *place, file).wrong("facts.quote")
        written = match[1].replace('""', '"') if match.re is quoted else match[0]
        row.append(Cell(" ".join(written.split()), *place, file))
        if inside := match[0].count("\n"):
            line, start = line + inside, at + match[0].rindex("\n") + 1
        at = match.end()
        end = ends.match(content, at)
        if end is None:
            raise Cell("", line, at - start + 1, file).wrong("facts.after_quote", separator=separator)
        at = end.end()
        if end[0] != separator:
            if len(row) > 1 or row[0].text:
                yield row
            line, start, row = line + 1, at, []
            if not end[0]:
                return


class _Reader:
    """Reads one row: each method a column, each error at its cell."""

    def __init__(self, row: Mapping[str, Cell], comma: bool) -> None:
        self._row, self._comma = row, comma

    def cell(self, name: str) -> Cell:
        """The cell of a column; the usual one where it is left out or empty."""
        found = self._row.get(name, self._row["target"])
        if name in NEEDED or (name in self._row and found.text):
            return found
        return replace(found, text=USUAL[name])

    def fact(self) -> Fact:
        """The whole row; raises the first mistake with the others in it."""
        wrong = Mistakes()
        readers: dict[str, Callable[[], object]] = {
            "name": self._name, "indicator": self._indicator, "places": self._places, "month": self._month,
            "statistic": lambda: self._word("statistic", STATISTICS),
            "window": lambda: self._whole("window", 1, MOST_WINDOW),
            "value": lambda: self._number("value", None), "low": lambda: self._number("low", -math.inf),
            "high": lambda: self._number("high", math.inf),
            "n": lambda: self._whole("n", 1, 10**9) if self.cell("n").text else None,
            "least_scale": self._scale, "role": lambda: self._word("role", (FIT, CHECK)),
            "confidence": lambda: self._word("confidence", ("", *CONFIDENCE)),
            "source": lambda: self._words("source"), "note": lambda: self._words("note"),
        }  # fmt: skip
        read: dict[str, object] = {}
        for name, reader in readers.items():
            with wrong:
                read[name] = reader()
        wrong.tell()
        return self._checked(read)

    def _name(self) -> str:
        cell = self.cell("target")
        if not _NAME.fullmatch(cell.text):
            raise cell.wrong("facts.name", name=shown(cell.text))
        return cell.text

    def _indicator(self) -> str:
        cell = self.cell("indicator")
        first, *others = (part.strip() for part in re.split(r"\s-\s", cell.text))
        for name in (first, *others[:1]):
            if name not in load_indicators():
                raise cell.wrong(
                    "facts.indicator", name=shown(name), near=suggestion(name, load_indicators())
                )
        if len(others) > 1:
            raise cell.wrong("facts.difference")
        return " - ".join((first, *others))

    def _places(self) -> tuple[str, ...]:
        cell = self.cell("place")
        found = tuple(canonical(part) for part in re.split(r"\s*/\s*", cell.text))
        known = (*GROUPS, *regions())
        for name in found:
            if name not in known:
                raise cell.wrong("facts.place", name=shown(name), near=suggestion(name, known))
        if len(set(found)) < len(found):
            raise cell.wrong("facts.places")
        return found

    def _month(self) -> str:
        cell = self.cell("month")
        try:
            month = month_index(cell.text)
        except UsageError as problem:
            raise UsageError(problem.message, cell.file, cell.line, cell.column) from None
        if not 0 <= month <= month_index(LAST_MONTH):
            raise cell.wrong("facts.month", month=cell.text, last=LAST_MONTH)
        return cell.text

    def _word(self, name: str, allowed: tuple[str, ...]) -> str:
        cell = self.cell(name)
        if cell.text not in allowed:
            about = {"name": name, "word": shown(cell.text), "near": suggestion(cell.text, allowed)}
            raise cell.wrong("facts.word", allowed=", ".join(filter(None, allowed)), **about)
        return cell.text

    def _words(self, name: str) -> str:
        cell = self.cell(name)
        if len(cell.text) > LONGEST:
            raise cell.wrong("facts.long", name=name, most=LONGEST)
        return cell.text

    def _number(self, name: str, empty: float | None) -> float | None:
        cell = self.cell(name)
        if not cell.text:
            return empty
        written = cell.text.replace(",", ".") if self._comma else cell.text
        try:
            value = float(written) if written.isascii() and "_" not in written else math.nan
        except ValueError:
            value = math.nan
        if not abs(value) <= _LARGEST:
            raise cell.wrong("facts.number", name=name, word=shown(cell.text))
        return value

    def _whole(self, name: str, low: int, high: int) -> int:
        value, cell = self._number(name, math.nan), self.cell(name)
        if value is None or not (low <= value <= high and value == int(value)):
            raise cell.wrong("facts.whole", name=name, word=shown(cell.text), low=low, high=high)
        return int(value)

    def _scale(self) -> float:
        value, cell = self._number("least_scale", 0.1), self.cell("least_scale")
        if value is None or not 0.0 < value <= 1.0:
            raise cell.wrong("facts.scale", word=shown(cell.text))
        return value

    def _checked(self, read: dict[str, object]) -> Fact:
        """The fact, where its cells agree with one another."""
        fact = Fact(**read)  # type: ignore[arg-type]
        since = month_index(fact.month) - fact.window + (0 if fact.statistic in ("change", "sign") else 1)
        if since < 0:
            raise self.cell("window").wrong("facts.too_early", window=fact.window, month=fact.month)
        if len(fact.places) > 1 and fact.statistic != "rank":
            raise self.cell("place").wrong("facts.only_rank")
        special = {"sign": self._sign, "rank": self._rank, "share_of_sets": self._share}
        if fact.statistic in special:
            fact = special[fact.statistic](fact)
        elif fact.value is not None and (math.isinf(fact.low) or math.isinf(fact.high)):
            raise self.cell("value").wrong("facts.no_band")
        if math.isinf(fact.low) and math.isinf(fact.high):
            raise self.cell("low").wrong("facts.open")
        if fact.low > fact.high or (fact.low == fact.high and fact.statistic != "rank"):
            raise self.cell("low").wrong("facts.order", low=f"{fact.low:g}", high=f"{fact.high:g}")
        if fact.kind == MEASURED and not fact.low <= (fact.value or 0.0) <= fact.high:
            raise self.cell("value").wrong("facts.outside", value=f"{fact.value:g}", low=f"{fact.low:g}",
                                           high=f"{fact.high:g}")  # fmt: skip
        if fact.statistic == "drop_vs_twin" and not fact.name.startswith(SHOCKS):
            raise self.cell("target").wrong("facts.shock", shocks=", ".join(SHOCKS))
        return fact

    def _sign(self, fact: Fact) -> Fact:
        """Which way it went: 1 up, -1 down."""
        if fact.value not in (1.0, -1.0) or not (math.isinf(fact.low) and math.isinf(fact.high)):
            raise self.cell("value").wrong("facts.sign")
        up = fact.value == 1.0
        return replace(fact, value=None, low=0.0 if up else -math.inf, high=math.inf if up else 0.0)

    def _rank(self, fact: Fact) -> Fact:
        """The rank of the first place among those named, 1 the highest; among all places if it is alone."""
        places = fact.places
        if len(places) == 1:
            if places[0] in GROUPS:
                raise self.cell("place").wrong("facts.ranked")
            places = (places[0], *(name for name in regions() if name != places[0]))
        if fact.value is None or not (1.0 <= fact.value <= len(places) and fact.value == int(fact.value)):
            raise self.cell("value").wrong("facts.rank", most=len(places))
        low = fact.value if math.isinf(fact.low) else fact.low
        high = fact.value if math.isinf(fact.high) else fact.high
        return replace(fact, places=places, low=low, high=high)

    def _share(self, fact: Fact) -> Fact:
        """Whether the mean of the window lay within the band: 1 it did, 0 it did not."""
        if fact.value not in (None, 0.0, 1.0):
            raise self.cell("value").wrong("facts.event")
        return fact


def facts_by_name(role: str | None = None) -> Mapping[str, Fact]:
    """The facts that ship by name, of one role or of both."""
    return {fact.name: fact for fact in shipped_facts() if role in (None, fact.role)}


def file_label(which: str | None) -> str:
    """What a file of facts is called in a page."""
    return FILE if which is None else Path(which).name
