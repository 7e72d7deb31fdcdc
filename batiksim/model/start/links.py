"""Whom people compare themselves with: eight peers and one of kin each, drawn once and for all policies
alike.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Floats, Ints, Rows
from batiksim.codes import LINKS, OLDEST, PEERS
from batiksim.kernels.compiling import compiled
from batiksim.model.start.industry import Jobs
from batiksim.model.start.population import PEER_MONTHS, batik_parents
from batiksim.state.state import State
from batiksim.world.geography import NEARBY

# Sort key of (place, birth month): places lie this many months apart.
APART = 100_000


def link_people(state: State, jobs: Jobs) -> None:
    """Draw whom each person compares herself with: six of her place within two years, one older, one of a
    nearby place, and one of kin. Links never depend on policy; -1 stands for somebody who is not simulated.
    """
    people, places = state.people, state.places
    young = np.arange(state.first_row, people.n)
    birth, place, ids = (
        people.birth[young].astype(np.int64),
        people.place[young].astype(np.int64),
        people.id[young],
    )
    finder = Finder(state, batik_parents(state, jobs))
    people.peers[: state.first_row] = -1
    for link in range(LINKS):
        u = state.trait(f"link.{link}", ids)
        if link == PEERS - 2:
            gap = np.floor((3.0 + 12.0 * state.trait("link.older", ids)) * 12).astype(np.int64)
            people.peers[young, link] = finder.around(place, birth - gap, 12, 12, u, young)
            continue
        there = place
        if link == PEERS - 1:
            there = places.nearest[place, (state.trait("link.nearby", ids) * NEARBY).astype(np.int64)]
        earlier = 96 if link == PEERS else PEER_MONTHS
        people.peers[young, link] = finder.around(there, birth, earlier, PEER_MONTHS, u, young)
    elders = np.arange(state.first_row)
    for link in range(PEERS - 1):
        people.peers[elders, link] = finder.elder(
            people.place[elders].astype(np.int64),
            people.birth[elders].astype(np.int64),
            state.trait(f"link.{link}", people.id[elders]),
        )


@compiled
def _somebody(
    before: Ints, cohorts: Ints, place: Ints, birth: Ints, months: Ints, u: Floats, self_row: Rows
) -> Rows:  # pragma: no cover - compiled
    """For each person the row that her number `u` picks among those of `place` born from `earlier` months
    before to `later` months after `birth`, or the next one if that is herself; -1 where nobody else is.

    `months` are the oldest and youngest birth month of the cohorts, `earlier` and `later`.
    """
    oldest, youngest, earlier, later = months[0], months[1], months[2], months[3]
    rows = np.empty(place.size, dtype=np.int64)
    for k in range(place.size):
        rows[k] = -1
        first = min(max(birth[k] - earlier, oldest), youngest + 1)
        after = min(max(birth[k] + later, oldest), youngest) + 1
        low = before[place[k], first - oldest]
        span = before[place[k], after - oldest] - low
        if span > 0:
            at = np.int64(u[k] * span)
            row = cohorts[low + at]
            if row == self_row[k]:
                row = cohorts[low + (at + 1) % span]
            if row != self_row[k]:
                rows[k] = row
    return rows


class Finder:
    """Rows by place and birth, to find somebody of about an age."""

    def __init__(self, state: State, elder_share: Floats) -> None:
        people = state.people
        self.elder_share = elder_share
        self.first_row = state.first_row
        self.by_place = np.lexsort((people.id, people.birth, people.place))
        cohort = self.by_place >= self.first_row
        self.elders = self.by_place[~cohort]
        self.cohorts = self.by_place[cohort]
        key = people.place.astype(np.int64) * APART + people.birth
        self.elder_key = key[self.elders]
        # How many of the cohorts come before those of a place born in a month, or after the last one.
        self.youngest = int(people.birth.max(initial=OLDEST))
        months = np.arange(OLDEST, self.youngest + 2)
        wanted = np.arange(len(state.places))[:, None] * APART + months
        self.before = np.searchsorted(key[self.cohorts], wanted)

    def around(self, place: Ints, birth: Ints, earlier: int, later: int, u: Floats, self_row: Ints) -> Ints:
        """A row of the place born within the months around `birth`, never oneself; elders stand in before
        1976.
        """
        months = np.array([OLDEST, self.youngest, earlier, later])
        rows = _somebody(self.before, self.cohorts, place, birth, months, u, self_row)
        early = np.flatnonzero(birth + later < OLDEST)
        rows[early] = self.elder(place[early], birth[early], u[early])
        return rows

    def elder(self, place: Ints, birth: Ints, u: Floats) -> Ints:
        """An elder in batik of about that age, with the chance that somebody of 35-59 there is in batik;
        else -1.
        """
        share = self.elder_share[place]
        low = np.searchsorted(self.elder_key, place * APART - APART // 2)
        high = np.searchsorted(self.elder_key, place * APART + (APART // 2 - 1))
        near = np.searchsorted(self.elder_key, place * APART + birth)
        shift = np.floor(u / np.maximum(share, 1e-9) * 24).astype(np.int64) - 12
        at = np.clip(near + shift, low, np.maximum(high - 1, low))
        none = (u >= share) | (high <= low)
        return np.where(
            none, -1, self.elders[np.minimum(at, max(self.elders.size - 1, 0))] if self.elders.size else -1
        )
