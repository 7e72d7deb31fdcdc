"""What the first page says: at most thirty words, no more than the runs show, and no less."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from batiksim.i18n.texts import LANGUAGES, speaking
from batiksim.present.numbers import signed
from batiksim.report.page import enough, front, headline, render
from batiksim.report.page.phrases import Table
from batiksim.runs.design import Run
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from tests.report.test_page import Reader
from tests.support.made_up_study import answering, made_up, question


def _row(expected: float, error: float, regime: str = "all", needed: float = 9.0) -> dict[str, Any]:
    reach = 2.2 * error
    shown = abs(expected) > reach
    verdict = "nothing" if error == 0.0 == expected else "shown" if shown else "too few"
    return {"expected": expected, "error": error, "low": expected - reach, "high": expected + reach,
            "regime": regime, "verdict": verdict, "needed": needed, "pairs": 24, "draws": 12}  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "worlds", "kind"),
    [
        (_row(160, 14), (), headline.GAIN),
        (_row(-160, 14), (), headline.LOSS),
        (_row(5, 14), (), headline.FEW),
        (_row(0, 0), (), headline.SAME),
        (_row(5, float("nan")), (), headline.ALONE),
        ({}, (), headline.UNKNOWN),
        (_row(5, 14), (_row(90, 9, "orders-short"), _row(-80, 9, "hands-short")), headline.DIFFER),
        (_row(50, 9), (_row(90, 9, "orders-short"), _row(10, 9, "hands-short")), headline.GAIN),
    ],
)
def test_a_finding_claims_what_the_interval_does(whole: dict[str, Any], worlds: Any, kind: str) -> None:
    assert headline._kind(whole, worlds) == kind


def _changed(more: dict[str, float], noise: float = 0.0, hands: float = 1.0) -> Callable[..., None]:
    """Young workers 500 and more under some policies; `hands` times that where hands are short."""

    def change(run: Run, frames: dict[str, pd.DataFrame]) -> None:
        size = more.get(run.scenario, 0.0) * (hands if run.regime == "hands-short" else 1.0)
        if run.scenario != "baseline":
            size += noise * (-1) ** run.seed
        frames["series.parquet"][YOUNG] = 500.0 + size

    return change


def _said(study: Study, lang: str = "en") -> str:
    with speaking(lang):
        return headline.lead(study, headline.findings(study))


CHANGES = {
    "gain": _changed({"long": 300.0, "short": 90.0}, noise=5.0),
    "loss": _changed({"long": -300.0}, noise=5.0),
    "few": _changed({"long": 3.0, "short": 2.0, "endless": 1.0}, noise=50.0),
    "differ": _changed({"long": 300.0}, noise=5.0, hands=-1.0),
    "same": _changed({}),
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Study]:
    """The study of each change, made once and read anew by every test."""
    folder = cache(lambda name: made_up(tmp_path_factory.mktemp(name), CHANGES[name], question(8)).folder)
    return lambda name: Study.load(folder(name))


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_has_thirty_words(known: Callable[[str], Study], name: str, lang: str) -> None:
    study = known(name)
    title = "A pay floor with inspections for home workers"  # as long as those of the library
    for each in study.about["titles"].values():
        each.update(en=title, id=title)
    sentence = _said(study, lang)
    assert len(sentence.split()) <= headline.WORDS and sentence.startswith(("In the model", "Dalam model"))
    assert "will" not in sentence.split() and sentence.endswith(".")


def test_what_is_shown_is_said(known: Callable[[str], Study]) -> None:
    sentence = _said(known("gain"))
    assert sentence.startswith(
        "In the model, “long” means 300 more batik workers under 30 on average during 20"
    )
    few = _said(known("few"))
    assert "too few to show" in few or "too little to show" in few  # how many would do hangs on the pairs
    differ = _said(known("differ"))
    assert differ.startswith(
        "In the model, “long” adds 300 young batik workers if orders are short, but takes"
    )


def _numbers(study: Study) -> Table:
    with speaking("en"):
        return front.numbers(study, headline.findings(study))


def test_numbers_stand_beside_each_policy(known: Callable[[str], Study]) -> None:
    study = known("gain")
    rows = {row[0].words: row for row in _numbers(study).rows}
    own = study.effects(YOUNG).query("period == 'own' and regime == 'all'").set_index("scenario")["expected"]
    for name in ("short", "long", "endless"):
        assert rows[name][1].words in (f"+{own[name]:.0f}", f"{own[name]:.0f}")
    assert "in 20" in rows["long"][3].note and rows["endless"][3].words == "in force to the end of the run"
    for lang, word in (("en", "standard error"), ("id", "galat baku")):
        said = Reader(render(study, lang, ())).text
        rows_ = study.effects(YOUNG).query("period == 'own' and regime == 'all'").to_dict("records")
        for row in rows_:
            if row["verdict"] == "shown":
                numbers = [signed(row[key], "people", lang) for key in ("expected", "error")]
                assert f"{numbers[0]} {word} {numbers[1].lstrip('+')}" in said
        assert {row["verdict"] for row in rows_} >= {"shown"}
    budget, year = front.training_budget()
    assert budget == 1_778_000_000 and year == "2022"


def _bill(low: float, high: float) -> front.Bill:
    return front.Bill(1e9, 0.0, 0.9e9, 1.1e9, ((low * high) ** 0.5, low, high))


def test_a_price_from_useful_to_useless_is_none() -> None:
    gain = headline.Finding("x", headline.GAIN, _row(160, 14), ())
    few = headline.Finding("x", headline.FEW, _row(5, 14), ())
    with speaking("en"):
        assert "about 1.4 minimum wages a year (1.0 to 2.0)" in front.price(_bill(1.0, 2.0), gain)
        for found, one in (
            (_bill(1.0, 40.0), gain),
            (_bill(1.0, float("inf")), gain),
            (_bill(1.0, 2.0), few),
        ):
            assert front.price(found, one).startswith("too uncertain")


def test_two_worlds_are_told_where_they_differ(tmp_path: Path, known: Callable[[str], Study]) -> None:
    apart = made_up(tmp_path / "apart", _changed({"long": 300.0}, noise=5.0, hands=0.1), question(seeds=8))
    alike = known("gain")
    with speaking("en"):
        (told,) = front.worlds(apart, headline.findings(apart))
        assert told.startswith("“long”: ") and "if orders are short" in told and "if hands are short" in told
        (same,) = front.worlds(alike, headline.findings(alike))
    assert "do not differ" in same


def test_a_policy_that_failed_everywhere_is_said_to_say_nothing(tmp_path: Path) -> None:
    study = made_up(tmp_path, asked=question(seeds=3), failed=lambda run: run.scenario == "short")
    found = headline.findings(study)
    short = next(one for one in found if one.scenario == "short")
    assert short.kind == headline.UNKNOWN and found[-1] is short
    rows = {row[0].words: row for row in _numbers(study).rows}
    assert rows["short"][1].words == rows["short"][2].words == "no pair of runs succeeded"
    assert "no pair of runs succeeded" in Reader(render(study, "en", ())).text


@pytest.mark.parametrize("failed", ["hands-short", "baseline"])
def test_a_whole_world_or_baseline_that_failed_leaves_a_page(tmp_path: Path, failed: str) -> None:
    study = made_up(
        tmp_path, asked=question(seeds=2), failed=lambda run: failed in (run.regime, run.scenario)
    )
    said = Reader(render(study, "en")).text
    assert ("no pair of runs succeeded" in said) == (failed == "baseline")


def test_a_search_for_enough_is_told(tmp_path: Path) -> None:
    study = made_up(tmp_path / "study")
    searched = [
        ("long", "orders-short", 0.2, 0.6), ("long", "orders-short", 0.5, 0.95),
        ("short", "hands-short", 0.8, 0.7), ("endless", "orders-short", 0.3, 0.9),
        ("endless", "orders-short", 0.4, 0.8),
    ]  # fmt: skip
    table = pd.DataFrame(searched, columns=["scenario", "regime", "value", "probability"])
    table = answering(study, table.assign(over="strength", low=0.1, high=0.5))
    others = [
        table.assign(value=table["value"] + 0.01, **other)
        for other in (
            {"indicator": "batik.workers"}, {"month": "2020-12"}, {"hash": "f" * 64}, {"scale": 1.0},
        )
    ]  # fmt: skip
    pd.concat([table, *others]).to_csv(study.folder / "breakeven.csv", index=False)
    told = {}
    for lang in LANGUAGES:
        with speaking(lang):
            told[lang] = " ".join(enough.smallest(study))
    smallest = "smallest strength at which {} is better in at least nine pairs of ten (orders are short):"
    assert f"{smallest.format('“long”')} 0.50. " in told["en"]
    assert (
        f"{smallest.format('“endless”')} 0.30. Above that it is below 90 % again, at 0.40: more is not safer."
        in told["en"]
    )
    assert "0,30. Di atasnya kembali di bawah 90 %, pada 0,40: lebih besar tidak lebih aman." in told["id"]
    assert told["en"].count("Another size") == 2 and told["en"].count("Not another size") == 1
