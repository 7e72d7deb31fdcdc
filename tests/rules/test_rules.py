"""Properties of the rules of choice, pay and learning over all the numbers they can meet."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batiksim.arrays import Floats
from batiksim.codes import AUDIENCES, Stage, Tier
from batiksim.kernels.influence import influence
from batiksim.kernels.observed_learning import make_all_known, nobody_known
from batiksim.rules import choice, contracts, craft_skill, social_learning, survey

ROOT = Path(__file__).resolve().parents[2]
shares = st.floats(0.0, 1.0)
money = st.floats(1e-3, 1e9)
seeds = st.integers(0, 2**32 - 1)
ROUNDING = 1e-9


def array(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


# Choice (E3)


@given(money, money, st.floats(0.0, 10.0), st.floats(1e-3, 1e3))
def test_utility_of_pay_knows_ratios_only(pay: float, umk: float, weight: float, factor: float) -> None:
    one = choice.pay_utility(array(pay), array(umk), weight)
    assert np.allclose(choice.pay_utility(array(pay * factor), array(umk * factor), weight), one, atol=1e-9)
    assert choice.pay_utility(array(umk), array(umk), weight) == 0.0
    assert choice.pay_utility(array(2 * pay), array(umk), weight) >= one


@given(shares, shares, shares)
def test_shares_mix_to_shares(peers: float, circle: float, weight: float) -> None:
    mixed = float(choice.conformity(array(peers), array(circle), weight).item())
    assert min(peers, circle) - ROUNDING <= mixed <= max(peers, circle) + ROUNDING
    assert choice.conformity(array(peers), array(circle), 0.0) == peers


@given(shares, shares, st.booleans(), shares)
def test_the_gate_is_a_chance_that_information_and_contacts_open(
    l1: float, more: float, knows: bool, a0: float
) -> None:
    gate = choice.awareness_gate(array(l1), np.array([knows]), a0)
    assert l1 <= gate + ROUNDING and gate <= 1.0 + ROUNDING
    assert np.isclose(gate, 1 - (1 - l1) * (1 - a0 * knows))
    assert choice.awareness_gate(array(max(l1, more)), np.array([knows]), a0) >= gate - ROUNDING
    assert choice.awareness_gate(array(l1), np.array([True]), a0) >= gate - ROUNDING


@given(st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.integers(0, 60))
def test_hope_fades_and_can_be_nothing(hope: float, fades: float, months: int) -> None:
    hoped = [float(choice.hoped_pay(hope, 1.0, fades, m)) for m in (0, months, months + 1)]
    assert hope == hoped[0] >= hoped[1] >= hoped[2]
    assert choice.hoped_pay(0.0, 1.0, fades, months) == 0.0
    assert choice.hoped_pay(hope, 0.5, fades, months) == pytest.approx(0.5 * hoped[1])


@given(st.floats(0.01, 0.9), st.floats(0.0, 0.1))
def test_thinning_raises_acceptances_by_its_share(accepts: float, more: float) -> None:
    luck = (np.arange(10_000) + 0.5) / 10_000
    after_all = choice.accepts_after_all(luck, (1.0 - accepts) / accepts, more).mean()
    assert np.isclose(accepts + (1.0 - accepts) * after_all, accepts * (1.0 + more), atol=1e-4)
    assert not choice.accepts_after_all(luck, (1.0 - accepts) / accepts, 0.0).any()


@given(shares, st.floats(0.001, 1.0))
def test_unemployed_at_rest_lose_as_many_as_they_find(loss: float, finding: float) -> None:
    share = choice.unemployed_at_rest(loss, finding)
    assert np.isclose(loss * (1.0 - share), finding * share)


@given(shares, shares, shares)
def test_offers_dip_with_orders_at_most(offer: float, dip: float, covid: float) -> None:
    left = choice.offers_left(offer, dip, covid)
    assert offer * covid - ROUNDING <= left <= offer
    assert choice.offers_left(offer, 0.0, covid) == choice.offers_left(offer, dip, 1.0) == offer


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_an_offer_is_a_chance(vacancies: float, applicants: float) -> None:
    p = choice.offer_probability(array(vacancies), array(applicants))
    assert 0.0 <= p <= 1.0
    assert p <= choice.offer_probability(array(vacancies + 1), array(applicants))
    assert p >= choice.offer_probability(array(vacancies), array(applicants + 1))
    assert (p > 0) == (vacancies > 0) or vacancies < 1e-300


@given(shares, shares, st.booleans(), shares, st.booleans())
def test_only_batik_has_bonds_interest_and_an_image(
    x: float, l5: float, z: bool, old: float, young: bool
) -> None:
    weights = {
        "conformity_weight": 3.0,
        "togetherness_weight": 0.5,
        "interest_weight": 1.5,
        "image_weight": 0.7,
    }
    extra = choice.batik_extras(array(x), array(l5), array(z), array(old), np.array([young]), **weights)
    assert np.isclose(extra, 1.5 * l5 * x + 1.5 * z - 0.7 * old * young)


# The chain (E5)


@given(money, shares, st.floats(0.01, 2.0), st.floats(0.0, 2.0), shares, st.integers(0, 2), shares, shares)
def test_the_chain_adds_up(
    price: float, m: float, q: float, markup: float, tau: float, tier: int, phi: float, sigma: float
) -> None:
    kept = contracts.after_brokers(array(1.0), array(tau), np.array([tier]))
    left = contracts.after_brokers(array((1 - m) * price * q), array(tau), np.array([tier]))
    pay = contracts.bargained_pay(left, 0.3 * left, array(phi), array(sigma))
    parts = contracts.chain(array(price), array(m * price), array(q), array(markup), kept, pay)
    assert np.allclose(sum(parts), price * (1 + markup) * q, rtol=1e-9)
    assert all((part >= -ROUNDING * price).all() for part in parts)
    assert np.isclose(parts[1], pay)
    assert np.isclose(parts[2], (1 - (1 - tau) ** tier) * (1 - m) * price * q, atol=1e-9 * price)


@given(money, st.floats(0.0, 1.0), shares, shares, shares, shares)
def test_pay_lies_between_the_outside_option_and_the_surplus(
    surplus: float, outside: float, phi: float, sigma: float, more_phi: float, more_sigma: float
) -> None:
    b = outside * surplus
    pay = contracts.bargained_pay(array(surplus), array(b), array(phi), array(sigma))
    slack = ROUNDING * surplus
    assert b - slack <= pay <= surplus + slack
    stronger = contracts.bargained_pay(array(surplus), array(b), array(max(phi, more_phi)), array(sigma))
    scarcer = contracts.bargained_pay(array(surplus), array(b), array(phi), array(max(sigma, more_sigma)))
    assert min(stronger, scarcer) >= pay - slack
    double = contracts.bargained_pay(array(2 * surplus), array(2 * b), array(phi), array(sigma))
    assert np.isclose(double, 2 * pay)


@given(money, shares, shares, st.integers(0, 2))
def test_less_cut_and_fewer_brokers_leave_more(surplus: float, tau: float, other: float, tier: int) -> None:
    low, high = sorted((tau, other))
    kept = [contracts.after_brokers(array(surplus), array(cut), np.array([tier])) for cut in (low, high)]
    assert kept[0] >= kept[1] >= 0.0
    assert contracts.after_brokers(array(surplus), array(tau), np.array([tier + 1])) <= kept[0] * (
        1 + ROUNDING
    )
    assert contracts.after_brokers(array(surplus), array(tau), np.array([0])) == surplus


@given(shares, shares, shares, st.floats(-1.0, 1.0))
def test_the_bargaining_share_is_a_share(base: float, per: float, l4: float, lever: float) -> None:
    phi = contracts.bargaining_share(base, per, array(l4), array(lever))
    assert 0.0 <= phi <= 1.0
    assert contracts.bargaining_share(base, per, array(1.0), array(lever)) >= phi
    assert np.isclose(contracts.bargaining_share(base, per, array(0.0), array(0.0)), base)


@given(shares, shares, shares, st.floats(0.05, 1.0))
def test_output_rises_with_skill(skill: float, other: float, unskilled: float, reference: float) -> None:
    low, high = (contracts.output(array(s), unskilled, reference) for s in sorted((skill, other)))
    assert 0.0 <= low <= high
    assert np.isclose(contracts.output(array(reference), unskilled, reference), 1.0)
    assert np.isclose(contracts.output(array(skill), 1.0, reference), 1.0)


@given(money, st.floats(0.1, 2.0), st.floats(0.1, 2.0), shares)
def test_piece_pay_follows_own_output_only_as_far_as_it_is_by_the_piece(
    rate: float, own: float, mean: float, psi: float
) -> None:
    pay = contracts.piece_pay(array(rate), array(own), array(mean), array(psi))
    assert np.isclose(contracts.piece_pay(array(rate), array(own), array(mean), array(0.0)), rate)
    assert np.isclose(
        contracts.piece_pay(array(rate), array(own), array(mean), array(1.0)), rate * own / mean
    )
    assert (pay >= rate * (1 - ROUNDING)) if own >= mean else (pay <= rate * (1 + ROUNDING))


# Learning (E1, E2, E4)


@given(seeds, st.integers(1, 6), st.integers(1, 5))
def test_programmes_teach_between_nothing_and_all(seed: int, groups: int, components: int) -> None:
    rng = np.random.default_rng(seed)
    content, intensity = rng.random((groups, components)), rng.random(groups)

    def reach(intensity: Floats) -> Floats:
        return 1.0 - np.prod(social_learning.missed(content, intensity[:, None]), axis=0)

    taught = reach(intensity)
    expected = [
        1 - np.prod([1 - content[g, d] * intensity[g] for g in range(groups)]) for d in range(components)
    ]
    np.testing.assert_allclose(taught, expected, atol=1e-12)
    assert (reach(np.minimum(intensity + 0.1, 1.0)) >= taught - 1e-12).all()
    assert (reach(np.zeros(groups)) == 0.0).all()
    assert (reach(intensity + 5.0) == reach(np.ones(groups))).all()


@given(shares, shares, shares, shares, shares)
def test_opinions_stay_among_what_is_heard(
    own: float, pull: float, taught: float, openness: float, speed: float
) -> None:
    new = social_learning.friedkin_johnsen(array(own), array(pull), array(taught), openness, speed)
    assert min(own, pull, taught) - ROUNDING <= new <= max(own, pull, taught) + ROUNDING
    assert social_learning.friedkin_johnsen(array(own), array(pull), array(taught), openness, 0.0) == own


@settings(max_examples=40)
@given(seeds, st.integers(1, 30), shares, shares)
def test_the_kernel_is_the_formula_person_by_person(seed: int, n: int, openness: float, speed: float) -> None:
    """W = .5 peers and kin, .2 employer, .3 place, rescaled where one is missing, as the unborn are."""
    rng = np.random.default_rng(seed)
    opinion, owners, places = rng.random((n, 5)), 4, 3
    unborn = rng.random(n) < 0.2
    peers = rng.integers(-1, n, (n, 9)).astype(np.int32)
    peers[rng.random(n) < 0.2] = -1
    place, audience = rng.integers(0, places, n).astype(np.int8), rng.integers(0, 3, n)
    stage = np.where(audience > 0, Stage.BATIK, Stage.OTHER).astype(np.int8)
    tier = np.where(audience == AUDIENCES.index("casual"), rng.integers(1, 3, n), Tier.DIRECT).astype(np.int8)
    employer = rng.integers(-1, owners, n).astype(np.int32)
    owner_learning, place_mean = rng.random((owners, 5)), rng.random((places, 5))
    taught = rng.random((places, len(AUDIENCES), 5))
    # Some are told as the young of places, who lie together, the others one by one.
    edges = np.sort(rng.integers(0, n + 1, (places, 2)), axis=None).reshape(places, 2)
    spans = np.column_stack((edges[:, 0], edges[:, 1], edges[:, 1]))
    young = np.concatenate([np.arange(first, stop) for first, stop in edges])
    unborn[young] = False
    place[young] = np.repeat(np.arange(places), edges[:, 1] - edges[:, 0])
    rows = rng.permutation(np.flatnonzero(~unborn))
    older = rows[~np.isin(rows, young)]
    heard = nobody_known(n + 1)
    make_all_known(heard, np.flatnonzero(~unborn), opinion)
    out = opinion.copy()
    influence(
        heard, spans, older, peers, place, stage, tier, employer, owner_learning, place_mean, taught,
        array(0.5, 0.2, 0.3), openness, speed, out,
    )  # fmt: skip
    assert (out[unborn] == opinion[unborn]).all()
    for i in rows:
        friends = [j for j in peers[i] if j >= 0 and not unborn[j]]
        sources = [(0.3, place_mean[place[i]])]
        sources += [(0.5, opinion[friends].mean(axis=0))] if friends else []
        sources += [(0.2, owner_learning[employer[i]])] if employer[i] >= 0 else []
        pull = sum(w * what for w, what in sources) / sum(w for w, _ in sources)
        new = social_learning.friedkin_johnsen(
            opinion[i], pull, taught[place[i], audience[i]], openness, speed
        )
        np.testing.assert_allclose(out[i], new, rtol=1e-9, atol=1e-12)


@given(shares, shares, shares, shares)
def test_interest_is_a_chance_that_parents_and_place_raise(
    x: float, e: float, v: float, against: float
) -> None:
    pull = craft_skill.surroundings(array(x), array(e))
    assert max(x, e) - ROUNDING <= pull <= min(1.0, x + e) + ROUNDING
    with_parent, without = craft_skill.interest_probability(np.array([True, False]), pull, v, against)
    assert (
        0.0 <= without <= pull + ROUNDING and pull <= with_parent + ROUNDING and with_parent <= 1.0 + ROUNDING
    )


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.0, 20.0))
def test_teaching_is_a_share_that_masters_raise(masters: int, pupils: int, capacity: float) -> None:
    taught = craft_skill.teaching(array(masters), array(pupils), capacity)
    assert 0.0 <= taught <= 1.0
    assert taught <= craft_skill.teaching(array(masters + 1), array(pupils), capacity)
    assert taught >= craft_skill.teaching(array(masters), array(pupils + 1), capacity)
    assert (craft_skill.teaching(array(0), array(pupils), capacity) == 0.0).all()


@given(shares, shares, shares, shares, shares)
def test_skill_stays_between_nothing_and_its_ceiling(
    s: float, z: float, speed: float, taught: float, delta: float
) -> None:
    gain = craft_skill.skill_gain(array(s), array(z), array(speed), array(taught))
    assert gain >= 0.0 and s + gain <= max(s, z) + ROUNDING
    assert 0.0 <= s - craft_skill.skill_loss(array(s), delta) <= s + ROUNDING


@given(shares, st.integers(0, 600))
def test_a_master_needs_skill_and_years(skill: float, practice: int) -> None:
    assert craft_skill.is_master(array(skill), np.array([practice]), 0.8, 60.0) == (
        skill >= 0.8 and practice >= 60
    )


@given(st.floats(1.0, 1e5), st.floats(0.001, 1.0), st.floats(-1.0, 3.0), st.floats(0.0, 5.0))
def test_small_communities_lose_skill_and_large_ones_gain(
    n: float, beta: float, gamma: float, alpha: float
) -> None:
    change = craft_skill.ceiling_change(array(n), beta, gamma, alpha)
    assert np.isclose(change, beta * (gamma + np.log(n)) - alpha)
    assert craft_skill.ceiling_change(array(2 * n), beta, gamma, alpha) > change


@given(seeds, st.integers(1, 30), st.floats(0.0, 5.0))
def test_answers_of_the_survey_are_a_distribution(seed: int, n: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    components, alone, luck = rng.random((n, 5)), rng.random((n, 5)), rng.random(n)
    yes, no, unknown = survey.answers(components.T, alone.T, luck, effect)
    assert np.allclose(yes + no + unknown, 1.0)
    assert all(((part >= -ROUNDING) & (part <= 1 + ROUNDING)).all() for part in (yes, no, unknown))
    assert ((unknown == 1.0) == (luck >= components[:, 0])).all()
    assert (survey.answers(components.T, components.T, luck, effect)[0] == 0.0).all()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "batiksim" / "rules").glob("*.py")), ids=lambda path: path.stem
)
def test_every_rule_is_one_of_the_model(path: Path) -> None:
    """A formula that nothing calls would be checked here and not be what runs."""
    others = [p for p in (ROOT / "batiksim").rglob("*.py") if p != path]
    code = "\n".join(p.read_text(encoding="utf-8") for p in others)
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef):
            assert re.search(rf"\b{function.name}\(", code), function.name
