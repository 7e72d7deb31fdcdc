"""What measures decide for single people and firms: seats, courses, certificates, loans, money beside pay.

Measures write their decisions of a month here and touch nobody; afterwards
`batiksim.model.steps.enrolment` carries all of them out at once, so that no measure sees what another does
in the same month.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from batiksim.scenario.interventions import Intervention

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST = 1e-9  # twelve times a twelfth of a seat is a seat


@dataclass
class Purse:
    """What one measure has left of its seats (less than one) and of its money (less than a month and a unit).

    Small regions need it: a tenth of a seat a month is a seat every ten months. Half a seat to begin with
    makes that the nearest whole number, so that a small region is not short of seats on average.
    """

    seats: float = 0.5
    money: float = 0.0
    month: int = -1

    def seats_now(self, a_month: float | None) -> float:
        """Whole seats of this month; what remains of one is kept, seats that nobody takes lapse."""
        if a_month is None:
            return np.inf
        self.seats += a_month
        whole = np.floor(self.seats + LEAST)
        self.seats = max(self.seats - whole, 0.0)
        return float(whole)

    def has(self, month: int, a_month: float | None, unit: float = 0.0) -> float:
        """IDR to spend: the budget of the month, once, and at most one `unit` that was left of the last."""
        if a_month is None:
            return np.inf
        if month != self.month:
            self.money, self.month = min(self.money, unit) + a_month, month
        return self.money

    def buys(self, month: int, a_month: float | None, unit: float, wanted: float = 1.0) -> float:
        """Whole units that the money of this month buys, of which so many are `wanted`."""
        return float(np.floor(self.has(month, a_month, unit) / unit + LEAST)) if unit > 0.0 else np.inf

    def pay(self, amount: float) -> None:
        """Take what was spent."""
        self.money = max(self.money - amount, 0.0)


@dataclass
class SharedPurse(Purse):
    """What several measures have left of the money of a year, each month's part put in; at its end the rest
    lapses.

    Small regions: whose turn it is and who cannot buy the first unit yet saves for it, so that those after
    her do not take what is hers; `aside` is what is saved of this month.
    """

    allotted: float = 0.0
    aside: float = 0.0

    def allot(self, month: int, part: float, year: float) -> None:
        """Begin a month with its `part` of the money of the `year`, as far as that is not allotted yet."""
        if month // 12 != self.month // 12:
            self.money = self.allotted = 0.0
        part = min(part, year - self.allotted)
        self.money, self.allotted, self.month = self.money + part, self.allotted + part, month
        self.aside = 0.0

    def has(self, month: int, a_month: float | None, unit: float = 0.0) -> float:
        """IDR to spend, without what is saved."""
        return max(self.money - self.aside, 0.0)

    def buys(self, month: int, a_month: float | None, unit: float, wanted: float = 1.0) -> float:
        """Whole units that the money left of the year so far buys; with none, it is saved for the first."""
        found = super().buys(month, a_month, unit)
        if found < 1.0 <= wanted:
            self.aside = self.money
        return found


@dataclass(frozen=True)
class Appeal:
    """What a measure offers to those who do batik work, and which they weigh when they choose (E3).

    `pay` is IDR a month beside the pay of the job, one for all or (places,); `image` the part of its image as
    old people's work that goes. With `holders` only these rows have it now; whoever might come qualifies by
    the measure and is promised it with `chance`. Without, everybody who qualifies and is reached has it.
    """

    measure: Intervention
    dose: float
    pay: float | Floats = 0.0
    image: float = 0.0
    holders: Ints | None = None
    chance: float = 1.0


@dataclass(frozen=True)
class Course:
    """Rows of people taught a component for themselves until (not including) month `until` (E1)."""

    rows: Ints
    component: int
    until: Ints


@dataclass(frozen=True)
class Certificate:
    """Rows of people certified up to month `until`; their pay rises by `premium`, f8 (n,) (E5)."""

    rows: Ints
    until: int
    premium: Floats


@dataclass(frozen=True)
class Loan:
    """Rows of owners who are lent `amount` IDR for `months` at `rate` a year (E7)."""

    rows: Ints
    amount: float
    months: float
    rate: float


@dataclass(frozen=True)
class Design:
    """Rows of owners whose cloth fetches more, by `premium`, until (not including) month `until` (E5)."""

    rows: Ints
    premium: float
    until: int


@dataclass(frozen=True)
class Inspection:
    """What owners weigh who pay less than a floor (E5-i): the chance that they are found out, `found`
    (places,), in the `months` of a year that are inspected, `fine` IDR and `arrears` months of the shortfall
    for each underpaid worker, and how sharply they answer.
    """

    found: Floats
    fine: float
    arrears: float
    months: int
    sharpness: float


@dataclass(frozen=True)
class Floor:
    """A wage floor, `share` of the UMK, for contracts of some `tiers`, bool (3,): obeyed by a share of owners
    by place, (places,), or by those whom inspections deter (E5).
    """

    share: float
    tiers: Bools
    obeyed: Floats | Inspection


@dataclass
class Decisions:
    """Decisions of this month, reset every month; `purses`, `shared`, `pupils` and `certified_until` are
    remembered.

    `attending` holds rows of those who begin a course, whether it works or not; `schooled` pairs (rows,
    skill) of those who learn the craft at school; `invited` pairs (rows, chance) of masters helped to found;
    `taken` the rows that measures of a kind have given seats to. `pupils` are rows with a course in force;
    `certified_until` is the last month in which anybody's certificate is valid.
    """

    purses: list[Purse] = field(default_factory=list)
    shared: dict[str, SharedPurse] = field(default_factory=dict)
    pupils: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    certified_until: int = -1
    current: int = 0

    def __post_init__(self) -> None:
        self.begin_month(0)

    def begin_month(self, measures: int) -> None:
        """Forget the decisions of last month."""
        self.purses += [Purse() for _ in range(measures - len(self.purses))]
        self.taken: dict[str, list[Ints]] = {}
        self.appeals: list[Appeal] = []
        self.floors: list[Floor] = []
        self.attending: list[Ints] = []
        self.courses: list[Course] = []
        self.schooled: list[tuple[Ints, float]] = []
        self.certificates: list[Certificate] = []
        self.loans: list[Loan] = []
        self.designs: list[Design] = []
        self.invited: list[tuple[Ints, float]] = []

    def allot(self, name: str, month: int, part: float, year: float) -> None:
        """Put the `part` of a month into the purse of a shared budget, `year` IDR a year at most."""
        self.shared.setdefault(name, SharedPurse()).allot(month, part, year)

    @property
    def purse(self) -> Purse:
        """The purse of the measure that acts now."""
        return self.purses[self.current]
