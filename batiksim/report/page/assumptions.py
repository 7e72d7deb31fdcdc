"""How much of a figure rests on assumptions, and the numbers that matter with whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.config.parameters import Parameter, load_parameters
from batiksim.i18n.texts import language, text
from batiksim.present.names import regime, title
from batiksim.present.numbers import limits, number, rupiah
from batiksim.report.page.phrases import Cell, Table
from batiksim.report.page.policies import units, valued
from batiksim.scenario.interventions import Intervention, kinds

if TYPE_CHECKING:
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

FACT, FITTED, ASSUMED = "fact", "fitted", "assumed"
# From which share of assumed numbers on a figure rests partly, and mostly, on assumptions.
_PARTLY, _MOSTLY = 1 / 3, 2 / 3
_SURE = ("high", "medium")
_WEAKEST = 4
_ORDER = ("assumed", "low", "medium", "high")


@dataclass(frozen=True)
class Badge:
    """How far a figure rests on assumptions: `grade` is few, partly or mostly; `words` and the counts."""

    grade: str
    words: str
    counts: str


def standing(parameter: Parameter) -> str | None:
    """What a number is backed by: a sourced fact, a fit to facts, or nothing; None for mere switches.

    A fact of low confidence counts as assumed, and so does a driver, because its future is.
    """
    if parameter.role == "switch":
        return None
    if parameter.role == FITTED:
        return FITTED
    return FACT if parameter.role == FACT and parameter.confidence in _SURE else ASSUMED


def counted(names: Iterable[str]) -> dict[str, int]:
    """How many numbers are facts, fitted, assumed in the families of the named parameters.

    A picture names what is decisive; all of its family stands behind it. Without names it is the whole model.
    """
    known = load_parameters()
    families = {_family(name) for name in names if name in known}
    chosen = [name for name in known if not families or _family(name) in families]
    found = dict.fromkeys((FACT, FITTED, ASSUMED), 0)
    for name in chosen:
        backed = standing(known[name])
        if backed is not None:
            found[backed] += 1
    return found


def _family(name: str) -> str:
    return name.partition(".")[0]


def badge(names: Iterable[str]) -> Badge:
    """The badge of a figure that rests on the named parameters."""
    found = counted(names)
    whole = sum(found.values())
    share = found[ASSUMED] / whole
    grade = "mostly" if share >= _MOSTLY else "partly" if share >= _PARTLY else "few"
    said = text("report.badge.counts", **in_words(found))
    return Badge(grade, text(f"report.badge.{grade}"), said)


def in_words(found: Mapping[str, int]) -> dict[str, str]:
    """The counts written for a sentence, and how many they are together."""
    counts = {name: number(count) for name, count in found.items()}
    return counts | {"whole": number(sum(found.values()))}


def weakest(names: Iterable[str]) -> list[str]:
    """Labels of the unbacked numbers with the widest range held possible, relative to their value."""
    found = []
    for name in sorted(set(names) & set(load_parameters())):
        parameter = load_parameters()[name]
        if standing(parameter) == ASSUMED and parameter.confidence not in _SURE and _width(parameter):
            found.append((-_width(parameter), parameter.label[language()].partition(" (")[0]))
    return [label for _, label in sorted(found)[:_WEAKEST]]


def _width(parameter: Parameter) -> float:
    if parameter.type != "number" or parameter.prior is None or not parameter.value:
        return 0.0
    low, high = (float(end) for end in parameter.prior)
    return (high - low) / abs(float(parameter.value))


def of_policies(study: Study, read: Sequence[Scenario]) -> Table | None:
    """What a unit of each intervention costs, and whose figure that is."""
    rows: list[list[Cell]] = []
    base = read[0]
    for scenario in read:
        name = title(study, scenario.stem)
        for policy in scenario.interventions:
            if scenario is base or policy not in base.interventions:
                rows += _policy(name, policy)
    if not rows:
        return None
    head = [text(f"report.assumption.{key}") for key in ("scenario", "what", "value", "source")]
    return Table(text("report.assumption.policies"), head, rows)


def _policy(name: str, measure: Intervention) -> Iterator[list[Cell]]:
    kind = kinds()[measure.kind]
    label = kind.label[language()]
    if kind.priced(measure):
        return
    amount, source = kind.unit_cost, Cell(kind.cost_source[language()], kind="source")
    if measure.unit_cost is not None:
        amount, source = measure.unit_cost, Cell(text("report.set_here"))
    cost = f"{rupiah(amount)} {units(kind.cost_unit.removeprefix('IDR').strip('/ '))}"
    yield [Cell(name), Cell(text("report.assumption.unit_cost"), label), Cell(cost), source]


def of_figures(names: Iterable[str], read: Sequence[Scenario]) -> Table:
    """The numbers of the model that the figures rest on, the weakest first."""
    known = load_parameters()
    chosen = [known[name] for name in sorted(set(names) & set(known)) if standing(known[name])]
    chosen.sort(key=lambda parameter: (_ORDER.index(parameter.confidence), parameter.name))
    head = [text(f"report.assumption.{key}") for key in ("what", "value", "prior", "kind", "source")]
    rows = [_row(parameter) for parameter in chosen]
    return Table(text("report.assumption.figures"), head, rows)


def _row(parameter: Parameter) -> list[Cell]:
    value = valued(parameter.value, parameter.unit)
    if not parameter.timeline.constant:
        value = text("report.assumption.dated", value=value)
    others = [
        text("report.under", said=valued(line.at(0), parameter.unit), regime=regime(of))
        for of, line in parameter.regimes.items()
    ]
    backing = text(f"role.{parameter.role}")
    confidence = text(f"confidence.{parameter.confidence}")
    return [
        Cell(parameter.label[language()], parameter.name),
        Cell(value, "; ".join(others)),
        Cell(_prior(parameter)),
        Cell(backing, confidence, f"backed {standing(parameter)}"),
        Cell(parameter.source[language()], kind="source"),
    ]


def _prior(parameter: Parameter) -> str:
    if parameter.prior is None:
        return text("report.assumption.no_prior")
    ends = [valued(value, parameter.unit) for value in parameter.prior]
    return ", ".join(ends) if parameter.type == "choice" else " – ".join(limits(ends[0], ends[1]))
