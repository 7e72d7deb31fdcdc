"""What `list` and `show` know: parameters, places, indicators, interventions, scenarios, as plain records.

A record is a mapping ready for JSON; its first key is `name`, and texts in two languages are {en:, id:}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from batiksim import data
from batiksim.calendar import month_name
from batiksim.world.places import FILES, NATIONAL, PEKALONGAN

if TYPE_CHECKING:
    from batiksim.config.dated_values import Timeline
    from batiksim.scenario.interventions import Option

Record = dict[str, Any]

_PLACE_NUMBERS = {
    "number": int,
    "lat": float,
    "lon": float,
    "x": float,
    "y": float,
    "firms_table1": int,
    "workers_table1": int,
    "organised": float,
    "flood_exposure": float,
    "population_share": float,
}


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
        {"name": row["id"], "label": {"en": row["name"], "id": row.get("name_id", row["name"])}}
        | {
            key: _PLACE_NUMBERS[key](value) if key in _PLACE_NUMBERS and value else value or None
            for key, value in row.items()
            if key not in ("id", "name", "name_id")
        }
        for row in data.rows(FILES[which])
    ]


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
            "formula": indicator.formula["en"],
        }
        for indicator in load_indicators().values()
    ]


def interventions() -> list[Record]:
    """Every kind of intervention: its channel, who runs and pays it, its cost and its options."""
    import batiksim.interventions  # noqa: F401 (registers the kinds)
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
        records.append({"name": name, "label": dict(scenario.title), "why": dict(scenario.why)})
    return records


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
