"""A past that is taken up from disk is the past that was run, to the byte, and no other."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import batiksim as bs
from batiksim.model.batik_model import BatikModel
from batiksim.runs import kept_pasts
from batiksim.runs.branching import run_cases
from batiksim.runs.cache import Cache
from batiksim.runs.kept_pasts import SHORTEST, KeptPasts
from batiksim.scenario import Scenario
from tests.support.comparisons import contents

BASE = Scenario.default()
CUT = "contracts.surplus_cut"
TRAINED = BASE.with_intervention("training", since="2014-03", until="2015-06")
PRICED = BASE.but({CUT: {"2014-03": 0.0}})
LATER = BASE.with_intervention("cooperative", since="2015-01")
ALL = {"seed": 4, "scale": 0.01, "until": "2016-12"}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "pasts")


@pytest.fixture
def months(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The months that are run, in all models."""
    run: list[int] = []
    step = BatikModel.step

    def counted(model: BatikModel) -> None:
        step(model)
        run.append(model.month)

    monkeypatch.setattr(BatikModel, "step", counted)
    yield run


def tables(
    cases: list[Scenario], cache: Cache | None, wanted: list[int] | None = None, **changed: object
) -> dict[int, pd.DataFrame]:
    """Results of every case by number."""
    asked = {**ALL, **changed}
    wanted = wanted or list(range(len(cases)))
    found = {}
    for outcome in run_cases(cases, wanted, pasts=cache, **asked):  # type: ignore[arg-type]
        assert outcome.model is not None, outcome.trace
        found[outcome.number] = outcome.model.results(record="yearly" if asked.get("yearly") else "monthly")
    return found


@pytest.mark.parametrize("yearly", [False, True])
def test_results_are_the_same_with_and_without(cache: Cache, yearly: bool) -> None:
    cases = [BASE, TRAINED, LATER, PRICED]
    without = tables(cases, None, yearly=yearly)
    for _ in range(2):  # kept, then taken up
        found = tables(cases, cache, yearly=yearly)
        for number, table in without.items():
            pd.testing.assert_frame_equal(found[number], table, check_exact=True)
    assert len(list(cache.folder.iterdir())) == 2  # one a month in which somebody branches off


def test_another_policy_runs_its_own_future_only(cache: Cache, months: list[int]) -> None:
    tables([BASE, TRAINED], cache)
    months.clear()
    tables([BASE, PRICED], cache, wanted=[1])
    assert min(months) == 38 and len(months) == 72 - 38


def test_what_differs_before_is_another_past(cache: Cache, months: list[int]) -> None:
    tables([BASE, TRAINED], cache)
    early = BASE.but({CUT: {"2013-05": 0.1}})
    for cases, changed in (
        ([early, early.with_intervention("training", since="2014-03")], {}),
        ([BASE, TRAINED], {"seed": 5}),
        ([BASE, TRAINED], {"scale": 0.02}),
        ([BASE, TRAINED], {"until": "2016-11"}),
        ([BASE, TRAINED], {"yearly": True}),
    ):
        months.clear()
        tables(cases, cache, wanted=[1], **changed)
        assert min(months) == 0


def test_what_differs_later_is_not(cache: Cache, months: list[int]) -> None:
    tables([BASE, TRAINED], cache)
    later = BASE.but({CUT: {"2015-07": 0.1}, "study.discount_rate": 0.1}, title="Later")
    for cases in ([later, later.with_intervention("training", since="2014-03")], [TRAINED, BASE]):
        months.clear()
        found = tables(cases, cache)
        assert min(months) == 38
        for number, table in tables(cases, None).items():
            pd.testing.assert_frame_equal(found[number], table, check_exact=True)


def test_a_past_that_is_damaged_is_run_again(cache: Cache, months: list[int]) -> None:
    without = tables([BASE, TRAINED], None)
    tables([BASE, TRAINED], cache)
    (file,) = cache.folder.iterdir()
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], b""):
        file.write_bytes(content)
        months.clear()
        found = tables([BASE, TRAINED], cache)
        assert min(months) == 0 and file.read_bytes() == whole
        pd.testing.assert_frame_equal(found[1], without[1], check_exact=True)
    cache.store(file.name, b"whole, and no snapshot")
    assert tables([BASE, TRAINED], cache)[1].equals(without[1])


def test_a_snapshot_of_another_model_is_refused(cache: Cache) -> None:
    about = {name: ALL[name] for name in ("seed", "scale", "until")}
    pasts = KeptPasts(cache, BASE, **about, yearly=False)  # type: ignore[arg-type]
    month = SHORTEST + 3
    pasts.keep(BatikModel(TRAINED, **about).run("2014-12"))  # type: ignore[arg-type]
    (file,) = cache.folder.iterdir()
    wrong = BatikModel(TRAINED, **{**about, "seed": 9}).run("2013-03")  # type: ignore[arg-type]

    cache.store(pasts._name(month), pickle.dumps(wrong.snapshot()))
    assert pasts.load(month) is None
    # Named as the baseline's past, with a policy in it that the baseline does not have.
    cache.store(pasts._name(48), cache.load(file.name) or b"")
    assert pasts.load(48) is None


def test_own_kinds_of_interventions_are_not_kept(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from batiksim.scenario import interventions as declared

    described = dict(declared.kinds())
    monkeypatch.setattr(declared, "_described", lambda: described)  # nobody after this knows the kind
    file = tmp_path / "own_kind_of_pasts.py"
    file.write_text(
        "from batiksim.interventions import intervention\n"
        "@intervention('own_of_pasts', label='Own', channel='none', stakeholder='associations',\n"
        "              payer='government', unit_cost=1, cost_unit='IDR/worker/year', cost_source='made up')\n"
        "def own(model, policy, dose):\n    pass\n",
        encoding="utf-8",
    )
    spec = importlib.util.spec_from_file_location("own_kind_of_pasts", file)
    assert spec is not None and spec.loader is not None
    module = sys.modules["own_kind_of_pasts"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own = BASE.with_intervention("own_of_pasts", since="2012-01")
    tables([own, own.but({CUT: {"2014-03": 0.0}})], cache)
    assert not list(cache.folder.iterdir())


@pytest.mark.usefixtures("small_whole")
def test_a_comparison_finds_the_pasts_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, months: list[int]
) -> None:
    about: dict[str, Any] = {"seeds": 2, "scale": 0.01, "until": "2016-12", "jobs": 1}
    about["regimes"] = ["orders-short"]
    bs.compare(["baseline", TRAINED.but({}, title="Trained")], out=tmp_path / "without", **about)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.delenv(kept_pasts.VARIABLE)
    kept_pasts.usual.cache_clear()
    try:
        ran = []
        for name in ("kept", "found"):
            months.clear()
            bs.compare(["baseline", TRAINED.but({}, title="Trained")], out=tmp_path / name, **about)
            ran.append(len(months))
            assert contents(tmp_path / name) == contents(tmp_path / "without")
        assert ran[1] in (ran[0] - 38, ran[0] - 2 * 38)  # a task that tells lives needs its past
    finally:
        kept_pasts.usual.cache_clear()


def test_pasts_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept_pasts.VARIABLE, "OFF")
    kept_pasts.usual.cache_clear()
    assert kept_pasts.usual() is None
    kept_pasts.usual.cache_clear()
