"""What follows from parameters alone is worked out when one of them changes, and in copies as well."""

from __future__ import annotations

import copy
import pickle

from batiksim.scenario import Scenario
from batiksim.state.now import Now

MORI = "contracts.mori_price"


def _now() -> Now:
    return Now(Scenario.parse(f"parameters: {{{MORI}: {{2011-01: 1, 2012-01: 2}}}}"), 24)


def test_work_is_done_again_only_when_a_parameter_changes() -> None:
    now, done = _now(), []

    def work(given: Now) -> float:
        done.append(given.month)
        return 10.0 * given[MORI]

    found = []
    for month in range(24):
        now.month = month
        found.append(now.once(work, now))
    assert found == [10.0] * 12 + [20.0] * 12
    assert done == [0, 12]


def _doubled(now: Now) -> float:
    return 2.0 * now[MORI]


def test_copies_go_on_by_themselves() -> None:
    now = _now()
    assert now.once(_doubled, now) == 2.0
    for twin in (copy.deepcopy(now), pickle.loads(pickle.dumps(now))):
        twin.month = 12
        assert twin.once(_doubled, twin) == 4.0
        assert now.once(_doubled, now) == 2.0
