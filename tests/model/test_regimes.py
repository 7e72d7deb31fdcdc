"""The regimes of `choice.regime`: within what is held possible, and different where they claim to be."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.config.parameters import load_parameters
from batiksim.scenario import Scenario
from tools.frozen_region import Frozen, Rest, at_pay


def test_a_regime_changes_only_what_no_source_gives_and_stays_within_the_priors() -> None:
    changed = [parameter for parameter in load_parameters().values() if parameter.regimes]
    assert changed
    for parameter in changed:
        assert parameter.role in ("fitted", "assumed")
        assert parameter.prior is not None
        low, high = parameter.prior
        assert all(low <= float(line.at(0)) <= high for line in parameter.regimes.values()), parameter.name


def test_a_frozen_region_stands_still_but_for_choices() -> None:
    frozen = Frozen(Scenario.default(), seed=1, scale=0.02)
    model, people = frozen.model, frozen.model.people
    young, firms = model.young.copy(), model.owners.n

    def still() -> tuple[object, ...]:
        ages = model.month - people.birth[young]
        everybody = model.young.size + model.older.size + int(model.settled.sum())
        at_school = int(np.count_nonzero(people.stage[young] == 0))
        return ages.tolist(), everybody, at_school, model.umk.tolist(), model.open_rows.size

    before = still()
    for _ in range(30):
        frozen.month()
    assert still() == before
    assert model.owners.n == firms
    assert np.ptp(people.skill[model.batik]) == 0


def test_batik_pays_what_is_asked_and_other_work_stays_as_it_was() -> None:
    base = Scenario.default()
    half = at_pay(base, 0.5)
    rates = [Frozen(settings, seed=1, scale=0.02).rest().pay for settings in (base, half)]
    assert rates[1] / rates[0] == pytest.approx(0.5, rel=0.05)  # who has which job differs a little
    older = [s.value("other.pay_older_hand") * s.value("contracts.outside_hand") for s in (base, half)]
    assert older[0] == pytest.approx(older[1])


@pytest.mark.slow
def test_the_tipping_set_has_two_ends_where_the_baseline_has_one() -> None:
    ends: dict[str, list[Rest]] = {}
    for regime in ("orders-short", "tipping"):
        ends[regime] = []
        for start in (Frozen.everybody, Frozen.nobody):
            settings = at_pay(Scenario.default().but({"choice.regime": regime}), 0.72)
            frozen = Frozen(settings, seed=1, scale=0.1, pace=20.0)
            start(frozen)
            ends[regime].append(frozen.rest())
    gaps = {regime: np.abs(high.share - low.share).max() for regime, (high, low) in ends.items()}
    assert all(end.settled for pair in ends.values() for end in pair)
    assert gaps["orders-short"] < 0.03 < 0.08 < gaps["tipping"]
