"""How old the first workers are, how long in the job and in the craft: the model's own flows (E9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from batiksim.arrays import Bools, Floats, Ints
from batiksim.codes import ADULT_MONTHS, ENTRY_MONTHS, SETTLING_MONTHS, Schooling, names
from batiksim.rules import cohort, lifecycle
from batiksim.state.state import State


class Careers(NamedTuple):
    """Age in years, whole months with the employer and in the craft, an entry a job."""

    age: Floats
    tenure: Ints
    practice: Ints


def past_flows(state: State, large: float) -> cohort.Flows:
    """The flows of the years before 2011, which are those of the model in January 2011; `large` is the share
    of jobs in large firms.
    """
    now = state.now
    months = np.arange(ENTRY_MONTHS, int(np.ceil(now["lifecycle.worker_retirement_most"] * 12)))
    low, mode, high = (now[f"lifecycle.worker_retirement_{part}"] for part in ("least", "mode", "most"))
    retired = lifecycle.triangular_below(np.append(months, months[-1] + 1) / 12.0, low, mode, high)
    working = np.maximum(1.0 - retired, 1e-12)
    reconsider = np.select(
        (months < ADULT_MONTHS, months < SETTLING_MONTHS),
        (now["choice.reconsider_youth"], now["choice.reconsider_adult"]),
        now["choice.reconsider_older"],
    )
    separation = now["lifecycle.separation_small"], now["lifecycle.separation_large"]
    return cohort.Flows(
        entry=_entry(state, months, reconsider),
        leaving=now["start.leaving_share"] * reconsider,
        retiring=1.0 - working[1:] / working[:-1],
        separation=separation,
        returning=_returning(state, separation[0] * (1.0 - large) + separation[1] * large),
        growth=now["start.past_growth"] / 12.0,
        large=large,
        young=months < SETTLING_MONTHS,
        young_first=now["start.large_young"],
    )


def _entry(state: State, months: Ints, reconsider: Floats) -> Floats:
    """Newcomers by month of age: before 35 in proportion to choices made, on leaving school and whenever
    somebody reconsiders after it; later evenly over the years of late entry.
    """
    now = state.now
    junior, senior = now["school.share_junior"], now["school.share_senior"]
    leavers = np.zeros(months.size)
    for level, part in zip(names(Schooling), (junior, senior, 1.0 - junior - senior), strict=True):
        leavers[months == round(now[f"school.leave_{level}"] * 12)] += part
    chosen = np.where(months < SETTLING_MONTHS, leavers + reconsider * np.cumsum(leavers), 0.0)
    late = (months >= SETTLING_MONTHS) & (months < SETTLING_MONTHS + 12 * now["population.late_entry_years"])
    share = now["start.late_share"]
    return (1.0 - share) * chosen / chosen.sum() + share * late / max(late.sum(), 1)


def _returning(state: State, separation: float) -> float:
    """Part of those who lost a job that finds another before their patience ends, if as many search as are
    said to: they find one with the chance f = separation (1 - s) / s a month.
    """
    searching = state.now["start.searching_share"]
    found = min(separation * (1.0 - searching) / searching, 1.0) if searching > 0.0 else 1.0
    return 1.0 - (1.0 - found) ** state.now["lifecycle.search_months"]


def draw_careers(state: State, ids: Ints, large: Bools) -> Careers:
    """Age, tenure and practice of the holder of each job, small firms and large ones each by their own."""
    flows = past_flows(state, float(large.mean()) if large.size else 0.0)
    work = cohort.at_rest(flows)
    keep = flows.staying()
    age = np.zeros(ids.size)
    hired = np.zeros(ids.size, dtype=np.int64)
    for size, separation in enumerate(flows.separation):
        some = large == size
        age[some] = cohort.draw_age(work.employed[size], state.trait("start.age", ids[some]))
        hired[some] = cohort.draw_arrival(
            state.trait("start.tenure", ids[some]),
            work.hired[size],
            keep * (1.0 - separation),
            age[some].astype(np.int64),
        )
    month = age.astype(np.int64)
    entered = _entered(state, flows, work, hired, ids)
    return Careers((ENTRY_MONTHS + age) / 12.0, month - hired, month - entered)


def _entered(state: State, flows: cohort.Flows, work: cohort.Workforce, hired: Ints, ids: Ints) -> Ints:
    """Month of age of the first job: the present one for newcomers among those `hired`, an earlier one for
    the others.
    """
    everybody = work.employed.sum(axis=0)
    ended = np.divide(
        np.asarray(flows.separation) @ work.employed,
        everybody,
        out=np.zeros(everybody.size),
        where=everybody > 0.0,
    )
    staying = flows.staying() * (1.0 - ended * (1.0 - flows.returning))
    comers = work.hired.sum(axis=0)
    new = np.divide(flows.entry, comers, out=np.ones(comers.size), where=comers > 0.0)[hired]
    u = state.trait("start.practice", ids)
    before = np.maximum(hired - 1, 0)
    # The same luck tells a newcomer and, among the others, how early they came.
    luck = np.where(u < new, 1.0, (u - new) / np.maximum(1.0 - new, 1e-12))
    earlier = cohort.draw_arrival(np.clip(luck, 1e-12, 1.0), flows.entry, staying, before)
    return np.where(u < new, hired, earlier)
