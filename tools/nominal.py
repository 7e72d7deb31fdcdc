"""What the outside option and prices follow decides pay: measure it and write docs/nominal.md.

    python -m tools.nominal

Runs of the baseline at scale .2, three seeds, in which only the indexation of the outside option b (or of
batik prices) differs. "Own past pay" is stepped through year by year: each January b follows the mean rate
of the year before, and the dated values found that way are then run as a scenario like any other.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import DEFAULT_UNTIL, month_name
from batiksim.codes import Group, names
from batiksim.model.batik_model import BatikModel
from batiksim.present.palette import INK, PALE, PAPER
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from batiksim.world.drivers import umk
from tools.build_docs import table

Floats = NDArray[np.float64]

DOCS = Path(__file__).resolve().parents[1] / "docs"
SEEDS = (1, 2, 3)
SCALE = 0.2
YEARS = range(2011, 2041)
SHOWN = (2011, 2015, 2020, 2026, 2040)
CPI, CPI_LOW, CPI_HIGH = 0.04, 0.03, 0.05
PAY, YOUNG, ALL, UNFILLED = (
    "pay.batik_over_umk",
    "batik.workers_under_30",
    "batik.workers",
    "market.unfilled_share",
)
OUTSIDE, PRICES = "contracts.outside_indexation", "contracts.price_indexation"
# Okabe and Ito's colours, apart for every kind of colour vision.
COLOURS = ("#0072B2", "#000000", "#E69F00", "#D55E00")

Runs = dict[str, list[pd.DataFrame]]


def elasticity(growth: float) -> float:
    """Elasticity to the minimum wage of something that grows by `growth` a year over 2011-2040 (city)."""
    months = 12 * len(YEARS)
    path = umk(months, np.full(months, Scenario.default().value("garment.umk_growth")))[::12, 0]
    return float(np.log1p(growth) * (len(path) - 1) / np.log(path[-1] / path[0]))


def own_past_pay(seed: int) -> dict[str, Any]:
    """Dated parameters with which b follows the mean rate of the task group's workers in the year before."""
    settings = Scenario.default().but({OUTSIDE: 0.0})
    model = BatikModel(settings, seed=seed, scale=SCALE, until=DEFAULT_UNTIL)
    groups = names(Group)
    start = [settings.value(f"contracts.outside_{group}") for group in groups]
    dated: dict[str, dict[str, float]] = {group: {} for group in groups}
    first = np.zeros(len(groups))
    for year in range(len(YEARS)):
        rate = np.zeros(len(groups))
        for _ in range(12):
            model.step()
            rate += mean_rates(model) / 12.0
        first = rate if year == 0 else first
        january = 12 * (year + 1)
        if january <= model.last:
            for group, before, base in zip(groups, rate / first, start, strict=True):
                value = round(base * before, 6)
                dated[group][month_name(january)] = value
                model.now.series(f"contracts.outside_{group}")[january:] = value
    return {OUTSIDE: 0.0, **{f"contracts.outside_{group}": values for group, values in dated.items()}}


def mean_rates(model: BatikModel) -> Floats:
    """Mean full-month rate of the employed, (task groups,), IDR a month."""
    people = model.people
    rows = model.batik[people.employer[model.batik] >= 0]
    return np.array([people.rate[rows[people.group[rows] == group]].mean() for group in Group])


def outside_variants() -> dict[str, Any]:
    """What the outside option can follow: changes of the baseline, or a function of the seed."""
    return {
        "the minimum wage": {OUTSIDE: 1.0},
        "the baseline": {},
        "consumer prices": {OUTSIDE: elasticity(CPI)},
        "own past pay": own_past_pay,
    }


def price_variants() -> dict[str, Any]:
    """What batik prices can follow."""
    return {
        "the minimum wage": {PRICES: 1.0},
        "the baseline": {},
        "less than that": {PRICES: 0.85},
        "consumer prices": {PRICES: elasticity(CPI)},
    }


def measure(variants: Mapping[str, Any], subject: str) -> Runs:
    """Means of a year of the indicators of the region, by year, one table a seed."""
    runs: Runs = {}
    for name, change in variants.items():
        runs[name] = []
        for seed in SEEDS:
            changes = change(seed) if callable(change) else change
            result = run(Scenario.default().but(changes), seed=seed, scale=SCALE)
            region = result[result.place == "all"]
            # Means of twelve months: a single December may lie before Lebaran, when pay is high.
            runs[name].append(region.groupby(region.month.str[:4].astype(int)).mean(numeric_only=True))
            print(f"{subject} follows {name}, seed {seed}", file=sys.stderr, flush=True)
    return runs


def middle(tables: list[pd.DataFrame], indicator: str, year: int) -> float:
    """Median over seeds in a year."""
    return float(np.median([one.loc[year, indicator] for one in tables]))


def pay_table(runs: Runs, elasticities: Mapping[str, str]) -> str:
    """Pay over UMK in some years, then workers under 30 and unfilled posts at the end."""
    last = YEARS[-1]
    rows = []
    for name, tables in runs.items():
        young = [one.loc[last, YOUNG] for one in tables]
        change = [
            one.loc[last, YOUNG] - base.loc[last, YOUNG]
            for one, base in zip(tables, runs["the baseline"], strict=True)
        ]
        rows.append(
            (
                f"{name} ({elasticities[name]})",
                *(f"{middle(tables, PAY, year):.2f}" for year in SHOWN),
                f"{middle(tables, ALL, last):,.0f}",
                f"{np.median(young):,.0f} ({min(young):,.0f}-{max(young):,.0f})",
                f"{np.median(change):+,.0f}" if name != "the baseline" else "",
                f"{middle(tables, UNFILLED, last):.0%}",
            )
        )
    head = ("follows (elasticity)", *(f"pay/UMK {year}" for year in SHOWN))
    tail = (f"workers {last}", f"under 30 in {last} (seeds)", "against the baseline", f"unfilled {last}")
    return table((*head, *tail), rows)


def draw(runs: Runs, path: Path) -> None:
    """Pay over UMK and workers under 30, a line for what the outside option follows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 4.4), dpi=150, facecolor=PAPER)
    panels = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.055, right=0.83, top=0.83, bottom=0.09, wspace=0.68)
    titles = (PAY, "Median batik pay over the minimum wage"), (YOUNG, "Batik workers under 30")
    for axes, (indicator, title) in zip(panels, titles, strict=True):
        ends = []
        for colour, (name, tables) in zip(COLOURS, runs.items(), strict=True):
            lines = np.array([[one.loc[year, indicator] for year in YEARS] for one in tables])
            axes.fill_between(
                YEARS, lines.min(axis=0), lines.max(axis=0), color=colour, alpha=0.15, linewidth=0
            )
            axes.plot(YEARS, np.median(lines, axis=0), color=colour, linewidth=1.8)
            ends.append((float(np.median(lines, axis=0)[-1]), name, colour))
        axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)
        axes.set_ylim(bottom=0)
        label_ends(axes, ends)
        axes.set_facecolor(PAPER)
        axes.set_xlim(YEARS[0], YEARS[-1])
        axes.grid(axis="y", color=INK, alpha=0.1)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(length=0, labelsize=8.5)
    figure.text(
        0.055, 0.93, "What the outside option follows. Line: median of three seeds; band: their range.",
        color=PALE, fontsize=9.5,
    )  # fmt: skip
    figure.savefig(path)


def label_ends(axes: Any, ends: list[tuple[float, str, str]]) -> None:
    """Names at the ends of the lines, none on top of another."""
    gap = 0.055 * axes.get_ylim()[1]
    height = -gap
    for value, name, colour in sorted(ends):
        height = max(value, height + gap)
        axes.annotate(
            f"{name} ({value:,.0f})" if value > 10 else f"{name} ({value:.2f})",
            (YEARS[-1], height), (6, 0), textcoords="offset points", color=colour, va="center",
            fontsize=8.5, annotation_clip=False,
        )  # fmt: skip


def page(outside: Runs, prices: Runs) -> str:
    """The page in Markdown."""
    base = Scenario.default()
    eta_b, eta_r = base.value(OUTSIDE), base.value(PRICES)
    cpi = elasticity(CPI)

    def last(runs: Runs, name: str, indicator: str = PAY) -> float:
        return middle(runs[name], indicator, YEARS[-1])

    reading = READING.format(
        pay=last(outside, "the baseline"),
        young=last(outside, "the baseline", YOUNG),
        least_b=min(last(outside, name) for name in outside),
        most_b=max(last(outside, name) for name in outside),
        least_price=min(last(prices, name) for name in prices),
        most_price=max(last(prices, name) for name in prices),
        young_least=min(last(runs, name, YOUNG) for runs in (outside, prices) for name in runs),
        young_most=max(last(runs, name, YOUNG) for runs in (outside, prices) for name in runs),
    )
    return PAGE.format(
        reading=reading,
        eta_b=eta_b, eta_r=eta_r, cpi=cpi, growth=CPI, low=elasticity(CPI_LOW), high=elasticity(CPI_HIGH),
        cpi_low=CPI_LOW, cpi_high=CPI_HIGH, seeds=len(SEEDS), scale=SCALE,
        outside=pay_table(
            outside,
            {
                "the minimum wage": "1",
                "the baseline": f"{eta_b:g}",
                "consumer prices": f"{cpi:.2f}",
                "own past pay": "a path",
            },
        ),
        prices=pay_table(
            prices,
            {
                "the minimum wage": "1",
                "the baseline": f"{eta_r:g}",
                "less than that": "0.85",
                "consumer prices": f"{cpi:.2f}",
            },
        ),
    )  # fmt: skip


READING = """\
In the baseline the median worker earns {pay:.2f} of the minimum wage in 2040. What the outside option follows
moves that between {least_b:.2f} and {most_b:.2f}, what prices follow between {least_price:.2f} and
{most_price:.2f}. Nobody has measured either path, so any statement about pay in 2040 is a statement about
these two numbers first, and about policies second.

The number of young workers moves less: {young:,.0f} under thirty in the baseline, {young_least:,.0f} to
{young_most:,.0f} over all the lines above, and much of that is the luck of a seed. Choices weigh ratios of
pay, jobs open only as orders let them, and the fall of the first ten years, which comes from the ages of 2011
and from orders, is the same on every path.
"""

PAGE = """\
# What pay follows

<!-- Written by `python -m tools.nominal` (a few minutes). Change it there. -->

Batik pay is a bargain between what the firm has left after cloth and brokers, and what the worker could
have otherwise, her *outside option* b (E5). Both are sums of money, and over thirty years what they
follow decides what the craft pays. The minimum wage has risen by 8.4 % a year from 2011 to 2026 and
is assumed to rise by 5.5 % after. Two elasticities say how much of that reaches batik:
`contracts.price_indexation` ({eta_r:g}) for prices, `contracts.outside_indexation` ({eta_b:g}) for b.
Neither is measured. This page shows what else they could be, and what that would do.

Every line below is the baseline with one thing changed, at scale {scale:g} with {seeds} seeds; medians, in
brackets the range over seeds. Pay is the median over workers, over the minimum wage of their place. All
of them are run where orders are short ([worlds.md](worlds.md)); where hands are short, posts wait for whoever
wants the work at its pay, and pay moves more people than here.

## What the outside option follows

* **The minimum wage**: day labour and housework for pay keep up with factories.
* **The baseline**: they nearly do.
* **Consumer prices**: b keeps its purchasing power and no more. Inflation of {growth:.0%} a year until 2040
  is an assumption (range {cpi_low:.0%} to {cpi_high:.0%}); against the path of the minimum wage it amounts
  to an elasticity of {cpi:.2f} ({low:.2f} to {high:.2f}), which is below the prior range of the parameter.
* **Own past pay**: what she could have elsewhere is what women like her earned last year, in batik. Each
  January b follows the mean rate of the year before, by task group.

{outside}
![Pay and young workers by what the outside option follows](img/nominal.png)

## What prices follow

{prices}
## What this means

{reading}"""


def main() -> None:
    """Run all variants and write the page and its picture."""
    outside, prices = measure(outside_variants(), "b"), measure(price_variants(), "price")
    (DOCS / "img").mkdir(exist_ok=True)
    draw(outside, DOCS / "img" / "nominal.png")
    text = page(outside, prices)
    (DOCS / "nominal.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    main()
