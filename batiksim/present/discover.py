"""A box of assumptions in plain words."""

from __future__ import annotations

from typing import Any

from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import text
from batiksim.present.names import joined
from batiksim.present.sensitivity import amount, called, what
from batiksim.studies.discover import EMULATOR, Discovery


def paragraph(found: Discovery) -> str:
    """Where the answer lies beyond the threshold, how sure that is, and what sets held out say of it."""
    side = text(
        "discover.above" if found.above else "discover.below", value=amount(found.asked, found.threshold)
    )
    counts = {name: number(getattr(found, name)) for name in ("sets", "hits", "inside", "inside_hits")}
    shares = {name: percent(getattr(found, name)) for name in ("base", "density", "coverage")}
    held = {name: percent(getattr(found, name)) for name in ("held_density", "held_coverage")}
    said = [text("discover.base", what=what(found.asked), side=side, **counts, **shares)]
    if found.on == EMULATOR:
        said.append(text("discover.emulator", score=number(found.score, 2)))
    if found.stands:
        limits = joined([limit(row) for row in found.limits.to_dict("records")])
        return " ".join(
            [*said, text("discover.box", limits=limits, **counts, **shares), text("discover.held", **held)]
        )
    if len(found.limits):
        return " ".join([*said, text("discover.falls", **shares, **held)])
    return " ".join([*said, text("discover.none")])


def limit(row: dict[str, Any]) -> str:
    """One limit: the name of the assumption and between what it lies."""
    name, low, high = called(row["parameter"]), row["low"], row["high"]
    there = [one is not None and one == one for one in (low, high)]
    if not all(there):
        return text(
            "discover.from" if there[0] else "discover.to",
            name=name,
            value=_written(low if there[0] else high),
        )
    return text("discover.between", name=name, low=_written(low), high=_written(high))


def _written(value: Any) -> str:
    """A limit as precise as it is known."""
    if isinstance(value, str):
        return value
    digits = 0 if abs(value) >= 1000 else 4 if abs(value) < 0.1 else 3 if abs(value) < 1 else 2
    return number(value, digits)
