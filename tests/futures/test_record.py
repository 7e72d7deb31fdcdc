"""What ships is what a run of today says; `python -m tools.records` makes it anew."""

from __future__ import annotations

import pytest

from batiksim import __version__
from batiksim.config.parameters import WORLDS
from batiksim.futures.decoding import decode
from batiksim.futures.record import (
    FULL,
    SEEDS,
    SHOWN,
    make_record,
    measure_places,
    payloads,
    place_figures,
    record,
    years,
)
from batiksim.futures.settings import shown

MEGABYTE = 1 << 20


@pytest.mark.parametrize("world", WORLDS)
def test_the_record_is_that_of_a_run_of_today(world: str) -> None:
    assert payloads(make_record(world)) == payloads(record(world)), "python -m tools.records"
    assert len(record(world)) < MEGABYTE


def test_a_record_can_be_played() -> None:
    future = decode([record(WORLDS[0])])
    assert [month.month for month in future.months] == list(range(-1, shown().until + 1))
    assert future.header["seed"] == shown().seed and future.header["scale"] == shown().scale
    workers = future.series("batik.workers")
    assert workers[0] > 1.05 * workers[shown().now]  # the craft has shrunk


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_figures_of_places_are_those_of_a_run_of_today(world: str) -> None:
    fresh = measure_places(world, SEEDS[0], 11)
    kept = place_figures()["worlds"][world]
    assert kept.keys() == fresh.keys()
    for place, names in fresh.items():
        for name, values in names.items():
            assert kept[place][name][0][:1] == values, f"{place} {name}: python -m tools.records"


def test_figures_of_places_say_what_they_are_of() -> None:
    figures = place_figures()
    assert (figures["version"], figures["scale"], tuple(figures["seeds"])) == (__version__, FULL, SEEDS)
    assert figures["years"] == years(shown().until) == list(range(2011, 2041))
    for names in figures["worlds"][WORLDS[1]].values():
        assert set(names) == set(SHOWN)
        assert all(len(seed) == 30 for seeds in names.values() for seed in seeds)
    whole = figures["worlds"][WORLDS[0]]["all"]["batik.workers"]
    assert len({seed[0] for seed in whole}) == len(SEEDS)  # the seeds are other runs
