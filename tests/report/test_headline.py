"""What the first sentence of a report says, and what would reverse it: no more than the pairs do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from batiksim.cli.summary import print_summary
from batiksim.i18n.texts import speaking
from batiksim.report.page import headline, render
from batiksim.runs.design import Run
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from tests.report.test_page import Reader
from tests.support.made_up_study import answering, made_up, question


def _row(low: float, middle: float, high: float, pairs: int = 9) -> dict[str, float]:
    return {"difference_low_90": low, "difference": middle, "difference_high_90": high, "pairs": pairs}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_row(1, 5, 9), headline.GAIN),
        (_row(-9, -5, -1), headline.LOSS),
        (_row(-1, 5, 9), headline.NONE),
        (_row(0, 5, 9), headline.NONE),
        (_row(0, 0, 0), headline.SAME),
        (_row(float("nan"), 5, float("nan"), 1), headline.ALONE),
        (_row(float("nan"), float("nan"), float("nan"), 0), headline.UNKNOWN),
    ],
)
def test_a_headline_claims_no_more_than_the_band(row: dict[str, float], said: str) -> None:
    assert headline.kind(row) == said


def test_the_clearest_policy_opens_the_page(tmp_path: Path) -> None:
    def change(run, frames) -> None:  # type: ignore[no-untyped-def]
        more = {"long": 300.0 + run.seed, "short": -200.0 - run.seed}.get(run.scenario, 0.0)
        more = -more if (run.scenario, run.regime) == ("short", "hands-short") else more
        frames["series.parquet"][YOUNG] = 500.0 + more

    study = made_up(tmp_path / "study", change)
    found = headline.findings(study)
    assert [(one.scenario, one.kind) for one in found] == [
        ("long", headline.GAIN), ("short", headline.DIFFER), ("endless", headline.SAME),
    ]  # fmt: skip
    first = headline.lead(study, found)
    assert "“long” keeps more people" in first and "+305 (90 % of paired runs: +301 to +309)" in first
    assert "disagree on “short”" in " ".join(headline.reversals(study, found, ()))
    page = Reader(render(study, "en", ()))
    assert first in page.text and "What is left of it" in page.text


def test_a_search_for_enough_is_told(tmp_path: Path) -> None:
    study = made_up(tmp_path / "study")
    searched = [
        ("long", "orders-short", 0.2, 0.6),
        ("long", "orders-short", 0.5, 0.95),
        ("short", "hands-short", 0.8, 0.7),
    ]
    searched += [("endless", "orders-short", 0.3, 0.9), ("endless", "orders-short", 0.4, 0.8)]
    table = pd.DataFrame(searched, columns=["scenario", "regime", "value", "probability"]).assign(
        over="strength", low=0.1, high=0.5
    )
    table = answering(study, table)
    others = [
        table.assign(value=table["value"] + 0.01, **other)
        for other in (
            {"indicator": "batik.workers"},
            {"month": "2020-12"},
            {"hash": "f" * 64},
            {"scale": 1.0},
        )
    ]
    pd.concat([table, *others]).to_csv(study.folder / "breakeven.csv", index=False)
    told = {lang: _reversals(study, lang) for lang in ("en", "id")}
    smallest = "smallest strength at which {} is better in at least nine pairs of ten (orders are short):"
    assert f"{smallest.format('“long”')} 0.50. " in told["en"]
    assert (
        f"{smallest.format('“endless”')} 0.30. Above that it is below 90 % again, at 0.40: more is not safer."
        in told["en"]
    )
    assert "0,30. Di atasnya kembali di bawah 90 %, pada 0,40: lebih besar tidak lebih aman." in told["id"]
    assert "none tried up to this strength makes “short” better in nine pairs of ten (hands" in told["en"]
    assert told["en"].count("Another size") == 2 and told["en"].count("Not another size") == 1


def _lead(study: Study, lang: str = "en") -> str:
    with speaking(lang):
        return headline.lead(study, headline.findings(study))


def _reversals(study: Study, lang: str = "en") -> str:
    with speaking(lang):
        return " ".join(headline.reversals(study, headline.findings(study), ("skill",)))


def test_a_policy_that_failed_everywhere_is_said_to_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = question(seeds=3)
    study = made_up(tmp_path, asked=asked, failed=lambda run: run.scenario == "short")
    found = headline.findings(study)
    short = next(one for one in found if one.scenario == "short")
    assert short.kind == headline.UNKNOWN and found[-1] is short
    assert short.sentence == "Nothing can be said of “short” at the end of 2026: no pair of runs succeeded."
    assert short.brief == "“short”: no pair of runs succeeded."
    assert "“short”" not in _reversals(study)
    said = Reader(render(study, "en", ())).text
    assert short.brief in said
    print_summary(study)
    blocks = capsys.readouterr().out.split("\n\n")
    assert blocks[0] == "short, against Baseline (in the model)\n  no pair of runs succeeded"
    assert "pairs would do, here 6" in blocks[1]


def test_where_nothing_succeeded_nothing_is_agreed(tmp_path: Path) -> None:
    study = made_up(tmp_path, asked=question(seeds=1), failed=lambda run: run.scenario != "baseline")
    told = _reversals(study)
    assert "too few pairs of runs succeeded to say whether the 2 sets lead to the same finding" in told
    assert "same finding on" not in told and "the range above" not in told
    assert "More seeds could: with few pairs of runs (here 0)" in told
    assert _lead(study, "id").count("tidak ada pasangan") == 1


def test_a_regime_that_failed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def failed(run: Run) -> bool:
        return (run.scenario, run.regime) == ("long", "hands-short")

    study = made_up(tmp_path, asked=question(seeds=3), failed=failed)
    (long,) = [one for one in headline.findings(study) if one.scenario == "long"]
    assert "no pair of runs succeeded if hands are short" in long.brief and not long.compared
    print_summary(study)
    (block,) = [one for one in capsys.readouterr().out.split("\n\n") if one.startswith("long")]
    assert "  if hands are short: no pair of runs succeeded\n" in block


@pytest.mark.parametrize(("seeds", "few", "chance"), [(1, False, False), (2, True, False), (8, True, False),
                                                     (10, False, False), (20, False, True)])  # fmt: skip
def test_few_pairs_are_a_first_impression(tmp_path: Path, seeds: int, few: bool, chance: bool) -> None:
    def change(run, frames) -> None:  # type: ignore[no-untyped-def]
        frames["series.parquet"][YOUNG] = 500.0 + (90 + run.seed) * (run.scenario != "baseline")

    study = made_up(tmp_path, change, question(seeds=seeds))
    first = _lead(study)
    assert first.endswith(f" From only {seeds} pairs of runs: a first impression.") == few
    assert first.startswith("A single pair of runs proves nothing") == (seeds == 1)
    told = _reversals(study)
    assert ("More seeds would not" in told) == chance
    assert (f"More seeds could: with few pairs of runs (here {seeds})" in told) == (not chance)
    assert ("lead to the same finding on “short”, “long” and “endless”" in told) == (seeds > 1)
    assert f"in all {2 * seeds} of them" in told and "falls short" not in told


def test_clear_under_one_set_only_is_no_disagreement(tmp_path: Path) -> None:
    def change(run, frames) -> None:  # type: ignore[no-untyped-def]
        more = {"short": 200.0, "long": 10.0 * (-1) ** run.seed}.get(run.scenario, 0.0)
        more = 10.0 * (-1) ** run.seed if (run.scenario, run.regime) == ("short", "hands-short") else more
        frames["series.parquet"][YOUNG] = 500.0 + more

    study = made_up(tmp_path, change)
    found = headline.findings(study)
    assert [one.kind for one in found] == [headline.PARTLY, headline.NONE, headline.SAME]
    assert "can be told apart from zero only under some of the assumptions: +200" in found[0].sentence
    told = _reversals(study)
    assert "for “short” the difference is clear under one of them and cannot be told from none under" in told
    assert "disagree" not in told and "same finding" not in told


@pytest.mark.parametrize("failed", ["hands-short", "baseline"])
def test_a_whole_regime_or_baseline_that_failed_leaves_nothing_to_compare(
    tmp_path: Path, failed: str
) -> None:
    study = made_up(
        tmp_path, asked=question(seeds=2), failed=lambda run: failed in (run.regime, run.scenario)
    )
    assert "too few pairs of runs succeeded to say whether the 2 sets" in _reversals(study)
    assert all("no pair of runs succeeded" in one.brief for one in headline.findings(study))
