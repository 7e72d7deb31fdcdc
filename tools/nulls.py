"""What is said by whoever knows nothing of the rest of the model: the nulls that a check should beat.

*persistence*: what was in 2012 stays. *trend*: the straight line of 2011-13 goes on. *cohort*: everybody in
batik of December 2012 grows older, and nobody enters or leaves; it speaks of ages only. *pay only*: the model
itself, where people choose their work by pay alone (`PAY_ONLY`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from batiksim.calendar import month_index
from batiksim.kernels.sums import AGE_BANDS
from batiksim.model.batik_model import BatikModel
from batiksim.recording.indicators import load_indicators

NAMES = ("persistence", "trend", "cohort", "pay only")
PAY_ONLY = dict.fromkeys(
    (f"choice.{name}" for name in ("conformity", "togetherness", "interest", "image", "batik", "garment")),
    0.0,
)
BASE = ("2012-01", "2012-12")
LINE = ("2011-01", "2013-12")
WIDTH = AGE_BANDS[1] - AGE_BANDS[0]


def said(name: str, values: pd.Series, target: Mapping[str, str], model: BatikModel) -> pd.Series | None:
    """The course a null gives to a target's values by month; None where it says nothing of them."""
    if name == "persistence":
        return pd.Series(values.loc[BASE[0] : BASE[1]].mean(), values.index)
    if name == "trend":
        return _bounded(_line(values), target["indicator"])
    counts = model.recorder.ages()[month_index(BASE[1]), model.recorder.rows.index(target["place"])]
    return cohort(counts.sum(axis=0), target["indicator"], values.index)


def _line(values: pd.Series) -> pd.Series:
    """The straight line through the values of 2011-13, for all months."""
    known = values.loc[LINE[0] : LINE[1]].dropna()
    month = np.array([month_index(str(name)) for name in known.index])
    slope, level = np.polyfit(month, known.to_numpy(dtype=float), 1)
    return pd.Series([level + slope * month_index(str(name)) for name in values.index], values.index)


def _bounded(values: pd.Series, indicator: str) -> pd.Series:
    """No share below 0 or above 1: within what the indicator can be."""
    known = load_indicators().get(indicator)
    return values if known is None else values.clip(*known.range)


def cohort(counts: np.ndarray, indicator: str, months: pd.Index) -> pd.Series | None:
    """Workers by age band in December 2012, all of them older by so many years and nobody new.

    Within a band ages are spread evenly.
    """
    ages = np.concatenate([np.arange(band, band + WIDTH) for band in AGE_BANDS]) + 0.5
    workers = np.repeat(counts / WIDTH, WIDTH)
    inside = {
        "batik.workers_15_24": lambda age: age < 25, "batik.workers_under_30": lambda age: age < 30,
        "batik.share_under_30": lambda age: age < 30, "batik.share_over_50": lambda age: age >= 50,
        "batik.workers_over_50": lambda age: age >= 50,
        "fit.share_33_45": lambda age: (age >= 33) & (age < 46),
    }.get(indicator)  # fmt: skip
    if inside is None:
        return None
    since = month_index(BASE[1])
    older = [(month_index(str(name)) - since) / 12.0 for name in months]
    found = np.array([workers[inside(ages + years)].sum() for years in older])
    return pd.Series(found / workers.sum() if ".share" in indicator else found, months)
