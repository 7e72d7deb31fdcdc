"""A scenario in words: what differs, by how much, in which unit, from which source, whose number it is."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Protocol

from batiksim.calendar import month_name
from batiksim.config.dated_values import LAST, Span, Timeline, Value
from batiksim.config.parameters import Parameter, load_parameters
from batiksim.config.units import write_number, write_percent
from batiksim.i18n.texts import text
from batiksim.i18n.unit_names import named
from batiksim.scenario.budgets import UNIT, drawn, queue
from batiksim.scenario.interventions import Intervention, kinds
from batiksim.scenario.keys import given
from batiksim.scenario.targets import indicators
from batiksim.scenario.writing import Written
from batiksim.world.places import GROUPS, summary

WIDTH = 80


class Described(Written, Protocol):
    """What `explain` needs to know of a scenario."""

    @property
    def regime(self) -> str | None: ...


def explain(scenario: Described, parent: str | None, lang: str) -> str:
    """Return what a scenario changes, as text of at most 80 columns."""
    lines = [*_head(scenario, parent, lang), *_parameters(scenario, lang)]
    lines += [*_interventions(scenario, lang), *_budgets(scenario, lang), *_uncertainty(scenario, lang)]
    lines += _targets(scenario, lang)
    return "\n".join(lines) + "\n"


def _paragraph(content: str, indent: int) -> Iterator[str]:
    space = " " * indent
    yield from wrap(content, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)


def _head(scenario: Described, parent: str | None, lang: str) -> Iterator[str]:
    key = "explain.title_parent" if parent else "explain.title"
    yield from _paragraph(text(key, lang, title=scenario.title[lang], stem=scenario.stem, parent=parent), 0)
    if scenario.why:
        yield from _paragraph(scenario.why[lang], 2)


def _parameters(scenario: Described, lang: str) -> Iterator[str]:
    known = load_parameters()
    by_regime = [p for p in known.values() if scenario.regime in p.regimes and p.name not in scenario.spans]
    yield ""
    if not scenario.spans and not by_regime:
        yield from _paragraph(text("explain.no_parameters", lang), 0)
        return
    yield from _paragraph(text("explain.parameters", lang), 0)
    for name, laid in scenario.spans.items():
        yield from _parameter(known[name], known[name].shipped(scenario.regime), laid, lang)
    for parameter in by_regime:
        yield from _named(parameter, lang)
        new, old = parameter.shipped(scenario.regime).at(0), parameter.timeline.at(0)
        values = {"value": _value(new, lang), "below": _value(old, lang), "regime": scenario.regime}
        yield from _paragraph(text("explain.by_regime", lang, **values), 4)


def _named(parameter: Parameter, lang: str) -> Iterator[str]:
    bounds = "..".join(write_number(bound, lang) for bound in parameter.bounds or ())
    about = {"name": parameter.name, "label": parameter.label[lang], "allowed": bounds or parameter.allowed}
    key = "explain.parameter" if parameter.unit != "1" else "explain.parameter_pure"
    yield from _paragraph(text(key, lang, unit=named(parameter.unit, lang), **about), 2)


def _parameter(parameter: Parameter, shipped: Timeline, laid: tuple[Span, ...], lang: str) -> Iterator[str]:
    yield from _named(parameter, lang)
    for span in laid:
        values = {"value": _value(span.value, lang), "below": _below(shipped, span, lang)}
        change = f"{text('explain.value', lang, **values)} {_whose(span.origin, lang)}"
        yield from _paragraph(f"{_period(span.start, span.end, lang)}: {change}", 4)
    words = {"role": text(f"role.{parameter.role}", lang)}
    words["confidence"] = text(f"confidence.{parameter.confidence}", lang)
    yield from _paragraph(text("explain.source", lang, source=parameter.source[lang], **words), 4)


def _below(shipped: Timeline, span: Span, lang: str) -> str:
    """The shipped value in the months of a span, or the range it runs through."""
    values = shipped.values[span.start : span.end + 1]
    if len(set(values)) == 1 or isinstance(values[0], str):
        return _value(values[0], lang)
    numbers = [float(value) for value in values]
    return f"{_value(min(numbers), lang)}..{_value(max(numbers), lang)}"


def _interventions(scenario: Described, lang: str) -> Iterator[str]:
    yield ""
    if not scenario.interventions:
        yield text("explain.no_interventions", lang)
        return
    yield text("explain.interventions", lang)
    for measure in scenario.interventions:
        yield from _intervention(measure, lang)


def _intervention(measure: Intervention, lang: str) -> Iterator[str]:
    kind, speaker = kinds()[measure.kind], _Speaker(lang)
    yield from _paragraph(f"{measure.kind}: {kind.label[lang]} {_whose(measure.origin, lang)}", 2)
    said = [_period(measure.start, measure.end, lang)]
    for key, what, value in given(measure, kind):
        if key.name not in _SAID_APART and value != _NOTHING.get(key.name):
            said.append(key.phrase(kind, what.said(value, speaker, lang), lang))
    yield from _paragraph("; ".join(said), 4)
    payer, by = (text(f"stakeholder.{group}", lang) for group in (kind.payer, measure.by))
    usual, unit = write_number(kind.unit_cost, lang), named(kind.cost_unit, lang)
    cost = {"cost": usual, "unit": unit, "source": kind.cost_source[lang]}
    if measure.unit_cost is not None:
        cost |= {"cost": write_number(measure.unit_cost, lang), "usual": usual}
    which = "explain.cost" if measure.unit_cost is None else "explain.own_cost"
    if kind.priced(measure):
        which = "explain.priced"
    yield from _paragraph(text(which, lang, by=by, payer=payer, **cost), 4)


_SAID_APART = ("from", "to", "by", "unit_cost")  # the period comes first, who pays what beside the cost
_NOTHING = {"ramp": 0, "coverage": 1.0}


class _Speaker:
    """Numbers with units as they can be written in a scenario file of the language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def month(self, index: int) -> str:
        return month_name(index)

    def places(self, ids: tuple[str, ...]) -> str:
        return ", ".join(_place(name, self.lang) for name in summary(ids))

    def quantity(self, value: float, unit: str) -> str:
        if unit == "share":
            return write_percent(value, self.lang)
        if unit == "share of UMK":
            return f"{write_percent(value, self.lang)} UMK"
        return f"{write_number(value, self.lang)} {named(unit, self.lang)}".rstrip()


def _place(name: str, lang: str) -> str:
    """A group in words, of whichever set of places it is; a place as scenario files name it."""
    if name == GROUPS[0]:
        return text("where.everywhere", lang)
    return text(f"where.{name}", lang) if name in GROUPS else name


def _uncertainty(scenario: Described, lang: str) -> Iterator[str]:
    if not scenario.uncertainty:
        return
    yield ""
    yield text("explain.uncertainty", lang)
    for name, prior in scenario.uncertainty.items():
        parameter = load_parameters()[name]
        joined = (" / " if isinstance(prior[0], str) else "..").join(_value(value, lang) for value in prior)
        unit = f" {named(parameter.unit, lang)}".rstrip()
        yield from _paragraph(f"{name}: {joined}{unit} ({parameter.label[lang]})", 2)


def _budgets(scenario: Described, lang: str) -> Iterator[str]:
    found = list(drawn(scenario.interventions, scenario.budgets))
    if found:
        yield from ("", text("explain.budgets", lang))
    for name, budget in found:
        amount = _Speaker(lang).quantity(budget.amount, UNIT)
        served = text("explain.then", lang).join(queue(scenario.interventions, name, budget))
        yield from _paragraph(text("explain.shared", lang, name=name, amount=amount, kinds=served), 2)


def _targets(scenario: Described, lang: str) -> Iterator[str]:
    if scenario.targets:
        yield from ("", text("explain.targets", lang))
    for target in scenario.targets:
        about = indicators()[target.indicator]
        words = {"label": about["label"][lang], "name": target.indicator, "place": _place(target.place, lang)}
        words["value"] = _Speaker(lang).quantity(target.value, about["unit"])
        yield from _paragraph(text(f"explain.{target.sense}", lang, by=target.by, **words), 2)


def _whose(origin: str, lang: str) -> str:
    return text("explain.whose", lang, origin=origin) if origin else text("explain.by_hand", lang)


def _period(start: int, end: int, lang: str) -> str:
    if (start, end) == (0, LAST):
        return text("explain.always", lang)
    if end == LAST:
        return text("explain.from", lang, month=month_name(start))
    return f"{month_name(start)}..{month_name(end)}"


def _value(value: Value, lang: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else write_number(value, lang)
