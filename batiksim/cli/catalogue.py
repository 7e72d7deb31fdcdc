"""What `list` and `show` know: parameters, places, indicators, interventions, scenarios, as plain records.

A record is a mapping ready for JSON; its first key is `name`, and texts in two languages are {en:, id:}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from batiksim import data
from batiksim.calendar import month_name
from batiksim.i18n.texts import LANGUAGES
from batiksim.world.places import FILES, NATIONAL, PEKALONGAN

if TYPE_CHECKING:
    from batiksim.config.dated_values import Timeline
    from batiksim.scenario import Scenario
    from batiksim.scenario.interventions import Intervention, Option

Record = dict[str, Any]

_COUNTS = ("number", "firms_table1", "workers_table1")
_MEASURES = ("lat", "lon", "x", "y", "organised", "flood_exposure", "population_share")


def parameters() -> list[Record]:
    """Every parameter with its shipped value, unit, range, role, source and confidence."""
    from batiksim.config.parameters import load_parameters

    return [
        {
            "name": parameter.name,
            "label": dict(parameter.label),
            "value": _value(parameter.timeline),
            "unit": parameter.unit,
            "type": parameter.type,
            "allowed": parameter.allowed,
            "prior": list(parameter.prior) if parameter.prior else None,
            "regimes": {regime: _value(timeline) for regime, timeline in parameter.regimes.items()} or None,
            "role": parameter.role,
            "confidence": parameter.confidence,
            "source": dict(parameter.source),
        }
        for parameter in load_parameters().values()
    ]


def places() -> list[Record]:
    """The places of Pekalongan as their data file has them."""
    return _places(PEKALONGAN)


def centres() -> list[Record]:
    """The anonymous centres that stand for the nation, for scenarios with `start.places: national`."""
    return _places(NATIONAL)


def _places(which: str) -> list[Record]:
    return [
        {"name": row["id"], "label": {lang: row.get(f"name_{lang}", row["name"]) for lang in LANGUAGES}}
        | {key: _fact(key, value) for key, value in row.items() if key not in ("id", "name", "name_id")}
        for row in data.rows(FILES[which])
    ]


def _fact(column: str, written: str) -> Any:
    """A cell of a data file as what it is: a count, a measure, a text; None where it is empty."""
    if not written:
        return None
    return int(written) if column in _COUNTS else float(written) if column in _MEASURES else written


def indicators() -> list[Record]:
    """Every indicator with its unit, range, formula and kind."""
    from batiksim.recording.indicators import load_indicators

    return [
        {
            "name": indicator.name,
            "label": dict(indicator.label),
            "unit": indicator.unit,
            "allowed": indicator.allowed,
            "kind": indicator.kind,
            "year": indicator.year,
            "formula": indicator.formula["en"],
        }
        for indicator in load_indicators().values()
    ]


def interventions() -> list[Record]:
    """Every kind of intervention: its channel, who runs and pays it, its cost and its options."""
    from batiksim.scenario.interventions import kinds

    return [
        {
            "name": kind.name,
            "label": dict(kind.label),
            "channel": dict(kind.channel),
            "stakeholder": kind.stakeholder,
            "payer": kind.payer,
            "unit_cost": kind.unit_cost,
            "cost_unit": kind.cost_unit,
            "cost_source": dict(kind.cost_source),
            "strength": _option(kind.strength) if kind.strength else None,
            "options": {name: _option(option) for name, option in kind.options.items()} or None,
            "who": list(kind.who),
            "moves": {name: "up" if sign > 0 else "down" for name, sign in kind.sign.items()} or None,
        }
        for kind in kinds().values()
    ]


def scenarios() -> list[Record]:
    """The scenarios of the library."""
    from batiksim.scenario import Scenario, library

    records = []
    for name in library():
        scenario = Scenario.load(name)
        records.append(described(scenario))
    return records


def described(scenario: Scenario) -> Record:
    """What a scenario is called and why it is there."""
    return {"name": scenario.stem, "label": dict(scenario.title), "why": dict(scenario.why)}


def steps() -> list[Record]:
    """The steps of a month in their order; those that keep the books cannot be left out."""
    from batiksim.model.schedule import STEPS

    return [
        {"number": place, "name": step.name, "label": dict(step.label), "optional": step.optional}
        for place, step in enumerate(STEPS)
    ]


def changes(scenario: Scenario) -> dict[str, list[Record]]:
    """What a scenario sets: parameters with their months, interventions, shared budgets, ranges, targets."""
    from batiksim.config.parameters import load_parameters

    return {
        "parameters": [
            {
                "name": name,
                "label": dict(parameter.label),
                "unit": parameter.unit,
                "from": month_name(span.start),
                "to": month_name(span.end),
                "value": span.value,
                "set_by": span.origin,
            }
            for name, spans in scenario.spans.items()
            for parameter in [load_parameters()[name]]
            for span in spans
        ],
        "interventions": [_measure(policy) for policy in scenario.interventions],
        "budgets": [
            {"name": name, "amount": budget.amount, "first": list(budget.first)}
            for name, budget in scenario.budgets.items()
        ],
        "uncertainty": [{"name": name, "range": list(ends)} for name, ends in scenario.uncertainty.items()],
        "targets": [vars(target) for target in scenario.targets],
    }


def _measure(measure: Intervention) -> Record:
    return {
        "kind": measure.kind,
        "from": month_name(measure.start),
        "to": month_name(measure.end),
        "every": list(measure.every),
        "ramp": measure.ramp,
        "where": list(measure.where),
        "who": list(measure.who),
        "coverage": measure.coverage,
        "strength": measure.strength,
        "budget": measure.budget,
        "unit_cost": measure.unit_cost,
        "by": measure.by,
        "options": dict(measure.options),
        "without": list(measure.without),
        "set_by": measure.origin,
    }


LISTS: Mapping[str, Callable[[], list[Record]]] = {
    "parameters": parameters,
    "places": places,
    "centres": centres,
    "indicators": indicators,
    "interventions": interventions,
    "scenarios": scenarios,
}


def _value(timeline: Timeline) -> Any:
    """A constant as it is, anything else by date."""
    if timeline.constant:
        return timeline.at(0)
    return {month_name(month): value for month, value in timeline.knots}


def _option(option: Option) -> Record:
    return {
        "label": dict(option.label),
        "default": option.default,
        "low": option.low,
        "high": option.high,
        "unit": option.unit,
    }
