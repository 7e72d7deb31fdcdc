"""The levers of the first page: every kind of intervention with its words, bounds, costs and five levels."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from batiksim.data import rows
from batiksim.futures.settings import shown
from batiksim.i18n.texts import language, text
from batiksim.i18n.unit_names import named
from batiksim.scenario.interventions import Kind, Option, kinds
from batiksim.world.places import GROUPS

# References to equations, "(E5, tau)", "(l3)": docs/model.md has them, a lever does without.
_EQUATION = re.compile(r"\s*\((?:(?:[^()]*, )?E\d[^()]*|l\d)\)")
_MONEY = re.compile(r"\b(IDR|rupiah)\b")


def levers() -> list[dict[str, Any]]:
    """All kinds in the language spoken, those of data/app.yaml first, the others by name.

    Numbers are in the units of scenario files; `unit` is in words.
    """
    first = shown().levers
    found = [_lever(kind) for kind in kinds().values() if kind.strength is not None]
    last = len(first)
    return sorted(
        (lever | {"first": lever["kind"] in first} for lever in found),
        key=lambda one: (first.index(one["kind"]) if one["first"] else last, one["label"]),
    )


def levels(strength: Option, snaps: Sequence[float]) -> list[float]:
    """Where the slider of a strength snaps: at none and at multiples of the usual one, all within bounds.

    What would lie beyond the largest is half of the way from the usual strength to it, and it.
    """
    usual = strength.default or strength.high / 4
    found = [_round(usual * snap) for snap in snaps]
    beyond = [value for value in found if value > strength.high]
    if beyond or strength.high in found[:-1]:
        found = [value for value in found if value <= usual]
        missing = len(snaps) - len(found)
        found += [_round(usual + (strength.high - usual) * (n + 1) / missing) for n in range(missing)]
    return [0.0, *found]


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def places() -> list[dict[str, Any]]:
    """Places with their names and where they lie; degrees."""
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "region": row["region"],
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
        }
        for row in rows("places.csv")
    ]


def groups() -> list[dict[str, str]]:
    """Groups of places that a lever can be limited to."""
    return [{"id": group, "name": text(f"where.{group}")} for group in GROUPS]


def _lever(kind: Kind) -> dict[str, Any]:
    lang = language()
    assert kind.strength is not None
    channel = _EQUATION.sub("", kind.channel[lang])
    return {
        "kind": kind.name,
        "label": kind.label[lang],
        "channel": channel[:1].upper() + channel[1:],
        "payer": text(f"stakeholder.{kind.payer}"),
        "unit_cost": kind.unit_cost,
        "cost_per": _per(kind.cost_unit),
        "cost_source": kind.cost_source[lang],
        "usual_cost": _usual_cost(kind.name),
        "strength": _option(kind.strength) | {"levels": levels(kind.strength, shown().snaps)},
        "options": [{"name": name, **_option(one)} for name, one in kind.options.items()],
        "who": [{"id": who, "name": text(f"who.{who}")} for who in kind.who],
    }


@cache
def usual_costs() -> Mapping[str, Mapping[str, str]]:
    """Kind -> what it costs alone, everywhere, at its usual strength; written by `python -m tools.levers`."""
    table = files("batiksim.app").joinpath("lever_costs.csv").read_text(encoding="utf-8")
    return {row["kind"]: row for row in csv.DictReader(table.splitlines())}


def _usual_cost(kind: str) -> dict[str, Any]:
    """What a kind costs alone, everywhere, at its usual strength: IDR a year, means over the sample."""
    row = usual_costs()[kind]
    return {
        "cost": int(row["public"]) + int(row["private"]),
        "first": row["since"][:4],
        "last": row["until"][:4],
        "draws": int(row["draws"]),
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "label": option.label[language()],
        "unit": _said(option.unit),
        "share": _is_share(option.unit),
        "default": option.default,
        "low": option.low,
        "high": option.high,
        "beside": option.beside,
        "replaces": list(option.replaces),
    }


def _is_share(unit: str) -> bool:
    return unit == "share" or unit.startswith("share ")


def _said(unit: str) -> str:
    """A unit as it follows a number on the page: shares as percent, money as rupiah."""
    words = named(unit)
    if _is_share(unit):
        return "%" + words.removeprefix(named("share"))
    return _MONEY.sub("Rp", words).replace("/", text("app.try.per"))


def _per(unit: str) -> str:
    """What a unit cost is for, as it follows an amount of money: per person per year."""
    words = _MONEY.sub("Rp", named(unit)).removeprefix("Rp")
    return words.replace("/", text("app.try.per")).strip()
