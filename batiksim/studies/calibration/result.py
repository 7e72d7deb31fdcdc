"""`Calibration`: what came out, as tables, and the files of its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import load_parameters
from batiksim.runs import atomic_files
from batiksim.runs.draws import Draw
from batiksim.runs.sample_table import SAMPLE, SampleTable
from batiksim.studies.binding import BETWEEN, HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.calibration.evidence import Evidence, shipped_discrepancies
from batiksim.studies.calibration.posterior import Weights, effective_size, quantiles, weigh
from batiksim.studies.calibration.process import Asked, Process, Sets, Wave, joined
from batiksim.studies.calibration.recovery import REGRESSION, WEIGHTS, Recovery, recovered
from batiksim.studies.sampling.designs import SCRAMBLE
from batiksim.studies.validation import scores
from batiksim.studies.validation.facts import CHECK, FIT, MEASURED, Fact

Floats = NDArray[np.float64]

WORLDS = (HANDS_SHORT, ORDERS_SHORT, BETWEEN)
RESULT = "calibration.json"
TABLES = ("parameters", "facts", "draws", "rows", "waves", "emulators", "coverage")
# So large a share of the sets that are kept must carry the weight, and of all plausible ones can count alike.
EFFECTIVE = 0.5
_BAND = np.array([0.05, 0.5, 0.95])
_ENDS = ("low", "median", "high")


@dataclass(frozen=True)
class Calibration:
    """What came out of a calibration.

    `tables`: *parameters* (one row each: prior, plausible and posterior, 5, 50 and 95 %; ratios of the widths
    to the prior's; what fake data say), *facts* (one row a fact: what is reported, role, n, source, and what
    sets of the prior, all plausible ones and the kept ones by weight say of it), *draws* (one row a kept set:
    number, wave, world, weight, largest and second largest implausibility, reaches), *rows* (one row a kept
    set and fact of the fit), *waves*, *emulators* (one row a wave and fact, with the score on sets held out),
    and *coverage* of fake data by way. `sample` is what `compare --sample` reads. `weights.widened`: how many
    times as wide as stated errors had to be taken.
    """

    asked: Asked
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    sample: SampleTable = field(repr=False)
    recovery: Recovery | None
    weights: Weights
    plausible: int
    simulated: int
    folder: Path | None = None

    @property
    def effective(self) -> float:
        """The effective sample size of the kept sets."""
        return effective_size(self.sample.weights)

    @cached_property
    def worlds(self) -> dict[str, tuple[int, float]]:
        """World -> how many kept sets are of it, and their weight together."""
        table = self.tables["draws"]
        return {
            world: (int(there.sum()), float(table.loc[there, "weight"].sum()))
            for world in WORLDS
            for there in [table["world"] == world]
        }

    @property
    def about(self) -> dict[str, Any]:
        """The numbers that are no table, ready for JSON."""
        asked = self.asked
        return {
            "sets_a_wave": asked.draws, "waves_asked": asked.waves, "fake": asked.fake, "keep": asked.keep,
            "seeds": asked.seeds, "scale": asked.scale, "cut": asked.cut, "until": asked.until,
            "parameters_drawn": len(asked.names), "facts_fitted": len(asked.evidence.facts),
            "simulated": self.simulated,
            "plausible": self.plausible, "kept": len(self.sample.draws), "effective": _digits(self.effective),
            "effective_wanted": EFFECTIVE * len(self.sample.draws),
            "widened": _digits(self.weights.widened),
            "found": [] if self.recovery is None else self.recovery.found,
            "found_by_chance": 0.0 if self.recovery is None else _digits(self.recovery.expected),
            "worlds": [
                {"world": world, "draws": count, "weight": _digits(weight)}
                for world, (count, weight) in self.worlds.items()
            ],
        }  # fmt: skip

    def save(self, folder: Path) -> None:
        """Write the sample, a CSV of each table and `calibration.json`, the last one last."""
        with atomic_files.draft(folder, last=RESULT) as draft:
            (draft / SAMPLE).write_bytes(self.sample.pack())
            for name, table in self.tables.items():
                atomic_files.write_text(draft / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))
            atomic_files.write_text(draft / RESULT, atomic_files.sealed(json.loads(json.dumps(self.about))))


def _digits(value: float) -> float | None:
    """Six digits, so that files are the same wherever they are made; None for what is no number."""
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.select_dtypes("float").columns
    return table.assign(**{name: [float(f"{value:.6g}") for value in table[name]] for name in numbers})


def concluded(process: Process, done: Sequence[Wave], fakes: Sets, plausible: Sets) -> Calibration:
    """Weigh the sets that pass, and put everything into tables."""
    asked, evidence, luck = process.asked, process.asked.evidence, process.luck
    recovery = recover(process, done[0].sets, fakes)
    least = counting_alike(asked, len(plausible.numbers))
    weighed = weigh(evidence.log_likelihood(plausible.readings, luck), least)
    kept, worlds, weights = process.kept(plausible, weighed.weights)
    checked = process.check(kept)
    every = joined([one.sets for one in done])
    tables = {
        "parameters": parameters(asked, done[0].sets, plausible, kept, weights, recovery),
        "facts": facts(process, done[0].sets, plausible, kept, weights, checked),
        "draws": draws(process, kept, worlds, weights),
        "rows": rows(process, kept),
        "waves": waves(process, done),
        "emulators": emulators(asked, done),
        "coverage": pd.DataFrame() if recovery is None else recovery.coverage,
    }
    return Calibration(
        asked, FrozenDict({name: _rounded(table) for name, table in tables.items()}),
        sample_of(asked, kept, [world for world, _ in worlds], weights), recovery, weighed,
        len(plausible.numbers), int((~every.failed).sum()),
    )  # fmt: skip


def counting_alike(asked: Asked, sets: int) -> float:
    """How many of so many weighed sets can be kept that count alike: all that are asked for, if twice as many
    are there.
    """
    return min(float(asked.keep), EFFECTIVE * sets)


def recover(process: Process, bank: Sets, fakes: Sets) -> Recovery | None:
    """What fake data say; None without any that could be read."""
    asked = process.asked

    def whole(sets: Sets) -> Sets:
        return sets.rows(np.asarray(~np.isnan(sets.readings).any(axis=1)))

    bank, fakes = whole(bank), whole(fakes)
    if not len(fakes.numbers) or len(bank.numbers) < 2:
        return None
    some, played = ((asked.places(one.values), one.readings) for one in (bank, fakes))
    least = counting_alike(asked, len(bank.numbers))
    return recovered(asked.names, some, played, asked.evidence, process.luck, least)


def sample_of(asked: Asked, kept: Sets, worlds: Sequence[str], weights: Floats) -> SampleTable:
    """The sample as `compare --sample` reads it."""
    some = tuple(
        Draw(str(number), FrozenDict(values), number, world)
        for number, (values, world) in enumerate(zip(kept.values, worlds, strict=True), start=1)
    )
    about = {
        "design": "calibration", "parameters": "all", "draws": len(some), "scramble": SCRAMBLE, "world": "",
        "ranges": {name: list(ends) for name, ends in asked.space.ranges.items()},
    }  # fmt: skip
    return SampleTable(some, asked.names, kept.points, weights, FrozenDict(about))


def _bands(name: str, values: Floats, weights: Floats | None = None) -> dict[str, Floats]:
    """5, 50 and 95 % of values (sets, columns), undefined ones left out, (columns,) each."""
    found = np.full((3, values.shape[1]), np.nan)
    for k in range(values.shape[1]):
        known = ~np.isnan(values[:, k])
        if known.any():
            w = np.ones(known.sum()) if weights is None else weights[known]
            found[:, k] = quantiles(values[known][:, [k]], w / w.sum(), _BAND)[:, 0]
    return {f"{name}_{end}": found[place] for place, end in enumerate(_ENDS)}


def parameters(
    asked: Asked, prior: Sets, plausible: Sets, kept: Sets, weights: Floats, recovery: Recovery | None
) -> pd.DataFrame:
    """One row a parameter."""
    known = load_parameters()
    table = pd.DataFrame({"parameter": asked.names, "unit": [str(known[one].unit) for one in asked.names]})

    def values(sets: Sets) -> Floats:
        return np.array([[float(one[name]) for name in asked.names] for one in sets.values])

    ranges = {
        **_bands("prior", values(prior)),
        **_bands("plausible", values(plausible)),
        **_bands("posterior", values(kept), weights),
    }
    table = table.assign(**ranges)
    width = table["prior_high"] - table["prior_low"]
    for name in ("plausible", "posterior"):
        table[f"{name}_ratio"] = (table[f"{name}_high"] - table[f"{name}_low"]) / width
    if recovery is not None:
        told = recovery.table.rename(columns={"ratio": "fake_ratio", "correlation": "fake_correlation"})
        table = table.merge(told, on="parameter", how="left", sort=False)
    return table


def facts(
    process: Process, prior: Sets, plausible: Sets, kept: Sets, weights: Floats,
    checked: Mapping[str, Floats],
) -> pd.DataFrame:  # fmt: skip
    """One row a fact, those of the fit first: posterior predictive checks."""
    asked = process.asked
    ranges = {
        **_bands("prior", prior.readings),
        **_bands("plausible", plausible.readings),
        **_bands("posterior", kept.readings, weights),
    }
    luck, found = process.luck, []
    for k, fact in enumerate(asked.evidence.facts):
        spread = np.sqrt(asked.evidence.error[k] ** 2 + asked.evidence.discrepancy[k] ** 2 + luck[k])
        told = {name: float(band[k]) for name, band in ranges.items()}
        errors = {
            "error": float(asked.evidence.error[k]), "luck": float(np.sqrt(luck[k])),
            "discrepancy": float(asked.evidence.discrepancy[k]), "all_errors": float(spread),
        }  # fmt: skip
        predicted = _predicted(fact, kept.readings[:, k], weights, float(asked.evidence.discrepancy[k]))
        found.append(_about(fact, FIT) | errors | told | predicted)
    for fact in asked.checks:
        if fact.name in checked and not np.isnan(checked[fact.name]).all():
            values = checked[fact.name][:, None]
            told = {name: float(band[0]) for name, band in _bands("posterior", values, weights).items()}
            found.append(_about(fact, CHECK) | told | _predicted(fact, checked[fact.name], weights, 0.0))
    table = pd.DataFrame(found)
    return table.replace([np.inf, -np.inf], np.nan).astype({"n": "Int64", "value": "float64"})


def _about(fact: Fact, role: str) -> dict[str, Any]:
    return {
        "target": fact.name, "indicator": fact.indicator, "place": fact.place, "month": fact.month,
        "role": role, "n": fact.n, "source": fact.source, "scale": fact.least_scale, "value": fact.value,
        "low": fact.low, "high": fact.high,
    }  # fmt: skip


def _predicted(fact: Fact, values: Floats, weights: Floats, discrepancy: float) -> dict[str, Any]:
    """The range (90 %) in which what is reported is expected, errors included, and whether it lies there; a
    range as reported must have something in common with it.
    """
    known = ~np.isnan(values)
    w = weights[known] / weights[known].sum()
    error = fact.error if fact.kind == MEASURED else 0.0
    spread = float(np.hypot(error, discrepancy))
    low, high = (scores.quantile(values[known], w, level, spread) for level in scores.BAND)
    least, most = (fact.value, fact.value) if fact.kind == MEASURED and fact.value is not None else fact.band
    return {"predicted_low": low, "predicted_high": high, "inside": bool(low <= most and high >= least)}


def draws(
    process: Process, kept: Sets, worlds: Sequence[tuple[str, Mapping[str, float]]], weights: Floats
) -> pd.DataFrame:
    """One row a kept set."""
    names, found = process.asked.evidence.names, []
    worst = process.implausibility(kept.readings)
    for k, (world, reach) in enumerate(worlds):
        order = np.argsort(-worst[k], kind="stable")
        second = order[1] if order.size > 1 else order[0]
        found.append(
            {
                "draw": k + 1, "set": int(kept.numbers[k]),
                "wave": (int(kept.numbers[k]) - 1) // process.asked.draws + 1, "world": world,
                "weight": float(weights[k]), "largest": float(worst[k, order[0]]),
                "largest_target": names[order[0]], "second": float(worst[k, second]),
                "second_target": names[second], **reach,
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def rows(process: Process, kept: Sets) -> pd.DataFrame:
    """One row a kept set and fact of the fit."""
    worst, names = process.implausibility(kept.readings), process.asked.evidence.names
    return pd.DataFrame(
        [
            {"draw": d + 1, "target": names[k], "value": kept.readings[d, k], "implausibility": worst[d, k]}
            for d in range(len(kept.numbers))
            for k in range(len(names))
        ]
    )


def waves(process: Process, done: Sequence[Wave]) -> pd.DataFrame:
    """One row a wave: how much of the priors was not ruled out, and what became of its sets."""
    asked, found = process.asked, []
    for place, one in enumerate(done, start=1):
        worst = process.implausibility(one.sets.readings)
        small = (worst[:, asked.small] <= asked.cut).all(axis=1)
        large = ~np.isnan(one.sets.readings[:, ~asked.small]).any(axis=1)
        found.append(
            {
                "wave": place, "sets": len(one.sets.numbers), "points": one.drawn.tested,
                "left": one.drawn.share, "cut": one.drawn.cut if np.isfinite(one.drawn.cut) else np.nan,
                "failed": int(one.sets.failed.sum()), "pass_small": int(small.sum()),
                "run_large": int(large.sum()), "pass_all": int((worst <= asked.cut).all(axis=1).sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def emulators(asked: Asked, done: Sequence[Wave]) -> pd.DataFrame:
    """One row a wave and fact: how well sets held out are foretold, and how many sets miss the fact."""
    found = []
    for place, one in enumerate(done, start=1):
        if one.screen is None:
            continue
        luck = one.screen.luck
        missed = asked.evidence.implausibility(one.sets.readings, luck)
        for told in one.screen.foretold:
            k = told.fact
            worst = missed[:, k]
            found.append(
                {
                    "wave": place, "target": asked.evidence.names[k], "sets": told.sets,
                    "score": told.score, "emulator": float(np.sqrt(told.variance)),
                    "luck": float(np.sqrt(luck[k])),
                    "missed": int((np.isfinite(worst) & (worst > asked.cut)).sum()),
                }
            )  # fmt: skip
    columns = ["wave", "target", "sets", "score", "emulator", "luck", "missed"]
    return pd.DataFrame(found, columns=columns)


def often_missed(evidence: Evidence, worst: Floats, cut: float) -> str:
    """The facts that sets (sets, facts) miss most often, for who has found none."""
    counts = (np.isfinite(worst) & (worst > cut)).sum(axis=0)
    order = np.argsort(-counts, kind="stable")[:3]
    return ", ".join(f"{evidence.names[k]} ({counts[k]})" for k in order)


__all__ = ["REGRESSION", "TABLES", "WEIGHTS", "Calibration", "concluded", "shipped_discrepancies"]
