"""Results depend on seed and scenario alone: not on the order of places, the end of the run or who looks."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pandas as pd
import pytest

from batiksim import data
from batiksim.world.geography import build_places
from tests.support.worlds import LIVELY, differences, everything, same, world

COUNTED = ["market", "committee"]


@pytest.mark.parametrize("skip", [(), ("learning", "firms")])
def test_one_seed_gives_one_result(skip: Sequence[str]) -> None:
    one, other = (world(until="2012-12", skip=skip).run() for _ in range(2))
    assert not differences(one, other)


def test_another_seed_gives_another_result() -> None:
    results = {world(seed=seed, until="2011-12").run().results().to_csv() for seed in range(4)}
    assert len(results) == 4


def test_the_first_months_do_not_know_how_long_the_run_is() -> None:
    short = world(until="2012-06").run()
    long = world(until="2019-12").run("2012-06")
    assert not differences(short, long)
    longer = world(until="2013-12").run()
    table = longer.results()
    first = table[table["month"] <= "2012-06"].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, short.results(), check_exact=True)


def test_looking_changes_nothing() -> None:
    plain = world(until="2012-12").run()
    watched = world(until="2012-12", watch=plain.people.id[::7].tolist())
    while watched.running:
        watched.step()
        watched.results(), len(watched.agents), watched.agents.shuffle()
    assert not differences(plain, watched)
    assert list(watched.diary)


@pytest.mark.parametrize("shuffle", [1, 2])
def test_permuting_places_permutes_results(shuffle: int) -> None:
    table = list(data.rows("places.csv"))
    Random(shuffle).shuffle(table)
    plain = world(LIVELY, scale=0.02, until="2014-12").run()
    other = world(LIVELY, scale=0.02, until="2014-12", places=build_places(table)).run()
    assert plain.places.id != other.places.id
    one, two = everything(plain), everything(other)
    for name in one.keys() - {"results", "settled", "taught", "person.place", "owner.place"}:
        if one[name].dtype == np.float64:
            np.testing.assert_allclose(one[name], two[name], rtol=1e-9, err_msg=name)
        else:
            assert same(one[name], two[name]), name
    for who in ("person", "owner"):
        homes = [
            np.array(model.places.id)[parts[f"{who}.place"]] for model, parts in ((plain, one), (other, two))
        ]
        assert (homes[0] == homes[1]).all()
    tables = [model.results().sort_values(["month", "place"], ignore_index=True) for model in (plain, other)]
    pd.testing.assert_frame_equal(*tables, rtol=1e-9, atol=1e-12)


def test_places_of_the_file_are_in_no_special_order() -> None:
    """The permutation of the test above must be one that would show: neighbours and numbers move."""
    table = list(data.rows("places.csv"))
    places = build_places(table[::-1])
    assert places.number.tolist() == list(range(21, 0, -1))
    there = build_places(table)
    for c in range(21):
        near = [there.id[k] for k in there.nearest[c]]
        assert near == [places.id[k] for k in places.nearest[20 - c]]
    for size in (1, 2, 5, 50):
        one, other = there.blocks(size), places.blocks(size)[::-1]
        assert ((one[:, None] == one) == (other[:, None] == other)).all()
