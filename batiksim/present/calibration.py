"""A calibration in plain words: what fake data say comes first, because it bounds all the rest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from batiksim.config.parameters import load_parameters
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import language, text
from batiksim.present.names import joined, regime
from batiksim.studies.calibration.recovery import REGRESSION, WEIGHTS
from batiksim.studies.calibration.result import EFFECTIVE, Calibration
from batiksim.studies.validation.facts import CHECK, FIT

NAMED = 6  # how many parameters or facts a sentence names
# So much narrower than the prior a range must be to be called narrowed.
NARROWED = 0.75


def called(parameter: str) -> str:
    """A parameter by its label and name."""
    return f"{load_parameters()[parameter].label[language()]} ({parameter})"


def paragraphs(found: Calibration) -> list[str]:
    """Recovery, waves, the sample, facts, parameters: a paragraph each."""
    return [recovery(found), waves(found), sample(found), facts(found), parameters(found)]


def recovery(found: Calibration) -> str:
    """Which parameters the evidence can find."""
    told = found.recovery
    if told is None:
        return text("calibration.no_fakes")
    total = len(told.table)
    about = {"fakes": number(told.fakes), "parameters": number(total), "chance": number(told.expected, 1)}
    said = [text("calibration.recovery", found=number(len(told.found)), **about)]
    if told.found:
        names = joined([called(name) for name in told.found[:NAMED]])
        said.append(text("calibration.recovery.found", names=names))
    said += [
        text(f"calibration.coverage.{way}", half=_covered(told.coverage, way, 0.5),
             most=_covered(told.coverage, way, 0.9))
        for way in (REGRESSION, WEIGHTS)
    ]  # fmt: skip
    return " ".join(said)


def _covered(table: pd.DataFrame, way: str, wanted: float) -> str:
    row = table[(table["way"] == way) & (table["of"] == "all") & (table["wanted"] == wanted)].iloc[0]
    if pd.isna(row["error"]):
        return percent(row["covered"])
    return f"{percent(row['covered'])} ± {number(100.0 * row['error'], 1)}"


def waves(found: Calibration) -> str:
    """How the space shrank, and how well emulators foretold."""
    table, scores = found.tables["waves"], found.tables["emulators"]
    first, last = table.iloc[0], table.iloc[-1]
    said = [
        text(
            "calibration.waves", waves=number(len(table)), sets=number(int(first["sets"])),
            parameters=number(len(found.asked.names)), first=number(int(first["pass_all"])),
            last=number(int(last["pass_all"])), cut=number(found.asked.cut, 1),
        )
    ]  # fmt: skip
    if len(table) > 1:
        left = percent(last["left"]) if last["left"] >= 0.01 else f"{number(100 * last['left'], 2)} %"
        said.append(text("calibration.left", left=left, points=number(int(last["points"]))))
        if last["cut"] > found.asked.cut:
            said.append(text("calibration.raised", cut=number(last["cut"], 1)))
    if len(scores):
        latest = scores[scores["wave"] == scores["wave"].max()].dropna(subset="score")
        poor = list(latest.loc[latest["score"] < 0.5, "target"])
        told = text("calibration.scores", median=number(latest["score"].median(), 2), poor=number(len(poor)),
                    facts=number(len(latest)))  # fmt: skip
        said.append(told)
    if failed := int(table["failed"].sum()):
        said.append(text("calibration.failed", failed=number(failed)))
    return " ".join(said)


def sample(found: Calibration) -> str:
    """What is kept, of which worlds, and how sure the weights are."""
    kept = len(found.sample.draws)
    about = {"plausible": number(found.plausible), "simulated": number(found.simulated), "kept": number(kept)}
    said = [text("calibration.sample", **about)]
    parts = [
        text("calibration.world", world=regime(world), draws=number(count), weight=percent(weight))
        for world, (count, weight) in found.worlds.items()
        if count
    ]
    said.append(text("calibration.worlds", worlds=joined(parts)))
    for world, (count, _) in list(found.worlds.items())[:2]:
        if count < found.asked.worlds:
            said.append(
                text("calibration.few_of_world", world=regime(world), draws=count, wanted=found.asked.worlds)
            )
    if kept < found.asked.keep:
        said.append(text("calibration.few_kept", kept=number(kept), keep=number(found.asked.keep)))
    said.append(text("calibration.effective", effective=number(found.effective, 0),
                     wanted=number(EFFECTIVE * kept, 0)))  # fmt: skip
    if found.weights.widened > 1.0 + 1e-9:
        said.append(text("calibration.widened", widened=number(found.weights.widened, 2)))
    worst = found.tables["draws"]
    said.append(text("calibration.implausibility", largest=number(worst["largest"].max(), 2),
                     second=number(worst["second"].max(), 2)))  # fmt: skip
    return " ".join(said)


def facts(found: Calibration) -> str:
    """Posterior predictive checks."""
    said = []
    for role in (FIT, CHECK):
        table = found.tables["facts"]
        mine = table[table["role"] == role]
        if not len(mine):
            continue
        inside = int(mine["inside"].sum())
        said.append(text(f"calibration.{role}", inside=number(inside), facts=number(len(mine))))
        if outside := list(mine.loc[~mine["inside"], "target"]):
            said.append(text("calibration.outside", names=joined(outside[:NAMED])))
    return " ".join(said)


def narrowed(found: Calibration) -> list[dict[str, Any]]:
    """The parameters of which least of the prior is left, the narrowest first."""
    table = found.tables["parameters"]
    order = table.sort_values(["posterior_ratio", "parameter"], kind="stable")
    return [{str(k): v for k, v in row.items()} for row in order.to_dict("records")]


def parameters(found: Calibration) -> str:
    """Which parameters the facts narrow."""
    rows = [row for row in narrowed(found) if row["posterior_ratio"] <= NARROWED]
    total = number(len(found.asked.names))
    if not rows:
        return text("calibration.none_narrowed", parameters=total)
    parts = [
        text("calibration.ratio", name=called(row["parameter"]), ratio=percent(row["posterior_ratio"]))
        for row in rows[:NAMED]
    ]
    about = {"narrowed": number(len(rows)), "parameters": total, "names": joined(parts)}
    return text("calibration.narrowed", **about)
