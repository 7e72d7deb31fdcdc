"""What a lesson is made of, once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Label = Mapping[str, str]  # language -> text
Years = tuple[int, int]  # first and last, both included
BASELINE = "baseline"


@dataclass(frozen=True)
class Case:
    """Something that is run: what its scenario file would hold, the world, and the last year."""

    name: str
    label: Label
    world: str
    until: int
    scenario: Mapping[str, Any]


@dataclass(frozen=True)
class Off:
    """A mechanism off: parameters that then hold, another world, or channels that measures are kept from."""

    name: str
    label: Label
    parameters: Mapping[str, Any]
    world: str | None
    without: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A number read from runs: the mean of an indicator over years, alone or against another case or years.

    `relative` divides by what it is measured against; `show` says how it is written.
    """

    name: str
    case: str
    indicator: str
    place: str
    years: Years
    than: str | None
    before: Years | None
    relative: bool
    show: str


@dataclass(frozen=True)
class Claim(Measure):
    """A measure that must lie on one side of a bound, in every seed, and must not with a mechanism off.

    `tolerance` is how far the mean of the seeds may move before the lesson's words no longer fit.
    """

    at_least: float | None
    at_most: float | None
    tolerance: float
    off: str

    def holds(self, value: float) -> bool:
        """Whether a run shows what is claimed."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True)
class Chart:
    """Lines by year: of which indicator, of which cases, from when, and as what it is shown."""

    indicator: str
    cases: tuple[str, ...]
    since: int
    show: str


@dataclass(frozen=True)
class Bet:
    """What is asked before the run: a line to draw (of the case `draw`, from a year on), or a choice."""

    ask: Label
    draw: str | None
    since: int
    options: Mapping[str, Label]
    right: str | None
    reveal: Label


@dataclass(frozen=True)
class Life:
    """One person of one case, whose story is told, and what to look for in it."""

    case: str
    person: int
    intro: Label


@dataclass(frozen=True)
class Lever:
    """One choice in a puzzle: a measure and the setting that is moved, with the values it can have.

    With `places` the setting is `where` and any of these places can be chosen. `fixed` is always said.
    """

    name: str
    kind: str
    label: Label
    setting: str
    values: tuple[float, ...]
    unit: str
    places: tuple[str, ...]
    fixed: Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """What must be reached against the same region without the chosen measures, as a mean over years.

    With `level` it is the level itself that counts.
    """

    label: Label
    indicator: str
    years: Years
    level: bool
    at_least: float | None
    at_most: float | None
    show: str

    def reached(self, value: float) -> bool:
        """Whether the value is far enough."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True)
class Puzzle:
    """A goal and a budget (IDR a year over `years`, all payers), in all `worlds`, with levers to reach it.

    `solution` and `trap` are choices, lever -> value: the first is solved by a run, the second is not.
    """

    text: Label
    worlds: tuple[str, ...]
    parameters: Mapping[str, Any]
    budget: float
    years: Years
    until: int
    goals: tuple[Goal, ...]
    levers: tuple[Lever, ...]
    solution: Mapping[str, Any]
    trap: Mapping[str, Any]
    hint: Label

    def scenario(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """What a scenario file with these choices would hold; 0, or no place, leaves a measure out."""
        measures = []
        for lever in self.levers:
            value = chosen.get(lever.name)
            if value:
                setting = {"where": list(value)} if lever.places else {lever.setting: value}
                measures.append({lever.kind: {**lever.fixed, **setting}})
        content: dict[str, Any] = {"extends": BASELINE, "parameters": dict(self.parameters)}
        return {**content, "interventions": measures} if measures else content


@dataclass(frozen=True)
class Lesson:
    """One lesson. Texts may hold {names} of measures and claims, which `results.filled` replaces."""

    name: str
    number: int
    minutes: int
    title: Label
    question: Label
    story: tuple[Label, ...]
    cases: Mapping[str, Case]
    offs: Mapping[str, Off]
    measures: Mapping[str, Measure]
    bet: Bet
    chart: Chart
    second: Chart | None
    why: tuple[Label, ...]
    life: Life
    puzzle: Puzzle
    doubt: Label
    aim: Label
    curriculum: tuple[Label, ...]
    answers: tuple[Label, ...]
    discuss: tuple[Label, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The measures that are claims."""
        return tuple(one for one in self.measures.values() if isinstance(one, Claim))

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts, in order."""
        return (self.chart, self.second) if self.second else (self.chart,)
