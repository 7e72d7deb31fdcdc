"""The places of the model as scenario files name them: ids, and the groups all, city, regency.

`start.places` chooses between two sets: the 21 places of Pekalongan, and 101 anonymous centres that stand for
the nation. No id is in both, so that ids alone tell their set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from batiksim.data import rows

GROUPS = ("all", "city", "regency")
CHOICE = "start.places"
PEKALONGAN, NATIONAL = "pekalongan", "national"
FILES: Mapping[str, str] = {PEKALONGAN: "places.csv", NATIONAL: "places_national.csv"}
LISTED: Mapping[str, str] = {PEKALONGAN: "places", NATIONAL: "centres"}  # of `batiksim list`


def canonical(name: str) -> str:
    """Return the id of a place or group that people may write as "Kauman", "KOTA BUARAN" or "Kab. Tirto"."""
    written = re.sub(r"[\s_-]+", "-", name.strip().lower())
    return re.sub(r"^kab(?:upaten|\.)-", "kab-", written)


@cache
def regions(which: str = PEKALONGAN) -> Mapping[str, str]:
    """Return place id -> region ("city", "regency" or "centre") of a set, in the order of the data."""
    return {row["id"]: row["region"] for row in rows(FILES[which])}


def members(name: str, which: str = PEKALONGAN) -> tuple[str, ...]:
    """Return the ids of a set that a place id or group stands for; empty for an unknown name or group."""
    if name in regions(which):
        return (name,)
    return tuple(place for place, region in regions(which).items() if name in ("all", region))


def summary(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return place ids as the name of a group where they are exactly that group of their set."""
    groups = ((group, members(group, which)) for which in FILES for group in GROUPS)
    return next(((group,) for group, found in groups if ids and ids == found), ids)


def home(name: str) -> str | None:
    """Return the set that a place id is in, None for anything else."""
    return next((which for which in FILES if name in regions(which)), None)
