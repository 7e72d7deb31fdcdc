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
    nothing; `nearest` (places, places - 1) holds the indices of the others, the nearest first.
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
def load_places(which: str = PEKALONGAN) -> Places:
    """The places of a set: "pekalongan" or "national"."""
    return build_places(rows(FILES[which]))


def build_places(table: Sequence[Mapping[str, str]]) -> Places:
    """Places from rows as in `data/places.csv`, in any order; results follow the order (an invariant)."""

    def number(name: str) -> Floats:
        return np.array([float(row[name] or 0.0) for row in table])

    key = number("number").astype(np.int64)
    return Places(
        id=tuple(row["id"] for row in table),
        number=key,
        region=np.array([REGIONS.index(row["region"]) for row in table]),
        organised=number("organised"),
        flood_exposure=number("flood_exposure"),
        firms_table1=number("firms_table1"),
        workers_table1=number("workers_table1"),
        population_share=number("population_share"),
        nearest=_nearest(*_apart(number), key) if "lat" in table[0] else _nearest(*_plane(number), key),
    )


def _apart(number: Callable[[str], Floats]) -> tuple[Floats, Floats]:
    """How many km each place lies to the north and to the east of each other one, on the globe."""
    lat, lon = number("lat"), number("lon")
    north = (lat[:, None] - lat[None, :]) * KM_PER_DEGREE
    return north, (lon[:, None] - lon[None, :]) * KM_PER_DEGREE * np.cos(np.radians(lat.mean()))


def _plane(number: Callable[[str], Floats]) -> tuple[Floats, Floats]:
    """The same for places that stand for no point of the globe, on a plane of their own."""
    x, y = number("x"), number("y")
    return y[:, None] - y[None, :], x[:, None] - x[None, :]


def _nearest(north: Floats, east: Floats, number: Ints) -> Ints:
    """The other places by distance, ties by number."""
    km = np.round(np.hypot(north, east), 6)
    np.fill_diagonal(km, np.inf)
    return np.array([np.lexsort((number, km[c]))[:-1] for c in range(number.size)])
