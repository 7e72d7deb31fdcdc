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
    COSTS,
    PUBLIC,
    STAKEHOLDERS,
    TASK_PAY,
    Sex,
)
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.kernels.firms import OWNER, REPLIES, owner_sums, survey
from batiksim.kernels.streams import stream_key
from batiksim.kernels.sums import (
    AGE_BANDS,
    COUNTED,
    JOB,
    SETS,
    WORKER,
    compare,
    group_sums,
    pay_sums,
    people_sums,
    rank_pay,
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
from batiksim.state.state import FLOWS

if TYPE_CHECKING:
    from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACE = ("youth_umk", "active", "committee_strength", "committees", *REPLIES)
MONEY = ("chain_total", "days_idle", "public_cost", "private_cost", "garment_pay", *TASK_PAY, *COSTS)
ADDITIVE = (*WORKER, *JOB, *OWNER, *COUNTED, *PLACE, *FLOWS, *MONEY)
RANKED = (*(f"pay_over_umk_{s}" for s in SETS), *(f"pay_{s}" for s in SETS), "pay_gini")
OTHERS = ("pay_gap", "owner_over_worker", "table1_share")
MEASURES = (*ADDITIVE, *RANKED, *OTHERS)
ADDS = np.array([name in ADDITIVE for name in MEASURES])
CHAIN = ("materials", "worker", "broker", "owner", "trader")
KAUMAN = "kauman"

_AT = {name: k for k, name in enumerate(MEASURES)}
_COMPARED = [_AT[name] for name in (OTHERS[0], "pay_all", "owner", "worker", "firms", "staff")]
_CHAIN = [FLOWS.index(part) for part in CHAIN]
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
        self._city = np.flatnonzero(places.region == 0)
        self._regency = np.flatnonzero(places.region == 1)
        self._region = np.asarray(places.region, dtype=np.int8)
        groups = enumerate((self._city, self._regency), start=len(places) + 1)
        self._nobody = [row for row, some in groups if not some.size]  # centres of the nation are in neither
        kauman = np.array([place == KAUMAN for place in places.id])
        self._kauman_row = places.id.index(KAUMAN) if KAUMAN in places.id else -1
        self._table1 = np.flatnonzero((np.asarray(places.workers_table1) > 0) & ~kauman)
        self._organised = np.asarray(places.organised) > 0

    def record(self) -> None:
        """Measure the month that has just been run."""
        model, n = self._model, len(self._model.places)
        block: Floats = self._blocks.new()
        places = block[:n]
        december = model.month % YEAR == YEAR - 1
        self._note_flows(places)
        self._count_workers(places)
        self._count_owners(places)
        self._count_people(places)
        self._ask(places)
        group_sums(block, n, len(ADDITIVE), model.scale, self._region)
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
        ages = self._ages.new()
        large = model.staff >= now["firms.small"]
        worker_sums(
            model.month, model.batik, people.place, people.birth, people.sex, people.group, people.employer,
            people.skill, people.practice, people.certified, people.learning, people.tier, people.hired,
            people.rate, people.pay, (now["skill.master"], now["skill.master_years"] * 12), model.umk, large,
            sums, jobs, pays, ages,
        )  # fmt: skip
        if not self.yearly or model.month % YEAR == YEAR - 1:
            self._ages[model.month] = ages
        for rate in ("rate_hand", "rate_stamp"):
            jobs[:, JOB.index(rate)] /= WORKING_DAYS
        pay_sums(model.former, people.stage, people.place, people.sex, people.group, people.pay, pays)
        for names_of, counts in ((WORKER, sums), (JOB, jobs), (TASK_PAY, pays)):
            self._put_all(out, names_of, counts)

    def _count_owners(self, out: Floats) -> None:
        model, owners, sums = self._model, self._model.owners, np.zeros((len(out), len(OWNER)))
        owner_sums(
            model.month, self._kauman_row, owners.open, owners.place, owners.birth, owners.order_only,
            owners.online, owners.member, owners.staff, sums,
        )  # fmt: skip
        self._put_all(out, OWNER, sums)

    def _count_people(self, out: Floats) -> None:
        model, people, now = self._model, self._model.people, self._model.now
        sums = np.zeros((len(out), len(COUNTED)))
        share = choice.unemployed_at_rest(now["other.loss_older"], now["other.finding_older"])
        people_sums(
            model.stages, share, model.settled_active, model.month, model.batik, people.employer,
            people.birth, people.place, people.schooling, sums,
        )  # fmt: skip
        self._put_all(out, COUNTED, sums)
        garment = sums[:, COUNTED.index("garment")]
        self._put(
            out,
            {
                "youth_umk": sums[:, COUNTED.index("youth")] * model.umk,
                "garment_pay": garment * model.umk * now["garment.pay"],
                "active": model.active,
                "committee_strength": model.committee_strength * self._organised,
                "committees": self._organised.astype(np.float64),
            },
        )

    def _note_flows(self, out: Floats) -> None:
        flows, costs = self._model.flows, self._model.costs
        self._put_all(out, FLOWS, flows.table.T)
        self._put_all(out, COSTS, costs.T)
        public = np.add.reduce(costs[_PUBLIC])
        sums = {
            "chain_total": np.add.reduce(flows.table[_CHAIN]),
            "days_idle": flows["days_full"] - flows["days_worked"],
            "public_cost": public,
            "private_cost": np.add.reduce(costs) - public,
        }
        self._put(out, sums)

    def _put_all(self, out: Floats, names_of: Sequence[str], values: Floats) -> None:
        """Put measures that lie side by side in their place."""
        first = _AT[names_of[0]]
        out[:, first : first + len(names_of)] = values

    def _put(self, out: Floats, sums: dict[str, Floats]) -> None:
        for name, values in sums.items():
            out[:, _AT[name]] = values

    def _ask(self, out: Floats) -> None:
        """Hold the survey among the owners who are members of organised places, whom the source asked."""
        model, owners, replies = self._model, self._model.owners, np.zeros((len(out), len(REPLIES)))
        survey(
            stream_key(model.seed, "survey"), owners.open, owners.member, owners.place, owners.id,
            owners.learning, self._organised, model.taught_alone, model.now["learning.survey_efficacy"],
            replies,
        )  # fmt: skip
        self._put_all(out, REPLIES, replies)

    def _rank_pay(self, block: Floats) -> None:
        model, people = self._model, self._model.people
        ranks = block[:, _AT[RANKED[0]] : _AT[RANKED[-1]] + 1]
        rank_pay(
            model.batik, people.employer, people.pay, people.place, people.group, people.tier, self._region,
            model.umk, ranks,
        )  # fmt: skip

    def _compare(self, block: Floats) -> None:
        staff = block[self._table1, _AT["staff"]].sum()
        compare(block, len(self._model.places), self._table1, staff, *_COMPARED)
