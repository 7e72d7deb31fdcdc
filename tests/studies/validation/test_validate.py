"""`validate`: runs on the one engine, facts judged by weight, nulls beside them, and who wins."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import batiksim as bs
from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.report.validation import render, write_validation
from batiksim.report.validation.content import known, page, unit_of, verdict
from batiksim.runs.sample_table import SampleTable
from batiksim.studies.compare import compare
from batiksim.studies.sampling import draw_sample
from batiksim.studies.study import Study
from batiksim.studies.validation import FACTS, SCORES, Validation, chosen, scoring, validate
from batiksim.studies.validation.facts import Fact, parse_facts, shipped_facts
from tests.cli.test_cli import batiksim_
from tests.cli.test_output import as_promised
from tests.runs.test_engine import Stop, stop_after
from tests.support.comparisons import two

Capture = pytest.CaptureFixture[str]
TINY: dict[str, Any] = {
    "draws": 2, "seeds": 1, "scale": 0.005, "until": "2013-01", "ablations": "no-recall", "jobs": 1,
}  # fmt: skip
WORDS = ("--draws", "2", "--seeds", "1", "--scale", "0.005", "--until", "2011-12", "--jobs", "1")
SAME = ("series.parquet", "cohorts.parquet", "study.json", FACTS, SCORES)
CONTENT = """\
target,indicator,place,month,statistic,window,value,low,high,n,least_scale,role,source
pay,pay.rate_over_umk,city,2011-12,mean,12,0.6,0.4,0.8,40,0.001,fit,one | <b>two</b>
out_of_work,unemployment.all,all,2013-01,mean,1,0.05,0.03,0.07,900,0.001,check,a survey
older,batik.share_over_50,all,2013-01,sign,6,1,,,,0.001,check,a survey
young,batik.share_under_30,all,2013-01,mean,1,0.9,0.8,1,50,0.001,check,a survey
first,batik.workers,pasirsari / kauman,2013-01,rank,6,1,,,,0.001,check,a survey
half,batik.share_under_30,all,2013-01,share_of_sets,6,0,0.8,1,,0.001,check,a survey
flood_2013,output.value,city,2013-01,drop_vs_twin,1,,0.01,0.9,,0.001,check,a survey
large,batik.workers,all,2013-01,mean,1,,1,9,,1,check,a survey
later,batik.workers,all,2020-06,mean,1,,1,9,,0.001,check,a survey
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("facts") / "mine.csv"
    file.write_text(CONTENT, encoding="utf-8")
    return str(file)


@pytest.fixture(scope="module")
def kept(facts: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small validation; tests only look at it."""
    out = tmp_path_factory.mktemp("validation") / "kept"
    validate(targets=facts, out=out, **TINY).save()
    return out


@pytest.fixture(scope="module")
def found(kept: Path, facts: str) -> Validation:
    return validate(kept, targets=facts)


def test_every_fact_has_its_row_and_what_cannot_be_read_its_reason(found: Validation) -> None:
    model = found.model.set_index("target")
    assert list(model.index) == ["pay", "out_of_work", "older", "young", "first", "half", "flood_2013"]
    assert dict(found.left_out) == {"large": "scale", "later": "later"}
    assert (model["runs"] == 2).all() and (model["sets"] == 2).all()
    assert not model.loc["young", "inside"] and model.loc["first", "inside"]
    assert model.loc["half", "brier"] == 0.0 and model.loc["half", "inside"]  # it did not, and in no set
    assert model.loc["young", "interval_score"] > model.loc["young", "width"] + 1.0
    assert model["width"].notna().all() and model["low_90"].le(model["high_90"]).all()
    assert model.loc["pay", "n"] == 40 and np.isnan(model.loc["older", "high"])
    worlds = found.table[found.table["forecaster"] == scoring.MODEL].groupby("world")["target"].nunique()
    assert set(worlds) == {7} and set(worlds.index) == {"all", "hands-short", "orders-short"}


def test_nulls_speak_of_what_they_can_know(found: Validation) -> None:
    said = found.table[found.table["world"] == "all"].groupby("forecaster")["target"].agg(list)
    assert set(said["pay-only"]) == set(said["no-recall"]) == set(said["model"]) - {"flood_2013"}
    assert said["persistence"] == ["out_of_work", "older", "young", "first", "half"]
    assert said["cohort"] == ["older", "young", "half"]
    assert "trend" not in said  # it looks at the months until December 2013
    assert found.study.scenarios == ["baseline", "no-covid", "no-flood", "pay-only", "no-recall"]
    stays = found.table.query("forecaster == 'persistence' and target == 'older'").iloc[0]
    assert stays["median"] == 0.0 and stays["share"] == 0.0  # no change is no rise


def test_the_numbers_are_those_of_the_runs(found: Validation) -> None:
    series = found.study.series.query("scenario == 'baseline' and place == 'all' and month >= '2012-08'")
    values = series.set_index(["draw", "seed"])["batik.share_under_30"]
    row = found.model.set_index("target").loc["half"]
    assert row["median"] == pytest.approx(values.groupby("draw").mean().mean())
    rate = series[series["month"] == "2013-01"]["unemployment.all"].to_numpy()
    row = found.model.set_index("target").loc["out_of_work"]
    assert rate.min() - 0.02 < row["low_90"] < row["median"] < row["high_90"] < rate.max() + 0.02
    assert row["width"] >= 2 * 1.6448 * 0.01 - 1e-9  # the error of the survey, .01, is in it
    workers = found.study.series.query("scenario == 'baseline' and month == '2012-12' and place == 'all'")
    cohorts = found.study.files / "cohorts.parquet"
    counted = pd.read_parquet(cohorts).query(
        "scenario == 'baseline' and month == '2012-12' and place == 'all'"
    )
    assert counted.groupby("seed")["count"].sum().tolist() == pytest.approx(
        workers.sort_values("seed")["batik.workers"].tolist()
    )


def test_what_was_stopped_goes_on_elsewhere_with_the_same_bytes(
    kept: Path, facts: str, tmp_path: Path
) -> None:
    with pytest.raises(Stop):
        validate(targets=facts, out=tmp_path / "stopped", progress=stop_after(2), **TINY)
    with pytest.raises(UsageError, match="not finished"):
        validate(tmp_path / "stopped", targets=facts)
    elsewhere = {name: value for name, value in TINY.items() if name != "jobs"}
    with ThreadPoolExecutor(1) as executor:
        validate(targets=facts, out=tmp_path / "stopped", executor=executor, **elsewhere).save()
    assert all((tmp_path / "stopped" / name).read_bytes() == (kept / name).read_bytes() for name in SAME)


def index(*runs: tuple[str, int, int]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples(runs, names=["regime", "draw", "seed"])


RUNS = index(("a", 1, 1), ("a", 1, 2), ("a", 2, 3), ("b", 3, 4))


def test_sets_count_by_weight_and_seeds_share_it() -> None:
    assert scoring.weighed(RUNS, {}).tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 3, 1 / 3])
    assert scoring.weighed(RUNS, {1: 0.2, 2: 0.0, 3: 0.6}).tolist() == pytest.approx(
        [0.125, 0.125, 0.0, 0.75]
    )
    fact = Fact("x", "batik.workers", ("all",), "2013-01", "mean", 1, None, 5.0, 6.0)
    said = pd.Series([1.0, 2.0, 3.0, 5.5], RUNS)
    heavy = scoring.judged(fact, said, {1: 0.02, 2: 0.0, 3: 0.98})
    assert heavy is not None and heavy["share"] == pytest.approx(0.98) and heavy["low_90"] == 5.5
    assert heavy["brier"] == pytest.approx(0.02**2)
    even = scoring.judged(fact, said, {})
    assert even is not None and even["share"] == pytest.approx(1 / 3) and even["low_90"] == 1.0
    assert even["inside"] and even["interval_score"] == pytest.approx(4.5)
    assert scoring.judged(fact, said * np.nan, {}) is None
    partly = scoring.judged(
        fact, said.mask(said < 1.5), {}
    )  # a set whose one run is undefined keeps its weight
    assert partly is not None and partly["runs"] == 3 and partly["share"] == pytest.approx(1 / 3)


def test_a_side_of_a_sampled_share_allows_for_the_sample() -> None:
    """5 % in truth, 900 asked: error sqrt(.05 * .95 / 900) = .0072648, (.0466 - .05) / that = -.46801."""
    side = Fact("x", "unemployment.all", ("all",), "2013-01", "mean", 1, None, high=0.0466)
    assert scoring.met(side, np.array([0.05, 0.04])).tolist() == [0.0, 1.0]
    assert scoring.met(replace(side, n=900), np.array([0.05]))[0] == pytest.approx(0.319889, abs=1e-5)
    people = replace(side, indicator="batik.workers", n=900, high=10.0)
    assert scoring.met(people, np.array([9.0, 10.0])).tolist() == [1.0, 0.0]


def test_an_event_is_asked_of_sets_and_not_of_runs() -> None:
    event = Fact("x", "batik.workers", ("all",), "2013-01", "share_of_sets", 1, 1.0, 0.0, 2.0)
    said = pd.Series(
        [0.0, 3.9, 3.0, 9.0], RUNS
    )  # the first set holds on the average, though one run does not
    judged = scoring.judged(event, said, {})
    assert judged is not None and judged["share"] == pytest.approx(1 / 3) and not judged["inside"]
    assert judged["brier"] == pytest.approx((2 / 3) ** 2) and judged["sets"] == 3


def test_weights_of_a_sample_are_kept_with_the_runs(facts: str, tmp_path: Path) -> None:
    drawn = draw_sample([bs.Scenario.default()], "lhs", 4, "contracts.surplus_cut,choice.pay")
    weighed = SampleTable(
        drawn.draws, drawn.names, drawn.points, np.array([0.5, 0.0, 0.25, 0.25]), drawn.about
    )
    (tmp_path / "mine.parquet").write_bytes(weighed.pack())
    some = {**TINY, "draws": 3, "until": "2011-12", "ablations": "none"}
    found = validate(targets=facts, sample=str(tmp_path / "mine.parquet"), out=tmp_path / "kept", **some)
    runs = scoring.Readable(found.study, found.facts)
    assert dict(runs.weights) == pytest.approx({1: 2 / 3, 2: 0.0, 3: 1 / 3}) and found.weighed
    assert "weights" in " ".join(page(found).sections[-1].paragraphs)
    values = runs.values("baseline", found.facts[0])("city").loc[:, "2011-01":"2011-12"].mean(axis=1)
    heavy = values.xs(1, level="draw").iloc[0]
    row = found.model.set_index("target").loc["pay"]
    assert abs(row["median"] - heavy) < 0.1 and row["sets"] == 3  # half of all runs and more are of that draw
    (tmp_path / "none.parquet").write_bytes(
        SampleTable(drawn.draws, drawn.names, drawn.points, np.array([0.0, 0, 0, 1]), drawn.about).pack()
    )
    with pytest.raises(UsageError, match="not all 0"):
        validate(targets=facts, sample=str(tmp_path / "none.parquet"), **some)


def table(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Made-up rows: target, kind, forecaster, interval score, Brier score."""
    names = ["target", "kind", "forecaster", "interval_score", "brier"]
    found = pd.DataFrame(list(rows), columns=names)
    return found.assign(world="all", role="check", inside=True, width=1.0, crps=0.5, unit=2.0)


def test_a_null_wins_by_a_smaller_score_on_the_same_facts() -> None:
    nan = math.nan
    rows = [
        ("a", "measured", "model", 4.0, nan), ("b", "measured", "model", 8.0, nan),
        ("c", "side", "model", nan, 0.3),
        ("a", "measured", "trend", 6.0, nan), ("c", "side", "trend", nan, 0.4),
        ("b", "measured", "cohort", 7.0, nan), ("c", "side", "pay-only", nan, 0.3),
    ]  # fmt: skip
    scores = scoring.totals(table(*rows)).set_index("forecaster")
    assert scores["wins"].to_dict() == {"model": False, "trend": False, "cohort": True, "pay-only": False}
    assert scores.loc["model", "interval_score"] == 3.0 and scores.loc["trend", "model_interval_score"] == 2.0
    assert np.isnan(scores.loc["model", "crps"])  # fewer than fifteen
    assert scores["single_wins"].tolist() == [0, 0, 1, 0]
    many = [(str(k), "measured", "model", 1.0, nan) for k in range(scoring.ENOUGH)]
    assert scoring.totals(table(*many))["crps"].iloc[0] == 0.25


def test_the_first_line_says_who_wins(found: Validation) -> None:
    scores = found.scores
    for winner, told in (
        ("trend", "A null wins on the checks: straight line"),
        ("", "No null wins over all"),
    ):
        made = scores.assign(wins=False)
        if winner:
            made.loc[len(made)] = {
                **made.iloc[-1], "forecaster": winner, "role": "check", "wins": True, "interval_score": 1.0,
                "model_interval_score": 2.0, "brier": 0.2, "model_brier": 0.1,
            }  # fmt: skip
        one = Validation(found.study, found.facts, found.file, found.table, found.left_out)
        one.__dict__["scores"] = made
        assert verdict(one).startswith(told)
        lead = render(one, "en", markdown=True).split("\n")[2]
        assert lead.startswith(f"**{told}")
    made = scores.assign(
        wins=scores["forecaster"] == "no-recall", interval_score=0.5, model_interval_score=0.6
    )
    one.__dict__["scores"] = made
    assert "does better without a part of it: without recall" in verdict(one)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_holds_every_fact_and_escapes_what_it_is_given(
    found: Validation, tmp_path: Path, lang: str
) -> None:
    html = write_validation(found, tmp_path / "page.html", lang=lang).read_text(encoding="utf-8")
    text = write_validation(found, tmp_path / "page.md", lang=lang).read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in html and "<script" not in html and "<b>two" not in html + text
    assert "one | &lt;b&gt;two" in html and "one \\| &lt;b&gt;two" in text
    for name in found.model["target"]:
        assert f"<code>{name}</code>" in html and f"| `{name}`<br>" in text
    assert "large, later" not in text and "large" in text and found.date in html
    assert found.command in html and found.command in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(line.replace("\\|", "").split("|")) for line in rows} == {12, 11}
    said = {"en": "lies inside|lie inside", "id": "ada di dalam"}[lang]
    assert any(words in text for words in said.split("|"))
    assert render(found, lang) == html  # the same bytes again


def test_every_shipped_fact_can_be_told() -> None:
    for fact in shipped_facts():
        assert known(fact) and unit_of(fact) is not None
    (never,) = parse_facts(CONTENT.split("\n")[0] + "\n" + CONTENT.split("\n")[6] + "\n", "x")
    assert known(never).startswith("not 80.0 %")


def test_what_is_asked_wrong_is_refused(facts: str, kept: Path, finished: Path) -> None:
    with pytest.raises(UsageError, match=r"no-recal .*did you mean no-recall"):
        chosen("no-learning,no-recal")
    assert chosen("none") == () and chosen(["no-recall"]) == ("no-recall",)
    with pytest.raises(UsageError, match="--record monthly"):
        validate(finished, targets=facts)
    with pytest.raises(UsageError, match=r"no fact of targets\.csv can be read"):
        validate(kept)
    with pytest.raises(UsageError):
        validate(targets=facts, sample="none", draws=2)
    with pytest.raises(UsageError, match=r"3 draws|13 draws|sample has"):
        validate(targets=facts, **{**TINY, "draws": 999})


def test_a_monthly_comparison_is_read_too(facts: str, tmp_path: Path) -> None:
    study = compare(
        two(), 1, sample="none", scale=0.005, until="2011-12", record="monthly", jobs=1, full_scale=0,
        regimes=("orders-short",), out=tmp_path / "kept",
    )  # fmt: skip
    found = validate(study, targets=facts)
    assert list(found.model["target"]) == ["pay"] and found.left_out["flood_2013"] == "later"
    assert found.judged_on == "fit" and verdict(found).startswith("These runs hold no null")
    assert isinstance(validate(tmp_path / "kept", targets=facts).study, Study)


def test_the_command_line(facts: str, tmp_path: Path, capsys: Capture) -> None:
    words = (
        "validate",
        "--targets",
        facts,
        *WORDS,
        "--ablations",
        "none",
        "--out",
        "kept",
        "--page",
        "page.md",
    )
    done = batiksim_(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "interval score" in done.stdout and "Traceback" not in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (tmp_path / "page.md").read_text(encoding="utf-8").startswith("# Validation\n")
    assert {FACTS, SCORES, "series.parquet"} <= {path.name for path in (tmp_path / "kept").iterdir()}
    assert main(["validate", str(tmp_path / "kept"), "--targets", facts, "--lang", "id", "-q"]) == 0
    assert "fakta pencocokan" in capsys.readouterr().out
    assert (tmp_path / "kept" / "validation-id.html").is_file()


def test_the_command_keeps_its_promise(kept: Path, facts: str, capsys: Capture, tmp_path: Path) -> None:
    assert main(["validate", str(kept), "--targets", facts, "--out", str(tmp_path), "-q", "--json"]) == 0
    found = as_promised("validate", capsys.readouterr().out)
    assert {row["target"] for row in found["facts"]} >= {"pay", "half"} and found["judged_on"] == "check"
    assert found["left_out"] == [{"target": "large", "why": "scale"}, {"target": "later", "why": "later"}]
    table = ["--csv", "-", "--table", "scores"]
    assert main(["validate", str(kept), "--targets", facts, "--out", str(tmp_path), "-q", *table]) == 0
    assert capsys.readouterr().out.startswith("role,forecaster,facts")


def test_the_command_refuses_before_any_work(kept: Path, tmp_path: Path, capsys: Capture) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CONTENT.replace("pay.rate_over_umk", "pay.rate").replace("sign", "sing"), encoding="utf-8")
    assert main(["validate", "--targets", str(bad), "--out", str(tmp_path / "kept")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and f"{bad}:2:5: there is no indicator pay.rate" in told[0] and ":4:" in told[1]
    assert not (tmp_path / "kept").exists()
    assert main(["validate", str(kept), "--draws", "3", "--scale", "0.1"]) == 2
    assert "leave out --draws, --scale" in capsys.readouterr().err
    assert main(["validate", str(kept), "--page", "page.pdf"]) == 2
    assert ".html or .md" in capsys.readouterr().err


def test_resume_ends_in_a_page(
    kept: Path, facts: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(fact for fact in parse_facts(CONTENT, facts) if fact.name != "later")
    monkeypatch.setattr("batiksim.studies.validation.read_facts", lambda which: few)
    assert main(["resume", str(kept), "-q", "--json"]) == 0
    assert as_promised("resume", capsys.readouterr().out)["schema"] == "batiksim/validate/1"
