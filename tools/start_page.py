"""The page docs/start.md and its picture, from what tools/start.py measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from batiksim.arrays import Floats
from batiksim.data import rows as data_rows
from batiksim.present.palette import INDIGO, INK, PALE, PAPER, SAGE, SOGA
from batiksim.scenario import Scenario
from batiksim.studies.sample import load_core
from tools.build_docs import table
from tools.shock import Row, told_of
from tools.start import (
    BANDS,
    DEEP,
    DEEP_DROP,
    DRIVERS,
    DROP,
    EVERYTHING,
    FIRST,
    FIRST_HELD,
    NOTHING,
    SOURCED,
    STEADY,
    WHOLE,
    Case,
    Courses,
    falls,
    split,
    spread,
)  # fmt: skip

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAY = "`contracts.price_indexation`, `contracts.outside_indexation`"
NAMES = {
    "start": "the start: everything held",
    "trend": "trend of orders (`demand.trend`)",
    "imitation": "printed imitation (`demand.imitation`)",
    "loss": "unfilled orders that leave (`demand.loss`)",
    "pay": f"pay that falls behind the minimum wage ({PAY})",
    "Covid": "Covid (`covid.drop`)",
}

PAGE = """# The start, and what the fall of young workers is made of

<!-- Written by `python -m tools.start` (some fifteen minutes). Change it there. -->

From January 2011 to 2020 the workers under 30 fall by {whole} in the baseline. How much of that had
already been decided by who was there in 2011, and how much has happened since?

## Who was there in 2011

The ages of 2011 follow from the model's own flows ([E9](model.md#e9-ages-and-tenures-of-2011)): whom
sixty years of entry, separations and retirement would have gathered. The first edition drew them around
means from a survey of 35 people; that left too few near retirement, and where few retire few posts open.

{ages}
{sourced}
The means of the survey are no input any more. That workers of large firms come out as the younger ones is
still a choice: `start.large_young` is {large_young:g}, the upper end of its prior, because flows alone say
the contrary.

## The fall in parts

Each driver is switched on in every combination with the others, without Covid. Its part is the mean of
what it adds over all orders in which they may come (Shapley), so the parts add up to the whole and nothing
is left over; "first" and "last" are what it adds when it comes before and after all others. Covid comes at
the very end. The start is what is left of the fall with all of them held; what else goes on in the model,
such as factories, floods and schooling, is in it.

{parts}
![The fall in parts, and the ages of 2011](img/start.png)

With everything held the region does not stand still, because jobs grew until 2011
(`start.past_growth`, {growth:g} a year) and do not after. Without that growth there would be {fewer} fewer
under 30 to begin with, and the fall with everything held would be {steady}. With the ages of the first
edition it would be {first_held}, of {first} in all.

## Covid

A deeper shock should not make the craft younger. Means of 2021-22; differences to no Covid, in pairs of
runs.

{covid}
{verdict}

The same over the {draws} draws of the sample's [core](reference/core.md), with {pasts} seeds each; ± over
draws. A drop of 0.5 sends hardly anybody home; it and 0.8 are the ends of the prior.

{depths}
Why a pause in hiring leaves more people under 30 for years: who is not hired in 2020 is hired when orders are
back, as old as newcomers are, and so is under 30 for as much longer. That would be so if firms sent nobody
home, and is no doing of layoffs. The rest is, and lives traced one by one tell how. Those of 25-34 who were
sent home take factory jobs, of which thousands opened from 2020 on (`data/factories.csv`), or other work, and
do not all come back; the old mostly do
([E7-r](model.md#e7-the-end-of-jobs-and-the-life-of-firms)), but some wait for a firm that does not need them
any more or has closed. Newcomers have their posts, most of them young, and where orders are short there are
always some. Nothing is known that would say whether this happened.

Runs at scale {scale:g} with {seeds} seeds; ± one standard error over seeds.
"""


def write(courses: Courses, shocks: Sequence[Row], scale: float, docs: Path = DOCS) -> None:
    """Write start.md and img/start.png below `docs`; `shocks` are the rows of tools/shock.py."""
    (docs / "img").mkdir(parents=True, exist_ok=True)
    draw(courses, docs / "img" / "start.png")
    text = page(courses, shocks, scale)
    (docs / "start.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def people(values: Floats, sign: str = "") -> str:
    """Mean and standard error of a number of people."""
    mean, error = spread(values)
    return f"{mean:{sign},.0f} ± {error:,.0f}"


def page(courses: Courses, shocks: Sequence[Row], scale: float) -> str:
    """The page in Markdown."""
    base, members = Scenario.default(), load_core()
    begin = {case: np.array([one.begin for one in courses[case]]) for case in (NOTHING, STEADY)}
    return PAGE.format(
        whole=people(falls(courses, WHOLE)),
        ages=ages_table(courses),
        sourced=sourced_table(courses),
        large_young=base.value("start.large_young"),
        parts=parts_table(courses),
        growth=base.value("start.past_growth"),
        fewer=people(begin[NOTHING] - begin[STEADY]),
        steady=people(falls(courses, STEADY)),
        first_held=people(falls(courses, FIRST_HELD)),
        first=people(falls(courses, FIRST)),
        covid=covid_table(courses),
        verdict=covid_verdict(courses),
        draws=len(members),
        pasts=len(shocks) // len(members),
        depths=told_of(shocks, members),
        scale=scale,
        seeds=len(courses[WHOLE]),
    )


def at_the_start(courses: Courses, case: str) -> Floats:
    """People by band of age in January 2011, mean over seeds."""
    return np.mean([one.ages for one in courses[case]], axis=0)


def ages_table(courses: Courses) -> str:
    """Workers of January 2011 by age, of flows and of the first edition."""
    both = [at_the_start(courses, case) for case in (WHOLE, FIRST)]
    names = [f"{low}-{low + 4}" for low in BANDS[:-1]] + [f"{BANDS[-1]} and more"]
    rows = [(name, *(f"{one[k]:,.0f}" for one in both)) for k, name in enumerate(names)]
    return table(("age in 2011", "by flows", "first edition"), rows)


def sourced_table(courses: Courses) -> str:
    """The survey's means of 2011 and what the model has."""
    targets = {row["indicator"]: row for row in data_rows("targets.csv")}
    got = np.array([one.sourced for one in courses[WHOLE]])
    rows = []
    for k, name in enumerate(SOURCED):
        row, (mean, error) = targets[name], spread(got[:, k])
        low, high = float(row["low"]), float(row["high"])
        met = "yes" if low <= mean <= high else "**no**"
        rows.append((f"`{name}`", row["value"], f"{low:.1f} .. {high:.1f}", f"{mean:.1f} ± {error:.1f}", met))
    return table(("mean in years, city 2011", "survey", "band", "model", "within"), rows)


def parts_table(courses: Courses) -> str:
    """The parts of the fall, each with its standard error and, for drivers, the two ends of their order."""
    whole = falls(courses, WHOLE).mean()
    rows = []
    for name, values in split(courses).items():
        ends = ("", "")
        if name in DRIVERS:
            alone = falls(courses, frozenset({name})) - falls(courses, NOTHING)
            last = falls(courses, EVERYTHING) - falls(courses, EVERYTHING - {name})
            ends = people(alone), people(last)
        rows.append((NAMES[name], people(values), f"{100 * values.mean() / whole:.0f} %", *ends))
    rows.append(("**together**", people(falls(courses, WHOLE)), "100 %", "", ""))
    return table(("part", "fewer under 30 in 2020", "share", "first", "last"), rows)


def after_covid(courses: Courses) -> dict[float, tuple[Floats, Floats]]:
    """All workers and those under 30 as means of 2021-22 by the depth of the shock, a seed each."""
    depths: dict[float, Case] = {0.0: EVERYTHING, Scenario.default().value(DROP): WHOLE, DEEP_DROP: DEEP}
    return {
        depth: (
            np.array([one.all_after for one in courses[case]]),
            np.array([one.young_after for one in courses[case]]),
        )
        for depth, case in depths.items()
    }


def covid_table(courses: Courses) -> str:
    """Workers after Covid by its depth, and paired differences to no Covid."""
    after = after_covid(courses)
    rows = []
    for depth, found in after.items():
        change = [
            people(values - none, "+") if depth else ""
            for values, none in zip(found, after[0.0], strict=True)
        ]
        rows.append(
            (f"{depth:g}", f"{found[0].mean():,.0f}", change[0], f"{found[1].mean():,.0f}", change[1])
        )
    return table((f"`{DROP}`", "workers", "difference", "under 30", "difference"), rows)


def covid_verdict(courses: Courses) -> str:
    """Whether a deeper shock leaves fewer workers and no more young ones, within two standard errors."""
    after = after_covid(courses)
    none, deep = after[0.0], after[DEEP_DROP]
    fewer, young = spread(deep[0] - none[0]), spread(deep[1] - none[1])
    first = "fewer workers" if fewer[0] < -2 * fewer[1] else "**not clearly fewer workers**"
    second = "no more young ones" if young[0] <= 2 * young[1] else "**more young ones, which is wrong**"
    return f"A drop of {DEEP_DROP:g} leaves {first} and {second}."


def draw(courses: Courses, path: Path) -> None:
    """Left the parts of the fall, each beginning where the one before ends; right the ages of 2011."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 4.2), dpi=150, facecolor=PAPER)
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.075, right=0.975, top=0.86, bottom=0.12, wspace=0.2)
    parts = split(courses)
    means = np.array([values.mean() for values in parts.values()])
    errors = [spread(values)[1] for values in parts.values()]
    ends = np.cumsum(means)
    colours = [INDIGO, *[SOGA] * len(DRIVERS), SAGE]
    left.bar(range(means.size), means, bottom=ends - means, color=colours, width=0.7)
    left.errorbar(range(means.size), ends, errors, fmt="none", ecolor=INK, elinewidth=1)
    for k, (end, mean) in enumerate(zip(ends, means, strict=True)):
        left.annotate(
            f"{mean:,.0f}", (k, max(end, end - mean)), (0, 8), textcoords="offset points", ha="center",
            fontsize=8.5, color=INK,
        )  # fmt: skip
    left.set_xticks(range(means.size), list(parts))
    left.margins(y=0.12)
    left.set_title("Workers under 30, fewer in 2020 than in January 2011", loc="left", fontsize=10, color=INK)
    for case, name, colour, style in ((WHOLE, "by flows", INDIGO, "-"), (FIRST, "first edition", PALE, "--")):
        right.stairs(at_the_start(courses, case), [*BANDS, BANDS[-1] + 5], color=colour, linestyle=style,
                     linewidth=1.8, label=name)  # fmt: skip
    right.set_title(
        "Ages of batik workers in January 2011, people by five years", loc="left", fontsize=10, color=INK
    )
    right.legend(frameon=False, fontsize=9)
    for axes in (left, right):
        _plain(axes)
    figure.savefig(path)


def _plain(axes: Any) -> None:
    axes.set_facecolor(PAPER)
    axes.grid(axis="y", color=INK, alpha=0.1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, labelsize=8.5)
