"""Run what the lessons speak of and write batiksim/app/lessons/results.json (some five minutes).

python -m tools.lessons [--check]     # --check: the first seed only; nothing is written
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from batiksim.app.lessons import Case, Chart, Goal, Lesson, Measure, Off, Puzzle, lessons
from batiksim.app.lessons.content import BASELINE, Years
from batiksim.app.lessons.results import FILE
from batiksim.config.parameters import REGIME
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario

PAGE = Path(__file__).resolve().parents[1] / "batiksim" / "app" / "lessons" / FILE
SCALE = 0.1
SEEDS = (1, 2, 3, 4, 5, 6)  # the band; a puzzle and a mechanism that is off are tried with the first two
TRIED = 2
BRANCH = "2025-12"  # scenarios that differ from then on share the run up to it
LAST = 2040
FIGURES = 5  # of a number that is kept: more than a sample of a tenth can tell


class Runs:
    """Runs of one seed, each made once; `watch` are people whose choices are written down."""

    def __init__(self, seed: int, watch: Sequence[int] = ()) -> None:
        self.seed, self.watch = seed, tuple(watch)
        self._trunks: dict[str, BatikModel] = {}
        self._models: dict[str, BatikModel] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    def model(self, world: str, scenario: Mapping[str, Any], until: int) -> BatikModel:
        """The model at the end of December of the year `until`."""
        settings = settings_of(world, scenario)
        key = f"{settings.hash} {until}"
        if key not in self._models:
            self._models[key] = self._begun(settings, world).run(f"{until}-12")
        return self._models[key]

    def _begun(self, settings: Scenario, world: str) -> BatikModel:
        if world not in self._trunks:
            self._trunks[world] = self._new(settings_of(world, {})).run(BRANCH)
        try:
            return self._trunks[world].branch(settings)
        except ScenarioError:  # it differs in the past
            return self._new(settings)

    def _new(self, settings: Scenario) -> BatikModel:
        return BatikModel(settings, seed=self.seed, scale=SCALE, until=f"{LAST}-12", watch=self.watch)

    def years(self, world: str, scenario: Mapping[str, Any], until: int) -> pd.DataFrame:
        """Indicators by place and year."""
        key = f"{settings_of(world, scenario).hash} {until}"
        if key not in self._tables:
            table = self.model(world, scenario, until).results(record="yearly")
            table["year"] = table["month"].astype(str).str[:4].astype(int)
            self._tables[key] = table.set_index(["place", "year"]).sort_index()
        return self._tables[key]


def settings_of(world: str, scenario: Mapping[str, Any]) -> Scenario:
    """What a scenario file holds, in a world."""
    return Scenario.of(scenario or {"extends": BASELINE}).but({REGIME: world})


def mean(table: pd.DataFrame, indicator: str, place: str, years: Years) -> float:
    """The mean of an indicator over years."""
    return float(table.loc[(place, slice(*years)), indicator].mean())


def without(case: Case, off: Off | None) -> tuple[str, dict[str, Any]]:
    """World and scenario of a case, with a mechanism switched off."""
    scenario = dict(case.scenario)
    if off is None:
        return case.world, scenario
    parameters = {**scenario.get("parameters", {}), **off.parameters}
    if parameters:
        scenario["parameters"] = parameters
    if off.without and "interventions" in scenario:
        scenario["interventions"] = [
            {kind: {**measure, "without": list(off.without)} for kind, measure in one.items()}
            for one in scenario["interventions"]
        ]
    return off.world or case.world, scenario


def measured(lesson: Lesson, measure: Measure, runs: Runs, off: Off | None = None) -> float:
    """What one run, or two with the same luck, say of a measure."""

    def read(name: str, years: Years) -> float:
        case = lesson.cases[name]
        world, scenario = without(case, off)
        return mean(runs.years(world, scenario, case.until), measure.indicator, measure.place, years)

    value = read(measure.case, measure.years)
    if measure.than is not None:
        against = read(measure.than, measure.years)
    elif measure.before is not None:
        against = read(measure.case, measure.before)
    else:
        return value
    return value / against - 1.0 if measure.relative else value - against


def series(lesson: Lesson, chart: Chart, runs: Runs) -> dict[str, list[float | None]]:
    """Case -> values by year of a chart."""
    found = {}
    for name in chart.cases:
        case = lesson.cases[name]
        table = runs.years(case.world, case.scenario, case.until)
        values = table.loc[("all", slice(chart.since, case.until)), chart.indicator]
        found[name] = [rounded(value) for value in values]
    return found


def tried(puzzle: Puzzle, chosen: Mapping[str, Any], runs: Runs) -> list[dict[str, Any]]:
    """By world: what the goals came to, what it cost a year, and whether that is the solution."""
    found = []
    for world in puzzle.worlds:
        base = runs.years(world, puzzle.scenario({}), puzzle.until)
        table = runs.years(world, puzzle.scenario(chosen), puzzle.until)
        values = [_of_goal(goal, table, base) for goal in puzzle.goals]
        cost = sum(mean(table, name, "all", puzzle.years) for name in ("public.cost", "private.cost"))
        reached = all(goal.reached(value) for goal, value in zip(puzzle.goals, values, strict=True))
        solved = reached and cost <= puzzle.budget
        found.append({"goals": [rounded(one) for one in values], "cost": rounded(cost), "solved": solved})
    return found


def _of_goal(goal: Goal, table: pd.DataFrame, base: pd.DataFrame) -> float:
    value = mean(table, goal.indicator, "all", goal.years)
    return value if goal.level else value - mean(base, goal.indicator, "all", goal.years)


def life(lesson: Lesson, runs: Runs) -> dict[str, list[str]]:
    """The story of the lesson's person by language, a sentence an entry."""
    case = lesson.cases[lesson.life.case]
    model = runs.model(case.world, case.scenario, case.until)
    person = model.person(lesson.life.person)
    return {lang: model.story_of(person, lang).split("\n") for lang in LANGUAGES}


def rounded(value: float) -> float | None:
    """A number as it is kept; None where it is undefined."""
    return None if np.isnan(value) else float(f"{value:.{FIGURES}g}")


def of_seed(seed: int) -> dict[str, Any]:
    """Lesson -> what a seed says: measures, mechanisms off, series, puzzle; the life if it is the first."""
    found, runs = lessons(), Runs(seed)
    kept = {one.name: _of_lesson(one, runs) for one in found}
    if seed == SEEDS[0]:
        # Runs of their own: to write down what people choose makes every month slower.
        watched = Runs(seed, sorted({one.life.person for one in found}))
        for one in found:
            kept[one.name]["life"] = life(one, watched)
    return kept


def _of_lesson(lesson: Lesson, runs: Runs) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "measures": {name: rounded(measured(lesson, one, runs)) for name, one in lesson.measures.items()},
        "series": [series(lesson, chart, runs) for chart in lesson.charts],
    }
    if runs.seed in SEEDS[:TRIED]:
        off = {one.name: measured(lesson, one, runs, lesson.offs[one.off]) for one in lesson.claims}
        kept["off"] = {name: rounded(value) for name, value in off.items()}
        tries = {"solution": lesson.puzzle.solution, "trap": lesson.puzzle.trap}
        kept["puzzle"] = {name: tried(lesson.puzzle, chosen, runs) for name, chosen in tries.items()}
    return kept


def computed(seeds: Sequence[int], workers: int | None = None) -> dict[str, Any]:
    """All that `results.json` says, for some seeds, each in a process of its own."""
    if len(seeds) == 1:
        return merged(seeds, [of_seed(seeds[0])])
    with ProcessPoolExecutor(workers) as pool:
        return merged(seeds, list(pool.map(of_seed, seeds)))


def merged(seeds: Sequence[int], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several seeds say as one: a list with a value a seed for each number."""
    kept = {}
    for name, first in found[0].items():
        each = [one[name] for one in found]
        tries = [one for one in each if "off" in one]
        kept[name] = {
            "measures": {key: [one["measures"][key] for one in each] for key in first["measures"]},
            "off": {key: [one["off"][key] for one in tries] for key in first["off"]},
            "series": [
                {case: [one["series"][at][case] for one in each] for case in lines}
                for at, lines in enumerate(first["series"])
            ],
            "life": first["life"],
            "puzzle": {key: [one["puzzle"][key] for one in tries] for key in first["puzzle"]},
        }
    return {"scale": SCALE, "seeds": list(seeds), "lessons": kept}


def broken(found: Sequence[Lesson], results: Mapping[str, Any]) -> Iterator[str]:
    """What of the lessons the runs do not bear out."""
    for lesson in found:
        kept = results["lessons"][lesson.name]
        for claim in lesson.claims:
            for value in kept["measures"][claim.name]:
                if not claim.holds(value):
                    yield f"{lesson.name}: {claim.name} does not hold: {value}"
            for value in kept["off"][claim.name]:
                if claim.holds(value):
                    yield f"{lesson.name}: {claim.name} holds with {claim.off} as well: {value}"
        for which, wanted in (("solution", True), ("trap", False)):
            for worlds in kept["puzzle"][which]:
                if all(one["solved"] for one in worlds) is not wanted:
                    yield f"{lesson.name}: the {which} of the puzzle: {worlds}"


def main() -> None:
    """Make the results, and say what they do not bear out."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--check", action="store_true")
    check = asked.parse_args().check
    made = computed(SEEDS[:1] if check else SEEDS)
    for name, kept in made["lessons"].items():
        print(name)
        for measure, values in kept["measures"].items():
            print(f"  {measure:24s} {values}   off: {kept['off'].get(measure, '')}")
        print(f"  solution {kept['puzzle']['solution']}\n  trap     {kept['puzzle']['trap']}")
    wrong = list(broken(lessons(), made))
    print(*wrong, sep="\n")
    if not check:
        PAGE.write_text(dumped(made), encoding="utf-8", newline="\n")
    sys.exit(1 if wrong else 0)


def dumped(made: Mapping[str, Any]) -> str:
    """As it is written to the file: a lesson a line."""
    rows = ",\n".join(
        f'"{name}": {json.dumps(kept, ensure_ascii=False, separators=(",", ":"))}'
        for name, kept in made["lessons"].items()
    )
    head = json.dumps({key: value for key, value in made.items() if key != "lessons"})
    return f'{head[:-1]}, "lessons": {{\n{rows}\n}}}}\n'


if __name__ == "__main__":
    main()
