"""Which side of the labour market binds, by experiment: nudges to either side, and how far each side reaches.

Two nudges tell what binds *now*: a tenth more orders, and a tenth more people who accept the batik work they
are offered (by thinning, so that nobody's other luck changes). They add up, and they are local. How far a
side reaches is another question, and what a world is called by: information for everybody against a fifth
more orders. `people_to_ask` says how large a survey must be that tells the worlds apart.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import BETWEEN, HANDS_SHORT, ORDERS_SHORT
from batiksim.i18n.texts import LANGUAGES
from batiksim.scenario import Scenario
from batiksim.studies.study import Study

MORE_ORDERS, MORE_ACCEPTANCES = "orders-10", "acceptances-10"
INFORMATION, FAR_MORE_ORDERS = "information-all", "orders-20"
SINCE, UNTIL = "2026-01", "2040-12"
NUDGE, PUSH = 0.1, 0.2
ERRORS = 2.0
WORKERS = "batik.workers"


def levers(base: Scenario | None = None) -> list[Scenario]:
    """The scenarios to compare: a baseline, and the four levers laid over it from 2026 to 2040."""
    base = base or Scenario.default()
    always = {"since": SINCE, "until": UNTIL}
    found = {
        MORE_ORDERS: base.with_intervention("demand_promotion", strength=NUDGE, **always),
        MORE_ACCEPTANCES: base.but({"choice.more_acceptances": {f"{SINCE}..{UNTIL}": NUDGE}}),
        INFORMATION: base.with_intervention("information", who=["youth"], coverage=1, strength=1, **always),
        FAR_MORE_ORDERS: base.with_intervention("demand_promotion", strength=PUSH, **always),
    }
    titled = {name: FrozenDict(dict.fromkeys(LANGUAGES, name)) for name in found}
    return [base, *(replace(one, stem=name, title=titled[name]) for name, one in found.items())]


def world(gap: float, error: float) -> str:
    """The world in which information adds `gap` more workers than orders do, with its standard error.

    Hands are short where information adds more, orders where it adds fewer; "between" within two standard
    errors, and where nobody knows the error.
    """
    if not abs(gap) > ERRORS * error:
        return BETWEEN
    return HANDS_SHORT if gap > 0 else ORDERS_SHORT


def binding(study: Study) -> pd.DataFrame:
    """What the comparison of `levers` says, one row a regime and draw.

    `orders` and `acceptances`: per cent more workers for one per cent more of each, means of 2026-40;
    `information` and `more_orders`: workers added by either side's far lever; `gap` the first of these less
    the second; `world` after that. Each has its standard error (`_se`) over seeds; the spread over seeds is
    taken as the same in all draws of a regime, so that two seeds a draw are enough.
    """
    wide = study.numbers.indicator(WORKERS).loc[:, SINCE:UNTIL]
    level = wide.mean(axis=1).unstack("scenario", sort=False).dropna()
    base = level[study.baseline]
    gained = level.sub(base, axis=0)
    found = pd.DataFrame({
        "orders": gained[MORE_ORDERS] / base / NUDGE,
        "acceptances": gained[MORE_ACCEPTANCES] / base / NUDGE,
        "information": gained[INFORMATION],
        "more_orders": gained[FAR_MORE_ORDERS],
        "gap": gained[INFORMATION] - gained[FAR_MORE_ORDERS],
    })  # fmt: skip
    table = pd.concat([_pooled(found.loc[[regime]]) for regime in study.regimes])
    table["world"] = [world(gap, error) for gap, error in zip(table["gap"], table["gap_se"], strict=True)]
    return table.reset_index()


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Means of each draw of a regime and their standard errors, with one spread over seeds for all draws."""
    draws = rows.groupby(level=["regime", "draw"], sort=False)
    means, seeds = draws.mean(), draws.size()
    free = len(rows) - len(means)
    squares = (rows - draws.transform("mean")).pow(2).sum()
    errors = np.sqrt((squares / free if free else squares * np.nan).to_numpy() / seeds.to_numpy()[:, None])
    both = means.join(pd.DataFrame(errors, means.index, [f"{name}_se" for name in means]))
    return both[[name for column in means for name in (column, f"{column}_se")]]


def people_to_ask(one: float, other: float, power: float = 0.9) -> int:
    """How many independent answers tell a share of `one` from a share of `other`, right with chance `power`
    whichever it is: ((z sqrt(p (1 - p)) + z sqrt(q (1 - q))) / (p - q))^2, z the quantile of the power.
    """
    spread = sqrt(one * (1.0 - one)) + sqrt(other * (1.0 - other))
    return ceil((NormalDist().inv_cdf(power) * spread / (one - other)) ** 2)
