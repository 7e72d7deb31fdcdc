"""The compiled account of a month is the chain of E5 for every job, and notices what does not add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from batiksim.codes import Group
from batiksim.kernels import account
from batiksim.rules import contracts


@given(seed=st.integers(0, 10_000), n=st.integers(1, 20))
def test_the_account_of_a_month_is_the_chain_of_every_job(seed: int, n: int) -> None:
    rows, jobs, firms, terms = some_jobs(np.random.default_rng(seed), n)
    kept = account.empty(2, 3)
    wrong = account.keep(rows, jobs, firms, terms, kept)
    f, group = jobs.employer[rows], jobs.group[rows]
    c, days = firms.place[f], firms.days[f, group]
    quantity = contracts.output(jobs.skill[rows], terms.unskilled, terms.reference) * days
    cost = terms.materials[c, group]
    master = (group == Group.HAND) & (jobs.skill[rows] >= 0.5) & (jobs.practice[rows] >= 60)
    better = 1.0 + terms.fine[c] * master
    price, pay = cost + firms.surplus[f, group] * better, jobs.rate[rows] * days
    left = contracts.after_brokers(np.ones(len(rows)), terms.cut[c], jobs.tier[rows].astype(np.int64))
    parts = contracts.chain(price, cost, quantity, terms.markup, left, pay)
    assert wrong == 0
    np.testing.assert_allclose(jobs.pay[rows], pay)
    sold = firms.direct[f] * parts[4]
    np.testing.assert_allclose(kept.income, np.bincount(f, parts[3] + sold, 3), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(kept.wages, np.bincount(f, pay, 3))
    flows = dict(zip(account.FLOWS, kept.flows.sum(axis=0), strict=True))
    for name, part in zip(account.FLOWS, parts, strict=False):
        moved = {"owner": sold, "trader": -sold}.get(name, 0.0 * sold)
        np.testing.assert_allclose(flows[name], (part + moved).sum(), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(flows["output"], (price * quantity).sum())
    base = price - firms.passed_on[f, group] * better
    np.testing.assert_allclose(flows["base_output"], (base * quantity).sum())
    assert np.isclose(flows["brokered_gross"], ((pay + parts[2]) * (jobs.tier[rows] > 0)).sum())
    assert np.isclose(flows["days_worked"], days.sum()) and flows["days_full"] == len(rows)
    np.testing.assert_array_equal(kept.flows[:, -1], np.bincount(c, minlength=2))


def test_a_job_whose_value_is_no_number_is_found() -> None:
    rows, jobs, firms, terms = some_jobs(np.random.default_rng(1), 5)
    jobs.skill[rows[2]] = np.nan
    assert account.keep(rows, jobs, firms, terms, account.empty(2, 3)) == 1


def some_jobs(
    rng: np.random.Generator, n: int
) -> tuple[np.ndarray, account.Jobs, account.Firms, account.Terms]:
    """Jobs of `n` people out of twice as many, in three firms of two places."""
    people = 2 * n
    jobs = account.Jobs(
        rng.integers(0, 3, people).astype(np.int32), rng.integers(0, 2, people).astype(np.int8),
        rng.integers(0, 3, people).astype(np.int8), rng.random(people),
        rng.integers(0, 120, people).astype(np.int32), rng.random(people) * 2e6, np.zeros(people),
    )  # fmt: skip
    firms = account.Firms(
        np.array([0, 1, 1], dtype=np.int8), rng.random((3, 2)), rng.random((3, 2)) * 3e6,
        rng.random((3, 2)) * 1e6, rng.random(3),
    )  # fmt: skip
    terms = account.Terms(
        rng.random((2, 2)) * 1e6, rng.random(2) * 0.5, rng.random(2), (0.5, 60), 0.4, 0.4, 0.85
    )
    return rng.permutation(people)[:n], jobs, firms, terms
