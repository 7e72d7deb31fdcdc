"""A region that answers at once: facts are known functions of a few parameters, with a little luck."""

from __future__ import annotations

from typing import Any

import numpy as np

from batiksim.studies.calibration import runs
from batiksim.studies.calibration.evidence import evidence_of
from batiksim.studies.calibration.process import Asked
from batiksim.studies.validation.facts import facts_by_name

# Facts that each depend on one parameter, on two, or on none; the last one is read with everybody only.
FACTS = ("age_hand_large", "unemployment_city_2015", "tenure_hand_large", "pay_2011", "survey_kauman_yes")
PLANTED = ("other.offer", "learning.survey_efficacy")


def answer(ask: runs.Ask) -> dict[str, Any]:
    """The line of a run."""
    values, luck = ask.values, np.random.default_rng(ask.seed)
    found: dict[str, float] = {}
    if ask.kind == runs.WORLD:
        found[runs.LEVERS[0]] = float(1000.0 * (values["choice.batik"] < -3.0) + luck.normal(0.0, 30.0))
        found[runs.LEVERS[1]] = float(400.0 + luck.normal(0.0, 30.0))
    for fact in ask.facts:
        middle = fact.value if fact.value is not None else 0.66
        found[fact.name] = {
            "age_hand_large": 38.0 + 3.0 * (values["choice.pay"] - 2.0) + luck.normal(0.0, 0.3),
            "unemployment_city_2015": 0.02 + 0.16 * values["other.offer"] + luck.normal(0.0, 0.002),
            "survey_kauman_yes": 0.1 + 0.8 * values["learning.survey_efficacy"],
        }.get(fact.name, middle + 0.01 * luck.normal())
    return {"key": ask.key, "found": found, "error": "", "seconds": 0.5}


def asked(**changes: Any) -> Asked:
    """A small calibration against a few facts, two of which are checks."""
    known = facts_by_name()
    usual: dict[str, Any] = {
        "draws": 60, "waves": 2, "fake": 6, "keep": 12, "worlds": 2, "seeds": 1, "scale": 0.1, "cut": 3.0,
        "evidence": evidence_of([known[name] for name in FACTS]),
        "checks": (known["pay_2019"], known["survey_pesindon_yes"]),
    }  # fmt: skip
    return Asked(**{**usual, **changes})
