"""`Study`: a comparison, finished or not, and the questions it answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from batiksim.calendar import month_index
from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import suggestion, text
from batiksim.recording.described import from_parquet, of_answer, to_xarray
from batiksim.recording.indicators import find_indicator, load_indicators
from batiksim.runs import atomic_files, results
from batiksim.runs.assemble import OK
from batiksim.runs.design import NO_SAMPLE, SWEEP
from batiksim.runs.folder import is_finished, read_study
from batiksim.runs.snapshot import Snapshot
from batiksim.runs.store import AGES, COSTS, INCOMES, KEYS, PLACES, SERIES
from batiksim.scenario import Scenario, library
from batiksim.studies.study import answers, effects, people
from batiksim.studies.study import costs as priced
from batiksim.studies.study import sets as of_sets
from batiksim.studies.study.data import PAIR, YOUNG, Numbers, kept

if TYPE_CHECKING:
    import xarray

# Numbers that are read at once at most: 1 GiB.
MOST_CELLS = 1 << 27
_READ_ONCE = ("cases", "runs", "series", "places", "ages", "incomes", "spending", "lives")


class Study:
    """Results of a comparison, read from its folder; every table is a pandas DataFrame.

    Numbers are of the model at full scale, medians and bands over runs, differences over pairs of runs with
    the same seed. `Study.open` takes also a comparison that still runs or was stopped: its tables are of the
    runs there are, `done` of `total`, and `refresh` takes in those that have come since.
    Raises UsageError if the comparison was not finished, or one of its files is damaged.
    """

    def __init__(self, folder: str | os.PathLike[str], *, unfinished: bool = False) -> None:
        self.folder = atomic_files.named(folder)
        self.about: dict[str, Any] = read_study(self.folder)
        self.finished = False
        if not unfinished and not is_finished(self.folder):
            raise UsageError(text("compare.not_finished", folder=self.folder))
        self.refresh()

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Study:
        """The finished comparison that was saved in a folder."""
        return cls(folder)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Study:
        """The comparison in a folder, as far as it is."""
        return cls(folder, unfinished=True)

    def refresh(self) -> bool:
        """Take in the runs that have come since; return whether all there will be are in.

        Costs as much as reading all runs while the comparison is unfinished, nothing afterwards.
        """
        if self.finished:
            return True
        self.finished = is_finished(self.folder)
        self._snapshot = None if self.finished else Snapshot(self.folder)
        if self.finished:
            results.check(self.folder, self.about)
        self.files = self.folder if self._snapshot is None else self._snapshot.folder
        self.numbers = Numbers(self.files)
        self._answers: dict[tuple[Any, ...], pd.DataFrame] = {}
        for name in _READ_ONCE:
            self.__dict__.pop(name, None)
        return self.finished

    @property
    def total(self) -> int:
        """How many runs the comparison has."""
        return len(self.runs)

    @property
    def done(self) -> int:
        """How many of them have succeeded by now."""
        return int((self.runs["status"] == OK).sum())

    def __repr__(self) -> str:
        return f"<Study {', '.join(self.scenarios)}: {self.done} of {self.total} runs>"

    # --- what was run

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, the baseline first."""
        return [about["name"] for about in self.about["scenarios"]]

    @property
    def baseline(self) -> str:
        """Name of the scenario the others are compared with."""
        return self.scenarios[0]

    @property
    def regimes(self) -> list[str]:
        """Values of `choice.regime` that were run."""
        return list(self.about["regimes"])

    @cached_property
    def cases(self) -> list[tuple[str, str]]:
        """(regime, scenario) of all that succeeded in at least one run, regimes outermost."""
        ran = set(
            zip(self.runs.loc[self._good, "regime"], self.runs.loc[self._good, "scenario"], strict=True)
        )
        return [(regime, name) for regime in self.regimes for name in self.scenarios if (regime, name) in ran]

    def regimes_of(self, scenario: str) -> list[str]:
        """Values of `choice.regime` that a scenario was to be run in, whether its runs succeeded or not."""
        return list(self.about["scenarios"][self.scenarios.index(scenario)]["regimes"])

    @property
    def policies(self) -> list[tuple[str, str]]:
        """The cases that are compared with the baseline."""
        return [
            (regime, name)
            for regime, name in self.cases
            if name != self.baseline and (regime, self.baseline) in self.cases
        ]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: scenario, regime, draw, seed, scale, status, seconds, error ("" where none)."""
        return results.read_runs(self.files, self.about)

    @property
    def _good(self) -> pd.Series:
        return (self.runs["status"] == "ok") & (self.runs["scale"] == self.about["scale"])

    @property
    def command(self) -> str:
        """The command line that makes this comparison, to be run in its folder."""
        return self.command_with(self.named())

    def named(self, folder: str = "") -> dict[str, str]:
        """What a command line calls each scenario: its name where the library has the same one, otherwise the
        file of it in `folder`, that of this comparison.
        """
        shipped = library()
        return {
            name: name
            if name in shipped and Scenario.load(shipped[name]).hash == about["hash"]
            else (Path(folder) / file).as_posix()
            for name, about, file in zip(
                self.scenarios, self.about["scenarios"], self.about["files"], strict=True
            )
        }

    def command_with(self, names: Mapping[str, str]) -> str:
        """The command line that makes this comparison where the scenarios are called `names`."""
        words: list[Any] = ["batiksim", "compare", *(names[name] for name in self.scenarios)]
        if self.about.get("kind") == SWEEP:
            return command_line([*self._sweep(words[2:]), *self._settings()])
        words += ["--sample", self.sample]
        drawn = self.about.get("draws")
        if drawn:
            of_each = len(drawn[0]["seeds"])
            words += ["--draws", len(drawn)]
            seed = drawn[0]["seeds"][0] - (drawn[0]["number"] - 1) * of_each
        else:
            of_each, seed = len(self.about["seeds"]), self.about["seeds"][0]
        words += ["--seed", seed, "--seeds", of_each, *self._settings()]
        return command_line([*words, "--full-pairs", int(self.about["full_scale"])])

    def _settings(self) -> list[Any]:
        return [word for key in ("scale", "until", "record") for word in (f"--{key}", self.about[key])]

    def _sweep(self, names: list[Any]) -> list[Any]:
        """The words of the command that made a sweep."""
        drawn, first = self.about["drawn"], self.about["draws"][0]["seeds"]
        about = [f"--{key}" for key in ("design", "draws", "parameters")]
        words = [word for key in about for word in (key, drawn[key.removeprefix("--")])]
        return ["batiksim", "sweep", *names, *words, "--seed", first[0], "--seeds", len(first)]

    @property
    def sample(self) -> str:
        """The sample that its draws are of: "shipped", a file, or "none" where there are worlds only."""
        return str(self.about.get("sample", NO_SAMPLE))

    @property
    def months(self) -> list[str]:
        """Months that are recorded, in order."""
        return self.numbers.months

    def period(self, regime: str, scenario: str) -> tuple[int | None, int | None]:
        """First and last month index in which a scenario differs from the baseline; None if there is none."""
        for entry in self.about["periods"]:
            if (entry["regime"], entry["scenario"]) == (regime, scenario):
                return _index(entry["start"]), _index(entry["end"])
        return None, None

    # --- the files

    def read(
        self,
        indicators: str | Sequence[str],
        *,
        years: int | Sequence[int] | None = None,
        scenarios: str | Sequence[str] | None = None,
        places: str | Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Some indicators of some years, scenarios and places (None: all): `series` without the rest, which
        is not read from the disk either.

        Raises UsageError for an unknown indicator, and for a year, scenario or place that there is not.
        """
        names = [find_indicator(name).name for name in _listed(indicators)]
        wanted = {"month": [month for year in _listed(years) for month in self._months_of(year)]}
        wanted |= {"scenario": _listed(scenarios), "place": _listed(places)}
        where = [(key, "in", values) for key, values in wanted.items() if values]
        found = self._frame(SERIES, [*KEYS.names, *names], where)
        for name in set(wanted["scenario"]) - set(self.scenarios):
            raise UsageError(text("study.no_scenario", name=name, near=suggestion(name, self.scenarios)))
        for place in set(wanted["place"]) - set(found["place"].unique()):
            raise UsageError(text("compare.no_place", place=place))
        return found

    def _months_of(self, year: int) -> list[str]:
        """The recorded months of a year. Raises UsageError where there are none."""
        months = [month for month in self.months if month[:4] == str(year)]
        if not months:
            first, last = self.months[0], self.months[-1]
            raise UsageError(text("compare.no_month", month=year, first=first, last=last))
        return months

    def _frame(
        self, file: str, columns: Sequence[str] | None = None, where: Sequence[Any] | None = None
    ) -> pd.DataFrame:
        return from_parquet(results.unfolded(results.read_table(kept(self.files / file), columns, where)))

    @cached_property
    def series(self) -> pd.DataFrame:
        """All indicators by scenario, regime, draw, seed, month and place, from the runs at `scale`.

        All of it is read: `read` takes some columns and rows. Raises UsageError where it would fill a memory.
        """
        held = pq.read_metadata(self.files / SERIES)
        if held.num_rows * held.num_columns > MOST_CELLS:
            size = held.num_rows * held.num_columns * 8 / 1e9
            raise UsageError(text("study.too_much", rows=held.num_rows, size=f"{size:.1f}"))
        return self._frame(SERIES)

    @cached_property
    def places(self) -> pd.DataFrame:
        """The same from the run of the whole region, the only one places are reported from."""
        return self._frame(PLACES)

    @cached_property
    def ages(self) -> pd.DataFrame:
        """Batik workers by sex and age band; see `recording_tables.ages`."""
        return self._frame(AGES)

    @cached_property
    def incomes(self) -> pd.DataFrame:
        """IDR by group of people; see `recording_tables.incomes`."""
        return self._frame(INCOMES)

    @cached_property
    def spending(self) -> pd.DataFrame:
        """IDR of policies by payer; see `recording_tables.costs`."""
        return self._frame(COSTS)

    @cached_property
    def lives(self) -> dict[str, Any]:
        """Paired lives and the rule they were chosen by (life.json)."""
        return results.read_lives(self.files)

    def to_xarray(self, lang: str | None = None) -> xarray.Dataset:
        """`series` as an xarray Dataset over scenario, regime, draw, seed, month and place.

        Raises UsageError where xarray is not installed; see `bs.to_xarray`.
        """
        return to_xarray(self.series, lang)

    # --- the questions

    def _answer(self, question: Callable[..., pd.DataFrame], *about: Any) -> pd.DataFrame:
        """The answer to a question, worked out once; a copy, so that nobody changes another's."""
        key = (question, *about)
        if key not in self._answers:
            found = self._answers[key] = question(self, *about)
            if about and about[0] in load_indicators():
                found.attrs = of_answer(found, about[0], self.about["record"])
        return self._answers[key].copy()

    def pairs(self, regime: str, scenario: str, wide: pd.DataFrame) -> pd.DataFrame:
        """Scenario less baseline of a table of runs, one row a pair (draw, seed) in which both succeeded."""
        mine, base = (wide.loc[(regime, name)] for name in (scenario, self.baseline))
        if not mine.index.equals(base.index):  # some run failed
            both = mine.index.intersection(base.index).sort_values()
            mine, base = mine.loc[both], base.loc[both]
        return (mine - base).rename_axis(PAIR)

    def table(self, indicator: str = YOUNG, *, at: str | None = None, place: str = "all") -> pd.DataFrame:
        """One indicator in one month (default: the last): bands by case, and paired differences.

        Columns as in `effects.table`. A single place is refused below full scale; see `by_place`.
        """
        return self._answer(effects.table, indicator, at, place)

    def effects(self, indicator: str = YOUNG, *, place: str = "all", year: int | None = None) -> pd.DataFrame:
        """What each policy does to one indicator: expected effect with standard error, doubt and luck, over
        its own years and 5 and 10 years after its end (or in one year), in each world and in all.

        Columns as in `answers.effects`.
        """
        return self._answer(answers.effects, indicator, place, year)

    def sets(self, indicator: str = YOUNG, *, at: str | None = None) -> pd.DataFrame:
        """What sets of assumptions make of one indicator in one month (default: the last): bands over means
        of each set, for every scenario and for the effect of every policy. Columns as in `sets.sets`.
        """
        return self._answer(of_sets.sets, indicator, at)

    def targets(self) -> pd.DataFrame:
        """How probable it is that each scenario reaches the targets that it names.

        Columns as in `answers.targets`.
        """
        return self._answer(answers.targets)

    @property
    def has_places(self) -> bool:
        """Whether there are runs of the whole region."""
        return (self.files / PLACES).exists()

    def fan(self, indicator: str = YOUNG, *, place: str = "all") -> pd.DataFrame:
        """The same for every recorded month, one row a case and month."""
        return self._answer(effects.fan, indicator, place)

    def binding(self) -> pd.DataFrame:
        """Which side of the labour market binds in each case: too few willing people, or too few orders."""
        return self._answer(effects.binding)

    def remains(self, indicator: str = YOUNG) -> pd.DataFrame:
        """What is left of a difference 5 and 10 years after the policy ends."""
        return self._answer(effects.remains, indicator)

    def regret(self, indicator: str = YOUNG, *, at: str | None = None) -> pd.DataFrame:
        """How far each scenario falls short of the best one for the same seed."""
        return self._answer(effects.regret, indicator, at)

    def costs(self, discount: float | None = None) -> pd.DataFrame:
        """Present value of costs, and cost of one more batik worker under 30, after 5, 10 and 20 years.

        `discount` per year; by default `study.discount_rate` of the baseline.
        """
        return self._answer(priced.costs, self._rate(discount))

    def plane(self, years: int = 10, discount: float | None = None) -> pd.DataFrame:
        """The cost-effectiveness plane: one point a pair, after `years` years."""
        return self._answer(priced.plane, years, self._rate(discount))

    def acceptability(self, years: int = 10, discount: float | None = None) -> pd.DataFrame:
        """The share of pairs in which a policy is worth its cost, by what one young worker is worth."""
        return self._answer(priced.acceptability, years, self._rate(discount))

    def _rate(self, discount: float | None) -> float:
        return float(self.about["discount_rate"]) if discount is None else discount

    def winners(self, *, year: int | None = None) -> pd.DataFrame:
        """Who gains and who loses over a policy's own years, or in one: people and the public purse."""
        return self._answer(people.winners, year)

    def by_place(self, indicator: str = YOUNG, *, at: str | None = None) -> pd.DataFrame:
        """One indicator in every place, from the run of the whole region under each case."""
        return self._answer(people.by_place, indicator, at)


def _listed(given: Any) -> list[Any]:
    """One or many as a list, none of None."""
    return [] if given is None else [given] if isinstance(given, str | int) else list(given)


def _index(month: str | None) -> int | None:
    return None if month is None else month_index(month)
