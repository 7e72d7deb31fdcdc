"""The ages and tenures a trade comes to by its own flows (E9): one cohort from school to its last retirement.

Where entry grows by g a year and nothing else changes, the people of age x are a cohort that was smaller by
exp(-g) for each year of x. So the life of one cohort, sixty years of it, gives all who are there at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from batiksim.arrays import Bools, Floats, Ints

ROUNDS = 100
CLOSE_ENOUGH = 1e-12
NEXT_TO_NOTHING = 1e-300


class Workforce(NamedTuple):
    """Employed and newly hired people, (sizes, ages): in small firms and in large ones, in units of entry."""

    employed: Floats
    hired: Floats


class Flows(NamedTuple):
    """What moves a cohort, by month of age where it says (ages,); chances are per month.

    `entry` (ages,): newcomers, in any unit; `leaving`, `retiring` (ages,): who leaves the trade by choice,
    and for good; `separation`: jobs that end in small and in large firms; `returning`: part of those who find
    another; `growth` of entry a month; `large`: share of the jobs that large firms have; `young` (ages,):
    whom these like better, and `young_first`: the part of their posts for which they look among them alone.
    """

    entry: Floats
    leaving: Floats
    retiring: Floats
    separation: tuple[float, float]
    returning: float
    growth: float
    large: float
    young: Bools
    young_first: float

    def staying(self) -> Floats:
        """Part of each age still in the trade a month later, against a cohort that began as large."""
        return (1.0 - self.leaving) * (1.0 - self.retiring) * np.exp(-self.growth)

    def placing(self, posts: float, young: float) -> tuple[float, float]:
        """Chance of the old and of the young to be placed in large firms, whose `posts` are a share of all,
        as the `young` are of the applicants.
        """
        kept = min(self.young_first * posts, young)
        rest = (posts - kept) / max(1.0 - kept, NEXT_TO_NOTHING)
        return rest, (kept + rest * (young - kept)) / max(young, NEXT_TO_NOTHING)

    def life(self, old: float, young: float) -> Workforce:
        """A cohort month by month, if the old and the young have these chances of a large firm."""
        placed = np.where(self.young, young, old).tolist()
        ends_small, ends_large = self.separation
        employed, hired = [], []
        small = large = 0.0
        for new, chance, stay in zip(self.entry.tolist(), placed, self.staying().tolist(), strict=True):
            comes = new + self.returning * (ends_small * small + ends_large * large)
            hired.append(((1.0 - chance) * comes, chance * comes))
            small = small * (1.0 - ends_small) + hired[-1][0]
            large = large * (1.0 - ends_large) + hired[-1][1]
            employed.append((small, large))
            small, large = small * stay, large * stay
        return Workforce(np.array(employed).T, np.array(hired).T)


def at_rest(flows: Flows) -> Workforce:
    """The workforce that these flows keep up (E9).

    n_s(x) = n_s(x-1) k(x-1) (1 - separation_s) + h_s(x), k = (1 - leaving) (1 - retiring) exp(-growth),
    h = entry + returning sum_s separation_s n_s(x-1) k(x-1), shared out so that large firms keep their share
    of the jobs: a part `young_first` of their posts goes to the young among h, the rest to all who are left.
    """
    chances = flows.large, flows.large
    for _ in range(ROUNDS):
        work = flows.life(*chances)
        stock, hires = work.employed.sum(axis=1), work.hired.sum(axis=1)
        turnover = np.divide(hires, stock, out=np.ones(2), where=stock > 0.0)
        posts = turnover * (1.0 - flows.large, flows.large)
        young = work.hired[:, flows.young].sum() / hires.sum()
        before, chances = chances, flows.placing(posts[1] / posts.sum(), young)
        if np.allclose(before, chances, rtol=0.0, atol=CLOSE_ENOUGH):
            break
    return work


def draw_age(employed: Floats, u: Floats) -> Floats:
    """Months of age at `u` in 0..1 of the people there are by month of age, evenly spread within a month."""
    below = np.concatenate(([0.0], np.cumsum(employed)))
    return np.interp(u * below[-1], below, np.arange(below.size))


def draw_arrival(u: Floats, arriving: Floats, staying: Floats, age: Ints) -> Ints:
    """Month of age at which those who are there at `age` came, where `arriving` came by month of age and of
    those of each age the part `staying` is there a month later.

    Of those who are there exp(F(x) - F(age)) had come by x, F(x) = ln of the sum of arriving / survival. In
    logarithms, because survival comes to next to nothing.
    """
    with np.errstate(divide="ignore"):
        stay = np.log(np.maximum(staying, NEXT_TO_NOTHING))
        come = np.logaddexp.accumulate(np.log(arriving) - np.cumsum(stay) + stay)
    return np.minimum(np.searchsorted(come, np.log(u) + come[age]), age)
