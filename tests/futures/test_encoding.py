"""What is decoded is what the model holds, month by month."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from batiksim.calendar import month_name
from batiksim.codes import Presence, Sex
from batiksim.config.parameters import WORLDS
from batiksim.errors import RunError, ScenarioError, StoppedError, UsageError
from batiksim.futures import frames
from batiksim.futures.decoding import Future, decode
from batiksim.futures.future import case_of, draw_of, futures
from batiksim.futures.settings import shown
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario

SINCE, UNTIL, SMALL = 5, 40, 0.02
POLICY = Scenario.default().with_intervention("training", since="2011-09", seats=500)


@pytest.fixture(scope="module")
def future() -> Future:
    return decode(futures(POLICY, since=SINCE, until=UNTIL, scale=SMALL, seed=3))


@pytest.fixture(scope="module")
def model() -> BatikModel:
    case, _ = case_of(POLICY, WORLDS[0])
    return BatikModel(case, scale=SMALL, seed=3).run(month_name(SINCE - 1))


def test_every_month_is_the_month_of_the_model(future: Future, model: BatikModel) -> None:
    assert [month.month for month in future.months] == list(range(SINCE - 1, UNTIL + 1))
    for month in future.months:
        if model.month < month.month:
            model.step()
        people, owners = model.people, model.owners
        there = people.presence == Presence.SIMULATED
        assert np.array_equal(month.state, np.where(there, people.stage + 1, 0))
        assert np.array_equal(month.place, owners.place) and np.array_equal(month.open, owners.open)
        employed = there & (people.employer >= 0)
        assert np.array_equal(month.firm[employed], people.employer[employed])
        own = {int(owners.person[row]): row for row in np.flatnonzero(owners.open) if owners.person[row] >= 0}
        others = np.flatnonzero(~employed & (month.firm != frames.NO_FIRM))
        assert all(own[int(row)] == month.firm[row] for row in others)
        if month.month < SINCE:
            continue
        for name, value in month.numbers.items():
            assert np.float32(model.value(name)) == pytest.approx(value, rel=0, nan_ok=True)
        for name, values in month.by_place.items():
            by_place = [model.value(name, place) for place in model.places.id]
            assert np.array_equal(values, np.array(by_place, np.float32))
        assert month.ages is not None
        assert month.ages.sum() == round(model.value("batik.workers") * SMALL)
        women = people.sex[model.batik] == Sex.WOMAN
        assert month.ages[0].sum() == women.sum()
    born = model.people.birth, model.people.place, model.people.sex
    for column, mine in zip((future.birth, future.place, future.sex), born, strict=True):
        assert np.array_equal(column, mine)


def test_numbers_are_those_of_the_table(future: Future) -> None:
    case, _ = case_of(POLICY, WORLDS[0])
    table = BatikModel(case, scale=SMALL, seed=3).run(month_name(UNTIL)).results(since=month_name(SINCE))
    table = table[table.place == "all"]
    for name in shown().indicators:
        assert np.array_equal(future.series(name), table[name].to_numpy(np.float32), equal_nan=True)


def test_the_header_says_what_it_is(future: Future) -> None:
    header = future.header
    assert (header["since"], header["until"], header["months"]) == (SINCE, UNTIL, UNTIL - SINCE + 1)
    assert header["parts"] == 8 and header["now"] == 180  # September 2011, January 2026
    assert header["regime"] == header["world"] == WORLDS[0]
    assert future.end == {
        "months": header["months"],
        "changed": sum(month.changed.size for month in future.months),
    }


def test_people_are_the_same_in_all_scenarios_and_worlds() -> None:
    one, other = (
        BatikModel(case_of(settings, world)[0], scale=SMALL, seed=3)
        for settings, world in ((POLICY, WORLDS[0]), (None, WORLDS[1]))
    )
    rows = one.people.n
    one.run("2013-12")
    assert one.people.n > rows == other.people.n  # whoever is hired from the counted pool is appended
    for name in ("id", "birth", "place", "sex"):
        assert np.array_equal(getattr(one.people, name)[:rows], getattr(other.people, name)[:rows])


def test_a_stream_can_be_cut_anywhere(future: Future) -> None:
    whole = b"".join(futures(POLICY, since=SINCE, until=SINCE + 1, scale=SMALL, seed=3))
    again = decode(whole[at : at + 1000] for at in range(0, len(whole), 1000))
    assert np.array_equal(again.months[-1].state, future.months[2].state)
    with pytest.raises(ValueError, match="within a frame"):
        decode([whole[:-1]])


def test_a_future_of_the_start_begins_before_january_2011() -> None:
    future = decode(futures(since=0, until=0, scale=SMALL))
    assert [month.month for month in future.months] == [-1, 0]
    assert future.header["parts"] == 360


def test_cancelling_is_asked_every_month() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 7

    stream: Iterator[bytes] = futures(since=3, until=30, scale=SMALL, cancelled=cancelled)
    with pytest.raises(StoppedError):
        for _ in stream:
            pass
    assert len(asked) == 8


def test_a_world_can_be_a_draw_of_the_sample() -> None:
    future = decode(futures(since=0, until=1, scale=SMALL, world="hands-2"))
    assert (future.header["world"], future.header["regime"]) == ("hands-2", "hands-short")
    assert draw_of("hands-2").values != draw_of("orders-2").values


def test_a_scenario_of_its_own_world_keeps_it() -> None:
    own = {"title": "Own", "extends": "baseline", "parameters": {"choice.regime": WORLDS[1]}}
    assert decode(futures(own, since=0, until=0, scale=SMALL)).header["regime"] == WORLDS[1]
    with pytest.raises(UsageError, match="orders-1"):
        case_of(own, "orders-1")


@pytest.mark.parametrize(
    "about", [{"since": -1}, {"since": 9, "until": 8}, {"until": 360}, {"world": "flat"}, {"scale": 0.0}]
)
def test_what_cannot_be_is_said(about: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        next(futures(**about))  # type: ignore[arg-type]
    with pytest.raises(ScenarioError):
        next(futures({"title": "x", "interventions": [{"nonsense": {}}]}))


def test_an_error_frame_is_an_error() -> None:
    with pytest.raises(RunError, match="Coba lagi"):
        decode([frames.error("Coba lagi")])
    assert json.loads(frames.error("é")[5:]) == {"message": "é"}
