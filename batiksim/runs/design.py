"""The design of a study: which runs there are, and in which tasks they are computed.

A design is scenarios times a list of (draw, seed) pairs, the seeds nested in the draws.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from batiksim import __version__
from batiksim.calendar import LAST_MONTH, month_index, month_name
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.scale import check_scale
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import RECORDS
from batiksim.runs import draws, fingerprints
from batiksim.runs.draws import Draw, fits, regime_of, under
from batiksim.runs.sample_table import SAMPLE, SampleTable
from batiksim.runs.store import AGES, COSTS, INCOMES, SERIES, fingerprint
from batiksim.scenario import Scenario
from batiksim.scenario.differences import differing_months
from batiksim.world.places import PEKALONGAN

COMPARISON, SINGLE = "batiksim comparison", "batiksim run"
SWEEP, VALIDATION = "batiksim sweep", "batiksim validation"
TABLES = (SERIES, AGES, INCOMES, COSTS)
FULL = 1.0
NO_SAMPLE = "none"
DISCOUNT = "study.discount_rate"
# What building a region costs, in months of running it: for the estimate of the time left only.
BUILDING = 20


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
    """Runs under one draw with one seed that a process computes together.

    The first of `scenarios` leads; `runs` are the numbers of those wanted and the parts they are saved as.
    `lives` names the part for a paired life of each other scenario, if it is wanted. `short` and
    `bound` are as in a design, `work` is the expected time in months of a full-scale run.
    """

    scenarios: tuple[Scenario, ...]
    draw: Draw
    runs: Mapping[int, str]
    lives: str | None
    seed: int
    scale: float
    since: str
    until: str
    record: str
    tables: tuple[str, ...]
    short: bool
    work: float
    bound: Mapping[str, Mapping[str, str]]

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of all parts."""
        return (*self.runs.values(), *([self.lives] if self.lives else []))

    @cached_property
    def cases(self) -> tuple[Scenario, ...]:
        """The scenarios with the draw under them."""
        cases = [under(scenario, self.draw) for scenario in self.scenarios]
        return tuple(case for case in cases if case is not None)


@dataclass(frozen=True)
class Design:
    """What a study is asked to do; the first scenario is the baseline of all pairs.

    `pairs` are (draw, seed), all seeds of a draw one after the other. `scale`, `since`, `until`, `record` as
    in a run; `region` are the pairs of runs of the whole region (never of the nation, whose centres have no
    names); `lives` a paired life of each of `named` draws; `tables` are the files that are wanted. `sample`
    is what the draws are called together: a file, or "none" where they are regimes. `drawn` is the table that
    they are the rows of, if it is kept in the folder.
    """

    scenarios: tuple[Scenario, ...]
    pairs: tuple[tuple[Draw, int], ...]
    scale: float
    since: str
    until: str
    record: str
    region: tuple[tuple[Draw, int], ...] = ()
    lives: bool = True
    tables: tuple[str, ...] = TABLES
    kind: str = COMPARISON
    sample: str = NO_SAMPLE
    drawn: SampleTable | None = None

    @property
    def full_scale(self) -> int:
        """Runs of the whole region for each scenario and world."""
        return len(self.region) // len(self.named) if self.region else 0

    @property
    def short(self) -> bool:
        """Whether runs are kept in short, as those of a yearly sweep of samples are, of which there may be
        ten thousand: groups of places only, since one place of a sample is no result, and seven digits.
        """
        return (self.kind, self.record) == (SWEEP, "yearly") and self.scale < FULL

    @cached_property
    def named(self) -> tuple[Draw, ...]:
        """The draws that lives are told under, and the whole region is run in: those with a name known to
        readers, the regimes.
        """
        if self.sample == NO_SAMPLE:
            return self.draws
        return tuple(draws.regime(name) for name in draws.usual_regimes(self.scenarios))

    @cached_property
    def seeds_of(self) -> dict[tuple[str, int], tuple[int, ...]]:
        """Name and number of a draw -> its seeds, in order."""
        found: dict[tuple[str, int], list[int]] = {}
        for draw, seed in self.pairs:
            found.setdefault((draw.name, draw.number), []).append(seed)
        return {key: tuple(seeds) for key, seeds in found.items()}

    @cached_property
    def draws(self) -> tuple[Draw, ...]:
        """The draws, each once, in order."""
        return tuple({(draw.name, draw.number): draw for draw, _ in self.pairs}.values())

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of any draw, each once, in order."""
        return tuple(dict.fromkeys(seed for _, seed in self.pairs))

    @cached_property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that are run, in order."""
        found = (regime_of(one, draw) for draw in self.draws for one in self.scenarios if fits(one, draw))
        return tuple(dict.fromkeys(found))

    @cached_property
    def cases(self) -> dict[tuple[str, str], Scenario]:
        """(regime, scenario name) -> scenario under the first draw with that regime, regimes outermost."""
        found: dict[tuple[str, str], Scenario] = {}
        for draw in self.draws:
            for scenario in self.scenarios:
                key = (regime_of(scenario, draw), scenario.stem)
                if fits(scenario, draw) and key not in found:
                    case = under(scenario, draw)
                    assert case is not None
                    found[key] = case
        return found

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """All runs in the order of the files: scenario, draw, seed; then those of the whole region."""
        some: list[tuple[Scenario, Draw, int, float, bool]] = []
        for scenario in self.scenarios:
            some += [(scenario, draw, seed, self.scale, False) for draw, seed in self.pairs]
        for scenario in self.scenarios:
            some += [(scenario, draw, seed, FULL, True) for draw, seed in self.region]
        fitting = (one for one in some if fits(one[0], one[1]))
        return tuple(
            Run(f"{number:06d}", one.stem, regime_of(one, draw), draw.number, seed, scale, region)
            for number, (one, draw, seed, scale, region) in enumerate(fitting)
        )

    def _first(self, draw: Draw) -> int:
        """The seed that a life under a draw is told with."""
        return self.seeds_of.get((draw.name, draw.number), self.seeds)[0]

    @cached_property
    def life_parts(self) -> dict[str, Draw]:
        """The parts that hold the paired lives under each draw."""
        return {f"life-{number}": draw for number, draw in enumerate(self.named)} if self.lives else {}

    @property
    def parts(self) -> list[str]:
        """Names of all parts."""
        return [*(run.part for run in self.runs), *self.life_parts]

    @cached_property
    def bound(self) -> dict[str, dict[str, str]]:
        """Part -> what it is bound to: the fingerprints of its scenario, its run, and of what computes them.

        A part that is bound to anything else answers another question.
        """
        made, plugins = fingerprints.package(), fingerprints.plugins
        settings = [self.since, self.until, self.record, self.tables, *(["short"] if self.short else [])]
        named = {one.stem: one for one in self.scenarios}
        of = {key: draw.mark for key, draw in self._drawn().items()}
        own = {one.stem: made | {"scenario": one.hash, "plugins": plugins([one])} for one in self.scenarios}
        found = {}
        for run in self.runs:
            draw = of[run.regime, run.draw, run.scenario]
            about = [run.scenario, named[run.scenario].places, draw, run.seed, run.scale, *settings]
            found[run.part] = own[run.scenario] | {"run": fingerprint({"run": about})}
        every = fingerprint({one.stem: one.hash for one in self.scenarios})
        for part, one in self.life_parts.items():
            about = [list(named), one.mark, self._first(one), self.scale, self.until]
            marks = {"scenario": every, "plugins": plugins(self.scenarios)}
            found[part] = made | marks | {"run": fingerprint({"lives": about})}
        return found

    def _drawn(self) -> dict[tuple[str, int, str], Draw]:
        """Regime, number and scenario -> the draw that a run is made under."""
        every = dict.fromkeys((*self.draws, *self.named))
        return {
            (regime_of(one, draw), draw.number, one.stem): draw
            for draw in every
            for one in self.scenarios
            if fits(one, draw)
        }

    def tasks(self, done: Collection[str] = ()) -> list[Task]:
        """Tasks for the parts not yet `done`, the longest first, otherwise each draw's first seed first."""
        of = self._drawn()
        groups: dict[tuple[Draw, int, float], dict[str, str]] = {}
        for run in self.runs:
            if run.part not in done:
                draw = of[run.regime, run.draw, run.scenario]
                groups.setdefault((draw, run.seed, run.scale), {})[run.scenario] = run.part
        lives = {draw: part for part, draw in self.life_parts.items() if part not in done}
        for draw in lives:
            groups.setdefault((draw, self._first(draw), self.scale), {})
        place = {
            (key, seed): place for key, seeds in self.seeds_of.items() for place, seed in enumerate(seeds)
        }
        tasks = [self._task(*key, parts, lives) for key, parts in groups.items()]
        return sorted(
            tasks,
            key=lambda task: (-task.scale, place.get(((task.draw.name, task.draw.number), task.seed), 0)),
        )

    def _task(
        self, draw: Draw, seed: int, scale: float, parts: dict[str, str], lives: Mapping[Draw, str]
    ) -> Task:
        scenarios = tuple(scenario for scenario in self.scenarios if fits(scenario, draw))
        names = [scenario.stem for scenario in scenarios]
        life = lives.get(draw) if (seed, scale) == (self._first(draw), self.scale) else None
        months = {one.stem: self._months(regime_of(one, draw), one.stem) for one in scenarios}
        work = scale * sum(months[name] for name in (names if life else parts))
        return Task(
            scenarios, draw, {names.index(name): part for name, part in parts.items()}, life, seed, scale,
            self.since, self.until, self.record, self.tables, self.short, work,
            {part: self.bound[part] for part in (*parts.values(), *([life] if life else []))},
        )  # fmt: skip

    def _months(self, regime: str, name: str) -> float:
        """Months a run of its own takes beyond what it shares with the baseline."""
        months = month_index(self.until) + 1
        if name == self.scenarios[0].stem:
            return months + BUILDING
        # A life may be told in a world that no draw taken is of.
        start = self.periods.get((regime, name), (0, None))[0]
        if start == 0:
            return months + BUILDING
        return 0 if start is None else months - start

    @cached_property
    def periods(self) -> dict[tuple[str, str], tuple[int | None, int | None]]:
        """(regime, scenario name) -> first and last month in which it differs from the baseline.

        None where there is no such month within the run. A difference to the end has no last month, nor has
        one that would come again within a year of it.
        """
        months = month_index(self.until) + 1
        beyond = min(months + 12, month_index(LAST_MONTH) + 1)
        found: dict[tuple[str, str], tuple[int | None, int | None]] = {}
        for (regime, name), case in self.cases.items():
            lead = self.cases.get((regime, self.scenarios[0].stem), self.scenarios[0])
            ever = differing_months(lead, case, beyond)
            differs = ever[:months].nonzero()[0]
            start = int(differs[0]) if differs.size else None
            over = differs.size and differs[-1] < months - 1 and not ever[months:].any()
            end = int(differs[-1]) if over else None
            found[regime, name] = (start, end)
        return found

    def question(self) -> dict[str, Any]:
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
            **self._more(),
        }
        return {
            "kind": self.kind,
            "inputs": fingerprint(asked),
            **asked,
            "lives": self.lives,
            "runs": len(self.runs),
            "titles": {scenario.stem: dict(scenario.title) for scenario in self.scenarios},
            "discount_rate": self.scenarios[0].value(DISCOUNT, 0),
            "periods": [
                {"regime": regime, "scenario": name, "start": _named(start), "end": _named(end)}
                for (regime, name), (start, end) in self.periods.items()
            ],
        }

    def _more(self) -> dict[str, Any]:
        """What only some designs say: without it a folder reads as one of the first edition."""
        said: dict[str, Any] = {}
        if self.pairs != regime_pairs(self.regimes, self.seeds):
            said["draws"] = [self._said(draw) for draw in self.draws]
            said["sample"] = self.sample
        if self.drawn is not None:
            said["drawn"] = {**self.drawn.about, "hash": self.drawn.mark}
        if self.tables != TABLES:
            said["tables"] = list(self.tables)
        return said

    def _said(self, draw: Draw) -> dict[str, Any]:
        """A draw and its seeds; its values only where no table keeps them."""
        said = draw.as_json() | {"seeds": list(self.seeds_of[draw.name, draw.number])}
        if self.drawn is not None:
            del said["values"]
        return said

    def _regimes_of(self, scenario: Scenario) -> list[str]:
        return [regime for regime in self.regimes if (regime, scenario.stem) in self.cases]


def read_question(
    study: Mapping[str, Any], scenarios: Sequence[Scenario], drawn: SampleTable | None = None
) -> Design:
    """The design that `study.json` keeps, given its scenarios and the table of its draws, if it has one."""
    pairs = regime_pairs(study["regimes"], study["seeds"])
    if drawn is not None:
        rows = {draw.number: draw for draw in drawn.draws}
        pairs = tuple((rows[said["number"]], seed) for said in study["draws"] for seed in said["seeds"])
    elif "draws" in study:
        pairs = tuple(
            (Draw(said["name"], FrozenDict(said["values"]), said["number"], said.get("world", "")), seed)
            for said in study["draws"]
            for seed in said["seeds"]
        )
    asked = Design(
        tuple(scenarios), pairs, study["scale"], study["since"], study["until"], study["record"], (),
        study.get("lives", True), tuple(study.get("tables", TABLES)), study.get("kind", COMPARISON),
        study.get("sample", NO_SAMPLE), drawn,
    )  # fmt: skip
    return _with_region(asked, int(study["full_scale"]))


def _with_region(design: Design, seeds: int) -> Design:
    """The design with so many runs of the whole region for each scenario and named draw, from the first seed
    on; none of the nation, nor where every run is of the whole region.
    """
    # Nobody looks for an anonymous centre on a map, and the whole nation takes a dozen times as long.
    if design.scale == FULL or design.scenarios[0].places != PEKALONGAN:
        return design
    first = design.seeds[0]
    return replace(design, region=tuple((draw, first + k) for draw in design.named for k in range(seeds)))


def regime_pairs(regimes: Sequence[str], seeds: Sequence[int]) -> tuple[tuple[Draw, int], ...]:
    """Every regime with the same seeds."""
    return tuple((draws.regime(name), seed) for name in regimes for seed in seeds)


def make_design(
    scenarios: Sequence[Scenario],
    seeds: int | Sequence[int],
    *,
    members: Sequence[tuple[int, Drawn]] = (),
    sample: str = NO_SAMPLE,
    scale: float,
    since: str,
    until: str,
    record: str,
    regimes: Sequence[str] | None,
    baseline: str | None,
    full_scale: int = 0,
) -> Design:
    """Check what a comparison is asked for and return its design; raises UsageError.

    Without `members`, numbered draws of a `sample`, every regime has the same seeds; each member has as many
    seeds of its own, so that the noise of two draws has nothing in common.
    """
    names = [scenario.stem for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(text("compare.same_name", name=name))
    lead = names[0] if baseline is None and names else baseline
    if names and lead not in names:
        raise UsageError(text("compare.baseline", names=", ".join(names), baseline=lead))
    if len(names) < 2:
        raise UsageError(text("compare.two", names=", ".join(names) or "-"))
    ordered = sorted(scenarios, key=lambda scenario: scenario.stem != lead)
    chosen = tuple(range(1, seeds + 1) if isinstance(seeds, int) else seeds)
    check_settings(chosen, scale, since, until, record)
    _check_places(ordered[0], ordered[1:])
    if members:
        own, first = len(chosen), chosen[0]
        pairs = tuple(
            (member.draw(number), first + (number - 1) * own + k)
            for number, member in members
            for k in range(own)
        )
        for scenario in ordered:
            if not any(fits(scenario, draw) for draw, _ in pairs):
                raise UsageError(text("sample.regime", name=scenario.stem, regime=scenario.regime))
    else:
        asked = tuple(regimes or draws.usual_regimes(ordered))
        pairs = regime_pairs(_regimes_left(ordered, asked), chosen)
    design = Design(tuple(ordered), pairs, scale, since, until, record, sample=sample)
    return _with_region(design, full_scale)


def swept(
    scenarios: Sequence[Scenario],
    drawn: SampleTable,
    seeds: Sequence[int],
    *,
    alike: bool,
    scale: float,
    since: str,
    until: str,
    record: str,
) -> Design:
    """The design of a sweep: every scenario under every row of a table; raises UsageError.

    The first scenario is the baseline, and may be the only one. Each draw has as many seeds of its own, so
    that the noise of two draws has nothing in common; `alike`: all have the same, so that differences between
    neighbouring draws have little noise.
    """
    names = [scenario.stem for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(text("compare.same_name", name=name))
    check_settings(tuple(seeds), scale, since, until, record)
    _check_places(scenarios[0], scenarios[1:])
    own = len(seeds)
    pairs = tuple(
        (draw, seeds[0] + (0 if alike else (draw.number - 1) * own) + k)
        for draw in drawn.draws
        for k in range(own)
    )
    for scenario in scenarios:
        if not fits(scenario, drawn.draws[0]):
            raise UsageError(text("sweep.regime", name=scenario.stem, regime=scenario.regime))
    return Design(
        tuple(scenarios), pairs, scale, since, until, record, lives=False, tables=(SERIES,), kind=SWEEP,
        sample=SAMPLE, drawn=drawn,
    )  # fmt: skip


def single(
    scenario: Scenario, seeds: Sequence[int], *, scale: float, since: str, until: str, record: str
) -> Design:
    """The design of `batiksim run`: one scenario as it is. Raises UsageError."""
    check_settings(tuple(seeds), scale, since, until, record)
    pairs = tuple((draws.NOTHING, seed) for seed in seeds)
    return Design((scenario,), pairs, scale, since, until, record, lives=False, tables=(SERIES,), kind=SINGLE)


class Drawn(Protocol):
    """A member of a sample."""

    def draw(self, number: int) -> Draw: ...


def check_settings(seeds: tuple[int, ...], scale: float, since: str, until: str, record: str) -> None:
    """Refuse seeds, scales, months and records that cannot be run. Raises UsageError."""
    if record not in RECORDS:
        raise UsageError(f"record is {record!r}; it can be {' or '.join(RECORDS)}")
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


def _regimes_left(scenarios: Sequence[Scenario], regimes: Sequence[str]) -> tuple[str, ...]:
    """The regimes the baseline can be run in; every scenario must have one of them."""
    lead = scenarios[0]
    left = tuple(name for name in dict.fromkeys(regimes) if under(lead, draws.regime(name)) is not None)
    for scenario in scenarios:
        if not any(fits(scenario, draws.regime(name)) for name in left):
            raise UsageError(text("compare.regime", name=scenario.stem, regimes=", ".join(regimes)))
    return left


def _named(month: int | None) -> str | None:
    return None if month is None else month_name(month)
