"""A set of places as arrays: where they are, how big batik is there at the start, who grows up there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from batiksim.data import rows
from batiksim.world.places import FILES, PEKALONGAN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REGIONS = ("city", "regency", "centre")
CITY, REGENCY, CENTRE = range(len(REGIONS))
NEARBY = 3
KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Places:
    """Facts of the places, one array entry each, in the order of the file.

    `region` is CITY or REGENCY in Pekalongan, CENTRE for an anonymous centre of the nation. `number` is the
    stable key of a place that identities and random draws build on, so that the order of the file means
    nothing; `north` and `east` say where it lies, in km; `nearest` (places, places - 1) holds the indices of
    the others, the nearest first.
    """

    id: tuple[str, ...]
    number: Ints
    region: Ints
    organised: Floats
    flood_exposure: Floats
    firms_table1: Floats
    workers_table1: Floats
    population_share: Floats
    north: Floats
    east: Floats
    nearest: Ints

    def __len__(self) -> int:
        return len(self.id)

    def index(self, place: str) -> int:
        """Position of the place with this id; ValueError if there is none."""
        return self.id.index(place)

    def blocks(self, size: int) -> Ints:
        """The block of each place: disjoint, compact blocks of about `size` places, nowhere across the border
        of two regions.
        """
        block = np.zeros(len(self), dtype=np.int64)
        count = 0
        for region in np.unique(self.region):
            some = np.flatnonzero(self.region == region)
            for part in self._cut(some, max(1, round(some.size / size))):
                block[part] = count
                count += 1
        return block

    def _cut(self, some: Ints, parts: int) -> list[Ints]:
        """Cut these places into nearly equal parts: in two across the longer side, and again each of the
        two.
        """
        if parts == 1:
            return [some]
        north, east = self.north[some], self.east[some]
        first, second = (north, east) if np.ptp(north) > np.ptp(east) else (east, north)
        order = some[np.lexsort((self.number[some], second, first))]
        left = parts // 2
        least, more = divmod(some.size, parts)
        edge = left * least + min(left, more)
        return [*self._cut(order[:edge], left), *self._cut(order[edge:], parts - left)]


@cache
def load_places(which: str = PEKALONGAN) -> Places:
    """The places of a set: "pekalongan" or "national"."""
    return build_places(rows(FILES[which]))


def build_places(table: Sequence[Mapping[str, str]]) -> Places:
    """Places from rows as in `data/places.csv`, in any order; results follow the order (an invariant)."""

    def number(name: str) -> Floats:
        return np.array([float(row[name] or 0.0) for row in table])

    key = number("number").astype(np.int64)
    north, east = _on_the_globe(number) if "lat" in table[0] else (number("y"), number("x"))
    return Places(
        id=tuple(row["id"] for row in table),
        number=key,
        region=np.array([REGIONS.index(row["region"]) for row in table]),
        organised=number("organised"),
        flood_exposure=number("flood_exposure"),
        firms_table1=number("firms_table1"),
        workers_table1=number("workers_table1"),
        population_share=number("population_share"),
        north=north,
        east=east,
        nearest=_nearest(north, east, key),
    )


def _on_the_globe(number: Callable[[str], Floats]) -> tuple[Floats, Floats]:
    """How far north and east each place lies, km rounded to the millimetre: whatever the order of places."""
    lat, lon = number("lat"), number("lon")
    east = lon * KM_PER_DEGREE * np.cos(np.radians(lat.mean()))
    return np.round(lat * KM_PER_DEGREE, 6), np.round(east, 6)


def _nearest(north: Floats, east: Floats, number: Ints) -> Ints:
    """The other places by distance, ties by number."""
    km = np.round(np.hypot(north[:, None] - north, east[:, None] - east), 6)
    np.fill_diagonal(km, np.inf)
    return np.array([np.lexsort((number, km[c]))[:-1] for c in range(number.size)])
