"""Draw the core of the sample: writes batiksim/data/core.csv and docs/reference/core.md.

    python -m tools.core --work DIR [--minutes 60] [--draws N] [--jobs 2] [--enough 60]
    python -m tools.core --check [--jobs 2]

Draws are screened in the order of their numbers (tools/screening.py) until time is up, N are screened, or
enough have passed. What became of each is kept in DIR, from which the same command goes on; `--minutes 0`
only chooses and writes anew. A draw depends on its number alone, so that any number of processes gives the
same core of the first so many draws.

`--check` writes nothing: it holds the draws that ship against the fit list once more, each by the runs that
let it pass (some ten minutes on two cores), and ends with exit code 1 if one misses a row.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.runs.executors import default_jobs, workers
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.studies import sample
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, load_core, uncertain, write_sample
from tools.calibration import fit_rows
from tools.kept import Kept
from tools.screening import (
    CAREERS,
    CONSISTENT,
    ERROR,
    PASSED,
    SCRAMBLE,
    SOLVED,
    Plan,
    missed,
    numbers_of,
    points,
    quantiles,
    read,
    screen,
    standard_plan,
    values_at,
    whole_list,
)

Floats = NDArray[np.float64]
Found = Mapping[str, Any]

ROOT = Path(__file__).resolve().parents[1]
CSV = ROOT / "batiksim" / "data" / sample.CORE_FILE
PAGE = ROOT / "docs" / "reference" / "core.md"
SIZE, LEAST = 12, 5
WAITING, TOLD = 32, 500  # draws that wait for each process; after how many draws a word is said


def screen_more(kept: Kept, plan: Plan, *, jobs: int, seconds: float, draws: int, enough: int) -> None:
    """Screen and keep draws that are missing below number `draws`, until time is up or enough have passed."""
    there = {one["number"] for one in kept.rows}
    began, before, end = time.monotonic(), len(there), time.monotonic() + seconds
    sequence = takewhile(lambda one: one[0] < draws, points(0))
    todo = (one for one in sequence if one[0] not in there)
    waiting: set[Future[dict[str, Any]]] = set()
    with workers(jobs) as pool:
        while True:
            worlds = Counter(one["world"] for one in kept.rows if one["failed"] == PASSED)
            full = worlds.total() >= enough and min(worlds[HANDS_SHORT], worlds[ORDERS_SHORT]) >= LEAST
            if not full and time.monotonic() < end:
                following = islice(todo, WAITING * jobs - len(waiting))
                waiting |= {pool.submit(screen, number, point, plan) for number, point in following}
            if not waiting:
                return
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                kept.add(future.result())
                if len(kept.rows) % TOLD == 0:
                    pace = (time.monotonic() - began) / (len(kept.rows) - before)
                    print(f"{len(kept.rows):,} draws, {dict(worlds)}, {pace:.2f} s a draw", flush=True)


def unbroken(done: Sequence[Found]) -> list[Found]:
    """The first draws up to the first that is missing, so that no draw is left out for taking long."""
    ordered = sorted(done, key=lambda one: int(one["number"]))
    return [one for place, one in enumerate(ordered) if one["number"] == place]


def choose(worlds: Sequence[str], where: Floats, size: int = SIZE, least: int = LEAST) -> list[int]:
    """Positions of `size` draws, at least `least` of each world as far as there are, as far apart as can be.

    `where` (draws, parameters) are quantiles. From every draw as the first, the one farthest from those
    chosen is added, as long as the rest has room for what the worlds still need; the set with the largest
    least distance is kept (maximin).
    """
    apart = np.sqrt(((where[:, None, :] - where[None, :, :]) ** 2).sum(axis=2))
    there = Counter(worlds)
    size = min(size, len(worlds))
    best: tuple[float, list[int]] = (-1.0, [])
    for first in range(len(worlds)):
        chosen = [first]
        while len(chosen) < size:
            has = Counter(worlds[k] for k in chosen)
            needs = {name: min(least, there[name]) - has[name] for name in (HANDS_SHORT, ORDERS_SHORT)}
            room = size - len(chosen)
            urgent = sum(max(need, 0) for need in needs.values()) >= room
            allowed = [
                k
                for k in range(len(worlds))
                if k not in chosen and (not urgent or needs.get(worlds[k], 0) > 0)
            ]
            chosen.append(max(allowed, key=lambda k: (apart[k, chosen].min(), -k)))
        pairs = apart[np.ix_(chosen, chosen)][np.triu_indices(len(chosen), 1)]
        distance = float(pairs.min()) if pairs.size else 0.0
        enough = all(Counter(worlds[k] for k in chosen)[name] >= min(least, there[name], size // 2)
                     for name in (HANDS_SHORT, ORDERS_SHORT))  # fmt: skip
        if enough and distance > best[0]:
            best = distance, sorted(chosen)
    return best[1]


def members(passed: Sequence[Found]) -> list[tuple[Member, Found]]:
    """The core among the draws that passed, those of one world together, called after it."""
    every = {number: values_at(point) for number, point in _points([one["number"] for one in passed])}
    for one in passed:
        every[one["number"]] |= one.get("solved", {})
    if not passed:
        return []
    where = np.stack([quantiles(every[one["number"]]) for one in passed])
    chosen = [passed[k] for k in choose([one["world"] for one in passed], where)]
    found = []
    for world in sample.MEASURED_WORLDS:
        for place, one in enumerate((one for one in chosen if one["world"] == world), 1):
            found.append((Member(f"{world.split('-')[0]}-{place}", world, every[one["number"]]), one))
    return found


def _points(numbers: Sequence[int]) -> Iterator[tuple[int, Floats]]:
    wanted = set(numbers)
    for number, point in points(0) if wanted else ():
        if number in wanted:
            yield number, point
        if number >= max(wanted):
            return


def page(done: Sequence[Found], chosen: Sequence[tuple[Member, Found]], plan: Plan) -> str:
    """docs/reference/core.md."""
    passed = [one for one in done if one["failed"] == PASSED]
    there = Counter(str(one["world"]) for one in passed)
    share = f"{len(passed) / len(done):.2g}" if done else "-"
    parts = [
        "# The core of the sample\n",
        "Few sets of assumptions, about as many with hands short as with orders short: for tables by world, "
        "and for what many sets would cost too much. How likely a world is, and how sure anything is, only "
        "the [sample](sample.md) says.\n",
        "Written by `python -m tools.core`; the values are in `batiksim/data/core.csv`.\n",
        f"{len(done):,} draws over the priors of {len(uncertain())} parameters (scrambled Sobol sequence, "
        "all uniform and independent, every second one in the lower quarter of `choice.batik`; two "
        "parameters are then solved for, see tools/solving.py) were tried and "
        f"{len(passed):,} meet every row of the fit list: an "
        f"acceptance rate of {share}. None was looked for near the baseline, and no row of the check list "
        "was read. Of those that pass "
        + ", ".join(f"{there[name]} are in the world *{name}*" for name in sample.MEASURED_WORLDS)
        + f". The {len(chosen)} below lie as far apart as can be in quantiles of the priors (maximin), at "
        f"least {LEAST} in each of the first two worlds as far as there are so many. The shares of worlds "
        "say nothing of how likely a world is.\n",
        "## What the stages refused\n",
        "| stage | what it reads | draws that came | refused | most often for |",
        "|---|---|---|---|---|",
        *_funnel(done, plan),
        "\n## Worlds\n",
        "Workers more, mean of 2026-2040, by information at full coverage and by orders up by 20 %, with "
        f"standard errors over {plan.reach.seeds} seeds at a scale of {plan.reach.scale:g}.\n",
        "| draw | number | world | information | orders |",
        "|---|---|---|---|---|",
    ]
    for one, found in chosen:
        reaches = [f"{mean:+,.0f} ± {error:,.0f}"
                   for mean, error in zip(found["reaches"], found["errors"], strict=True)]  # fmt: skip
        parts.append(f"| {one.id} | {found['number']} | {one.world} | {' | '.join(reaches)} |")
    names = [one.id for one, _ in chosen]
    parts += [
        "\n## Fit rows\n",
        "As read by one run of each draw at the scale of the row.\n",
        f"| row | place, month | scale | band | {' | '.join(names)} |",
        f"|---|---|---|---|{'---|' * len(names)}",
    ]
    for target in fit_rows().values():
        low, high = target.band
        own = f"fit at {target.least_scale:g}"
        values = " | ".join(f"{found['found'][own][target.name]:.4g}" for _, found in chosen)
        parts.append(
            f"| {target.name} | {target.place}, {target.month} | {target.least_scale:g} |"
            f" {low:g} .. {high:g} | {values} |"
        )
    return "\n".join(parts).replace("-inf ..", "-∞ ..").replace(".. inf", ".. ∞") + "\n"


def _funnel(done: Sequence[Found], plan: Plan) -> Iterator[str]:
    """A row a stage: how many draws came to it, how many it refused, and the rows most often missed."""
    came = len(done)
    what = {
        CAREERS: "ages and tenures at rest (tools/careers.py)",
        CONSISTENT: "values that contradict each other",
    }
    for place, one in enumerate(plan.stages):
        if place == plan.solve:
            what[SOLVED] = "values that meet the list lie outside their priors (tools/solving.py)"
        what[one.name] = f"{len(one.bands)} rows at a scale of {one.scale:g}, to {one.until}"
    for name, about in {**what, ERROR: "runs that could not be finished"}.items():
        refused = [one for one in done if one["failed"] == name]
        missed = Counter(target for one in refused for target in one["missed"])
        often = ", ".join(f"{target} ({count})" for target, count in missed.most_common(3))
        yield f"| {name} | {about} | {came:,} | {len(refused):,} | {often.replace('|', '/')} |"
        came -= len(refused)


def read_again(task: tuple[Member, int]) -> dict[str, float]:
    """Each fit row as it is read by the run that let this draw pass: its seed, and the scale of the row."""
    member, number = task
    settings, found = Scenario.default().but(member.values), dict[str, float]()
    for stage in whole_list():
        ran = run(settings, seed=number + 1, scale=stage.scale, until=stage.until)
        found |= read(ran, [fit_rows()[name] for name in stage.bands])
    return found


def check(members: Sequence[Member], jobs: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """Each draw with the fit rows that it misses now, told with value and band. Raises ValueError where a
    draw is not one of the sequence any more.
    """
    numbers = numbers_of(members)
    with workers(jobs or default_jobs(len(members))) as pool:
        tasks = [(one, numbers[one.id]) for one in members]
        for one, found in zip(members, pool.map(read_again, tasks), strict=True):
            yield (
                one.id,
                [
                    f"{name} {found[name]:.4g} ({low:g} .. {high:g})"
                    for stage in whole_list()
                    for name, (low, high) in stage.bands.items()
                    if name in missed(stage, found)
                ],
            )


def tell_check(jobs: int | None) -> int:
    """Print which rows the shipped draws miss; the exit code is 1 if there is one."""
    members, wrong = load_core(), 0
    for name, rows in check(members, jobs):
        wrong += bool(rows)
        print(f"{name}: {len(fit_rows()) - len(rows)} of {len(fit_rows())} fit rows"
              f"{'; missed: ' if rows else ''}{', '.join(rows)}", flush=True)  # fmt: skip
    print(f"{len(members) - wrong} of {len(members)} draws meet every row")
    return int(wrong > 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Screen, choose and write, or check what ships."""
    parser = argparse.ArgumentParser(prog="python -m tools.core", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--work", type=Path, help="folder that keeps the draws")
    parser.add_argument("--check", action="store_true", help="hold what ships against the fit list again")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--draws", type=int, default=1_000_000, help="most draws")
    parser.add_argument("--enough", type=int, default=60, help="draws that pass, both worlds among them")
    parser.add_argument("--jobs", type=int, default=None)
    given = parser.parse_args(arguments)
    if given.check:
        return tell_check(given.jobs)
    if given.work is None:
        parser.error("--work DIR is needed")
    plan = standard_plan()
    kept = Kept(given.work, {"plan": repr(plan), "scramble": SCRAMBLE})
    if given.minutes > 0:
        screen_more(
            kept, plan, jobs=given.jobs or default_jobs(given.draws), seconds=given.minutes * 60.0,
            draws=given.draws, enough=given.enough,
        )  # fmt: skip
    done = unbroken(kept.rows)
    chosen = members([one for one in done if one["failed"] == PASSED])
    for name in (HANDS_SHORT, ORDERS_SHORT):
        if (count := sum(one.world == name for one, _ in chosen)) < LEAST:
            print(f"only {count} draws of the world {name}: screen more")
    PAGE.write_text(page(done, chosen, plan), encoding="utf-8", newline="\n")
    if chosen:
        CSV.write_text(write_sample(one for one, _ in chosen), encoding="utf-8", newline="\n")
    print(f"{len(chosen)} of {len(done):,} draws written to {CSV.name} and {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
