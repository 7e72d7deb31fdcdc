"""`why`: how much of a policy's effect each of its measures and channels carries.

A piece carries what is lost when it is taken away and all else stays: policy less policy without the piece,
with the same seed. A channel is held still for what the policy does to it and for nothing else: the baseline
keeps the channel, so it need not be run again without it, and the region in which the policy works stays the
one that is asked about. (Closing a channel of the model for policy and baseline alike would ask about another
region, in which, say, nobody cares for pay.) What the pieces do not carry one by one, total less their sum,
is the rest: above zero, for an effect above zero, pieces can stand in for one another; below zero they need
each other, and what they do together is counted with each.

Effects are means over pairs and not medians, because only means add up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES, text
from batiksim.runs import atomic_files
from batiksim.runs import folder as folders
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.design import Design
from batiksim.runs.engine import Means, announced
from batiksim.runs.tally import Progress, Round
from batiksim.scenario import Scenario, Settings, several
from batiksim.studies.changes import Piece, channels, measures
from batiksim.studies.compare import study_of
from batiksim.studies.open_questions import WHY as ASKED_WHY
from batiksim.studies.open_questions import OpenQuestion
from batiksim.studies.policy_questions import MEASURES, WHY, about, asked, paired, save
from batiksim.studies.sizes import late
from batiksim.studies.statistics import effect
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG, find_indicator

VIEWS = ("channel", "measure")
TOTAL, REST = "total", "rest"

# Told before the runs of a policy begin: the policy, how many runs there are, and their design.
Told = Callable[["Question", Round, Design], None]


@dataclass(frozen=True)
class Question:
    """One policy to be explained against a baseline."""

    policy: Scenario
    base: Scenario

    @cached_property
    def views(self) -> dict[str, list[Piece]]:
        """Its channels and its measures. Raises UsageError for a policy that changes nothing."""
        found = {"channel": channels(self.policy, self.base), "measure": measures(self.policy, self.base)}
        if not found["measure"]:
            raise UsageError(text("why.nothing", name=self.policy.stem, baseline=self.base.stem))
        return found

    @cached_property
    def cases(self) -> dict[str, Scenario]:
        """hash -> scenario of everything that must be run, baseline and policy first, each once."""
        found = {self.base.hash: self.base, self.policy.hash: self.policy}
        for view, pieces in self.views.items():
            for piece in pieces:
                stem = f"{self.policy.stem} without {view} {piece.key}"
                found.setdefault(piece.rest.hash, replace(piece.rest, stem=stem))
        return found


def why(
    scenarios: Settings | Sequence[Settings] | None = None,
    seeds: int | Sequence[int] | None = None,
    *,
    baseline: Settings | None = None,
    indicator: str = YOUNG,
    jobs: int | None = None,
    scale: float | None = None,
    until: str | None = None,
    regimes: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
    begins: Told | None = None,
) -> pd.DataFrame:
    """Return how much of the effect of one or several policies each channel and each measure carries.

    One row a scenario, regime, view ("channel" or "measure") and piece, "total" first and "rest" last:
    scenario, regime, view, channel (its key), label, label_id, effect, error, low, high, share, pairs,
    indicator, month (the last recorded), scale, hash and baseline_hash (of the scenarios). Effects are means
    over pairs in the unit of the indicator, with standard error and 95 % interval; the share that of the
    total where both are shown.

    `out` keeps the runs in its folder `why`, so that the same call goes on after a stop, and the results in
    `why.csv` (channels) and `why_measures.csv`, beside the answers to other questions. If it is the folder of
    a finished comparison, seeds, scale, until, regimes, baseline and, without `scenarios`, all its policies
    are taken from it.
    `begins` is told of each policy before its runs. Raises UsageError, and RunError as `compare` does.
    """
    folder = None if out is None else atomic_files.named(out)
    wanted, lead = several(scenarios), None if baseline is None else Scenario.of(baseline)
    given = {"seeds": seeds, "scale": scale, "until": until, "regimes": regimes}
    find_indicator(indicator)
    policies, base, settings = asked(wanted, lead, folder, given)
    questions = [
        OpenQuestion(ASKED_WHY, folders.file_name(one.stem), one, base, settings, {"indicator": indicator})
        for one in policies
    ]
    return answer(questions, folder, Means(jobs, executor, progress), begins)


def answer(
    asked: Sequence[OpenQuestion], folder: Path | None, means: Means, begins: Told | None = None
) -> pd.DataFrame:
    """The table of `why` for questions that are asked now or were stopped in this folder."""
    questions = [Question(one.policy, one.base) for one in asked]
    for one, question in zip(asked, questions, strict=True):
        question.views  # noqa: B018 (all are checked before the first is run)
        if told := late(question.policy, question.base, one.settings["until"]):
            raise UsageError(told)
    tables = []
    like = folder if folder is not None and folders.is_finished(folder) else None
    for one in asked:
        one.keep(folder)
    for one, question in zip(asked, questions, strict=True):
        design, own = paired(list(question.cases.values()), one.settings), one.runs_in(folder)
        if begins is not None:
            begins(question, announced(one.name, design, own, like, means.jobs), design)
        study = study_of(design, own, means)
        like = study.folder
        tables += [explain(study, question, view, one.about["indicator"]) for view in VIEWS]
    table = pd.concat(tables, ignore_index=True)
    if folder is not None:
        views = {WHY: "channel", MEASURES: "measure"}
        parts = {name: table[table["view"] == view].drop(columns="view") for name, view in views.items()}
        save(folder, parts)
    for one in asked:
        one.forget(folder)
    return table


def explain(study: Study, question: Question, view: str, indicator: str) -> pd.DataFrame:
    """The rows of one policy and view, from a comparison of all its cases; columns as in `why`."""
    month = study.months[-1]
    values = study.numbers.indicator(indicator)[month]
    names = {hash_: case.stem for hash_, case in question.cases.items()}
    pieces = question.views[view]
    tables = []
    for regime in study.regimes:
        runs = {name: values.loc[(regime, name)] for of, name in study.cases if of == regime}
        if not {*names.values()} <= runs.keys():
            continue
        # Only seeds with which everything ran: sums over different pairs would not add up.
        pairs = pd.DataFrame(runs).dropna()
        full = pairs[question.policy.stem]
        effects = [full - pairs[question.base.stem]]
        effects += [full - pairs[names[piece.rest.hash]] for piece in pieces]
        effects.append(effects[0] - sum(effects[1:]))
        tables.append(_rows(pieces, np.array(effects), regime))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(_COLUMNS))
    table.insert(0, "scenario", question.policy.stem)
    table.insert(2, "view", view)
    return table.assign(**about(question.policy, question.base, indicator, month, study.about["scale"]))


_COLUMNS = (
    "regime", "channel", "label", "label_id", "effect", "error", "low", "high", "share", "pairs",
)  # fmt: skip


def _rows(pieces: Sequence[Piece], effects: np.ndarray, regime: str) -> pd.DataFrame:
    """One row a piece between total and rest, from effects (2 + pieces, pairs)."""
    keys = [TOTAL, *(piece.key for piece in pieces), REST]
    labels = [{lang: text(f"why.{key}", lang) for lang in LANGUAGES} for key in (TOTAL, REST)]
    labels[1:1] = [dict(piece.label) for piece in pieces]
    means = effects.mean(axis=1) if effects.size else np.full(len(keys), np.nan)
    means[-1] = means[0] - means[1:-1].sum()  # to the last bit
    found = [effect([row]) for row in effects]
    rows = [
        (regime, key, label["en"], label["id"], mean, one.error, one.low, one.high,
         mean / means[0] if found[0].shown and one.shown else np.nan, effects.shape[1])
        for key, label, mean, one in zip(keys, labels, means.tolist(), found, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS))
