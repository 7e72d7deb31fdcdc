"""The plausible sample: its table is checked, and every value lies in its range and prior."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from batiksim.config.parameters import Parameter
from batiksim.errors import ParameterError
from batiksim.scenario import Scenario
from batiksim.scenario.differences import parting
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import (
    MEASURED_WORLDS,
    Member,
    load_core,
    load_sample,
    read_sample,
    uncertain,
    write_sample,
)


def middles() -> Iterator[tuple[str, object]]:
    """A value of each parameter from the middle of its prior."""
    for name, one in uncertain().items():
        assert one.prior is not None
        if one.type == "choice":
            yield name, one.prior[-1]
        else:
            low, high = (float(end) for end in one.prior)
            yield name, int((low + high) / 2) if one.type == "integer" else (low + high) / 2


def member(name: str = "hands-1", world: str = HANDS_SHORT, **changes: object) -> Member:
    return Member(name, world, {**dict(middles()), **changes})  # type: ignore[arg-type]


def in_prior(parameter: Parameter, value: object) -> bool:
    assert parameter.prior is not None
    if parameter.type == "choice":
        return value in parameter.prior
    assert parameter.bounds is not None and isinstance(value, int | float)
    low, high = (float(end) for end in parameter.prior)
    return max(low, parameter.bounds[0]) <= value <= min(high, parameter.bounds[1])


def test_a_table_is_read_as_it_was_written() -> None:
    written = [member(), member("orders-1", ORDERS_SHORT)]
    assert list(read_sample(write_sample(written))) == written


def test_what_has_a_prior_is_drawn_but_nothing_of_the_nation_or_of_studies() -> None:
    assert {"choice.batik", "start.regency_workers", "demand.loss"} <= set(uncertain())
    assert not [name for name in uncertain() if "national" in name or name.startswith("study.")]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("choice.batik", "choice.silk"),
        lambda text: text.replace("hands-short", "elsewhere"),
        lambda text: text + text.splitlines()[1] + "\n",
        lambda text: text.replace(str(dict(middles())["demand.loss"]), "0.9"),
        lambda text: text.replace(str(dict(middles())["demand.loss"]), "much"),
    ],
    ids=["another parameter", "unknown world", "same id", "outside the prior", "no number"],
)
def test_a_table_that_does_not_fit_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError, match=r"sample\.csv"):
        read_sample(spoil(write_sample([member()])))


def test_a_member_is_a_change_for_but_and_a_draw_of_a_design() -> None:
    one = member()
    settings = Scenario.default().but(dict(one.values))
    assert settings.value("choice.batik", 0) == one.values["choice.batik"]
    assert parting(Scenario.default(), settings, 12) == 0
    draw = one.draw(3)
    assert (draw.name, draw.number, draw.values) == ("hands-1", 3, one.values)


@pytest.mark.parametrize(("load", "sets"), [(load_sample, 50), (load_core, 12)])
def test_each_value_of_what_ships_lies_in_its_range_and_prior(
    load: Callable[[], Sequence[Member]], sets: int
) -> None:
    members = load()
    assert len(members) == sets
    assert {one.world for one in members} <= set(MEASURED_WORLDS)
    for one in members:
        assert all(in_prior(uncertain()[name], value) for name, value in one.values.items())
        Scenario.default().but(dict(one.values))  # nor do they contradict each other
    for world in (HANDS_SHORT, ORDERS_SHORT):
        assert sum(one.world == world for one in members) >= 5
