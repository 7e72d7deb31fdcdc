"""The two kinds of agents and what is known of each: columns with units.

A person keeps one identity through every stage of life; a youth and a subcontracted worker are the same
person at different times. An owner (juragan) stands for a firm: its orders, posts, money and the family that
runs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from batiksim.agents.columns import Column, Detached, RowAgent, Table
from batiksim.codes import COMPONENTS, LINKS, Group, Presence, Schooling, Sex, Stage, names


class Person(RowAgent):
    """Someone of 15-34 in the region, or anyone who was ever in batik, until retirement."""

    id = Column(np.int64, doc="identity; never depends on policy")
    birth = Column(np.int32, doc="month of birth, 0 = January 2011", unit="month")
    sex = Column(np.int8, labels=names(Sex), doc="woman or man")
    place = Column(np.int8, doc="index of the place of residence")
    group = Column(np.int8, labels=names(Group), doc="task group she would work in")
    parent = Column(np.int8, doc="1 if a parent worked in batik when she was 15")
    interest = Column(np.int8, doc="interest z in the craft, set at 15; -1 before")
    presence = Column(np.int8, labels=names(Presence), doc="whether she is followed one by one")
    stage = Column(np.int8, labels=names(Stage), doc="what she does now")
    schooling = Column(np.int8, labels=names(Schooling), doc="the school after which she looks for work")
    leaves_school = Column(np.int32, doc="month she leaves school", unit="month")
    retires = Column(np.int32, doc="month she would retire from batik", unit="month")
    skill = Column(np.float64, doc="skill in the craft, 0 to 1", unit="share")
    talent = Column(np.float64, doc="part of her place's skill ceiling that she can attain", unit="share")
    practice = Column(np.int32, doc="months worked in batik", unit="months")
    employer = Column(np.int32, doc="row of her owner, -1 without")
    tier = Column(np.int8, doc="brokers between her and the owner; -1 without an owner")
    hired = Column(np.int32, doc="month she began her present job", unit="month")
    search = Column(np.int32, doc="months of searching", unit="months")
    laid_off_by = Column(np.int32, doc="row of the firm that laid her off and may call her back; -1 without")
    laid_off = Column(np.int16, doc="month it laid her off, or last lacked orders after", unit="month")
    certified = Column(np.int32, doc="last month her certificate is valid, -1 without", unit="month")
    premium = Column(np.float64, doc="part by which a valid certificate raises her pay", unit="share")
    attended = Column(np.int32, doc="month after her last course began; 0 without", unit="month")
    lessons = Column(
        np.int32,
        shape=(len(COMPONENTS),),
        doc="month in which a course ceases to teach her each component; 0 without",
        unit="month",
    )
    lesson_months = Column(np.int16, doc="months that her last course in skills lasts", unit="months")
    rate = Column(np.float64, doc="pay for a full month in her batik job", unit="IDR/month")
    pay = Column(np.float64, doc="earned in batik this month", unit="IDR")
    learning = Column(
        np.float64, shape=(len(COMPONENTS),), doc="components l1..l5 of social learning, 0 to 1"
    )
    peers = Column(np.int32, shape=(LINKS,), doc="rows of eight peers and one of kin; -1 = not simulated")

    @classmethod
    def is_present(cls, table: Table, rows: Any = slice(None)) -> Any:
        """Which of these rows are people who are simulated now."""
        return table.presence[rows] == Presence.SIMULATED

    @property
    def age(self) -> float:
        """Age in years at the end of the month last run."""
        return (self.table.month - self.birth) / 12.0

    def about(self) -> Iterator[str]:
        """Her stage, or why she is not followed; her age and place."""
        yield self.stage if self.presence == names(Presence)[Presence.SIMULATED] else self.presence
        yield f"{int(self.age)}"
        yield from _where(self)

    def story(self, lang: str | None = None) -> str:
        """Her life so far, with the reasons for each choice."""
        return self.model.story_of(self, lang)


class Owner(RowAgent):
    """A batik firm and the owner (juragan) who runs it."""

    id = Column(np.int64, doc="identity of the firm: of a founder's first firm her own")
    person = Column(np.int32, doc="row of the founder among the people, -1 if the firm is older")
    place = Column(np.int8, doc="index of the place")
    birth = Column(np.int32, doc="month of birth of the owner", unit="month")
    founded = Column(np.int32, doc="month of founding", unit="month")
    retires = Column(np.int32, doc="month the owner retires", unit="month")
    order_only = Column(np.int8, doc="1 = works only on orders of other owners (mbabar)")
    online = Column(np.int8, doc="1 = sells online")
    member = Column(np.int8, doc="1 = member of an organised cluster")
    complier = Column(np.float64, doc="the firm obeys a wage floor if compliance exceeds this", unit="share")
    interest = Column(np.int8, doc="interest z of the owner")
    open = Column(np.int8, doc="1 while the firm works")
    weight = Column(np.float64, shape=(2,), doc="weight in the place's orders, by task group")
    orders = Column(np.float64, shape=(2,), doc="orders without season and shocks", unit="staff-months")
    wanted = Column(np.float64, shape=(2,), doc="staff that lasting orders ask for", unit="staff-months")
    offset = Column(np.float64, shape=(2,), doc="fixed rounding of the staff target", unit="share")
    target = Column(np.int32, shape=(2,), doc="staff wanted", unit="people")
    staff = Column(np.int32, shape=(2,), doc="workers employed", unit="people")
    posts = Column(np.int32, shape=(2,), doc="posts offered this month", unit="people")
    days = Column(np.float64, shape=(2,), doc="share of full days worked", unit="share")
    mean_worth = Column(
        np.float64, shape=(2,), doc="mean worth of a month of the staff, 1 for plain cloth at reference skill"
    )
    surplus = Column(np.float64, shape=(2,), doc="P - M of one unit of output", unit="IDR")
    passed_on = Column(
        np.float64, shape=(2,), doc="part of P - M by which higher costs raised the price", unit="IDR"
    )
    rate = Column(
        np.float64, shape=(2, 3), doc="posted pay of a full month by task group and tier", unit="IDR/month"
    )
    viable = Column(np.int8, shape=(2, 3), doc="1 where the job pays for itself")
    design = Column(np.float64, doc="part by which new designs raise the price", unit="share")
    design_until = Column(np.int32, doc="month in which its designs cease to be new", unit="month")
    capital = Column(np.float64, doc="money of the firm", unit="IDR")
    debt = Column(np.float64, doc="what remains of a programme's loan", unit="IDR")
    instalment = Column(np.float64, doc="monthly repayment of the loan", unit="IDR")
    debt_rate = Column(np.float64, doc="interest on the loan, a year", unit="share")
    income = Column(np.float64, doc="owner's income this month", unit="IDR")
    wage_bill = Column(np.float64, doc="pay of all workers this month", unit="IDR")
    idle_months = Column(np.int32, doc="months without staff", unit="months")
    poor_months = Column(np.int32, doc="months with income below living cost", unit="months")
    learning = Column(
        np.float64, shape=(len(COMPONENTS),), doc="components l1..l5 of social learning, 0 to 1"
    )

    @classmethod
    def is_present(cls, table: Table, rows: Any = slice(None)) -> Any:
        """Which of these rows are firms that work."""
        return table.open[rows] == 1

    @property
    def stage(self) -> str:
        """Always "owner", so that people and owners can be asked alike."""
        return names(Stage)[Stage.OWNER]

    @property
    def age(self) -> float:
        """Age of the owner in years."""
        return (self.table.month - self.birth) / 12.0

    def about(self) -> Iterator[str]:
        """Whether the firm works, how many it employs, its place."""
        yield "open" if self.open else "closed"
        yield f"staff {self.staff.sum()}"
        yield from _where(self)


def _where(agent: Person | Owner) -> Iterator[str]:
    """The place of an agent, or of a copy the month it is from."""
    if isinstance(agent.table, Detached):
        yield f"copied in {agent.table.when}"
    elif 0 <= agent.place < len(agent.model.places):
        yield agent.model.places.id[agent.place]
