"""The plan of a comparison: which runs there are, and in which tasks they are computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from batiksim import __version__
from batiksim.calendar import LAST_MONTH, month_index, month_name
from batiksim.config.parameters import REGIME, load_parameters
from batiksim.config.scale import check_scale
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import RECORDS
from batiksim.runs.store import fingerprint
from batiksim.scenario import Scenario
from batiksim.scenario.differences import differing_months
from batiksim.world.places import PEKALONGAN

FULL = 1.0
DISCOUNT = "study.discount_rate"
# What building a region costs, in months of running it: for the estimate of the time left only.
_BUILDING = 20


@dataclass(frozen=True)
class Run:
    """One run: its part of the folder, scenario and regime, draw, seed and scale.

    `region` is True for the full-scale run that places are reported from.
    """

    part: str
    scenario: str
    regime: str
    draw: int
    seed: int
    scale: float
    region: bool = False


@dataclass(frozen=True)
class Task:
    """Runs with one seed that a process computes together: numbers of `cases` and the parts they are saved
    as.

    The first case leads. `lives` names the part for a paired life of each other case, if it is wanted.
    `work` is the expected time in months of a full-scale run.
    """

    cases: tuple[Scenario, ...]
    runs: Mapping[int, str]
    lives: str | None
    draw: int
    seed: int
    scale: float
    since: str
    until: str
    record: str
    work: float

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of all parts."""
        return (*self.runs.values(), *([self.lives] if self.lives else []))


@dataclass(frozen=True)
class Plan:
    """What a comparison is asked to do; the first scenario is the baseline of all pairs.

    `scale`, `since`, `until`, `record` as in a run; `full_scale` adds one run of the whole region with the
    first seed for each scenario and regime (never of the nation, whose centres have no names).
    """

    scenarios: tuple[Scenario, ...]
    regimes: tuple[str, ...]
    seeds: tuple[int, ...]
    scale: float
    since: str
    until: str
    record: str
    full_scale: bool

    @cached_property
    def cases(self) -> dict[tuple[str, str], Scenario]:
        """(regime, scenario name) -> scenario, regimes outermost."""
        found = {}
        for regime in self.regimes:
            for scenario in self.scenarios:
                case = under(scenario, regime)
                if case is not None:
                    found[regime, scenario.stem] = case
        return found

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """All runs in the order of the files: scenario, regime, seed; then those of the whole region."""
        names = [scenario.stem for scenario in self.scenarios]
        pairs = [(name, regime) for name in names for regime in self.regimes if (regime, name) in self.cases]
        some = [(*pair, seed, self.scale, False) for pair in pairs for seed in self.seeds]
        if self.full_scale and self.scale != FULL:
            some += [(*pair, self.seeds[0], FULL, True) for pair in pairs]
        return tuple(
            Run(f"{number:06d}", name, regime, 0, seed, scale, region)
            for number, (name, regime, seed, scale, region) in enumerate(some)
        )

    def life_part(self, regime: str) -> str:
        """The part that holds the paired lives of a regime."""
        return f"life-{self.regimes.index(regime)}"

    def tasks(self, done: Collection[str]) -> list[Task]:
        """Tasks for the parts not yet `done`, the longest first, otherwise by seed."""
        groups: dict[tuple[str, int, int, float], dict[str, str]] = {}
        for run in self.runs:
            if run.part not in done:
                key = (run.regime, run.draw, run.seed, run.scale)
                groups.setdefault(key, {})[run.scenario] = run.part
        for regime in self.regimes:
            if self.life_part(regime) not in done:
                groups.setdefault((regime, 0, self.seeds[0], self.scale), {})
        tasks = [self._task(*key, parts, done) for key, parts in groups.items()]
        order = {seed: place for place, seed in enumerate(self.seeds)}
        return sorted(tasks, key=lambda task: (-task.scale, order[task.seed]))

    def _task(
        self, regime: str, draw: int, seed: int, scale: float, parts: dict[str, str], done: Collection[str]
    ) -> Task:
        names = [name for of, name in self.cases if of == regime]
        life = self.life_part(regime)
        lives = life if (seed, scale) == (self.seeds[0], self.scale) and life not in done else None
        work = scale * sum(self._months(regime, name) for name in (2 * names if lives else parts))
        return Task(
            tuple(self.cases[regime, name] for name in names),
            {names.index(name): part for name, part in parts.items()}, lives,
            draw, seed, scale, self.since, self.until, self.record, work,
        )  # fmt: skip

    def _months(self, regime: str, name: str) -> float:
        """Months a run of its own takes beyond what it shares with the baseline."""
        months = month_index(self.until) + 1
        start = self.periods[regime, name][0]
        if start == 0 or name == self.scenarios[0].stem:
            return months + _BUILDING
        return 0 if start is None else months - start

    @cached_property
    def periods(self) -> dict[tuple[str, str], tuple[int | None, int | None]]:
        """(regime, scenario name) -> first and last month in which it differs from the baseline.

        None where there is no such month within the run; a difference to the end has no last month.
        """
        months = month_index(self.until) + 1
        found: dict[tuple[str, str], tuple[int | None, int | None]] = {}
        for (regime, name), case in self.cases.items():
            lead = self.cases[regime, self.scenarios[0].stem]
            differs = differing_months(lead, case, months).nonzero()[0]
            start = int(differs[0]) if differs.size else None
            end = int(differs[-1]) if differs.size and differs[-1] < months - 1 else None
            found[regime, name] = (start, end)
        return found

    def inputs(self) -> dict[str, Any]:
        """What `study.json` says, ready for JSON; `inputs` in it is equal for equal results."""
        asked = {
            "version": __version__,
            "scenarios": [
                {"name": scenario.stem, "hash": scenario.hash, "regimes": self._regimes_of(scenario)}
                for scenario in self.scenarios
            ],
            "regimes": list(self.regimes),
            "seeds": list(self.seeds),
            "scale": self.scale,
            "since": self.since,
            "until": self.until,
            "record": self.record,
            "full_scale": self.full_scale,
        }
        return {
            "kind": "batiksim comparison",
            "inputs": fingerprint(asked),
            **asked,
            "titles": {scenario.stem: dict(scenario.title) for scenario in self.scenarios},
            "discount_rate": self.scenarios[0].value(DISCOUNT, 0),
            "periods": [
                {"regime": regime, "scenario": name, "start": _named(start), "end": _named(end)}
                for (regime, name), (start, end) in self.periods.items()
            ],
        }

    def _regimes_of(self, scenario: Scenario) -> list[str]:
        return [regime for regime in self.regimes if (regime, scenario.stem) in self.cases]


def under(scenario: Scenario, regime: str) -> Scenario | None:
    """A scenario under a regime; None if its own file says another."""
    if REGIME in scenario.spans:
        return scenario if scenario.regime == regime else None
    return scenario.but({REGIME: regime})


def make_plan(
    scenarios: Sequence[Scenario],
    seeds: int | Sequence[int],
    *,
    scale: float,
    since: str,
    until: str,
    record: str,
    regimes: Sequence[str] | None,
    baseline: str | None,
    full_scale: bool,
) -> Plan:
    """Check what was asked for and return the plan; raises UsageError."""
    names = [scenario.stem for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(text("compare.same_name", name=name))
    lead = names[0] if baseline is None and names else baseline
    if names and lead not in names:
        raise UsageError(text("compare.baseline", names=", ".join(names), baseline=lead))
    if len(names) < 2:
        raise UsageError(text("compare.two", names=", ".join(names) or "-"))
    if record not in RECORDS:
        raise UsageError(f"record is {record!r}; it can be {' or '.join(RECORDS)}")
    ordered = sorted(scenarios, key=lambda scenario: scenario.stem != lead)
    chosen = tuple(range(1, seeds + 1) if isinstance(seeds, int) else seeds)
    _check_numbers(chosen, scale, since, until, record)
    _check_places(ordered[0], ordered[1:])
    # Nobody looks for an anonymous centre on a map, and the whole nation takes a dozen times as long.
    mapped = full_scale and ordered[0].places == PEKALONGAN
    plan = Plan(
        tuple(ordered), tuple(regimes or shipped_regimes()), chosen, scale, since, until, record, mapped
    )
    return _check_regimes(plan)


def shipped_regimes() -> tuple[str, ...]:
    """The regimes that have values of their own, the default first."""
    parameters = load_parameters()
    default = str(parameters[REGIME].value)
    others = {regime for parameter in parameters.values() for regime in parameter.regimes} - {default}
    return (default, *(regime for regime in parameters[REGIME].options if regime in others))


def _check_numbers(seeds: tuple[int, ...], scale: float, since: str, until: str, record: str) -> None:
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise UsageError(text("compare.seeds"))
    check_scale(scale)
    if not 0 <= month_index(since) <= month_index(until) <= month_index(LAST_MONTH):
        raise UsageError(text("cli.from_after_until", since=since, until=until))
    if record == "yearly" and f"{since[:4]}-12" > until:
        raise UsageError(text("cli.no_december", since=since, until=until))


def _check_places(lead: Scenario, others: Sequence[Scenario]) -> None:
    for scenario in others:
        if scenario.places != lead.places:
            about = {"places": scenario.places, "baseline": lead.stem, "others": lead.places}
            raise UsageError(text("national.no_pair", name=scenario.stem, **about))


def _check_regimes(plan: Plan) -> Plan:
    """Keep the regimes the baseline can be run in; every scenario must have one of them left."""
    lead = plan.scenarios[0]
    left = tuple(regime for regime in dict.fromkeys(plan.regimes) if under(lead, regime) is not None)
    for scenario in plan.scenarios:
        if all(under(scenario, regime) is None for regime in left):
            raise UsageError(text("compare.regime", name=scenario.stem, regimes=", ".join(plan.regimes)))
    return Plan(
        plan.scenarios, left, plan.seeds, plan.scale, plan.since, plan.until, plan.record, plan.full_scale
    )


def _named(month: int | None) -> str | None:
    return None if month is None else month_name(month)
