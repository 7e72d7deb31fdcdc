"""`worth` on comparisons and sweeps of known results: the right fact, the right choice, clear refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.cli import main
from batiksim.data import rows
from batiksim.errors import UsageError
from batiksim.i18n.texts import speaking
from batiksim.present.worth import paragraph
from batiksim.recording.indicators import load_indicators
from batiksim.runs.folder import read_sample
from batiksim.studies import extra
from batiksim.studies import worth as home
from batiksim.studies.binding import HANDS_SHORT
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from batiksim.studies.worth import Worth, worth
from tests.cli.test_output import as_promised
from tests.support.made_up_sample import DRAWS, MOVES, TELLING, USELESS, drawn
from tests.support.made_up_sweep import made_up

Capture = pytest.CaptureFixture[str]
Z = np.array([(drawn(draw)[0] - 0.5) * np.sqrt(12.0) for draw in range(1, DRAWS + 1)])
NAMES = ("choice.pay", "contracts.surplus_cut", "demand.loss")


@pytest.fixture(scope="module")
def found(sampled: Study) -> Worth:
    return worth(sampled, year=2017)


def test_the_fact_that_shows_what_matters_is_found(found: Worth) -> None:
    level = found.answers[0]
    assert (level.of, level.scenario, found.survey, found.seeds) == ("level", "baseline", "2013-12", 2)
    assert level.facts["fact"].tolist()[:2] == [f"{YOUNG}@2013", f"{TELLING}@2013"]
    assert level.facts["share"].iloc[0] > 0.9  # the answer itself, some years before
    row = level.facts.iloc[1]
    spread = (0.06 * Z).std(ddof=1)
    error2 = float((0.3 * 0.7 - spread**2) / 400)  # of a share among 400 people
    assert row["error"] == pytest.approx(np.sqrt(error2), rel=0.02)
    assert row["share"] == pytest.approx(spread**2 / (spread**2 + error2), abs=0.05)
    assert level.doubt == pytest.approx(300.0 * Z.std(ddof=1), rel=0.05) and np.isnan(level.perfect)
    useless = level.facts.set_index("fact").loc[f"{USELESS}@2013"]
    assert useless["chance"] > 0.05
    assert level.assumptions is not None and level.assumptions.trusted
    assert level.assumptions.table["parameter"].iloc[0] == MOVES
    assert level.assumptions.table["total"].iloc[0] > 0.9


def test_choices_have_the_worth_that_the_sets_say(found: Worth) -> None:
    effect = 20.0 + 100.0 * Z
    by = {(one.of, one.scenario, one.other): one for one in found.answers}
    assert list(by) == [
        ("level", "baseline", ""), ("effect", "short", ""), ("effect", "long", ""),
        ("choice", "short", "long"), ("same_cost", "short", "long"),
    ]  # fmt: skip
    for key, known in {
        ("effect", "short", ""): effect,
        ("choice", "short", "long"): effect - 30.0,
        ("same_cost", "short", "long"): effect / 4.0 - 30.0,
    }.items():
        one = by[key]
        perfect = np.maximum(known, 0.0).mean() - max(known.mean(), 0.0)
        assert one.expected == pytest.approx(known.mean(), abs=2.0)
        assert one.perfect == pytest.approx(perfect, abs=2.0)
        best = one.facts.set_index("fact").loc[f"{TELLING}@2013"]
        assert best["chance"] < 0.05 and 0.6 * perfect < best["worth"] <= one.perfect
    budget = sum(1e9 / 1.05**k for k in range(4))
    rate = 0.05  # of the budget below, whatever that of the study is
    assert by["same_cost", "short", "long"].budget == pytest.approx(budget, rel=rate)
    helped = by["effect", "long", ""]
    assert helped.perfect < 1.0 and helped.expected == pytest.approx(30.0, abs=2.0)


def test_it_is_told_in_both_languages(found: Worth, monkeypatch: pytest.MonkeyPatch) -> None:
    told = set()
    for lang in ("en", "id"):
        with speaking(lang):
            told |= {paragraph(found, one) for one in found.answers}
    assert len(told) == 2 * len(found.answers) and all("{" not in one and len(one) > 150 for one in told)
    monkeypatch.setattr(extra, "installed", lambda package: False)
    bare = replace(found.answers[0])
    assert bare.assumptions is None and "batiksim[bench]" in paragraph(found, bare)


def test_a_file_of_facts_is_weighed_with_its_errors(sampled: Study, tmp_path: Path, capsys: Capture) -> None:
    """One with an error, one of a side, one that only a study by month could tell."""
    file = tmp_path / "facts.csv"
    file.write_text(
        "target,indicator,place,month,statistic,window,value,low,high\n"
        f"young,{TELLING},all,2013-12,mean,1,0.3,0.2,0.4\n"
        f"many,{YOUNG},all,2013-12,mean,1,,1000,\n"
        f"fell,{YOUNG},all,2013-12,change,12,,,0\n"
        f"months,{YOUNG},all,2013-06,change,5,,,0\n",
        encoding="utf-8",
    )
    asked = ["worth", str(sampled.folder), "--year", "2017", "--targets", str(file), "--json"]
    assert main(asked) == 0
    content = as_promised("worth", capsys.readouterr().out)
    assert content["left_out"] == [{"fact": "months", "why": "yearly"}]
    by = {row["fact"]: row for row in content["answers"][0]["rows"]}
    assert (by["young"]["role"], by["young"]["n"]) == ("check", None)
    assert by["young"]["error"] == pytest.approx(0.05, rel=0.01)
    spread = (0.06 * Z).std(ddof=1)
    assert by["young"]["share"] == pytest.approx(spread**2 / (spread**2 + 0.05**2), abs=0.1)
    above = (Z > 0.0).astype(float)
    assert by["many"]["share"] == pytest.approx(np.corrcoef(above, Z)[0, 1] ** 2, abs=0.1)
    assert by["fell"]["chance"] > 0.05


def test_a_world_is_asked_alone(sampled: Study) -> None:
    here = worth(sampled, year=2017, world=HANDS_SHORT, of=("level",))
    assert [one.sets for one in here.answers] == [DRAWS // 2]
    assert here.answers[0].shown["fact"].tolist()[1] == f"{TELLING}@2013"
    with pytest.raises(UsageError, match="hands-short"):
        worth(sampled, world="hands-shrt")


def level(points: np.ndarray) -> np.ndarray:
    return np.asarray(2000.0 + 600.0 * np.nan_to_num(points, nan=0.5)[:, 0])


def nothing(points: np.ndarray) -> np.ndarray:
    return np.zeros(len(points))


def swept(
    draws: int, seeds: int = 2, design: str = "lhs", of: Callable[[np.ndarray], np.ndarray] = level
) -> Study:
    return made_up(design, draws, NAMES, of, nothing, noise=30.0, seeds=seeds)


def test_nothing_to_find_is_said() -> None:
    study = swept(30, of=lambda points: np.full(len(points), 900.0))
    found = worth(study, "batik.workers")
    assert all(one.shown.empty for one in found.answers)
    assert "nothing to narrow" in paragraph(found, found.answers[0]) or "told from chance" in paragraph(
        found, found.answers[0]
    )


def test_weights_of_the_sample_count(monkeypatch: pytest.MonkeyPatch) -> None:
    study = swept(60)
    table = read_sample(study.folder, study.about)
    assert table is not None
    high = table.points[:, 0] > 0.5
    weights = np.where(high, 1.0, 0.0)
    monkeypatch.setattr(home, "read_sample", lambda *about: replace(table, weights=weights / weights.sum()))
    (some, _) = worth(study, "batik.workers").answers
    assert some.sets == int(high.sum()) and some.expected == pytest.approx(2450.0, abs=20.0)
    weights[high.argmax() :] *= 0.001
    weights[high.argmax()] = 1.0
    with pytest.raises(UsageError, match="at least 20 sets"):
        worth(study, "batik.workers")


@pytest.mark.parametrize(
    ("asked", "message"),
    [((12,), "12 sets"), ((24, 1), "with 1 runs"), ((24, 2, "morris"), "morris")],
)
def test_too_few_sets_are_refused_with_the_command(asked: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message) as told:
        worth(swept(*asked), "batik.workers")
    assert "batiksim sweep" in str(told.value) and "--out" in str(told.value)


def test_worlds_that_were_chosen_are_no_sample(finished: Path) -> None:
    with pytest.raises(UsageError, match="1 sets of assumptions with 3 runs"):
        worth(finished)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"indicator": "batik.worker"}, "batik.workers"),
        ({"year": 2030}, "2030-12"),
        ({"year": 2014, "survey": 2016}, "2012..2013"),
        ({"year": 2012}, "later year"),
        ({"n": 0}, "1..1000000000"),
    ],
)
def test_what_cannot_be_asked_is_told(sampled: Study, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        worth(sampled, **asked)


def test_every_observable_is_an_indicator_with_an_error() -> None:
    table = rows("observable.csv")
    assert len({row["indicator"] for row in table}) == len(table)
    for row in table:
        unit = load_indicators()[row["indicator"]].unit
        assert (unit == "share") == (not row["spread"])
        assert not row["spread"] or (
            0.0 < float(row["spread"]) <= 2.0 and row["source"] and row["confidence"]
        )


def test_the_command_line(
    sampled: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = str(sampled.folder)
    assert main(["worth", folder, "--year", "2017", "--json", "--files", "drawn", "--csv", "rows.csv"]) == 0
    content = as_promised("worth", capsys.readouterr().out)
    assert [one["of"] for one in content["answers"]] == ["level", "effect", "effect", "choice", "same_cost"]
    assert content["answers"][0]["rows"][1]["fact"] == f"{TELLING}@2013"
    assert len(list(Path("drawn").iterdir())) == 15 and Path("rows.csv").is_file()
    before = {path.name: path.read_bytes() for path in Path("drawn").iterdir()}
    assert main(["worth", folder, "--year", "2017", "--lang", "id"]) == 0
    assert "paling mempersempitnya" in " ".join(capsys.readouterr().out.split())
    assert main(["worth", folder, "--year", "2017", "--files", "third", "-q"]) == 0
    assert before == {path.name: path.read_bytes() for path in Path("third").iterdir()}
    capsys.readouterr()
    assert main(["worth", folder, "--survey", "2030"]) == 2
    assert "2030" in capsys.readouterr().err
