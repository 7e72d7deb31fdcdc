"""How many there are now, by place: what policies count to know whom they reach and what they cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.agents.columns import Table
from batiksim.codes import AUDIENCES, ENTRY_MONTHS, SETTLING_MONTHS, Stage, Tier
from batiksim.kernels.scan import rows_between
from batiksim.rules import craft_skill
from batiksim.state.committee import Committee
from batiksim.state.market import Market
from batiksim.state.now import Now
from batiksim.world.geography import Places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Counts:
    """Counts (places,) at the scale of the run, as of the end of the month before."""

    people: Table
    owners: Table
    places: Places
    market: Market
    older: Ints
    batik: Ints
    entrants: Ints
    birth_row: Ints
    spans: Ints
    committees: list[Committee]
    month: int
    now: Now
    n_places: int

    @property
    def young(self) -> Ints:
        """Rows of the people of 15-34."""
        first, _, stop = self.spans.T.copy()
        return rows_between(first, stop)

    def _by_place(self, place: NDArray[np.integer]) -> Floats:
        return np.bincount(place, minlength=self.n_places).astype(np.float64)

    def batik_workers(self) -> Floats:
        """Batik workers."""
        return self._by_place(self.people.place[self.batik])

    def brokered_workers(self) -> Floats:
        """Batik workers whose contract goes through a broker."""
        return self._by_place(self.people.place[self.batik[self.people.tier[self.batik] > Tier.DIRECT]])

    def open_firms(self) -> Floats:
        """Firms that work."""
        return self._by_place(self.owners.place[self.owners.open == 1])

    def offline_firms(self) -> Floats:
        """Firms that work and do not sell online."""
        return self._by_place(self.owners.place[(self.owners.open == 1) & (self.owners.online == 0)])

    def output_value(self) -> Floats:
        """Value of output at producers' prices, IDR a month."""
        return self.market.output

    def retail_value(self) -> Floats:
        """Value of output at what buyers pay, P_r Q of E5, IDR a month."""
        return self.market.output * (1.0 + self.now["contracts.trade_markup"])

    def staff_months(self) -> Floats:
        """Full months of work that went into the output."""
        return self.market.worked

    def materials_value(self) -> Floats:
        """Value of the materials used, IDR a month."""
        return self.market.materials_used

    def has_committee(self) -> Floats:
        """1 where there is a cluster committee."""
        return self._by_place(np.array([committee.place for committee in self.committees]))

    def pupils_a_year(self) -> Floats:
        """People who turn fifteen in a year, as many as now are fifteen."""
        return self._by_place(self.people.place[self.entrants]) * 12.0

    def masters(self, rows: Ints) -> NDArray[np.bool_]:
        """Which of these people are masters (E4)."""
        now, people = self.now, self.people
        needed = now["skill.master"], now["skill.master_years"] * 12
        return craft_skill.is_master(people.skill[rows], people.practice[rows], *needed)

    def born(self, first: int, last: int) -> Ints:
        """Rows of the people born from month `first` to month `last` in all places; the same under every
        policy.
        """
        low, high = (self.birth_row[max(month + SETTLING_MONTHS - 1, 0)] for month in (first, last + 1))
        return rows_between(low, high)

    def seekers(self) -> Ints:
        """Rows of the people who seek work, batik workers between two jobs not among them."""
        everyone = np.concatenate((self.young, self.older))
        return everyone[self.people.stage[everyone] == Stage.SEEKING]

    def leaving_school(self, months: int) -> Ints:
        """Rows of the people who leave school `months` from now."""
        leaves = self.month + months
        ages = [round(self.now[f"school.leave_{level}"] * 12) for level in ("junior", "senior", "tertiary")]
        rows = np.concatenate([self.born(leaves - age, leaves - age) for age in sorted(set(ages))])
        return rows[self.people.leaves_school[rows] == leaves]

    def people_aged(self, least: float, most: float) -> Floats:
        """People from `least` to `most` years of age, of those who are 15-34, in each place."""
        first = max(self.month - int((most + 1) * 12) + 1, self.month + 1 - SETTLING_MONTHS)
        last = min(self.month - int(least * 12), self.month - ENTRY_MONTHS)
        low, high = (self.birth_row[month + SETTLING_MONTHS - 1] for month in (first, max(first, last + 1)))
        return (high - low).astype(np.float64)

    def audience_sizes(self) -> dict[str, Floats]:
        """People in each audience of programmes."""
        people, owners = self.people, self.owners
        batik = self.batik[people.birth[self.batik] > self.month - SETTLING_MONTHS]
        casual = self.brokered_workers()
        open_firms = owners.open == 1
        counts = {
            "youth": self.spans[:, 2] - self.spans[:, 0] - self._by_place(people.place[batik]),
            "direct": self.batik_workers() - casual,
            "casual": casual,
            "owners": self._by_place(owners.place[open_firms & (owners.member == 0)]),
            "members": self._by_place(owners.place[open_firms & (owners.member == 1)]),
        }
        return {name: counts[name] for name in AUDIENCES}
