"""The places of the model as scenario files name them: 21 ids and the groups all, city, regency."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from batiksim.data import rows

GROUPS = ("all", "city", "regency")


@cache
def regions() -> Mapping[str, str]:
    """Return place id -> region ("city" or "regency"), in the order of the data."""
    return {row["id"]: row["region"] for row in rows("places.csv")}


def members(name: str) -> tuple[str, ...]:
    """Return the ids a place id or group stands for; empty for an unknown name."""
    if name in regions():
        return (name,)
    return tuple(place for place, region in regions().items() if name in ("all", region))


def summary(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return place ids as the name of a group where they are exactly that group."""
    return next(((group,) for group in GROUPS if ids == members(group)), ids)
