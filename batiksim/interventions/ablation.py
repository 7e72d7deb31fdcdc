"""Channels that a measure is kept from: it acts, is paid for, and what it did to them is taken back.

Nothing else of the region changes, so the difference to the measure at full is what it does through these
channels. The scenario key is `without`; `batiksim why` uses it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from batiksim.codes import COMPONENTS
from batiksim.state.levers import Levers

LEVERS: Mapping[str, tuple[str, ...]] = {
    "surplus_cut": ("surplus_cut",),
    "tiers": ("brokered", "two_tier"),
    "bargaining_share": ("bargaining_share",),
    "committee": ("committee_chance", "committee_leave"),
    "exposure": ("exposure",),
    "orders": ("demand_factor", "bought"),
    "materials": ("materials_factor",),
    "online": ("online",),
    "flood": ("flood_protection",),
}
DECISIONS: Mapping[str, str] = {
    "wage_floor": "floors",
    "certificate": "certificates",
    "skill": "schooled",
    "price": "designs",
    "credit": "loans",
    "founding": "invited",
}
# Of what a measure offers, the part that a channel is.
OFFERS: Mapping[str, str] = {"transfer": "pay", "image": "image"}
_LISTS = (*DECISIONS.values(), "appeals", "courses")


@contextmanager
def closed(model: Any, channels: Sequence[str]) -> Iterator[None]:
    """Take back what is done inside the block to these channels (names of `codes.CHANNELS`)."""
    if not channels:
        yield
        return
    before = copy.deepcopy(model.levers)
    already = {name: len(getattr(model.decisions, name)) for name in _LISTS}
    yield
    for channel in channels:
        for lever in LEVERS.get(channel, ()):
            getattr(model.levers, lever)[:] = getattr(before, lever)
        if channel in DECISIONS:
            del getattr(model.decisions, DECISIONS[channel])[already[DECISIONS[channel]] :]
        if channel in OFFERS:
            offers, first = model.decisions.appeals, already["appeals"]
            offers[first:] = [replace(offer, **{OFFERS[channel]: 0.0}) for offer in offers[first:]]
        if channel in COMPONENTS:
            _unlearn(model, COMPONENTS.index(channel), before, already["courses"])


def _unlearn(model: Any, component: int, before: Levers, courses: int) -> None:
    """Take back what was done for one component of learning."""
    levers, decisions = model.levers, model.decisions
    levers.teaching[:, :, component] = before.teaching[:, :, component]
    levers.withheld[..., component] += levers.intensity - before.intensity
    new = [course for course in decisions.courses[courses:] if course.component != component]
    decisions.courses[courses:] = new
