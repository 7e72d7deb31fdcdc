"""The scenarios in words: title, why, when, and what differs from the baseline, whose number it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batiksim.calendar import month_name
from batiksim.config.dated_values import LAST, Span, Value
from batiksim.config.parameters import REGIME, load_parameters
from batiksim.i18n.texts import catalogue, language, text
from batiksim.i18n.unit_names import in_words
from batiksim.present.names import joined, month, place, regime
from batiksim.present.numbers import number, rupiah
from batiksim.report.page.phrases import Said, said
from batiksim.runs.folder import read_scenarios
from batiksim.scenario import Scenario
from batiksim.scenario.budgets import UNIT, drawn, queue
from batiksim.scenario.interventions import Intervention, kinds
from batiksim.scenario.keys import given
from batiksim.world.places import GROUPS, summary

if TYPE_CHECKING:
    from batiksim.studies.study import Study


@dataclass(frozen=True)
class Told:
    """One scenario as the page shows it: `parts` are (heading, (name, words) pairs) of what it changes."""

    name: str
    title: Said
    why: Said | None
    periods: Sequence[str]
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    hash: str
    changed: bool


def scenarios(study: Study) -> list[Scenario]:
    """The scenarios of a comparison as its folder keeps them. Raises ScenarioError if one cannot be read."""
    return read_scenarios(study.folder, study.about)


def told(study: Study, read: Sequence[Scenario]) -> list[Told]:
    """Every scenario in words, the baseline first."""
    base = read[0]
    return [_told(study, scenario, base) for scenario in read]


def _told(study: Study, scenario: Scenario, base: Scenario) -> Told:
    about = next(one for one in study.about["scenarios"] if one["name"] == scenario.stem)
    own = scenario is base
    skipped = () if own else base.interventions
    parts = [
        (_kind(policy), list(_intervention(policy)))
        for policy in scenario.interventions
        if policy not in skipped
    ]
    parts += [
        (load_parameters()[name].label[language()], list(_parameter(scenario, base, name, spans)))
        for name, spans in scenario.spans.items()
        if own or base.spans.get(name) != spans
    ]
    parts += _shared(scenario)
    undone = [policy for policy in skipped if policy not in scenario.interventions]
    parts += [(_kind(policy), [("", text("report.policy.undone"))]) for policy in undone]
    return Told(
        scenario.stem, said(scenario.title), said(scenario.why) if scenario.why else None,
        [] if own else list(_periods(study, scenario.stem)), parts, about["hash"],
        scenario.hash != about["hash"],
    )  # fmt: skip


def _shared(scenario: Scenario) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The budgets on which several interventions draw, and in which order."""
    for name, budget in drawn(scenario.interventions, scenario.budgets):
        served = [kinds()[kind].label[language()] for kind in queue(scenario.interventions, name, budget)]
        rows = [(text("report.policy.amount"), valued(budget.amount, UNIT))]
        rows.append((text("report.policy.served"), "; ".join(served)))
        yield text("report.policy.shared", name=name), rows


def _periods(study: Study, name: str) -> Iterator[str]:
    """From when to when a scenario differs from the baseline; once where all regimes say the same."""
    found: dict[str, list[str]] = {}
    for of, scenario in study.policies:
        if scenario == name:
            found.setdefault(_period(study.period(of, name)), []).append(regime(of))
    for words, regimes in found.items():
        yield (words if len(found) == 1 else text("report.under", said=words, regime=joined(regimes)))


def _period(months: tuple[int | None, int | None]) -> str:
    start, end = months
    if start is None:
        return text("report.policy.never")
    if end is None:
        return text("report.policy.to_the_end", start=_when(start))
    return text("report.policy.period", start=_when(start), end=_when(end))


def _when(index: int) -> str:
    return month(month_name(index))


def _kind(measure: Intervention) -> str:
    return str(kinds()[measure.kind].label[language()])


def _intervention(measure: Intervention) -> Iterator[tuple[str, str]]:
    """What one intervention is: when, where, for whom, how much, who pays what."""
    kind, lang, speaker = kinds()[measure.kind], language(), _Speaker()
    yield text("report.policy.when"), _span(measure.start, measure.end)
    for key, what, value in given(measure, kind):
        if key.name not in ("from", "to") and (key.name, value) != ("ramp", 0):
            yield key.label(kind, lang), what.said(value, speaker, lang)
    channel = f"report.channel.{_slug(kind.channel['en'].partition(':')[0].partition('(')[0])}"
    if channel in catalogue():  # of a kind of somebody's own nothing is known
        yield text("report.policy.channel"), text(channel)


class _Speaker:
    """Months, places and numbers as the page says them."""

    def month(self, index: int) -> str:
        return _when(index)

    def places(self, ids: tuple[str, ...]) -> str:
        return where(ids)

    def quantity(self, value: float, unit: str) -> str:
        return valued(value, unit)


def _parameter(
    scenario: Scenario, base: Scenario, name: str, spans: Sequence[Span]
) -> Iterator[tuple[str, str]]:
    """The values a scenario gives to a parameter, each beside that of the baseline."""
    parameter = load_parameters()[name]
    below = base.timeline(name) if scenario is not base else parameter.shipped(scenario.regime)
    for span in spans:
        values = below.values[span.start : span.end + 1]
        old = " – ".join(valued(value, parameter.unit) for value in _ends(values))
        new = valued(span.value, parameter.unit)
        yield _span(span.start, span.end), text("report.policy.instead", new=new, old=old)
    yield text("report.policy.parameter"), name


def _ends(values: Sequence[Value]) -> list[Value]:
    """The one value there is, or the least and the most."""
    if any(isinstance(value, (str, bool)) for value in values):
        return [values[0]]
    return sorted({min(values), max(values)})


def valued(value: Any, unit: str) -> str:
    """A value of a parameter or option with its unit."""
    if isinstance(value, bool):
        return text("report.yes" if value else "report.no")
    if isinstance(value, str):
        return regime(value) if value in load_parameters()[REGIME].options else value
    if unit.startswith(("share", "per ")):  # rates too: .005 per year is read as .5 % a year
        return f"{_trim(100 * value)} % {units(unit)}".strip()
    if unit.startswith("IDR"):
        return f"{rupiah(value)} {units(unit.removeprefix('IDR').strip('/ '))}".strip()
    return f"{_trim(value)} {units(unit)}".strip()


def _trim(value: float) -> str:
    """As many decimals as the number has, at most four."""
    written = f"{value:.4f}".rstrip("0")
    return number(value, len(written.partition(".")[2]))


def units(unit: str) -> str:
    """A unit in words of the language; "" for pure numbers."""
    if unit in ("1", "ratio", "share"):
        return ""
    return in_words(unit)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def where(ids: tuple[str, ...]) -> str:
    """Places by name, or the group they make up."""
    return ", ".join(text(f"where.{name}") if name in GROUPS else place(name) for name in summary(ids))


def _span(start: int, end: int) -> str:
    if (start, end) == (0, LAST):
        return text("explain.always")
    if end == LAST:
        return text("explain.from", month=_when(start))
    return text("report.policy.period", start=_when(start), end=_when(end))
