"""The 21 places as arrays: where they are, how big batik is there at the start, who grows up there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from batiksim.data import rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CITY, REGENCY = 0, 1
NEARBY = 3
KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Places:
    """Facts of the places, one array entry each, in the order of `places.csv`.

    `number` is the stable key of a place that identities and random draws build on, so that the order of the
    file means nothing; `nearest` (places, places - 1) holds the indices of the others, the nearest first.
    """

    id: tuple[str, ...]
    number: Ints
    region: Ints
    organised: Floats
    flood_exposure: Floats
    firms_table1: Floats
    workers_table1: Floats
    population_share: Floats
    nearest: Ints

    def __len__(self) -> int:
        return len(self.id)

    def index(self, place: str) -> int:
        """Position of the place with this id; ValueError if there is none."""
        return self.id.index(place)


@cache
def load_places() -> Places:
    """The places of `data/places.csv`."""
    return build_places(rows("places.csv"))


def build_places(table: Sequence[Mapping[str, str]]) -> Places:
    """Places from rows as in `data/places.csv`, in any order; results follow the order (an invariant)."""

    def number(name: str) -> Floats:
        return np.array([float(row[name] or 0.0) for row in table])

    key = number("number").astype(np.int64)
    return Places(
        id=tuple(row["id"] for row in table),
        number=key,
        region=np.array([CITY if row["region"] == "city" else REGENCY for row in table]),
        organised=number("organised"),
        flood_exposure=number("flood_exposure"),
        firms_table1=number("firms_table1"),
        workers_table1=number("workers_table1"),
        population_share=number("population_share"),
        nearest=_nearest(number("lat"), number("lon"), key),
    )


def _nearest(lat: Floats, lon: Floats, number: Ints) -> Ints:
    """The other places by distance in km, ties by number."""
    north = (lat[:, None] - lat[None, :]) * KM_PER_DEGREE
    east = (lon[:, None] - lon[None, :]) * KM_PER_DEGREE * np.cos(np.radians(lat.mean()))
    km = np.round(np.hypot(north, east), 6)
    np.fill_diagonal(km, np.inf)
    return np.array([np.lexsort((number, km[c]))[:-1] for c in range(len(lat))])
