"""What every lever does and what every mechanism carries, in the sample's core: docs/reference/levers.md, and
what levers cost, in the package (batiksim/app/lever_costs.csv).

    python -m tools.levers [--csv] [--draws N] [--seeds S] [--scale .1] [--jobs 2] [--work DIR]

Every kind of intervention runs for ten years everywhere, at its default strength, at twice that (at most the
kind's maximum), and at its default with its channels closed; every mechanism is switched off from the start.
`--csv` prints both tables. Runs are kept in DIR, from which the same command goes on. Costs are written only
of all kinds in the whole core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from batiksim.present.spreadsheet import spreadsheet
from batiksim.runs.engine import passing_folder
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Kind, closable, kinds
from batiksim.studies.sample import Member, load_core
from tools.mechanisms import MECHANISMS, Mechanism
from tools.paired import OWNERS, Measured, Plan, mean_error, table, told

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "levers.md"
COSTS = ROOT / "batiksim" / "app" / "lever_costs.csv"
DEFAULT, DOUBLE, CLOSED = "default", "double", "channel closed"
STRENGTHS = (DEFAULT, DOUBLE)
BEYOND = 3.0
YOUNG, WORKERS, PAY, OUTPUT, PUBLIC, PRIVATE = (
    "batik.workers_under_30", "batik.workers", "pay.mean_over_umk", "output.value", "public.cost",
    "private.cost",
)  # fmt: skip
# Indicator: what heads its column, its unit there, how it is written.
COLUMNS: Mapping[str, tuple[str, float, str]] = {
    YOUNG: ("workers under 30", 1.0, ",.0f"),
    WORKERS: ("workers", 1.0, ",.0f"),
    PAY: ("pay / UMK, points", 0.01, ".2f"),
    OWNERS: ("owners' income, billion IDR a year", 1e9, ",.1f"),
    OUTPUT: ("output, billion IDR a year", 1e9, ",.1f"),
    PUBLIC: ("public cost, billion IDR a year", 1e9, ",.1f"),
    PRIVATE: ("private cost, billion IDR a year", 1e9, ",.1f"),
}
TRAINING = "training"


def strength(kind: Kind, which: str) -> float:
    """The default strength of a kind, or twice that, at most its maximum."""
    assert kind.strength is not None
    usual = kind.strength.default or 0.0
    return min(2.0 * usual, kind.strength.high) if which == DOUBLE else usual


def cases(plan: Plan, some: Sequence[str]) -> dict[str, Scenario]:
    """Every programme that is run, by name."""
    base, found = Scenario.default(), {}
    for name in some:
        kind = kinds()[name]
        for which in STRENGTHS:
            found[f"{name} {which}"] = base.with_intervention(
                name, since=plan.since, until=plan.until, strength=strength(kind, which)
            )
        found[f"{name} {CLOSED}"] = base.with_intervention(
            name, since=plan.since, until=plan.until, without=list(closable(kind))
        )
    return found


def verdict(measured: Measured, kind: Kind) -> tuple[str, str, float]:
    """Whether a lever does what was declared, why not, and its effect in standard errors."""
    declared = kind.declared
    effects = measured.effects(f"{kind.name} {DOUBLE}", str(declared["indicator"]), str(declared["world"]))
    mean, error = mean_error(effects)
    if not np.isfinite(error):
        return "-", f"{effects.size} draws of that world", np.nan
    if not mean and not error:
        return "fails", "nothing changes", 0.0
    beyond = float(declared["sign"]) * (mean / error if error else np.copysign(np.inf, mean))
    if beyond > BEYOND:
        return "holds", "", beyond
    if beyond < -BEYOND:
        return "fails", "the sign is the other", beyond
    return "fails", f"not told apart from 0: {beyond:+.1f} standard errors", beyond


def lever_rows(measured: Measured, some: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One row a kind and strength: effects with standard errors, the declared outcome, the closed channel."""
    for name in some:
        kind = kinds()[name]
        assert kind.strength is not None
        left = measured.differs(f"{name} {CLOSED}")
        holds, reason, beyond = verdict(measured, kind)
        for which in STRENGTHS:
            amount = strength(kind, which)
            row: dict[str, Any] = {
                "kind": name,
                "strength": which,
                "value": amount,
                "unit": kind.strength.unit,
                "capped": which == DOUBLE and amount < 2.0 * (kind.strength.default or 0.0),
            }
            for indicator in COLUMNS:
                row[indicator] = mean_error(measured.effects(f"{name} {which}", indicator))
            row |= {"closed": "exactly 0" if not left else f"moves {', '.join(left[:3])}", "left": len(left)}
            row |= {
                "declared": f"{kind.declared['indicator']} {'+' if kind.declared['sign'] == 1 else '-'}",
                "world": kind.declared["world"],
                "holds": holds,
                "reason": reason,
                "standard_errors": beyond,
            }
            yield row


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for CSV: an effect takes two columns."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, tuple):
            found |= {key: value[0], f"{key} se": value[1]}
        else:
            found[key] = value
    return found


def costs(plan: Plan, levers: Sequence[Mapping[str, Any]]) -> str:
    """What each lever costs alone at its usual strength as CSV; IDR a year, in the prices of the day."""
    rows = [
        {"kind": row["kind"], "strength": row["value"], "since": plan.since, "until": plan.until,
         "public": round(row[PUBLIC][0]), "private": round(row[PRIVATE][0]), "draws": len(plan.members)}
        for row in levers if row["strength"] == DEFAULT
    ]  # fmt: skip
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def mechanism_rows(measured: Measured, some: Sequence[Mechanism]) -> Iterator[dict[str, Any]]:
    """One row a mechanism: where it is, and what switching it off does."""
    for one in some:
        row: dict[str, Any] = {"mechanism": one.what, "module": one.module, "equation": one.equation}
        row["off"] = ", ".join(f"{name}: {_value(value)}" for name, value in one.off.items())
        for indicator in (YOUNG, WORKERS, PAY):
            row[indicator] = mean_error(measured.effects(one.name, indicator))
        yield row


def _value(value: Any) -> str:
    return "off" if value is False else f"{value}"


def trainees(measured: Measured, which: str) -> np.ndarray:
    """People trained in all years, by draw: what was paid over the cost of one."""
    years = measured.plan.last - measured.plan.first + 1
    paid = sum(measured.effects(f"{TRAINING} {which}", cost) for cost in ("public.cost", "private.cost"))
    return np.asarray(paid) * years / kinds()[TRAINING].unit_cost


def written(effect: tuple[float, float], indicator: str) -> str:
    """An effect in the unit of its column."""
    _, unit, form = COLUMNS[indicator]
    mean, error = (one / unit for one in effect)
    return f"{mean:+{form}} ± {error:{form}}" if np.isfinite(error) else f"{mean:+{form}}"


def page(plan: Plan, levers: Sequence[Mapping[str, Any]], off: Sequence[Mapping[str, Any]],
         trained: Sequence[str], baseline: Mapping[str, float]) -> str:  # fmt: skip
    """docs/reference/levers.md."""
    heads = [head for head, _, _ in COLUMNS.values()]
    usual = ", ".join(
        f"{head} {baseline[name] / unit:{form}}" for name, (head, unit, form) in COLUMNS.items()
    )
    worlds = {one.world: sum(other.world == one.world for other in plan.members) for one in plan.members}
    effects = [
        [str(row["kind"]), f"{row['value']:,.10g} {row['unit']}{' (the most)' if row['capped'] else ''}",
         *(written(row[name], name) for name in COLUMNS)]
        for row in levers
    ]  # fmt: skip
    declared = [
        [str(row["kind"]), str(row["declared"]), str(row["world"]), _errors(row["standard_errors"]),
         f"{'**fails**' if row['holds'] == 'fails' else row['holds']}{': ' if row['reason'] else ''}"
         f"{row['reason']}", str(row["closed"])]
        for row in levers
        if row["strength"] == DOUBLE
    ]  # fmt: skip
    mechanisms = [
        [str(row["mechanism"]), f"`{row['module']}`", str(row["equation"]), f"`{row['off']}`",
         *(written(row[name], name) for name in (YOUNG, WORKERS, PAY))]
        for row in off
    ]  # fmt: skip
    return "\n".join([
        "# Levers and mechanisms\n",
        "Written by `python -m tools.levers`.\n",
        f"Each effect is a mean over {plan.first}-{plan.last} and {len(plan.members)} draws of the sample's "
        f"core ({', '.join(f'{count} {world}' for world, count in worlds.items())}), {plan.seeds} paired "
        f"seed(s) a draw, seeds that no draw was chosen by, at a scale of {plan.scale:g}; ± is the standard "
        "error over draws. It is the expected effect, not the range in which it may lie. "
        f"Without any policy: {usual}.\n",
        "## Levers\n",
        f"A programme everywhere from {plan.since} to {plan.until}, at the default strength of the kind and "
        "at twice that; all other options (seats, who, months) keep their defaults.\n",
        table(["kind", "strength", *heads], effects),
        *trained,
        "## What was declared\n",
        "One outcome, its sign and a world were declared for each kind before anything was run "
        "(`declared` in `batiksim/data/interventions.yaml`, with the reason). At double strength its mean "
        f"over the draws of that world lies beyond {BEYOND:g} standard errors, or it fails. With its "
        "channels closed (`without`) a lever must change nothing, bit for bit, in any place, year and "
        "indicator but costs.\n",
        table(["kind", "declared", "world", "standard errors", "verdict", "channels closed"], declared),
        "## Mechanisms\n",
        "What switching a mechanism off from the start changes, against the same draw and seed with it.\n",
        table(["mechanism", "module", "equation", "off", "workers under 30", "workers", "pay / UMK, points"],
              mechanisms),
    ])  # fmt: skip


def _errors(beyond: float) -> str:
    return "-" if np.isnan(beyond) else f"{beyond:+.1f}"


def per_thousand(measured: Measured) -> list[str]:
    """Effects of training per 1,000 trainees, as lines of the page."""
    lines = []
    for which in STRENGTHS:
        people = trainees(measured, which)
        if people.min() <= 0.0:
            return ["Nobody was trained.\n"]
        gains = {
            name: told(measured.effects(f"{TRAINING} {which}", name) / people * 1000.0, ".1f")
            for name in (YOUNG, WORKERS)
        }
        lines.append(
            f"Training, {which} strength, per 1,000 trainees of the {people.mean():,.0f} of all years: "
            f"{gains[YOUNG]} workers under 30, {gains[WORKERS]} workers.\n"
        )
    return lines


def main(
    arguments: Sequence[str] | None = None,
    members: Sequence[Member] | None = None,
    mechanisms: Sequence[Mechanism] = MECHANISMS,
    out: Path = PAGE,
) -> None:
    """Run, write the page, and print the tables if they are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.levers", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--csv", action="store_true", help="print both tables as CSV")
    parser.add_argument("--draws", type=int, default=None, help="the first so many of the core")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--work", type=Path, default=None, help="folder that keeps the runs")
    parser.add_argument("--kinds", nargs="*", default=None, help="some kinds only")
    parser.add_argument("--years", type=int, nargs=2, default=(2026, 2035))
    given = parser.parse_args(arguments)
    some = sorted(kinds()) if given.kinds is None else given.kinds
    chosen = tuple(load_core() if members is None else members)[: given.draws]
    plan = Plan(chosen, given.seeds, given.scale, *given.years)
    every = cases(plan, some)
    every |= {one.name: Scenario.default().but(one.off) for one in mechanisms}
    with passing_folder() if given.work is None else nullcontext(given.work) as work:
        measured = Measured(plan, every, work, given.jobs)
        levers, off = list(lever_rows(measured, some)), list(mechanism_rows(measured, mechanisms))
        trained = per_thousand(measured) if TRAINING in some else []
        baseline = {name: measured.baseline(name) for name in COLUMNS}
    if given.kinds is None and given.draws is None and members is None:
        COSTS.write_text(costs(plan, levers), encoding="utf-8", newline="\n")
    out.write_text(page(plan, levers, off, trained, baseline), encoding="utf-8", newline="\n")
    if given.csv:
        print(spreadsheet(map(flat, levers), "en"), spreadsheet(map(flat, off), "en"), sep="\n", end="")
    failed = [row["kind"] for row in levers if row["strength"] == DOUBLE and row["holds"] == "fails"]
    open_ = [row["kind"] for row in levers if row["strength"] == DEFAULT and row["left"]]
    told_ = f"{out.name}: {len(failed)} of {len(some)} levers fail: {', '.join(failed) or '-'}"
    print(f"{told_}; channels that stay open: {', '.join(open_) or '-'}")


if __name__ == "__main__":
    main()
