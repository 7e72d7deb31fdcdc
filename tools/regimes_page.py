"""The page and the picture of tools/regimes.py: what was measured, in words, tables and one figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batiksim.config.parameters import load_parameters
from batiksim.runs.runner import run
from batiksim.scenario import Scenario
from tools.build_docs import number, table
from tools.regimes import ERRORS, FEWEST, MANY, POINTS, SEEDS, Measured, Sweep, place_name
from tools.regimes_figure import PAY_WEIGHT, draw, resting

Floats = NDArray[np.float64]

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEAD = ("closest at pay ratio", "in", "from everybody", "from nobody", "gap in points", "verdict")
KAPPAS = (1.6, 3.0, 4.0)

INTRO = """\
A model *tips* if the same pay can hold two different regions, one in which batik is common and one in which
it is rare, so that a lost craft does not come back when the cause is gone. This is measured, not assumed.
"""

HOW = """\
The region is frozen (`tools/frozen_region.py`): nobody ages, retires or turns fifteen; no firm opens or
closes; orders have no trend, season, shock, imitation or loss; the minimum wage stays that of 2011 and pay
does not answer to unfilled posts. Everybody has the same skill, because pay follows skill and the point is to
*hold* pay. Batik's pay is then set to a multiple of what it is (the *pay ratio*, 1 = baseline), and people
choose until the share of batik in the region changes by less than .001 from three years to the next. They
think again twenty times as often as in the model, which moves where they end no more than a faster clock
would (below).

Each ratio is tried from two sides: with **everybody** of working age in batik at the beginning, and with
**nobody**, after the same people have all left it. The share is that of batik among the active people of
15-59 of a place. The set *tips* if the two ends differ by more than {points} points and more than
{errors:g} standard errors ({seeds} seeds) at two neighbouring ratios in one place. All ratios are tried
with the first seed; the two neighbours that come closest to tipping get all seeds and stand in the tables.
Places with fewer than {fewest} simulated people are left out. *Not all at rest*: some run still moved after
thirty years, which are six hundred at the pace of the model.
"""

OWN = """\
Posts are as many as firms had workers and vacancies in 2011. This is how the model is used.
"""

AMPLE = """\
The same with {orders:g} times the orders, so that whoever wants a job in batik gets one. The region has
never been like this, and it is outside the fit: nearly all of these posts would have stood open in 2012,
of which no source speaks. It shows what the people alone would do.
"""

TIPPING = """\
It was found by search: strong conformity, little else that counts in a choice, and places that differ more
in how common batik is. These values are at the edge of what is held possible, all of them together.

{overrides}
It meets the targets of the fit as well as the baseline does (see [calibration.md](calibration.md)). It is no
better founded than the baseline; what it says is that the fit does not exclude tipping.

{checks}
A smaller sample has smaller places, in which chance alone can carry a place from one state to the other. It
widens the error; how often people think again does not matter.

**Mind where the loop lies.** At these ratios a full month in batik pays {low:.2f} to {high:.2f} of the
minimum wage. In a run of this set from 2011 to 2040 the median worker earns between {least:.2f} (in {worst},
for want of working days) and {most:.2f} of it by year: {where}

Batik's share in {place} by pay ratio (first seed, scale .2):

{loop}"""

ABOVE = "far above the loop, where the region has one end only, as in the baseline."
AMIDST = """\
within reach of the loop. In a region like this
history would matter: a place that has lost its craft would not get it back at the pay at which another
keeps it."""

KNOWLEDGE = """\
So far skill was held. If it moves, a craft that was lost also has to be learnt again, and only masters
teach. Here nothing is speeded up, and prices are held rather than pay (pay ratio 1, orders as they are).

{table}
Where the people who left still know the craft, the region comes back. Where all have forgotten it, people
take the jobs again, but nobody becomes a master: the craft goes on as unskilled work, at the pay of unskilled
work. This is a second way in which the past can stay, and no conformity is in it. It follows from the
assumption that skill grows only beside a master of one's own place (E4); a place that has kept a single one
learns again.
"""

WHY = """\
If everybody compares herself with everybody, and there are two options that cost and pay the same, the
share p of the first follows p' = 1 / (1 + exp(-(alpha ln(pay ratio) + kappa (2p - 1)))), the rule
`mean_field` in `verification/oracles_choice.py`. Above kappa = 2 it has two resting points for some pay
ratios, and then history decides: a craft that lives survives down to the lower ratio of this table, a craft
that is lost comes back only above the upper one. That is hysteresis, and the left side of the picture above
shows it.

{table}
The model differs in two ways. A craft in which one in thirty works cannot be a habit of everybody: pushing
the share up by one point moves choices by about kappa p (1 - p) points, and a loop needs that to exceed 1.
At p = .5 that takes kappa 4 of a single option; at p = .08, the share in the densest place of 2011, it
takes about 14. And posts are limited: even if all youths wanted batik, orders would not employ them. With
few workers conformity is nearly a constant, and more or less of it can be traded against `choice.batik`, so
data on 2011-2022 cannot tell them apart.
"""

USE = """\
* Comparisons run the two worlds that the known facts cannot tell apart ([worlds.md](worlds.md)), not this
  corner. To look at it as well, let a scenario say `choice.regime: tipping`.
* Do not read a slow recovery as a tipping point. When a frozen region is pushed and released, it can take
  decades to come back because people of 35 and more seldom think again, and because orders that left the
  region do not return (`demand.loss`). A pay ratio that is lowered and raised within a few years draws a
  loop in any regime.
* To teach hysteresis, use the oracle above, or the tipping set with the pay ratios of its table.
"""


@dataclass(frozen=True)
class Findings:
    """All that was measured: orders as they were, ample orders, the tipping set, and moving skills."""

    own: Sweep
    ample: Sweep
    loop: Measured
    check: Measured
    known: Measured
    forgotten: Measured


def write(found: Findings) -> None:
    """Write docs/regimes.md and docs/img/regimes.png."""
    (DOCS / "img").mkdir(exist_ok=True)
    draw(found.loop, found.own["3 (baseline)"], found.loop.place, DOCS / "img" / "regimes.png")
    text = page(found)
    (DOCS / "regimes.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def page(found: Findings) -> str:
    """The page in Markdown."""
    how = HOW.format(points=f"{100 * POINTS:g}", errors=ERRORS, seeds=len(SEEDS), fewest=FEWEST)
    parts = [
        "# Does the model tip?\n",
        "<!-- Written by `python -m tools.regimes` (some ten minutes). Change it there. -->\n",
        INTRO,
        answer(found),
        "## How it is measured\n",
        how,
        "## With the orders there are\n",
        OWN,
        sweep_table(found.own),
        "## With ample orders\n",
        AMPLE.format(orders=MANY),
        sweep_table(found.ample),
        "## A set that tips\n",
        tipping_text(found),
        "![Batik's share from a high and a low start](img/regimes.png)\n",
        "## Craft knowledge\n",
        knowledge_text(found),
        "## Why so little tips\n",
        WHY.format(table=oracle_table()),
        "## What to do with this\n",
        USE,
    ]
    return "\n".join(parts)


def answer(found: Findings) -> str:
    """The short answer, from what was found."""
    own = max(abs(m.gap(r)[0]) for m in found.own.values() for r in m.closest)
    tipped = [name for name, m in found.own.items() if m.tips]
    ample = [name for name, m in found.ample.items() if m.tips]
    first = (
        f"With conformity {' and '.join(tipped)} it tips."
        if tipped
        else "**Not with the baseline and its orders, whatever the weight of conformity**: the largest"
        f" difference between the two starts in any place is {points(own)} points."
    )
    second = (
        f"With {MANY:g} times the orders it tips at conformity {', '.join(ample)}."
        if ample
        else f"It does not tip with {MANY:g} times the orders either."
    )
    loop = found.loop
    third = (
        f"**One far corner of the prior ranges does tip**, with today's orders and the targets of the fit"
        f" met: {place_name(loop.place)}, at {ratios(loop)} of today's pay. `choice.regime: tipping`"
        " selects that set."
        if loop.tips
        else "The set that `choice.regime: tipping` selects does not tip."
    )
    return f"* {first}\n* {second}\n* {third}\n"


def points(share: float) -> str:
    """A share as points."""
    return f"{100 * share:.1f}"


def ratios(measured: Measured) -> str:
    """The ratios looked at closely."""
    return " and ".join(f"{ratio:g}" for ratio in measured.closest)


def sweep_table(sweep: Sweep) -> str:
    """One row a case: where it comes closest to tipping."""
    rows = [row(name, measured) for name, measured in sweep.items()]
    return table(("conformity", *HEAD), rows)


def row(name: str, measured: Measured) -> Iterable[str]:
    """A case at the second of its two ratios."""
    ratio, place = measured.closest[-1], measured.place
    high, low = measured.shares(ratio)[:, :, place].mean(axis=0)
    gaps = "; ".join(
        f"{100 * gap:.1f} ± {100 * error:.1f}" for gap, error in map(measured.gap, measured.closest)
    )
    verdict = ("tips" if measured.tips else "single") + ("" if measured.settled else ", not all at rest")
    return name, ratios(measured), place_name(place), f"{high:.1%}", f"{low:.1%}", gaps, verdict


def tipping_text(found: Findings) -> str:
    """What the tipping set is, where it tips, and whether sample and pace decide that."""
    loop = found.loop
    path = run(Scenario.default().but({"choice.regime": "tipping"}), scale=0.1)
    region = path[path.place == "all"]
    pay = region.groupby(region.month.str[:4])["pay.batik_over_umk"].mean()
    checks = [row("scale .2", loop), row("scale .1, half the pace", found.check)]
    return TIPPING.format(
        overrides=table(("parameter", "baseline", "tipping", "prior"), overrides()),
        checks=table(("measured at", *HEAD), checks),
        low=loop.pay(loop.closest[0]),
        high=loop.pay(loop.closest[-1]),
        least=pay.min(),
        worst=pay.idxmin(),
        most=pay.max(),
        where=ABOVE if pay.min() > loop.pay(loop.closest[-1]) else AMIDST,
        place=place_name(loop.place),
        loop=loop_table(loop, loop.place),
    )


def overrides() -> Iterable[Iterable[str]]:
    """Parameters that the tipping set changes."""
    for name, parameter in load_parameters().items():
        if "tipping" in parameter.regimes:
            low, high = parameter.prior or (0.0, 0.0)
            values = (parameter.timeline.at(0), parameter.regimes["tipping"].at(0))
            yield f"`{name}`", *map(number, values), f"{number(low)}..{number(high)}"


def loop_table(measured: Measured, place: int) -> str:
    """Shares of one place by pay ratio."""
    rows = []
    for ratio in measured.case.ratios:
        high, low = measured.shares(ratio)[0, :, place]
        rows.append((f"{ratio:g}", f"{measured.pay(ratio):.2f}", f"{high:.1%}", f"{low:.1%}"))
    return table(("pay ratio", "pay over UMK", "from everybody", "from nobody"), rows)


def knowledge_text(found: Findings) -> str:
    """What happens when skill moves as well, at the prices of the baseline."""
    starts = (
        ("everybody", found.known, 0),
        ("nobody, the craft remembered", found.known, 1),
        ("nobody, the craft forgotten", found.forgotten, 1),
    )
    rows = []
    for name, measured, start in starts:
        ends = [pair[start] for pair in measured.rests[1.0]]
        share, pay = np.mean([(end.whole, end.pay) for end in ends], axis=0)
        rested = "yes" if all(end.settled for end in ends) else "not in every run"
        rows.append((name, f"{share:.1%}", f"{pay:.2f}", rested))
    return KNOWLEDGE.format(
        table=table(("start", "of the active in batik", "pay over UMK", "at rest within 30 years"), rows)
    )


def oracle_table() -> str:
    """Resting points at equal pay and the ratios between which history decides, by kappa (alpha 2)."""
    rows = []
    for kappa in KAPPAS:
        low, high = resting(kappa, 0.0, 0.0), resting(kappa, 0.0, 1.0)
        if kappa <= 2:
            rows.append((f"{kappa:g}", f"{low:.3f}", "none: one resting point at every ratio"))
            continue
        turn = np.sqrt(1 - 2 / kappa)
        fold = np.exp((2 * np.arctanh(turn) - kappa * turn) / PAY_WEIGHT)
        rows.append((f"{kappa:g}", f"{low:.3f} or {high:.3f}", f"{fold:.4f} to {1 / fold:.4f}"))
    return table(("kappa", "share at equal pay", "two states between pay ratios"), rows)
