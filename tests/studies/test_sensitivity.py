"""`sensitivity` reads sweeps of every design: made-up results, and a small run of the model."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.i18n.texts import speaking
from batiksim.present.sensitivity import paragraph
from batiksim.studies.sensitivity import sensitivity
from batiksim.studies.study import Study
from batiksim.studies.sweep import sweep
from tests.cli.test_output import as_promised
from tests.support.made_up_sweep import made_up

Capture = pytest.CaptureFixture[str]
NAMES = ("choice.pay", "contracts.surplus_cut", "demand.loss")
WORKERS = "batik.workers"


def linear(points: np.ndarray) -> np.ndarray:
    """The first parameter counts three times as much as the second, the third not at all."""
    u = np.nan_to_num(points, nan=0.5)
    return 2000.0 + 600.0 * u[:, 0] + 200.0 * u[:, 1]


def helped(points: np.ndarray) -> np.ndarray:
    """The effect of the policy hangs on the third parameter alone."""
    return 100.0 * (np.nan_to_num(points, nan=0.5)[:, 2] - 0.5)


DRAWS = {"sobol": 48, "lhs": 48, "morris": 40, "one-factor": 16}


@cache
def known(design: str) -> Study:
    """A sweep of that design with little luck; tests only look at it."""
    return made_up(design, DRAWS[design], NAMES, linear, helped, noise=5.0, seeds=2)


@pytest.mark.parametrize("design", ["sobol", "lhs"])
def test_levels_and_effects_have_their_own_causes(design: str) -> None:
    level = sensitivity(known(design), WORKERS)
    assert list(level.table["parameter"][:2]) == ["choice.pay", "contracts.surplus_cut"]
    assert level.table["total"].tolist() == pytest.approx([0.9, 0.1, 0.0], abs=0.02)
    assert level.table["change"].iloc[0] == pytest.approx(0.9 * 600.0, abs=8.0)
    assert level.score > 0.98 and level.not_luck > 0.99 and level.trusted
    effect = sensitivity(known(design), WORKERS, of="effect")
    assert effect.table["parameter"].iloc[0] == "demand.loss" and effect.table["total"].iloc[0] > 0.9
    assert effect.asked.scenario == "policy"


def test_luck_alone_is_not_explained() -> None:
    study = made_up("lhs", 40, NAMES, lambda points: np.full(len(points), 900.0), helped, noise=50.0, seeds=2)
    found = sensitivity(study, WORKERS)
    assert not found.trusted and found.not_luck < 0.5
    assert "too little to say" in paragraph(found)


def test_morris_and_one_factor_find_the_weights() -> None:
    found = sensitivity(known("morris"), WORKERS).table.set_index("parameter")["mean"]
    assert found.to_dict() == pytest.approx(
        {"choice.pay": 600.0, "contracts.surplus_cut": 200.0, "demand.loss": 0.0}, abs=20.0
    )
    curves = sensitivity(known("one-factor"), WORKERS)
    pay = curves.table[curves.table["parameter"] == "choice.pay"]
    assert pay["change"].tolist() == pytest.approx([-300.0, -150.0, 0.0, 150.0, 300.0], abs=20.0)
    assert pay["value"].tolist() == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0])
    assert 570.0 < pay["swing"].iloc[0] < 630.0 and curves.table["parameter"].iloc[0] == "choice.pay"


def test_sets_whose_runs_failed_are_left_out() -> None:
    study = made_up("morris", 16, NAMES, linear, helped, noise=0.0, seeds=1, failed=(6,))
    found = sensitivity(study, WORKERS)
    assert found.sets == 15 and found.table["mean"].iloc[0] == pytest.approx(600.0)


@pytest.mark.parametrize("design", ["sobol", "morris", "one-factor"])
def test_an_answer_is_told_and_drawn_in_both_languages(design: str, tmp_path: Path) -> None:
    from batiksim.report.pictures.picture import save
    from batiksim.report.sensitivity_picture import picture

    found = sensitivity(known(design), WORKERS)
    told = set()
    for lang in ("en", "id"):
        with speaking(lang):
            told.add(paragraph(found))
            files = save(picture(found), tmp_path)
            assert [path.suffix for path in files] == [".png", ".svg", ".csv"]
            before = [path.read_bytes() for path in files]
            assert before == [path.read_bytes() for path in save(picture(found), tmp_path)]
    assert len(told) == 2 and all("{" not in one and len(one) > 100 for one in told)


def test_the_same_question_has_the_same_answer() -> None:
    first, again = (sensitivity(known("lhs"), WORKERS, emulator="gp") for _ in range(2))
    assert first.table.equals(again.table) and first.emulator == "gp" and first.score > 0.9


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"indicator": "batik.worker"}, "batik.workers"),
        ({"year": 2030}, "2030-12"),
        ({"of": "levels"}, "level, index, effect"),
        ({"scenario": "plicy"}, "policy"),
        ({"method": "morris"}, "is read by sobol"),
        ({"emulator": "tree"}, "lasso, gp, best"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        sensitivity(known("sobol"), **{"indicator": WORKERS, **asked})


def test_an_effect_from_single_pairs_is_refused() -> None:
    study = made_up("sobol", 24, NAMES, linear, helped, noise=5.0, seeds=1)
    assert sensitivity(study, WORKERS).sets == 24
    with pytest.raises(UsageError, match="mostly luck"):
        sensitivity(study, WORKERS, of="effect")


def test_a_comparison_is_no_sweep(finished: Path) -> None:
    with pytest.raises(UsageError, match="holds no sweep"):
        sensitivity(finished)


def test_the_command_line_on_a_small_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    sweep(
        "baseline", design="one-factor", draws=3, parameters="choice.pay", seeds=2, scale=0.005,
        until="2011-12", jobs=1, out="kept",
    )  # fmt: skip
    assert main(["sensitivity", "kept", "--json", "--files", "drawn", "--csv", "rows.csv"]) == 0
    (answer,) = as_promised("sensitivity", capsys.readouterr().out)["answers"]
    assert answer["method"] == "one-factor" and len(answer["rows"]) == 2
    assert Path("rows.csv").is_file() and len(list(Path("drawn").iterdir())) == 3
    assert main(["sensitivity", "kept", "--lang", "id"]) == 0
    assert "Bila diubah sendiri" in " ".join(capsys.readouterr().out.split())
    assert main(["sensitivity", "kept", "--of", "effect"]) == 2
    assert "one scenario" in capsys.readouterr().err
