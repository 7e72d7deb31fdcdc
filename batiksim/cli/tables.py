"""Tables on the terminal, within 80 columns or as many as there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from batiksim.cli import screen
from batiksim.i18n.texts import LANGUAGES, language, text
from batiksim.i18n.unit_names import named
from batiksim.present.numbers import interval, number, quantity

if TYPE_CHECKING:
    from rich.table import Table

    from batiksim.cli.catalogue import Record
    from batiksim.runs.headline import Band, Headline
    from batiksim.scenario import Scenario

# The columns of each list between the name and the label.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "places": ("region", "organised"),
    "centres": ("workers_table1", "organised"),
    "indicators": ("unit",),
    "interventions": ("channel", "payer"),
    "scenarios": (),
}
_UNITS = ("unit", "cost_unit")
_DIRECTIONS = ("up", "down")
_NARROW = 60  # columns; a table needs more
_GROUPED_FROM = 100_000


def print_headline(scenario: Scenario, headline: Headline, record: str, band: str = "cli.band") -> None:
    """Print the headline numbers: a row an indicator, a column a month, bands if there are several runs;
    `band` is the text that says what they are.
    """
    from batiksim.recording.indicators import load_indicators
    from batiksim.runs.headline import INDICATORS

    bands = {name: [headline.band(name, month) for month in headline.months] for name in INDICATORS}
    runs = max(one.runs for row in bands.values() for one in row)
    table = _table(text("cli.region"), *headline.months)
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for name, row in bands.items():
        indicator = load_indicators()[name]
        cells = [_cell(one, indicator.unit) for one in row]
        table.add_row(indicator.label[language()], *cells)
    screen.say_filled(scenario.title[language()])
    screen.say_table(table)
    screen.say_filled(text(band, runs=runs) if runs > 1 else text("cli.no_band"))
    if record == "yearly":
        screen.say_filled(text("cli.year_means"))


def _cell(band: Band, unit: str) -> str:
    """The median, and under it the band."""
    median = quantity(band.median, unit)
    return median if band.low is None else f"{median}\n{interval(band.low, band.high, unit)}"


def print_list(kind: str, records: Sequence[Record]) -> None:
    """Print records as a table: name, a few facts, label."""
    if kind == "parameters":
        _print_parameters(records)
        return
    columns = _COLUMNS[kind]
    if screen.width() < _NARROW:
        for record in records:
            facts = [_fact(column, record[column]) for column in columns]
            _print_block("  ".join([record["name"], *facts]), record["label"][language()])
        return
    table = _table(*(field_name(key) for key in ("name", *columns, "label")))
    table.columns[0].no_wrap = True
    for record in records:
        facts = [_fact(column, record[column]) for column in columns]
        table.add_row(record["name"], *facts, record["label"][language()])
    screen.say_table(table)


def _print_parameters(records: Sequence[Record]) -> None:
    """Two lines a parameter, because four columns do not fit: name, value and range; what it is."""
    longest = max(len(record["name"]) for record in records)
    for record in records:
        value = f"{short(record['value'])} {named(record['unit'])}".rstrip()
        facts = f"{record['name']:<{longest}}  {value}  [{record['allowed']}]"
        _print_block(facts, record["label"][language()])


def _print_block(facts: str, label: str) -> None:
    screen.say_filled(facts, "", " " * 6)
    screen.say_filled(label, " " * 4, " " * 6)


def _fact(key: str, value: Any) -> str:
    """A fact in a row of a list: a code as what it means."""
    return _means(key, str(value)) or _word(key, short(_said(value)))


def print_month(steps: Sequence[Record]) -> None:
    """Print the steps of a month, a line a step."""
    always = text("cli.always")
    for step in steps:
        remark = "" if step["optional"] else f" ({always})"
        screen.say(f"{step['number']:2d}  {step['name']:<12} {step['label'][language()]}{remark}")


def print_record(record: Record) -> None:
    """Print one record, a line a fact."""
    from batiksim.recording.indicators import load_indicators

    label = record["label"][language()]
    screen.say_filled(f"{record['name']}: {label}" if label else record["name"], "", "  ")
    facts = {key: value for key, value in record.items() if key not in ("name", "label")}
    if "formula" in facts:
        facts["formula"] = load_indicators()[record["name"]].formula[language()]
    for line in _lines(facts.items()):
        screen.say(line)


def _lines(facts: Iterable[tuple[str, Any]], indent: str = "  ") -> Iterable[str]:
    for key, value in facts:
        if value is None or value in ("", []):
            continue
        value = _said(value)
        if isinstance(value, Mapping):
            yield f"{indent}{field_name(key)}:"
            yield from _lines(value.items(), indent + "  ")
        else:
            yield screen.filled(f"{field_name(key)}: {_word(key, short(value))}", indent, indent + "  ")


def _said(value: Any) -> Any:
    """A text that is there in both languages, in that of the reader; anything else as it is."""
    return value[language()] if isinstance(value, Mapping) and set(value) == set(LANGUAGES) else value


def _word(key: str, value: str) -> str:
    """Codes, which are English, with what they mean to a reader of another language; units in words."""
    if key in _UNITS:
        return named(value) or value
    if value in _DIRECTIONS:
        return text(f"direction.{value}")
    meanings = {code: _means(key, code) for code in value.split(", ")}
    if not all(meanings.values()):
        return value
    if len(meanings) == 1:
        return f"{value} ({meanings[value]})"
    return "; ".join(f"{code} = {meaning}" for code, meaning in meanings.items())


def _means(key: str, code: str) -> str:
    """What a code means to a reader of another language than English, "" where nothing needs to be said."""
    from batiksim.i18n.texts import catalogue

    meaning = {
        "role": f"role.{code}", "confidence": f"confidence.{code}", "who": f"who.{code}",
        "stakeholder": f"stakeholder.{code}", "payer": f"stakeholder.{code}", "region": f"region.{code}",
        "type": f"type_of.{code}", "kind": f"kind_of.{code}", "year": f"year_of.{code}",
    }.get(key, "")  # fmt: skip
    return text(meaning) if language() != "en" and meaning in catalogue() else ""


def field_name(key: str) -> str:
    """What a fact is called for the reader; names of options and months stay as they are."""
    from batiksim.i18n.texts import catalogue

    return text(f"field_name.{key}") if f"field_name.{key}" in catalogue() else key


def short(value: Any) -> str:
    """A value on one line; a dated one as first and last."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value) if abs(value) >= _GROUPED_FROM else f"{value:.6g}"
    if isinstance(value, Mapping):
        entries = list(value.items())
        return f"{short(entries[0][1])} .. {short(entries[-1][1])}"
    if isinstance(value, list | tuple):
        return ", ".join(short(item) for item in value)
    return "" if value is None else str(value)


def _table(*headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
