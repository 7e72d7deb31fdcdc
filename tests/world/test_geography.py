"""Blocks of neighbouring places, in which people look for posts together."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.rules.matching import block_size
from batiksim.world.geography import load_places


@pytest.mark.parametrize("which", ["pekalongan", "national"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 20, 200])
def test_blocks_part_the_places_of_each_region_nearly_equally(which: str, size: int) -> None:
    places = load_places(which)
    block = places.blocks(size)
    assert np.unique(block).tolist() == list(range(block.max() + 1))
    for region in np.unique(places.region):
        inside = np.bincount(block[places.region == region])
        inside = inside[inside > 0]
        assert inside.size == max(1, round(inside.sum() / size))
        assert np.ptp(inside) <= 1
    assert not set(block[places.region == 0]) & set(block[places.region == 1])


@pytest.mark.parametrize("size", [2, 3, 5])
def test_blocks_are_compact(size: int) -> None:
    """Places of a block lie nearer to each other than places of the city do."""
    places = load_places()
    km = np.hypot(places.north[:, None] - places.north, places.east[:, None] - places.east)
    block, others = places.blocks(size), ~np.eye(len(places), dtype=bool)
    city = (places.region[:, None] == 0) & (places.region == 0) & others
    together = (block[:, None] == block) & city
    assert km[together].mean() < 0.7 * km[city].mean()


def test_at_full_scale_a_block_is_a_place() -> None:
    places = load_places()
    assert np.unique(places.blocks(block_size(0.5, 1.0))).size == len(places)
    assert [block_size(0.5, scale) for scale in (0.5, 0.3, 0.1, 0.01)] == [1, 2, 5, 50]
    assert block_size(0.0, 0.001) == 1
