"""Models that run at once in one process, month by month in turns, are those that run alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pandas as pd

from batiksim.calendar import month_index, month_name
from batiksim.model.batik_model import BatikModel
from tests.support.comparisons import scenario
from tests.support.threads import restless

UNTIL = "2012-06"
COURSES = "interventions:\n  - training: {from: 2011-03, where: [kauman, jenggot]}\n"
DEAR = "parameters:\n  garment.umk_growth: {2011-06: 0.2}\n"
CASES = (("", 1, "en"), (COURSES, 1, "id"), (DEAR, 2, "id"), ("", 3, "en"))  # changes, seed, language


def told(case: tuple[str, int, str], together: Barrier) -> tuple[pd.DataFrame, str]:
    """What a model records, and one life, where all wait for each other before every month."""
    changes, seed, lang = case
    model = BatikModel(scenario("own", changes), seed=seed, scale=0.01, until=UNTIL)
    for month in range(month_index(UNTIL) + 1):
        together.wait()
        model.run(month_name(month))
    return model.results(), model.person(int(model.people.id[0])).story(lang)


def test_models_in_threads_are_those_alone() -> None:
    alone = [told(case, Barrier(1)) for case in CASES]
    everyone = Barrier(len(CASES), timeout=120)
    with restless(), ThreadPoolExecutor(len(CASES)) as pool:
        at_once = list(pool.map(told, CASES, [everyone] * len(CASES)))
    for (table, story), (expected, life) in zip(at_once, alone, strict=True):
        pd.testing.assert_frame_equal(table, expected, check_exact=True)
        assert story == life
    assert len({table.to_csv() for table, _ in alone}) == len(CASES)
