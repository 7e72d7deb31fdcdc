"""What is said by whoever knows nothing of the rest of the model: the nulls that it should beat.

*persistence*: what was in 2012 stays. *trend*: the straight line of 2011-13 goes on. *cohort*: everybody in
batik of December 2012 grows older, and nobody enters or leaves; it speaks of ages only. *pay only*: the model
itself, where people choose their work by pay alone. *Ablations* are the model without one of its mechanisms.
The first three speak only of what comes after the months they look at.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_index
from batiksim.config.dated_values import Value
from batiksim.kernels.sums import AGE_BANDS
from batiksim.recording.indicators import load_indicators

Floats = NDArray[np.float64]

PERSISTENCE, TREND, COHORT, PAY_ONLY = "persistence", "trend", "cohort", "pay-only"
BASE = ("2012-01", "2012-12")
LINE = ("2011-01", "2013-12")
# The last month that each looks at.
KNOWS = {PERSISTENCE: BASE[1], TREND: LINE[1], COHORT: BASE[1]}
# The model by other rules: what is changed of the baseline.
RULES: Mapping[str, Mapping[str, Value]] = {
    PAY_ONLY: {
        f"choice.{name}": 0.0
        for name in ("conformity", "togetherness", "interest", "image", "batik", "garment")
    },
}
ABLATIONS: Mapping[str, Mapping[str, Value]] = {
    "no-learning": {
        f"learning.{name}": False
        for name in ("information", "skills", "capital", "bargaining", "togetherness", "empowerment")
    },
    "no-conformity": {"choice.conformity": 0.0, "choice.togetherness": 0.0},
    "no-recall": {"lifecycle.recall_months": 0.0},
}
TWINS: Mapping[str, Mapping[str, Value]] = {
    "covid": {"covid.drop": 0.0},
    "flood": {"flood.severity": 0.0},
}
_WIDTH = AGE_BANDS[1] - AGE_BANDS[0]
_OF_AGES = {
    "batik.workers_15_24": (0.0, 25.0), "batik.workers_under_30": (0.0, 30.0),
    "batik.share_under_30": (0.0, 30.0), "batik.share_over_50": (50.0, np.inf),
    "batik.workers_over_50": (50.0, np.inf), "fit.share_33_45": (33.0, 46.0),
}  # fmt: skip


def said(null: str, wide: pd.DataFrame, indicator: str, counts: Floats | None = None) -> pd.DataFrame | None:
    """The course that a null gives to an indicator, a row a run, a column a month like `wide`, which is the
    model's; None where it says nothing of it.

    `counts` (runs, age bands) are the workers of December 2012, for the cohort.
    """
    if null == PERSISTENCE:
        level = wide.loc[:, BASE[0] : BASE[1]].mean(axis=1).to_numpy()
        return pd.DataFrame(np.repeat(level[:, None], wide.shape[1], axis=1), wide.index, wide.columns)
    if null == TREND:
        return _bounded(_line(wide), indicator)
    return None if counts is None else cohort(counts, indicator, wide)


def _line(wide: pd.DataFrame) -> pd.DataFrame:
    """The straight line through the defined values of 2011-13, for all months."""
    known = wide.loc[:, LINE[0] : LINE[1]]
    then = np.array([month_index(str(name)) for name in known.columns])
    months = np.array([month_index(str(name)) for name in wide.columns])
    found = np.full(wide.shape, np.nan)
    for run, row in enumerate(known.to_numpy("float64")):
        there = ~np.isnan(row)
        if there.sum() > 1:
            slope, level = np.polyfit(then[there], row[there], 1)
            found[run] = level + slope * months
    return pd.DataFrame(found, wide.index, wide.columns)


def _bounded(wide: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """No share below 0 or above 1: within what the indicator can be."""
    known = load_indicators().get(indicator)
    return wide if known is None else wide.clip(*known.range)


def cohort(counts: Floats, indicator: str, wide: pd.DataFrame) -> pd.DataFrame | None:
    """Workers by age band in December 2012 (runs, bands), all older by so many years and nobody new.

    Within a band ages are spread evenly.
    """
    if indicator not in _OF_AGES:
        return None
    low, high = _OF_AGES[indicator]
    ages = np.concatenate([np.arange(band, band + _WIDTH) for band in AGE_BANDS]) + 0.5
    workers = np.repeat(counts / _WIDTH, _WIDTH, axis=1)
    since = month_index(BASE[1])
    years = [(month_index(str(name)) - since) / 12.0 for name in wide.columns]
    inside = np.array([(low <= ages + more) & (ages + more < high) for more in years])
    found = workers @ inside.T
    if ".share" in indicator:
        with np.errstate(invalid="ignore"):
            found = found / workers.sum(axis=1, keepdims=True)
    return pd.DataFrame(found, wide.index, wide.columns)
