"""Not a rupiah is lost or found; only ratios of money matter; the parts of the chain move as they must."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from batiksim.recording.indicators import load_indicators
from batiksim.world import drivers
from tests.support.worlds import LIVELY, Snapshot, everything, lively, months, same, series, world

PARTS = ("materials", "worker", "broker", "owner", "trader")
MONEY = {"rate", "pay", "surplus", "passed_on", "capital", "income", "wage_bill", "debt", "instalment"}
NOMINAL = [name for name, indicator in load_indicators().items() if indicator.unit.startswith("IDR")]

Months = Sequence[Snapshot]


@pytest.fixture(scope="module")
def after() -> Months:
    """The lively region after each month."""
    return lively()[1][1:]


def close(got: object, expected: object) -> bool:
    return bool(np.allclose(got, expected, rtol=1e-9, atol=1e-3))  # a tenth of a sen


def test_the_chain_adds_up_in_every_place(after: Months) -> None:
    """P (1 + m) Q = materials + workers + brokers + owners + traders (E5)."""
    markup = lively()[0].now["contracts.trade_markup"]
    for now in after:
        parts = sum(now.flows[part] for part in PARTS)
        np.testing.assert_allclose(parts, now.flows["output"] * (1.0 + markup), rtol=1e-9)
        assert all((now.flows[part] >= 0).all() for part in ("materials", "worker", "broker", "trader"))
    shares = series(lively()[0])[[f"chain.share_{part}" for part in PARTS]]
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)


def test_every_pay_is_paid_by_a_firm(after: Months) -> None:
    for now in after:
        paid = now.flows["worker"].sum()
        assert paid > 0
        assert close(now.people.pay.sum(), paid)
        assert close(now.owners.wage_bill.sum(), paid)
        assert close(now.flows["brokered_cut"], now.flows["broker"])
        assert (now.flows["brokered_gross"] >= now.flows["broker"]).all()


def test_pay_is_the_rate_times_the_days(after: Months) -> None:
    for now in after:
        works = np.flatnonzero(now.people.employer >= 0)
        days = now.owners.days[now.people.employer[works], now.people.group[works]]
        assert (now.people.pay[works] == now.people.rate[works] * days).all()
        assert (now.people.pay[now.people.presence == 0] == 0).all()


def test_a_broker_takes_his_cut_of_the_surplus() -> None:
    """Where pay is by time and all cloth is plain, brokers get tau of the surplus of brokered jobs."""
    plain = {"contracts.two_tier": 0.0, "contracts.unskilled_output": 1.0, "demand.fine_share": 0.0}
    model = world(plain, scale=0.02, skip=("firms", "ageing"))
    for _ in months(model):
        people, owners = model.people, model.owners
        works = model.batik[people.tier[model.batik] == 1]
        desk = people.employer[works], people.group[works]
        surplus = (owners.surplus[desk] * owners.days[desk]).sum()
        assert close(model.flows["broker"].sum(), model.now["contracts.surplus_cut"] * surplus)


def test_owners_keep_account_of_what_they_earn_and_spend() -> None:
    """K + income - living cost - interest, and incomes are what the chain leaves with owners (E7)."""
    model = world({"firms.own_labour": 0.0, "firms.living_cost": 4.0}, scale=0.03)
    living, interest = model.now["firms.living_cost"], model.now["firms.interest_rate"] / 12
    before = Snapshot.of(model)
    indebted = 0
    for _ in months(model):
        now = Snapshot.of(model)
        rows = np.flatnonzero(before.owners.open)
        capital = before.owners.capital[rows]
        cost = living * model.umk[now.owners.place[rows]] + np.maximum(-capital, 0.0) * interest
        assert close(now.owners.capital[rows], capital + now.owners.income[rows] - cost)
        assert close(now.owners.income.sum(), now.flows["owner"].sum())
        indebted += (capital < 0).sum()
        before = now
    assert indebted > 0


def test_without_brokers_cut_pay_rises() -> None:
    """tau down, pay up: at once for every brokered post and for nobody else, and on average ever after."""
    low, high = (world({"contracts.surplus_cut": tau}, scale=0.02, until="2012-12") for tau in (0.1, 0.3))
    low.step(), high.step()
    assert (low.owners.rate[:, :, 1:] > high.owners.rate[:, :, 1:]).all()
    assert (low.owners.rate[:, :, 0] == high.owners.rate[:, :, 0]).all()
    brokered = (low.people.tier > 0) & (high.people.tier > 0)
    direct = (low.people.tier == 0) & (high.people.tier == 0)
    assert brokered.sum() > 50
    assert (low.people.pay[brokered] > high.people.pay[brokered]).all()
    assert (low.people.pay[direct] == high.people.pay[direct]).all()
    low.run(), high.run()
    pay = [series(model)["pay.mean_over_umk"] for model in (low, high)]
    assert (pay[0] > pay[1]).all()


def test_doubling_all_money_leaves_all_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every price follows the minimum wage, so twice the wage is twice every sum and nothing else."""
    plain = world(LIVELY, scale=0.02, until="2014-12").run()
    umk = drivers.umk
    monkeypatch.setattr(drivers, "umk", lambda *args: 2.0 * umk(*args))
    double = world(LIVELY, scale=0.02, until="2014-12").run()
    money = {f"{who}.{name}" for who in ("person", "owner") for name in MONEY}
    one, two = everything(plain), everything(double)
    for name in one.keys() - {"results"}:
        factor = 2 if name in money else 1
        assert same(one[name] * factor if factor == 2 else one[name], two[name]), name
    tables = [model.results().drop(columns=["month", "place"]) for model in (plain, double)]
    for name in tables[0]:
        factor = 2.0 if name in NOMINAL else 1.0
        assert same((tables[0][name] * factor).to_numpy(), tables[1][name].to_numpy()), name


def test_money_columns_are_complete() -> None:
    """Every column with a unit in IDR is among those that must double."""
    model = world(until="2011-01")
    in_idr = {
        name
        for table in (model.people, model.owners)
        for name, column in table.columns.items()
        if column.unit.startswith("IDR")
    }
    assert in_idr == MONEY
