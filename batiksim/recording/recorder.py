"""The recorder: once a month it measures every place, and the groups all, city, regency, at full scale.

Measures that add up over people, firms and money are summed by place, then over groups, and divided by the
scale of the run; medians and Gini coefficients are computed for every row from the workers themselves.
Indicators are made of them afterwards (indicators.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from batiksim.calendar import WORKING_DAYS
from batiksim.codes import (
    ADULT_MONTHS,
    COSTS,
    PUBLIC,
    SETTLING_MONTHS,
    STAKEHOLDERS,
    TASK_PAY,
    Schooling,
    Sex,
    Stage,
    names,
)
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.kernels.streams import stream_key, uniform
from batiksim.kernels.sums import (
    AGE_BANDS,
    JOB,
    SETS,
    WORKER,
    age_counts,
    order_of,
    pay_ranks,
    pay_sums,
    worker_sums,
)
from batiksim.recording.described import of_series
from batiksim.recording.indicators import (
    GROUPS,
    YEAR,
    Indicator,
    Measured,
    find_indicator,
    finish,
    series,
    sum_up,
)
from batiksim.rules import choice
from batiksim.rules.survey import answers
from batiksim.state.state import FLOWS

if TYPE_CHECKING:
    from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OWNER = (
    "firms", "owners_age", "owners_order_only", "owners_online", "owners_member", "staff", "kauman_firms",
    "kauman_staff",
)  # fmt: skip
# The young of 15-34 who want work, by age and by schooling: how many, and how many of them have none.
UNEMPLOYED = ("15_24", "25_34", *names(Schooling))
WITHOUT_WORK = tuple(f"unemployed_{who}" for who in UNEMPLOYED)
WANT_WORK = tuple(f"labour_force_{who}" for who in UNEMPLOYED)
PEOPLE = tuple(f"youth_{stage}" for stage in names(Stage))
PLACE = (
    "youth", "youth_interested", "youth_umk", "garment", "unemployed", "active",
    "committee_strength", "committees", "survey_yes", "survey_no", "survey_dont_know", "survey_asked",
)  # fmt: skip
MONEY = ("chain_total", "days_idle", "public_cost", "private_cost", "garment_pay", *TASK_PAY, *COSTS)
ADDITIVE = (*WORKER, *JOB, *OWNER, *PEOPLE, *PLACE, *WITHOUT_WORK, *WANT_WORK, *FLOWS, *MONEY)
RANKED = (*(f"pay_over_umk_{s}" for s in SETS), *(f"pay_{s}" for s in SETS), "pay_gini")
OTHERS = ("pay_gap", "owner_over_worker", "table1_share")
MEASURES = (*ADDITIVE, *RANKED, *OTHERS)
ADDS = np.array([name in ADDITIVE for name in MEASURES])
CHAIN = ("materials", "worker", "broker", "owner", "trader")
KAUMAN = "kauman"

_AT = {name: k for k, name in enumerate(MEASURES)}
_PUBLIC = [STAKEHOLDERS.index(group) for group in PUBLIC]


class Months(dict[int, NDArray[Any]]):
    """Arrays of one shape by month index that nobody changes once they are in; copies of a model share
    them.
    """

    def __init__(self, shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self.shape, self.dtype = shape, dtype

    def __deepcopy__(self, memo: dict[int, Any]) -> Months:
        return copy(self)

    def new(self) -> NDArray[Any]:
        """An array of zeros for one month, to be filled and put in."""
        return np.zeros(self.shape, self.dtype)

    def together(self, count: int, every: int = 1, rows: slice = slice(None)) -> NDArray[Any]:
        """Some rows of the arrays of the first `count` months, of each or of the last of `every`; zeros where
        there is none.
        """
        nothing = self.new()[rows]
        out = np.zeros((count // every, *nothing.shape), self.dtype)
        for place, month in enumerate(range(every - 1, count, every)):
            out[place] = self[month][rows] if month in self else nothing
        return out


class Recorder:
    """Measures of one run: `record()` each month, `measured()` and `table()` at the end.

    Keeps for every month run f8 (places + 3, measures), the rows being the places of the model, then all,
    city, regency. With `yearly` set before the first month, it keeps of a year its December and the totals
    of its months, which is all that yearly tables show.
    """

    yearly = False

    def __init__(self, model: State) -> None:
        self._model = model
        places = model.places
        self.rows = (*places.id, *GROUPS)
        self._blocks = Months((len(self.rows), len(MEASURES)), np.float64)
        self._totals = Months((len(self.rows), len(MEASURES)), np.float64)  # of years, by their December
        self._ages = Months((len(places), len(Sex), len(AGE_BANDS)), np.int32)
        self._done = 0
        self._forgotten = 0  # months that were let go
        self._jobs = np.zeros(0, dtype=np.int64)  # rows of the batik workers with an employer
        self._city = np.flatnonzero(places.region == 0)
        self._regency = np.flatnonzero(places.region == 1)
        self._region = np.asarray(places.region, dtype=np.int8)
        groups = enumerate((self._city, self._regency), start=len(places) + 1)
        self._nobody = [row for row, some in groups if not some.size]  # centres of the nation are in neither
        self._kauman = np.array([place == KAUMAN for place in places.id])
        self._table1 = (np.asarray(places.workers_table1) > 0) & ~self._kauman
        self._organised = np.asarray(places.organised) > 0

    def record(self) -> None:
        """Measure the month that has just been run."""
        model, n = self._model, len(self._model.places)
        block: Floats = self._blocks.new()
        places = block[:n]
        december = model.month % YEAR == YEAR - 1
        self._jobs = model.batik[model.people.employer[model.batik] >= 0]
        self._note_flows(places)
        self._count_workers(places)
        self._count_owners(places)
        self._count_people(places)
        self._ask(places)
        if december or not self.yearly:
            self._count_ages()
        additive = block[:, : len(ADDITIVE)]
        additive[:n] /= model.scale
        groups: tuple[Any, ...] = (slice(0, n), self._city, self._regency)
        for row, some in enumerate(groups, start=n):
            additive[row] = additive[some].sum(axis=0)
        self._rank_pay(block)
        self._compare(block)
        block[self._nobody] = np.nan
        self._blocks[model.month] = block
        self._done = model.month + 1
        if self.yearly and december:
            self._close_year(model.month)

    def _close_year(self, december: int) -> None:
        """Keep of a year what yearly tables show: December and the totals of the months."""
        months = [self._blocks.pop(month) for month in range(december - YEAR + 1, december + 1)]
        self._blocks[december] = months[-1]
        self._totals[december] = sum_up(np.stack(months), ADDS)

    @property
    def span(self) -> int:
        """Months that an entry of `measured()` and `ages()` is about: 1, or 12 of a run recorded by year."""
        return YEAR if self.yearly else 1

    def measured(self, place: str | None = None) -> Measured:
        """The months measured so far, of all rows or of one place or group."""
        row = None if place is None else self.rows.index(place)
        rows = slice(None) if row is None else slice(row, row + 1)
        values, totals = (kept.together(self._done, self.span, rows) for kept in (self._blocks, self._totals))
        return Measured(values, MEASURES, self.rows[rows], ADDS, totals if self.yearly else None)

    def ages(self) -> Floats:
        """Batik workers of the months measured so far, (months, rows, 2, len(AGE_BANDS)), at full scale; of a
        run recorded by year, of each December.
        """
        places = self._ages.together(self._done, self.span) / self._model.scale
        groups = [
            places[:, some].sum(axis=1, keepdims=True) for some in (slice(None), self._city, self._regency)
        ]
        counts = np.concatenate((places, *groups), axis=1)
        counts[:, self._nobody] = np.nan
        return counts

    def value(self, name: str, place: str = "all") -> float:
        """An indicator in the month last measured, as the monthly table has it; NaN where it is undefined.

        Raises UsageError for an unknown name or place, and where there is no such month.
        """
        indicator = find_indicator(name)
        self.check_place(place)
        return float(self.latest([indicator])[0, self.rows.index(place)])

    def latest(self, indicators: Sequence[Indicator]) -> Floats:
        """Indicators in the month last measured, (indicators, rows), as the monthly table has them.

        Raises UsageError where there is no such month.
        """
        self.check("monthly")
        if not self._done:
            raise UsageError(text("live.no_month"))
        window = max((one.window for one in indicators), default=1)
        last = range(max(self._done - window, 0), self._done)
        values = np.stack([self._blocks[month] for month in last])
        measured, now = Measured(values, MEASURES, self.rows, ADDS), np.array([len(last) - 1])
        return np.concatenate([series(measured, one, now) for one in indicators])

    @property
    def ages_now(self) -> Ints:
        """Batik workers in the month last measured, as many as are simulated, (2, len(AGE_BANDS))."""
        return self._ages[self._done - 1].sum(axis=0)

    def forget(self, before: int) -> None:
        """Let the months before one go; tables can no longer be made, the latest values can."""
        for kept in (self._blocks, self._ages):
            for month in [month for month in kept if month < before]:
                del kept[month]
        self._forgotten = max(self._forgotten, before)

    def check_place(self, place: str) -> None:
        """Raise UsageError for what is neither a place of the model nor a group, with the nearest name."""
        if place not in self.rows:
            raise UsageError(text("live.no_place", place=place, near=suggestion(place, self.rows)))

    def check(self, record: str) -> None:
        """Raise UsageError where a table would need months of which only the year was kept, or nothing."""
        if self.yearly and record != "yearly":
            raise UsageError(text("live.by_year", record=record))

    def table(self, *, since: int = 0, record: str = "monthly") -> pd.DataFrame:
        """Table of all indicators of the months measured so far; see `indicators.finish`."""
        self.check(record)
        if self._forgotten:
            raise UsageError(text("live.forgotten"))
        frame = finish(self.measured(), since=since, record=record)
        frame.attrs = of_series(record)
        return frame

    def _count_workers(self, out: Floats) -> None:
        """Workers, their jobs, and pay by task group and sex of all who worked this month, those who have
        left since included.
        """
        model = self._model
        people, now = model.people, model.now
        sums, jobs, pays = (np.zeros((len(out), len(names))) for names in (WORKER, JOB, TASK_PAY))
        large = model.owners.staff.sum(axis=1) >= now["firms.small"]
        worker_sums(
            model.month, model.batik, people.place, people.birth, people.sex, people.group, people.employer,
            people.skill, people.practice, people.certified, people.learning, people.tier, people.hired,
            people.rate, people.pay, (now["skill.master"], now["skill.master_years"] * 12), model.umk, large,
            sums, jobs, pays,
        )  # fmt: skip
        for rate in ("rate_hand", "rate_stamp"):
            jobs[:, JOB.index(rate)] /= WORKING_DAYS
        left = model.former[people.pay[model.former] > 0.0]
        left = np.unique(left[people.stage[left] != Stage.BATIK])
        pay_sums(left, people.place, people.sex, people.group, people.pay, pays)
        for names_of, counts in ((WORKER, sums), (JOB, jobs), (TASK_PAY, pays)):
            out[:, _AT[names_of[0]] : _AT[names_of[0]] + len(names_of)] = counts

    def _count_ages(self) -> None:
        model, people = self._model, self._model.people
        ages = self._ages.new()
        age_counts(model.month, model.batik, people.place, people.birth, people.sex, ages)
        self._ages[model.month] = ages

    def _count_owners(self, out: Floats) -> None:
        owners = self._model.owners
        rows = np.flatnonzero(owners.open)
        place = owners.place[rows]

        def total(values: NDArray[np.generic] | None) -> Floats:
            return np.bincount(place, weights=values, minlength=len(out)).astype(np.float64)

        firms, staff = total(None), total(owners.staff[rows].sum(axis=1))
        sums = {
            "firms": firms,
            "owners_age": total((self._model.month + 1 - owners.birth[rows]) / 12.0),
            "owners_order_only": total(owners.order_only[rows]),
            "owners_online": total(owners.online[rows]),
            "owners_member": total(owners.member[rows]),
            "staff": staff,
            "kauman_firms": firms * self._kauman,
            "kauman_staff": staff * self._kauman,
        }
        self._put(out, sums)

    def _count_people(self, out: Floats) -> None:
        model, counts = self._model, self._model.stages
        everyone = counts[..., 0] + counts[..., 1]  # interested or not; ten times as fast as `sum` here
        youth = everyone[0].sum(axis=2)
        number = youth.sum(axis=1)
        garment = everyone[:, :, Stage.GARMENT].sum(axis=(0, 2))
        out[:, _AT[PEOPLE[0]] : _AT[PEOPLE[0]] + len(PEOPLE)] = youth
        sums = {
            "youth": number,
            "youth_interested": counts[0, ..., 1].sum(axis=(1, 2)),
            "youth_umk": number * model.umk,
            "garment": garment,
            "garment_pay": garment * model.umk * model.now["garment.pay"],
            "active": model.active,
            "committee_strength": model.committee_strength * self._organised,
            "committees": self._organised,
        }
        self._put(out, sums)
        self._count_unemployed(out, everyone)

    def _count_unemployed(self, out: Floats, everyone: Ints) -> None:
        """Who has no work and wants some: seekers, batik workers between two jobs, and, of the people of 35
        and more who are only counted, the share that losing and finding work leaves without.
        """
        model, people, now = self._model, self._model.people, self._model.now
        counts = everyone.transpose(2, 1, 0, 3)  # stage, place, age, schooling
        without = counts[Stage.SEEKING].copy()
        rows = model.batik[people.employer[model.batik] < 0]
        months = model.month + 1 - people.birth[rows]
        rows, months = rows[months < 60 * 12], months[months < 60 * 12]
        age = (months >= ADULT_MONTHS).astype(np.int64) + (months >= SETTLING_MONTHS)
        np.add.at(without, (people.place[rows], age, people.schooling[rows]), 1)
        working = counts[Stage.BATIK] + counts[Stage.GARMENT] + counts[Stage.OTHER] + counts[Stage.OWNER]
        wants = counts[Stage.SEEKING] + working
        share = choice.unemployed_at_rest(now["other.loss_older"], now["other.finding_older"])
        sums = {"unemployed": without.sum(axis=(1, 2)) + share * model.settled_active}
        for kinds, number in ((WITHOUT_WORK, without[:, :2]), (WANT_WORK, wants[:, :2])):
            parts = np.concatenate((number.sum(axis=2), number.sum(axis=1)), axis=1)
            sums |= dict(zip(kinds, parts.T, strict=True))
        self._put(out, sums)

    def _note_flows(self, out: Floats) -> None:
        flows, costs = self._model.flows, self._model.costs
        out[:, _AT[FLOWS[0]] : _AT[FLOWS[0]] + len(FLOWS)] = np.array([flows[name] for name in FLOWS]).T
        out[:, _AT[COSTS[0]] : _AT[COSTS[0]] + len(COSTS)] = costs.T
        public = costs[_PUBLIC].sum(axis=0)
        sums = {
            "chain_total": sum(flows[part] for part in CHAIN),
            "days_idle": flows["days_full"] - flows["days_worked"],
            "public_cost": public,
            "private_cost": costs.sum(axis=0) - public,
        }
        self._put(out, sums)

    def _put(self, out: Floats, sums: dict[str, Floats]) -> None:
        for name, values in sums.items():
            out[:, _AT[name]] = values

    def _ask(self, out: Floats) -> None:
        """Hold the survey among the owners who are members of organised places, whom the source asked."""
        model, owners = self._model, self._model.owners
        rows = np.flatnonzero((owners.open == 1) & (owners.member == 1) & self._organised[owners.place])
        place = owners.place[rows]
        luck = uniform(stream_key(model.seed, "survey"), owners.id[rows])
        efficacy = model.now["learning.survey_efficacy"]
        replies = answers(owners.learning[rows], model.taught_alone[place], luck, efficacy)
        sums = (*replies, np.ones(rows.size))
        for name, values in zip(("yes", "no", "dont_know", "asked"), sums, strict=True):
            out[:, _AT[f"survey_{name}"]] = np.bincount(place, weights=values, minlength=len(out))

    def _rank_pay(self, block: Floats) -> None:
        people, jobs = self._model.people, self._jobs
        pay = people.pay[jobs]
        kinds = people.place[jobs], people.group[jobs], people.tier[jobs]
        ranks = block[:, _AT[RANKED[0]] : _AT[RANKED[-1]] + 1]
        pay_ranks(order_of(pay), pay, *kinds, self._region, self._model.umk, ranks)

    def _compare(self, block: Floats) -> None:
        """Comparisons between rows or of flows with stocks, which no sum over places or months can give."""
        everywhere, city, regency = (block[len(self._model.places) + k] for k in range(len(GROUPS)))
        block[:, _AT["pay_gap"]] = np.nan
        everywhere[_AT["pay_gap"]] = _over(city[_AT["pay_all"]], regency[_AT["pay_all"]])
        an_owner = _over(block[:, _AT["owner"]], block[:, _AT["firms"]])
        a_worker = _over(block[:, _AT["worker"]], block[:, _AT["staff"]])
        block[:, _AT["owner_over_worker"]] = _over(an_owner, a_worker)
        staff = block[: len(self._table1), _AT["staff"]]
        block[:, _AT["table1_share"]] = np.nan
        block[: len(staff), _AT["table1_share"]][self._table1] = _over(
            staff[self._table1], np.asarray(staff[self._table1].sum())
        )


def _over(top: Floats, bottom: Floats) -> Floats:
    """top / bottom, NaN where that is undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0.0, top / bottom, np.nan)
