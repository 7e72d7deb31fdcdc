"""Measures and kinds as values: what a scenario says of one intervention, and what is known of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from batiksim.codes import AUDIENCES, CHANNELS
from batiksim.config.frozen_dict import FrozenDict


@dataclass(frozen=True)
class Option:
    """A number a kind can be given: default (None: left out), bounds, unit and what it is (language -> text).

    It means something only beside the option `beside`, where that is named; with it, the keys `replaces` are
    not said.
    """

    default: float | None
    low: float
    high: float
    unit: str
    label: Mapping[str, str]
    beside: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intervention:
    """One measure of a scenario: a kind, its months, places, people and size.

    `start` and `end` are month indices, both included; `every` the months of the year, 1 to 12, in which it
    acts (empty: all); `ramp` is the number of months from `start` until the full dose; `where` holds place
    ids; `who` the people it is limited to (empty: whomever the kind is for); `coverage` the share of them
    reached; `strength` and `options` are in the units of the kind; `budget` is IDR a year,
    or the name of a budget of the scenario that it shares;
    `unit_cost` is what one costs instead of what the kind says; `without` names what it acts on and is kept
    from.
    """

    kind: str
    start: int
    end: int
    every: tuple[int, ...] = ()
    ramp: int = 0
    where: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    coverage: float = 1.0
    strength: float | None = None
    budget: float | str | None = None
    by: str = "government"
    options: Mapping[str, float] = field(default_factory=FrozenDict)
    without: tuple[str, ...] = ()
    unit_cost: float | None = None
    origin: str = field(default="", compare=False)

    def acts(self, month: int) -> bool:
        """Return whether a month (index) is one of those in which it acts."""
        return self.start <= month <= self.end and (not self.every or month % 12 + 1 in self.every)

    @property
    def first(self) -> int:
        """The first month in which it acts; the one after its end if there is none."""
        return next((month for month in range(self.start, self.end + 1) if self.acts(month)), self.end + 1)

    @property
    def months_a_year(self) -> int:
        """In how many months of a year it acts: what is meant for a year is divided over these."""
        return len(self.every) or 12

    def dose(self, month: int) -> float:
        """Return how far the intervention is in effect: 0 outside its months, 1 after the ramp."""
        if not self.acts(month):
            return 0.0
        return min(1.0, (month - self.start + 1) / self.ramp) if self.ramp else 1.0


@dataclass(frozen=True)
class Kind:
    """A kind of intervention: what it is called, through which channel it acts, who pays how much.

    Label, channel and source of the cost are texts by language; plain text is the same in all. `acts_on`
    names what it moves, so that two measures on the same thing can be pointed out; `sign` says of indicators
    whether it raises (1) or lowers (-1) them, which the tests hold it to; `declared` is one outcome
    (indicator, sign, world) that was chosen before anything was run, which docs/reference/levers.md holds it
    to.
    """

    name: str
    label: Mapping[str, str]
    channel: Mapping[str, str]
    stakeholder: str
    payer: str
    unit_cost: float
    cost_unit: str
    cost_source: Mapping[str, str]
    strength: Option | None = None
    options: Mapping[str, Option] = field(default_factory=FrozenDict)
    who: tuple[str, ...] = AUDIENCES
    acts_on: tuple[str, ...] = ()
    sign: Mapping[str, int] = field(default_factory=FrozenDict)
    declared: Mapping[str, str | int] = field(default_factory=FrozenDict)

    @property
    def usual(self) -> dict[str, float]:
        """Its options where a scenario says nothing of them."""
        options = self.options.items()
        return {name: one.default for name, one in options if one.default is not None and not one.beside}

    def priced(self, measure: Intervention) -> bool:
        """Whether the options of a measure say what it costs, in place of the unit cost."""
        return any("unit_cost" in self.options[name].replaces for name in measure.options)


def closable(kind: Kind) -> tuple[str, ...]:
    """What of that on which a kind acts it can be kept from, with everything else as it was."""
    return tuple(thing for thing in kind.acts_on if thing in CHANNELS)
