"""The tables of levers and mechanisms, for two kinds in a tiny region; and what every kind declares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from batiksim.config.parameters import load_parameters
from batiksim.recording.indicators import load_indicators
from batiksim.scenario.interventions import closable, kinds
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import Member
from tools import levers
from tools.mechanisms import MECHANISMS
from tools.paired import Measured, Plan, mean_error

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = (
    Member("hands-1", HANDS_SHORT, {"choice.batik": -4.0}),
    Member("orders-1", ORDERS_SHORT, {"choice.batik": -1.5}),
)
KINDS = ["cooperative", "training"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    plan = Plan(MEMBERS, seeds=1, scale=0.01, first=2012, last=2012)
    every = levers.cases(plan, KINDS) | levers_off()
    return Measured(plan, every, tmp_path_factory.mktemp("runs"), jobs=1)


def levers_off() -> dict[str, levers.Scenario]:
    return {one.name: levers.Scenario.default().but(one.off) for one in MECHANISMS[:1]}


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_declares_an_outcome_and_can_be_kept_from_it(name: str) -> None:
    kind = kinds()[name]
    assert set(kind.declared) == {"indicator", "sign", "world"}
    assert kind.declared["indicator"] in load_indicators()
    assert kind.declared["sign"] in (1, -1) and kind.declared["world"] in (HANDS_SHORT, ORDERS_SHORT)
    assert set(closable(kind)) == set(kind.acts_on) and kind.strength is not None


@pytest.mark.parametrize("one", MECHANISMS, ids=lambda one: one.what)
def test_every_mechanism_is_where_it_is_said_and_has_been_on(one) -> None:  # type: ignore[no-untyped-def]
    assert (ROOT / "batiksim" / one.module).is_file()
    for name, value in one.off.items():
        assert load_parameters()[name].value != value
    levers.Scenario.default().but(one.off)


def test_a_strength_is_doubled_up_to_the_maximum() -> None:
    kind = kinds()["vocational_school"]
    assert levers.strength(kind, levers.DEFAULT) == 0.7 and levers.strength(kind, levers.DOUBLE) == 1.0
    assert levers.strength(kinds()["cooperative"], levers.DOUBLE) == 0.2


def test_a_lever_acts_and_with_its_channel_closed_it_does_nothing(measured: Measured) -> None:
    rows = list(levers.lever_rows(measured, KINDS))
    assert [(row["kind"], row["strength"]) for row in rows[:2]] == [
        ("cooperative", "default"),
        ("cooperative", "double"),
    ]
    assert all(row["closed"] == "exactly 0" for row in rows)
    pay = [row[levers.PAY][0] for row in rows[:2]]
    assert 0.0 < pay[0] < pay[1]
    assert measured.differs("cooperative default")
    cost = measured.effects(f"cooperative {levers.CLOSED}", "private.cost")
    assert (cost > 0.0).all()  # it is paid for all the same


def test_trainees_are_those_who_were_paid_for(measured: Measured) -> None:
    people = levers.trainees(measured, levers.DEFAULT)
    assert people.shape == (2,) and ((people > 0.0) & (people <= 200.0)).all()


def test_the_page_says_what_fails_and_why(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "levers.md"
    arguments = [
        *("--csv", "--draws", "1", "--scale", "0.005", "--jobs", "1", "--work", str(tmp_path / "runs")),
        *("--years", "2012", "2012", "--kinds", "training"),
    ]
    levers.main(arguments, MEMBERS, MECHANISMS[-1:], out)
    page, printed = out.read_text(encoding="utf-8"), capsys.readouterr().out
    assert "| training | 0.66 share |" in page and "per 1,000 trainees" in page and "flood.severity" in page
    assert "1 draws of that world" in page  # one draw has no standard error, and nothing is said to hold
    assert "\nkind,strength,value,unit" in printed and "mechanism,module,equation" in printed


def test_means_over_draws_have_the_standard_error_of_their_spread() -> None:
    mean, error = mean_error(np.array([12.0, 4.0, -2.0, 6.0]))
    assert mean == 5.0 and error == pytest.approx(2.8867513)
    assert np.isnan(mean_error(np.array([1.0]))[1]) and np.isnan(mean_error(np.array([]))[0])
