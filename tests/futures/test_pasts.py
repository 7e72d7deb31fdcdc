"""Pasts serve whoever has lived the same, and no more of them are kept than may be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from batiksim.config.parameters import WORLDS
from batiksim.errors import StoppedError, UsageError
from batiksim.futures.future import case_of, never
from batiksim.futures.pasts import EVERY, Pasts
from batiksim.futures.settings import shown
from batiksim.model.batik_model import BatikModel
from batiksim.runs import kept_pasts
from batiksim.runs.cache import Cache
from batiksim.scenario import Scenario

SCALE = 0.01
NOW = shown().now
BASE, _ = case_of(None, WORLDS[0])


class Counting(Pasts):
    """Pasts that know how many months were run for them."""

    months = 0

    def passed(self, model: BatikModel) -> None:
        self.months += 1
        super().passed(model)


def past_of(pasts: Pasts, case: Scenario, month: int, seed: int = 1) -> BatikModel:
    return pasts.before(case, month, seed, SCALE, never)


def test_a_past_serves_as_long_as_nothing_differs() -> None:
    pasts = Counting()
    past_of(pasts, BASE, NOW + EVERY + 5)
    pasts.months = 0
    late, soon = (
        case_of(Scenario.default().but({"contracts.surplus_cut": {month: 0.05}}), WORLDS[0])[0]
        for month in ("2029-01", "2028-12")
    )
    assert past_of(pasts, late, NOW + EVERY).month == NOW + EVERY - 1
    assert pasts.months == 0
    past_of(pasts, soon, NOW + EVERY)  # it parts a month too early: from the present on
    assert pasts.months == EVERY
    model = past_of(pasts, late, NOW + EVERY + 5)
    fresh = BatikModel(late, seed=1, scale=SCALE)
    while fresh.month < model.month:
        fresh.step()
    for name in model.people.columns:
        assert np.array_equal(getattr(model.people, name), getattr(fresh.people, name)), name


def test_a_past_of_another_seed_serves_nobody() -> None:
    pasts = Pasts()
    past_of(pasts, BASE, NOW)
    assert past_of(pasts, BASE, NOW, seed=2).seed == 2
    assert past_of(pasts, BASE, NOW).seed == 1


def test_what_is_kept_is_bounded_and_the_present_goes_last() -> None:
    alone = Pasts()
    past_of(alone, BASE, NOW)
    pasts = Pasts(int(2.5 * alone.size))
    past_of(pasts, BASE, NOW + 3 * EVERY)
    assert [past.model.month for past in pasts._kept] == [NOW - 1, NOW + 3 * EVERY - 1]
    assert pasts.size <= 2.5 * alone.size
    past_of(pasts, BASE, NOW, seed=2)
    assert {(past.model.seed, past.model.month) for past in pasts._kept} == {(1, NOW - 1), (2, NOW - 1)}


def test_what_is_kept_has_let_its_months_go() -> None:
    pasts = Pasts()
    model = past_of(pasts, BASE, NOW)
    (kept,) = pasts._kept
    assert kept.model.value("batik.regeneration_ratio") == model.value("batik.regeneration_ratio")
    with pytest.raises(UsageError, match="let its past months go"):
        kept.model.results()
    assert len(model.results(record="yearly")) > 0


def test_whoever_waits_for_a_past_can_cancel() -> None:
    with pytest.raises(StoppedError):
        Pasts().before(BASE, NOW, 1, SCALE, lambda: True)


def test_the_present_is_taken_up_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Cache(tmp_path)
    monkeypatch.setattr(kept_pasts, "usual", lambda: kept)
    first, second = Counting(), Counting()
    whole = past_of(first, BASE, NOW + 2)
    monkeypatch.setattr(BatikModel, "_build", None)  # nothing is built any more
    model = past_of(second, BASE, NOW + 2)
    assert len(list(tmp_path.iterdir())) == 1 and second.months == 3  # told of the present and two months
    for name in model.people.columns:
        assert np.array_equal(getattr(model.people, name), getattr(whole.people, name)), name
    assert model.results().equals(whole.results())
