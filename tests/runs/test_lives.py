"""Paired lives are told of the runs of the study, each run once, and are those of the model itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batiksim.i18n.texts import LANGUAGES
from batiksim.model.batik_model import BatikModel
from batiksim.runs import draws
from batiksim.runs.design import Design, Task
from batiksim.runs.lives import YOUNG
from batiksim.runs.tasks import run_task
from batiksim.scenario import Scenario

BASE = Scenario.default()
CASES = (
    BASE,
    BASE.with_intervention("training", since="2013-03").but({}, title="Late"),
    BASE.with_intervention("cooperative", since="2012-01").but({}, title="Early"),
    BASE.but({"garment.umk_growth": {"2012-01": 0.2}}, title="Dear"),
    BASE.but({"choice.batik": -1.0}, title="Always"),
)
MONTHS, STARTS = 48, {1: 26, 2: 12, 3: 12, 4: 0}


@pytest.fixture
def task() -> Task:
    about = ("2011-01", "2014-12", "yearly")
    (found,) = Design(CASES, ((draws.regime("orders-short"), 5),), 0.02, *about).tasks()
    return found


def test_every_month_is_run_once(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    months: list[int] = []
    built: list[BatikModel] = []
    step, build = BatikModel.step, BatikModel._build

    def counted(model: BatikModel) -> None:
        step(model)
        months.append(model.month)

    def counted_build(model: BatikModel) -> None:
        build(model)
        built.append(model)

    monkeypatch.setattr(BatikModel, "step", counted)
    monkeypatch.setattr(BatikModel, "_build", counted_build)
    worked: list[float] = []
    parts = list(run_task(task, worked.append))
    assert not [part.error for part in parts if part.error]
    assert len(built) == 2  # the first, and the one that shares no month with it
    assert len(months) == MONTHS + sum(MONTHS - start for start in STARTS.values())
    assert sum(worked) == pytest.approx(task.work)


def test_lives_are_those_of_the_model_itself(task: Task) -> None:
    *_, part = run_task(task)
    assert part.notes is not None and len(part.notes) == len(STARTS)
    for number, life in enumerate(part.notes, 1):
        case = task.cases[number]
        assert life["scenario"] == case.stem and life["decembers"] == MONTHS // 12 - STARTS[number] // 12
        for one in (task.cases[0], case):
            id = life["person"]["id"]
            model = BatikModel(one, seed=5, scale=0.02, until="2014-12", watch=[id]).run()
            assert YOUNG[0] <= STARTS[number] - model.person(id).birth < YOUNG[1]
            for lang in LANGUAGES:
                told = model.story_of(model.person(id), lang).splitlines()
                assert life["lives"][one.stem]["story"][lang] == told
    assert sum(life["stage_differs"] > 0 for life in part.notes) >= 2


def test_runs_are_the_same_whether_lives_are_told_or_not(task: Task) -> None:
    told = {part.name: part.tables for part in run_task(task)}
    plain = {part.name: part.tables for part in run_task(replace(task, lives=None))}
    assert told.keys() - plain.keys() == {task.lives}
    for name, tables in plain.items():
        assert tables and all(told[name][file].equals(table) for file, table in tables.items())


def test_a_life_that_cannot_be_told_stops_nothing(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(model: BatikModel, *about: object) -> str:
        raise ZeroDivisionError("no words")

    monkeypatch.setattr(BatikModel, "story_of", fails)
    *runs, life = run_task(task)
    assert [part.error for part in runs] == [""] * len(CASES)
    assert (life.error, life.notes) == ("no words", []) and "ZeroDivisionError" in life.trace
