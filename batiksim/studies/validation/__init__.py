"""`validate`: the baseline under the plausible sample, held against facts and against nulls.

Every fact lies in or outside what the runs say; nulls, which know nothing of the model or lack a part of it,
are scored in the same way on the same facts. The same runs answer for any file of facts, also later ones.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from batiksim.calendar import FIRST_MONTH, month_index, month_name
from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import LANGUAGES, suggestion, text
from batiksim.runs import atomic_files, locks
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.design import NO_SAMPLE, VALIDATION, Design, check_settings, regime_pairs
from batiksim.runs.draws import Draw, usual_regimes
from batiksim.runs.engine import Means
from batiksim.runs.results import read_manifest
from batiksim.runs.sample_table import SampleTable, alike
from batiksim.runs.store import COHORTS, SERIES
from batiksim.runs.tally import Progress
from batiksim.scenario import Scenario
from batiksim.studies.compare import SEEDS_OF_A_DRAW, study_of
from batiksim.studies.sample import SHIPPED, read_table, sample_of, taken
from batiksim.studies.study import Study
from batiksim.studies.validation import nulls, scoring
from batiksim.studies.validation.facts import CHECK, FIT, Fact, file_label, read_facts

FACTS, SCORES = "validation.csv", "validation-scores.csv"
# Runs go at least so far, so that facts of these years can be scored later without new runs.
UNTIL = "2025-12"
EVERY, NONE = "all", "none"


@dataclass(frozen=True)
class Validation:
    """What facts say of a study: `table`, one row a fact, forecaster and world, and `scores`, one row a role
    and forecaster; columns as in `scoring.COLUMNS` and `scoring.SCORES`.

    `left_out` are the facts that cannot be read from these runs, by name with the reason.
    """

    study: Study
    facts: tuple[Fact, ...]
    file: str
    table: pd.DataFrame = field(repr=False)
    left_out: Mapping[str, str]

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Totals of the model and of every null."""
        return scoring.totals(self.table)

    @property
    def model(self) -> pd.DataFrame:
        """The rows of the model in all worlds together, one a fact."""
        whole = self.table[self.table["world"] == scoring.ALL]
        return whole[whole["forecaster"] == scoring.MODEL]

    @property
    def judged_on(self) -> str:
        """The role that nulls are judged on: checks, which nothing was fitted to, if there are any."""
        return CHECK if (self.model["role"] == CHECK).any() else FIT

    @property
    def winners(self) -> pd.DataFrame:
        """The rows of `scores` of the nulls that win, on the facts that they are judged on."""
        return self.scores[self.scores["wins"] & (self.scores["role"] == self.judged_on)]

    def single_wins(self, forecaster: str, role: str) -> list[str]:
        """The facts of a role that a null is nearer to than the model."""
        whole = self.table[(self.table["world"] == scoring.ALL) & (self.table["role"] == role)]
        mine = whole[whole["forecaster"] == forecaster].set_index("target")
        model = whole[whole["forecaster"] == scoring.MODEL].set_index("target")
        return scoring.single_wins(mine, model)

    @property
    def weighed(self) -> bool:
        """Whether draws count by weights of their own."""
        weights = scoring.Readable(self.study, self.facts).weights
        return bool(weights) and not alike(list(weights.values()))

    @property
    def date(self) -> str:
        """The day on which the runs were finished, as 2027-01-31."""
        return str(read_manifest(self.study.folder).get("finished", ""))[:10]

    @property
    def command(self) -> str:
        """The command line that makes this validation."""
        about = self.study.about
        words: list[Any] = ["batiksim", "validate"]
        if self.file != file_label(None):
            words += ["--targets", self.file]
        if about.get("kind") != VALIDATION:
            return command_line([*words, self.study.folder.name])
        of_each, first = _seeds_of(about)
        rules = [name for name in nulls.ABLATIONS if name in self.study.scenarios]
        words += ["--sample", self.study.sample]
        words += ["--draws", len(about["draws"])] if "draws" in about else []
        words += ["--seeds", of_each, "--seed", first, "--scale", about["scale"], "--until", about["until"]]
        return command_line([*words, "--ablations", ",".join(rules) or NONE])

    def save(self, folder: str | os.PathLike[str] | None = None) -> Path:
        """Write both tables as CSV into a folder (default: that of the study); return it.

        Raises UsageError.
        """
        place = self.study.folder if folder is None else atomic_files.named(folder)
        atomic_files.make(place)
        with locks.alone(place), atomic_files.draft(place) as draft:
            for name, table in ((FACTS, self.table), (SCORES, self.scores)):
                atomic_files.write_text(draft / name, table.to_csv(index=False, lineterminator="\n"))
        return place


def _seeds_of(about: Mapping[str, Any]) -> tuple[int, int]:
    """How many seeds each draw has, and the first of the first draw."""
    if "draws" not in about:
        return len(about["seeds"]), about["seeds"][0]
    first = about["draws"][0]
    of_each = len(first["seeds"])
    return of_each, first["seeds"][0] - (first["number"] - 1) * of_each


def validate(
    study: Study | str | os.PathLike[str] | None = None,
    *,
    targets: str | os.PathLike[str] | None = None,
    sample: str = SHIPPED,
    draws: int | None = None,
    seeds: int = SEEDS_OF_A_DRAW,
    seed: int = 1,
    scale: float = 0.1,
    until: str | None = None,
    ablations: str | Sequence[str] = EVERY,
    jobs: int | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Hold the baseline, under a sample of assumptions, against known facts and against nulls.

    Facts are the rows of `targets`, a file like `batiksim/data/targets.csv` (default: that one). They are
    read from a `study` with monthly records that is finished, or from runs that are made now: the baseline,
    the same without Covid and without floods, people who choose by pay alone, and the `ablations` (names of
    `nulls.ABLATIONS`, "all" or "none"), under `draws` of a `sample` as in `compare`, `seeds` of each from
    `seed` on, at `scale`, until the month `until` (default: 2025-12, or that of the last fact).

    Every finished run is saved in the folder `out`; the same call goes on where an earlier one was stopped.
    `jobs`, `executor` and `progress` are as in `compare`. Raises UsageError for facts, samples or studies
    that cannot be used, RunError if no run succeeded.
    """
    file = None if targets is None else os.fspath(targets)
    facts = read_facts(file)
    if study is None:
        asked = designed(
            facts, sample=sample, draws=draws, seeds=range(seed, seed + seeds), scale=scale, until=until,
            ablations=ablations,
        )  # fmt: skip
        folder = None if out is None else atomic_files.named(out)
        study = study_of(asked, folder, Means(jobs, executor, progress))
    return judge(study if isinstance(study, Study) else Study.load(study), facts, file)


def judge(study: Study, facts: tuple[Fact, ...], file: str | None = None) -> Validation:
    """Hold a finished study against facts, of that file. Raises UsageError where it was recorded by year."""
    if study.about["record"] != "monthly" or study.about["since"] != FIRST_MONTH:
        raise UsageError(text("validation.yearly", folder=study.folder, first=FIRST_MONTH))
    table, missing = scoring.table(scoring.Readable(study, facts))
    if table.empty:
        raise UsageError(text("validation.nothing", file=file_label(file), folder=study.folder))
    return Validation(study, facts, file_label(None) if file is None else file, table, FrozenDict(missing))


def chosen(ablations: str | Sequence[str]) -> tuple[str, ...]:
    """The ablations of these names, "all" or "none"; raises UsageError with the nearest name."""
    names = ablations.split(",") if isinstance(ablations, str) else list(ablations)
    if names in ([EVERY], [NONE]):
        return tuple(nulls.ABLATIONS) if names == [EVERY] else ()
    for name in names:
        if name not in nulls.ABLATIONS:
            near = suggestion(name, nulls.ABLATIONS)
            raise UsageError(
                text("validation.ablation", name=name, near=near, known=", ".join(nulls.ABLATIONS))
            )
    return tuple(name for name in nulls.ABLATIONS if name in names)


def designed(
    facts: Sequence[Fact],
    *,
    sample: str,
    draws: int | None,
    seeds: Sequence[int],
    scale: float,
    until: str | None,
    ablations: str | Sequence[str],
) -> Design:
    """The design of the runs that `validate` makes; raises UsageError as it does."""
    last = max(month_index(UNTIL), *(month_index(fact.month) for fact in facts)) // 12 * 12 + 11
    end = until or month_name(last)
    check_settings(tuple(seeds), scale, FIRST_MONTH, end, "monthly")
    rules: dict[str, Mapping[str, Value]] = {f"no-{name}": changes for name, changes in nulls.TWINS.items()}
    rules |= nulls.RULES
    rules |= {name: nulls.ABLATIONS[name] for name in chosen(ablations)}
    base = Scenario.default()
    scenarios = (base, *(_ruled(base, name, changes) for name, changes in rules.items()))
    pairs, drawn = _pairs(scenarios, sample, draws, seeds)
    return Design(
        scenarios, pairs, scale, FIRST_MONTH, end, "monthly", lives=False,
        tables=(SERIES, COHORTS), kind=VALIDATION, sample=sample, drawn=drawn,
    )  # fmt: skip


def _ruled(base: Scenario, name: str, changes: Mapping[str, Value]) -> Scenario:
    titles = {lang: text(f"validation.null.{name}", lang) for lang in LANGUAGES}
    return replace(base.but(dict(changes)), stem=name, title=FrozenDict(titles))


def _pairs(
    scenarios: Sequence[Scenario], sample: str, draws: int | None, seeds: Sequence[int]
) -> tuple[tuple[tuple[Draw, int], ...], SampleTable | None]:
    """Each draw with seeds of its own; the table of the draws where they are weighed by one."""
    if sample == NO_SAMPLE:
        if draws is not None:
            raise UsageError(text("sample.no_draws"))
        return regime_pairs(usual_regimes(scenarios), seeds), None
    drawn = read_table(sample)
    if drawn is not None:
        if draws is not None:
            drawn = _first(drawn, draws)
        some = drawn.draws
    else:
        some = tuple(member.draw(number) for number, member in taken(sample_of(sample), draws))
    own = len(seeds)
    pairs = [(draw, seeds[0] + (draw.number - 1) * own + k) for draw in some for k in range(own)]
    return tuple(pairs), drawn


def _first(drawn: SampleTable, count: int) -> SampleTable:
    """The first draws of a table, weighed as they were to one another."""
    if not 1 <= count <= len(drawn.draws):
        raise UsageError(text("sample.too_many", count=count, most=len(drawn.draws)))
    weights = drawn.weights[:count]
    if not weights.sum() > 0.0:
        raise UsageError(text("sample.weights"))
    return replace(
        drawn, draws=drawn.draws[:count], points=drawn.points[:count], weights=weights / weights.sum()
    )
