"""Where two measures of a scenario act on the same thing, and what then holds.

Measures may be layered in any number and any order: all of them see the month before and act on top of it, so
the order in which they are written never matters. What two of them do to the same thing is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from batiksim.calendar import LAST_MONTH, month_index, month_name
from batiksim.codes import COMPONENTS, SEXES, STANDINGS, TASKS
from batiksim.i18n.texts import catalogue, text
from batiksim.scenario.interventions import Intervention, kind
from batiksim.world.places import summary

MOST_NOTES = 20
FLOORS = ("wage_floor", "inspections")
BESIDE = ("apprenticeship", "wage_subsidy", "social_protection")

# What holds where two measures move the same thing; anything else simply adds up.
RULES = {
    **dict.fromkeys(COMPONENTS, "chance"),
    **dict.fromkeys(("surplus_cut", "tiers", "bargaining_share"), "bounded"),
    **dict.fromkeys(("exposure", "flood", "materials"), "bounded"),
    **dict.fromkeys(("certificate", "credit", "skill"), "one_seat"),
    "wage_floor": "higher",
    "price": "higher",
    "image": "chance",
    "founding": "chance",
}


def overlaps(measures: tuple[Intervention, ...], lang: str | None = None) -> list[str]:
    """Return a sentence for each pair of measures that act on the same thing in the same place and month."""
    pairs = combinations(measures, 2)
    notes = list(dict.fromkeys(note for one, other in pairs for note in _pair(one, other, lang)))
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], text("overlap.more", lang, count=len(notes) - MOST_NOTES)]
    return notes


def _pair(one: Intervention, other: Intervention, lang: str | None) -> Iterator[str]:
    where = tuple(place for place in one.where if place in other.where)
    start, end = max(one.start, other.start), min(one.end, other.end)
    together = any(one.acts(month) and other.acts(month) for month in range(start, end + 1))
    if not where or not together or _apart(one, other):
        return
    last = end == month_index(LAST_MONTH)
    when = f"{month_name(start)}.." + ("" if last else month_name(end))
    about = {"one": one.kind, "other": other.kind, "when": when, "where": ", ".join(summary(where))}
    moved = [{*kind(measure.kind).acts_on} - {*measure.without} for measure in (one, other)]
    shared = [thing for thing in kind(one.kind).acts_on if thing in moved[0] & moved[1]]
    for thing in shared:
        what = text(f"acts_on.{thing}", lang) if f"acts_on.{thing}" in catalogue() else thing
        rule = text(f"overlap.{RULES.get(thing, 'sum')}", lang, what=what)
        yield text("overlap.pair", lang, rule=rule, **about)
    kinds = {one.kind, other.kind}
    if kinds & set(FLOORS) and kinds & set(BESIDE):
        yield text("overlap.pair", lang, rule=text("overlap.beside_floor", lang), **about)
    if kinds & set(FLOORS) and "certification" in kinds:
        yield text("overlap.pair", lang, rule=text("overlap.certified_floor", lang), **about)


def _apart(one: Intervention, other: Intervention) -> bool:
    """Whether two measures name people of whom nobody can be both."""
    for words in (SEXES, TASKS):
        ours, theirs = ({*measure.who} & {*words} for measure in (one, other))
        if ours and theirs and not ours & theirs:
            return True
    standings = [{*measure.who} & {*STANDINGS} for measure in (one, other)]
    return standings in ([{"direct"}, {"casual"}], [{"casual"}, {"direct"}])
