"""Do small scales give the numbers of the whole region? Writes docs/reference/scales.md.

    python -m tools.scales --work DIR [--minutes 30] [--jobs 2]

Means over seeds at each scale, over those at full scale, in one draw of the core for each world: a scale
may be read where the whole 90 % interval of the ratio (Fieller) lies within the limits. Every seed of the
whole region is also one of the smaller ones, because part of its luck is (the committees of 2011, for
instance); these have as many more as they are cheaper, until everything is decided or time is up. Runs are
kept in DIR.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from batiksim.runs.executors import default_jobs
from batiksim.runs.runner import run_many
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member, load_core
from tools.kept import Kept
from tools.paired import table

Floats = NDArray[np.float64]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "scales.md"
SCALES, WHOLE = (0.1, 0.3), 1.0
YEARS = ("2020-12", "2030-12", "2040-12")
# How far the ratio may be from 1.
LIMITS: Mapping[str, float] = {
    "batik.workers": 0.01,
    "firms.count": 0.01,
    "pay.mean_over_umk": 0.01,
    "batik.workers_under_30": 0.02,
}
LEVEL = 0.90
# Seeds of the whole region in a round; smaller regions have as many more as they are cheaper.
ROUND, LEAST_ROUNDS = 2, 2
FIRST = 5_001  # the first seed, of no other measurement
YES, NO, OPEN = "yes", "no", "open"

PLACES = """
## Places

No scale below the whole region may be read for single places. In a small region people look for posts in
blocks of neighbouring places ([E6-m](../model.md#e6-orders-staff-and-matching)); those of a place with few
posts for its young people then take the posts of its neighbours. Workers who live in Kauman, means of
2023-30, ± one standard error over two to four seeds:

| | orders-1 | hands-1 |
| --- | --- | --- |
| the whole region | 476 ± 5 | 400 ± 8 |
| the whole region in blocks of five places | 806 ± 13 | 530 ± 30 |
| a tenth, in blocks of five places as it is | 971 ± 85 | 478 ± 44 |
| a tenth without blocks | 698 ± 50 | 422 ± 34 |

So blocks are the cause of most of it. Without them people look on in the next place wherever theirs has no
post this month, which in a tenth is often. For the whole region blocks of five change workers by less than
2 % and those under 30 by less than 4 %, measured at full scale.

Of the luck of a run a part is the same at every scale: the ages of the committees of 2011, for instance,
follow from the seed alone. So a few runs of the whole region leave more doubt than their size suggests.
"""


@dataclass(frozen=True)
class Ratio:
    """A ratio of means with its interval, and whether that lies within the limits."""

    ratio: float
    low: float
    high: float
    verdict: str


def fieller(part: Floats, whole: Floats, shared: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Ratio of the means of two samples and its interval (Fieller 1954).

    The first `shared` of both are pairs, all others independent. NaN where the mean of `whole` cannot be told
    from 0. Degrees of freedom are those of the smaller sample.
    """
    if min(part.size, whole.size) < 2:
        return np.nan, np.nan, np.nan
    a, b = part.mean(), whole.mean()
    var_a, var_b = part.var(ddof=1) / part.size, whole.var(ddof=1) / whole.size
    common = np.cov(part[:shared], whole[:shared])[0, 1] if shared > 1 else 0.0
    both = common * shared / (part.size * whole.size)
    q = float(student.ppf(0.5 + level / 2.0, min(part.size, whole.size) - 1)) ** 2
    square = b * b - q * var_b
    middle = a * b - q * both
    root = middle * middle - square * (a * a - q * var_a)
    if square <= 0.0 or root < 0.0:
        return np.nan, np.nan, np.nan
    half = np.sqrt(root)
    return float(a / b), float((middle - half) / square), float((middle + half) / square)


def judged(part: Floats, whole: Floats, shared: int, limit: float) -> Ratio:
    """Whether a scale may be read: yes, no, or still open."""
    ratio, low, high = fieller(part, whole, shared)
    inside, outside = low > 1.0 - limit and high < 1.0 + limit, high < 1.0 - limit or low > 1.0 + limit
    return Ratio(ratio, low, high, YES if inside else NO if outside else OPEN)


def add_round(
    kept: Kept, members: Sequence[Member], scales: Sequence[float], years: Sequence[str], jobs: int
) -> None:
    """One round of new seeds for every draw and scale; all draws and scales begin with the same."""
    for member, scale in product(members, scales):
        there = sum((row["draw"], row["scale"]) == (member.id, scale) for row in kept.rows)
        seeds = range(FIRST + there, FIRST + there + max(ROUND, round(ROUND * max(scales) / scale)))
        settings = Scenario.default().but(dict(member.values))
        for result in run_many(settings, seeds, jobs=jobs, scale=scale, until=max(years), record="yearly"):
            if result.table is None:
                raise RuntimeError(result.error)
            frame = result.table.to_pandas()
            region = frame[frame["place"] == "all"].set_index("month")
            values = [[float(region.loc[year, name]) for year in years] for name in LIMITS]
            kept.add({"draw": member.id, "scale": scale, "seed": result.seed, "values": values})


def ratios(
    rows: Sequence[Mapping[str, Any]], scales: Sequence[float], years: Sequence[str]
) -> dict[tuple[str, str, float, str], Ratio]:
    """(indicator, year, scale, draw) -> ratio to the largest scale."""
    values: defaultdict[tuple[str, float], dict[int, list[list[float]]]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: int(row["seed"])):
        values[row["draw"], row["scale"]][row["seed"]] = row["values"]
    found = {}
    for draw in dict.fromkeys(row["draw"] for row in rows):
        largest = values[draw, max(scales)]
        whole = np.array(list(largest.values()))
        for scale in scales:
            if scale < max(scales):
                mine = values[draw, scale]
                shared = sum(seed in largest for seed in mine)  # the first of both
                part = np.array(list(mine.values()))
                for (i, (name, limit)), (j, year) in product(enumerate(LIMITS.items()), enumerate(years)):
                    found[name, year, scale, draw] = judged(part[:, i, j], whole[:, i, j], shared, limit)
    return found


def smallest(
    found: Mapping[tuple[str, str, float, str], Ratio], name: str, year: str, scales: Sequence[float]
) -> float:
    """The smallest scale at which, and at all larger ones, an indicator may be read in every draw."""
    best = max(scales)
    for scale in sorted(scales, reverse=True)[1:]:
        if any(one.verdict != YES for key, one in found.items() if key[:3] == (name, year, scale)):
            break
        best = scale
    return best


def page(
    rows: Sequence[Mapping[str, Any]],
    members: Sequence[Member],
    scales: Sequence[float],
    years: Sequence[str],
) -> str:
    """docs/reference/scales.md."""
    found = ratios(rows, scales, years)
    seeds = "; ".join(
        f"{member.id} ({member.world}): "
        + ", ".join(
            f"{sum((row['draw'], row['scale']) == (member.id, scale) for row in rows)} at {scale:g}"
            for scale in scales
        )
        for member in members
    )
    columns = [(member, scale) for member in members for scale in scales if scale < max(scales)]
    heads = [f"{member.id}, {scale:g}" for member, scale in columns]
    return "\n".join([
        "# Scales\n",
        "Written by `python -m tools.scales`.\n",
        "The mean of a small region (results are always at full scale) over that of the whole one, with its "
        "90 % interval over seeds (Fieller); the seeds of the whole region are among those of the small "
        f"ones, as they share some luck. Seeds: {seeds}. *Yes*: the whole interval lies within the limits; "
        "*no*: all of it lies outside; *open*: more seeds would be needed. The last "
        "column is the smallest scale at which the number may be read, in both worlds.\n",
        table(["indicator", "month", "limits", *heads, "read from"], _lines(found, columns, scales, years)),
        *_biases(found, scales),
        PLACES.rstrip("\n") + "\n",
    ])  # fmt: skip


def _biases(found: Mapping[tuple[str, str, float, str], Ratio], scales: Sequence[float]) -> Iterator[str]:
    """What small regions make of each indicator, over all months and draws."""
    for scale in sorted(scales)[:-1]:
        said = []
        for name in LIMITS:
            off = [
                100.0 * (one.ratio - 1.0) for key, one in found.items() if (key[0], key[2]) == (name, scale)
            ]
            said.append(f"`{name}` {min(off):+.1f} to {max(off):+.1f} %")
        yield f"At {scale:g} of the region the means are off by: {', '.join(said)}.\n"


def _lines(
    found: Mapping[tuple[str, str, float, str], Ratio],
    columns: Sequence[tuple[Member, float]],
    scales: Sequence[float],
    years: Sequence[str],
) -> Iterator[list[str]]:
    for (name, limit), year in product(LIMITS.items(), years):
        cells = []
        for member, scale in columns:
            one = found[name, year, scale, member.id]
            cells.append(f"{one.ratio:.4f} ({one.low:.4f} .. {one.high:.4f}) {one.verdict}")
        least = f"{smallest(found, name, year, scales):g}"
        yield [name, year, f"{1 - limit:g} .. {1 + limit:g}", *cells, least]


def main(
    arguments: Sequence[str] | None = None,
    members: Sequence[Member] | None = None,
    scales: Sequence[float] = (*SCALES, WHOLE),
    years: Sequence[str] = YEARS,
    out: Path = PAGE,
) -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.scales", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the runs")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--jobs", type=int, default=None)
    given = parser.parse_args(arguments)
    if members is None:
        sample = load_core()
        members = [next(one for one in sample if one.world == world) for world in (ORDERS_SHORT, HANDS_SHORT)]
    about = {one.id: dict(one.values) for one in members}
    kept = Kept(given.work, {"draws": about, "scales": list(scales), "years": list(years)})
    end, jobs, rounds = time.monotonic() + given.minutes * 60.0, given.jobs or default_jobs(1000), 0
    while True:
        there = ratios(kept.rows, scales, years)
        left = sum(one.verdict == OPEN for one in there.values())
        begun = min((sum(row["draw"] == one.id and row["scale"] == max(scales) for row in kept.rows)
                     for one in members), default=0) >= ROUND * LEAST_ROUNDS  # fmt: skip
        if begun and (not left or time.monotonic() > end):
            break
        add_round(kept, members, scales, years, jobs)
        rounds += 1
        print(f"round {rounds}: {len(kept.rows)} runs, {left} of {len(there)} ratios were open", flush=True)
    out.write_text(page(kept.rows, members, scales, years), encoding="utf-8", newline="\n")
    print(f"{out.name}: {len(kept.rows)} runs, {left} of {len(there)} ratios open")


if __name__ == "__main__":
    main()
