"""What drives the model from outside: minimum wages, Lebaran, floods, factories, Covid.

Every function returns an array over the months 0 .. `months` - 1 (month 0 is January 2011). Dates and sizes
of events stand in data/*.csv with their sources; how strongly they act is handed in by the caller.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from hijridate import Gregorian, Hijri
from numpy.typing import NDArray

from batiksim.calendar import FIRST_MONTH, LAST_MONTH, month_index, month_name
from batiksim.data import rows

Floats = NDArray[np.float64]

REGIONS = ("city", "regency")  # of the minimum wages
_SYAWAL = 10
_DAYS_A_MONTH = 365.25 / 12
_NORMAL_MONTHS = month_index("2041-01")  # the season is normalised over 2011-2040


@dataclass
class Drivers:
    """What comes from outside, by month: UMK (T, places), season (T,), flood (T, places), covid (T,), jobs
    (T,), and what orders and factory jobs have grown to since January 2011 (T,).
    """

    umk: Floats
    season: Floats
    flood: Floats
    covid: Floats
    factory_jobs: Floats
    orders: Floats
    factories: Floats


def grown(yearly: Floats) -> Floats:
    """What something has grown to by each month that grows by the factor `yearly`, f8 (months,), a year."""
    factors: Floats = np.concatenate(([1.0], yearly[:-1] ** (1.0 / 12.0)))
    return factors.cumprod()


def umk(months: int, growth: Floats) -> Floats:
    """Regulated minimum wage by month and region, f8 (months, 2: city, regency), in IDR a month.

    History by calendar year from data/umk.csv; afterwards each January compounds the yearly `growth` of that
    January, f8 (months,) as a share.
    """
    years = -(-months // 12)
    yearly = np.zeros((years, len(REGIONS)))
    first = int(FIRST_MONTH[:4])
    known = np.zeros(len(REGIONS), dtype=np.int64)
    for row in rows("umk.csv"):
        region, year = REGIONS.index(row["region"]), int(row["year"]) - first
        known[region] = max(known[region], year)
        if year < years:
            yearly[year, region] = float(row["idr_month"])
    for region, last in enumerate(known):
        for year in range(last + 1, years):
            yearly[year, region] = yearly[year - 1, region] * (1.0 + growth[12 * year])
    return np.repeat(yearly, 12, axis=0)[:months]


def umk_of(region: NDArray[np.int64], umk: Floats) -> Floats:
    """Minimum wage of places, f8 (months, places), from that of the regions, f8 (months, 2).

    `region` (places,) as in geography: city, regency, or a centre of the nation, for which the mean of the
    two stands: an assumption, the nation has hundreds of minimum wages.
    """
    return np.column_stack((umk, umk.mean(axis=1)))[:, region]


@cache
def lebaran_dates() -> tuple[date, ...]:
    """Each 1 Syawal that can touch the months of the model, by the Umm al-Qura calendar.

    Indonesia announces the day by sighting, so it may differ by a day.
    """
    start, end = date.fromisoformat(f"{FIRST_MONTH}-01"), date.fromisoformat(f"{LAST_MONTH}-01")
    first = Gregorian.fromdate(start).to_hijri().year
    last = Gregorian.fromdate(end + timedelta(days=366)).to_hijri().year
    gregorian = (Hijri(year, _SYAWAL, 1).to_gregorian() for year in range(first, last + 1))
    return tuple(date(day.year, day.month, day.day) for day in gregorian)


def _days_in_month(month: int) -> int:
    year, number = divmod(month, 12)
    return calendar.monthrange(int(FIRST_MONTH[:4]) + year, number + 1)[1]


@cache
def _share_before_lebaran(months: int, width: float) -> Floats:
    """Share of each month's days that lie within `width` months before a Lebaran, f8 (months,)."""
    starts = np.array([f"{month_name(m)}-01" for m in range(months + 1)], dtype="datetime64[D]")
    share = np.zeros(months)
    window = round(width * _DAYS_A_MONTH)
    for end in np.array(lebaran_dates(), dtype="datetime64[D]"):
        begin = end - np.timedelta64(window, "D")
        days = np.minimum(starts[1:], end) - np.maximum(starts[:-1], begin)
        share += np.maximum(days.astype(np.int64), 0) / np.diff(starts).astype(np.int64)
    share = np.minimum(share, 1.0)
    share.flags.writeable = False
    return share


def season(months: int, peak: float, width: float) -> Floats:
    """Seasonal factor of orders, f8 (months,): up by the share `peak` during `width` months before Lebaran.

    Divided by its mean over 2011-2040, so the season moves orders between months and adds none. The year 2033
    has two Lebarans (E6; season_orders in data/evidence.csv).
    """
    factor = 1.0 + peak * _share_before_lebaran(max(months, _NORMAL_MONTHS), width)
    return (factor / factor[:_NORMAL_MONTHS].mean())[:months]


def flood_factor(months: int, exposure: Floats, severity: float | Floats) -> Floats:
    """Share of a month's output that floods leave, f8 (months, places), from data/floods.csv.

    An event takes (1 - output_factor) of the output of a fully exposed place for its weeks; a place loses
    that times its `exposure`, f8 (places,) in 0..1, times `severity`, a number or f8 (months,).
    """
    lost = np.zeros(months)
    for row in rows("floods.csv"):
        first = month_index(row["month"])
        last = month_index(row["repeats_until"] or row["month"])
        for month in range(first, min(last + 1, months), 12):
            weeks = min(float(row["weeks"]) / (_days_in_month(month) / 7.0), 1.0)
            lost[month] += (1.0 - float(row["output_factor"])) * weeks
    lost = np.minimum(lost * severity, 1.0)
    return 1.0 - lost[:, None] * exposure[None, :]


def factory_jobs(months: int) -> Floats:
    """Jobs for residents opened less closed since 2011 at dated factories, f8 (months,), cumulative.

    A row of data/factories.csv spreads its workers x resident share evenly over the months from .. to.
    """
    change = np.zeros(months)
    for row in rows("factories.csv"):
        first, last = month_index(row["from"]), month_index(row["to"])
        change[first : last + 1] += float(row["workers"]) * float(row["resident_share"]) / (last - first + 1)
    return np.cumsum(change)


def covid(months: int, drop: float, lasting: float) -> Floats:
    """Share of orders that Covid leaves, f8 (months,): down by `drop` in April 2020, then slowly back.

    The path of the return is data/covid.csv; a share `lasting` of the drop never comes back (E6; evidence
    output_drop_covid).
    """
    table = rows("covid.csv")
    dates = [month_index(row["month"]) for row in table]
    shock = np.interp(np.arange(months), dates, [float(row["shock"]) for row in table])
    worst = dates[int(np.argmax([float(row["shock"]) for row in table]))]
    shock[worst:] = lasting + (1.0 - lasting) * shock[worst:]
    return 1.0 - drop * shock
