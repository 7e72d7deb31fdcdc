"""Data and assumptions: every number of the model, what is known, what fails, what cannot be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request

from batiksim.app.page import Page
from batiksim.calendar import month_name
from batiksim.config.dated_values import Timeline
from batiksim.config.parameters import CONFIDENCES, REGIME, ROLES, WORLDS, Parameter, load_parameters
from batiksim.data import rows
from batiksim.i18n.texts import language, text
from batiksim.present.names import area, month, place, regime
from batiksim.present.numbers import limits, quantity, rupiah
from batiksim.recording.indicators import find_indicator, load_indicators
from batiksim.report.page.assumptions import standing
from batiksim.report.page.policies import units, valued
from batiksim.report.page.provenance import LIMITS
from batiksim.scenario.interventions import Kind, kinds

_YEAR = re.compile(r"(?:19|20)\d\d")


def data(request: Request) -> Mapping[str, Any]:
    """`parameters`, `measures` (kinds of interventions), `evidence`, `checks`, `limits`, words of filters."""
    return {
        "parameters": [_parameter(one) for one in load_parameters().values()],
        "measures": [_measure(one) for one in kinds().values()],
        "evidence": [_evidence(row) for row in rows("evidence.csv")],
        "checks": list(_checks()),
        "limits": [text(f"report.limit.{name}") for name in LIMITS],
        "roles": {name: text(f"role.{name}") for name in ROLES},
        "confidences": {name: text(f"app.data.sure.{name}") for name in (*CONFIDENCES, "unverified")},
        "worlds": {name: regime(name) for name in WORLDS},
        "regimes": {name: regime(name) for name in load_parameters()[REGIME].options},
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label[language()],
        "value": valued(one.value, one.unit),
        "dated": _dated(one.timeline, one.unit),
        "unit": units(one.unit),
        "range": one.allowed if one.bounds is None else _ends(one, one.bounds),
        "prior": None if one.prior is None else _ends(one, one.prior),
        "worlds": {world: valued(one.shipped(world).at(0), one.unit) for world in one.regimes},
        "role": one.role,
        "standing": standing(one),
        "sure": one.confidence,
        "source": one.source[language()],
    }


def _ends(one: Parameter, ends: tuple[Any, ...]) -> str:
    """A range in words of the unit, or the words of a choice."""
    written = [valued(end, one.unit) for end in ends]
    return " – ".join(limits(*written)) if one.type in ("number", "integer") else ", ".join(written)


def _dated(timeline: Timeline, unit: str) -> list[list[str]]:
    """[month, value] of a value that changes; nothing for one that does not."""
    if timeline.constant:
        return []
    return [[month_name(max(at, 0)), valued(value, unit)] for at, value in timeline.knots]


def _measure(one: Kind) -> dict[str, Any]:
    """What a kind of intervention does, who pays it, what a unit of it costs, and whose figure that is."""
    of = units(one.cost_unit.removeprefix("IDR").strip("/ "))
    return {
        "name": one.name,
        "label": one.label[language()],
        "channel": one.channel[language()],
        "runs": text(f"stakeholder.{one.stakeholder}"),
        "pays": text(f"stakeholder.{one.payer}"),
        "cost": f"{rupiah(one.unit_cost)} {of}".strip() if one.unit_cost else "",
        "source": one.cost_source[language()],
        "moves": [
            [load_indicators()[name].label[language()], "up" if sign > 0 else "down"]
            for name, sign in one.sign.items()
        ],
    }


def _evidence(row: Mapping[str, str]) -> dict[str, Any]:
    """A figure found in a source, in the words of the source; `at` is the first year it is about."""
    year = _YEAR.search(row["year"])
    return {
        **{name: row[name] for name in ("key", "value", "unit", "year", "place", "definition", "topic")},
        "at": int(year[0]) if year else None,
        "source": row["source_title"],
        "url": row["source_url"] if row["source_url"].startswith(("https://", "http://")) else "",
        "sure": row["confidence"],
    }


def _checks() -> Iterator[dict[str, Any]]:
    """What the model was held against: the band that is known, and under each world whether it is met."""
    failed = {(row["target"], row["regime"]): float(row["model"]) for row in rows("failed_checks.csv")}
    for row in rows("targets.csv"):
        label, unit = _held(row)
        where = area(row["place"])
        misses = {world: failed.get((row["target"], world)) for world in WORLDS}
        yield {
            "name": row["target"],
            "label": label,
            "where": where if where != row["place"] else place(row["place"]),
            "when": month(row["month"]),
            "known": _band(row["low"], row["high"], unit),
            "worlds": {
                world: None if value is None else quantity(value, unit) for world, value in misses.items()
            },
            "role": row["role"],
            "sure": row["confidence"],
            "source": row["source"],
        }


def _held(row: Mapping[str, str]) -> tuple[str, str]:
    """What a row of targets is about, in words, and its unit."""
    names = row["indicator"].split(" - ")
    labels = [find_indicator(name).label[language()] for name in names]
    unit = find_indicator(names[0]).unit
    said = text("app.data.check.less", one=labels[0], other=labels[-1]) if len(labels) > 1 else labels[0]
    if row["statistic"] == "mean":
        return said, unit
    in_shares = row["statistic"] != "change"
    return text(f"app.data.check.{row['statistic']}", what=said), "share" if in_shares else unit


def _band(low: str, high: str, unit: str) -> str:
    if not low or not high:
        value = quantity(float(low or high), unit)
        return text("report.checks.least" if low else "report.checks.most", value=value)
    return " – ".join(limits(*(quantity(float(end), unit) for end in (low, high))))


PAGE = Page("data", ("/data",), data)
