"""Empowerment acts (E1-e): brokered workers win direct contracts, unless the switch is off."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.codes import COMPONENTS
from batiksim.model.steps.empowerment import empowerment
from batiksim.rules import social_learning
from tests.support.worlds import differences, series, world

OFTEN = {"learning.empowerment_contract": 0.8}
UNTIL = "2012-12"


def test_it_is_information_with_the_second_best_of_the_others() -> None:
    known = np.random.default_rng(1).random((500, len(COMPONENTS)))
    plain = [min(first, sorted(others)[-2]) for first, *others in known.tolist()]
    assert social_learning.empowerment(*known.T).tolist() == plain


def test_brokered_workers_win_direct_contracts_and_pay() -> None:
    often, never = (
        series(world(changes, scale=0.02, until=UNTIL).run())
        for changes in (OFTEN, {"learning.empowerment_contract": 0.0})
    )
    fewer = often["contracts.share_brokered"] < never["contracts.share_brokered"]
    assert fewer[3:].all()
    assert often["pay.mean_over_umk"][3:].mean() > never["pay.mean_over_umk"][3:].mean()


def test_who_came_through_a_broker_long_ago_has_won_a_direct_contract_since() -> None:
    model = world({"learning.empowerment_contract": 0.1, "contracts.brokered": 1.0}, scale=0.05)
    works = model.batik[model.people.employer[model.batik] >= 0]
    months, through = -model.people.hired[works], model.people.tier[works] > 0
    still = (1.0 - 0.1 * empowerment(model, works)) ** months
    assert through.sum() == pytest.approx(still.sum(), abs=4 * np.sqrt((still * (1.0 - still)).sum()))
    assert through[months < 12].mean() > 0.8 > 0.4 > through[months > 60].mean()


def test_with_the_switch_off_nothing_of_it_acts() -> None:
    off = {"learning.empowerment": False}
    without = world({"learning.empowerment_contract": 0.0}, until=UNTIL).run()
    assert not differences(without, world(OFTEN | off, until=UNTIL).run())
    assert differences(without, world(OFTEN, until=UNTIL).run())


def test_a_component_switched_off_is_felt() -> None:
    """Without information nobody is empowered; without one of the others the next best counts."""
    for component, felt in (("information", 0.0), ("skills", 1.0)):
        model = world({f"learning.{component}": False}, until="2011-02").run()
        assert (model.value("learning.empowerment") > 0.0) == bool(felt)
