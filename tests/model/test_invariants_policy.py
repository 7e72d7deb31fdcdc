"""What policies cannot do: act before they start, act with nothing, or shift anybody's luck.

Every kind that ships is tried, and beside them one made-up kind for every lever of the model.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from batiksim.codes import Presence, Stage
from batiksim.interventions import intervention
from batiksim.kernels.streams import gumbel_one, stream_key
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.scenario import interventions as declared
from batiksim.scenario.interventions import Kind, Option, kinds
from tests.support.worlds import LIVELY, SEED, columns, differences, same

LEVERS = {
    "intensity": 0.3,
    "teaching": 0.3,
    "surplus_cut": -0.1,
    "brokered": -0.3,
    "two_tier": -0.15,
    "bargaining_share": 0.2,
    "compliance": 0.5,
    "exposure": 0.3,
    "skill_speed": 1.0,
    "demand_factor": 0.3,
    "bought": 5.0,
    "price_factor": 0.1,
    "materials_factor": -0.2,
    "credit": 3.0,
    "flood_protection": 0.8,
    "online": 0.05,
    "committee_chance": 0.7,
    "committee_leave": 5.0,
}
SHIPPED = tuple(kinds())
MADE_UP = tuple(f"moves_{lever}" for lever in LEVERS)
FOR_LIFE = ("birth", "sex", "place", "group", "leaves_school", "retires", "peers")
SETTINGS = {
    "skill.master": 0.5,  # so that committees find masters who are willing
    **LIVELY,
    "firms.living_cost": 2.0,
    "learning.speed": 0.5,
    "committee.leave_age": 48,
    "committee.recruitment": 0.001,
    "committee.join_age": 60,
}
SCALE, UNTIL, START = 0.01, "2013-06", "2012-01"
PERIOD = f"from: {START}, where: all"


def moves(lever: str) -> Kind:
    """Register a kind that moves one lever in the places where it acts."""

    def act(model, policy, dose):
        places = [model.places.index(place) for place in policy.where]
        getattr(model.levers, lever)[places] += policy.strength * policy.coverage * dose

    words = {"en": lever, "id": lever}
    strength = Option(LEVERS[lever], min(LEVERS[lever], 0.0), max(LEVERS[lever], 0.0), "1", words)
    about = {"channel": lever, "stakeholder": "craft", "payer": "government", "unit_cost": 0.0}
    act.__qualname__ = lever
    intervention(f"moves_{lever}", label=words, cost_unit="", cost_source="", strength=strength, **about)(act)
    return kinds()[f"moves_{lever}"]


@pytest.fixture(autouse=True, scope="module")
def levers() -> Iterator[None]:
    """Add the made-up kinds for the time of this file."""
    with pytest.MonkeyPatch.context() as patch:
        described = dict(kinds())
        patch.setattr(declared, "_described", lambda: described)
        for lever in LEVERS:
            moves(lever)
        yield


def region(*policies: str, until: str = UNTIL, **more) -> BatikModel:
    """A small lively region under policies written as in a scenario file."""
    listed = "".join(f"  - {policy}\n" for policy in policies)
    text = "extends: baseline\ntitle: {en: Test, id: Uji}\n" + (
        f"interventions:\n{listed}" if policies else ""
    )
    settings = Scenario.parse(text).but(SETTINGS)
    return BatikModel(settings, seed=SEED, scale=SCALE, until=until, **more)


def strongest(kind: str) -> float | None:
    strength = kinds()[kind].strength
    return None if strength is None else max(strength.low, strength.high, key=abs)


def full(kind: str) -> str:
    strength = strongest(kind)
    return f"{kind}: {{{PERIOD}" + ("}" if strength is None else f", strength: {strength}}}")


@pytest.fixture(scope="module")
def baseline() -> BatikModel:
    return region().run()


@pytest.fixture(scope="module")
def before() -> BatikModel:
    """The baseline up to the month before policies start."""
    return region().run("2011-12")


def test_every_lever_has_its_made_up_kind() -> None:
    # What is withheld from a component is set by `without` alone.
    assert set(vars(region(until="2011-01").levers)) - {"places", "withheld"} == set(LEVERS)


@pytest.mark.slow
@pytest.mark.parametrize("nothing", ["strength: 0", "coverage: 0", "from: 2030-01"])
@pytest.mark.parametrize("some", [*((kind,) for kind in SHIPPED), MADE_UP], ids=lambda some: some[0])
def test_nothing_of_a_policy_is_the_baseline_bit_for_bit(
    some: tuple[str, ...], nothing: str, baseline: BatikModel
) -> None:
    """Each kind that ships alone; the made-up ones move levers of their own, so one run tries them all."""
    if nothing == "strength: 0":
        strengths = [kinds()[kind].strength for kind in some]
        if None in strengths:
            return  # such a kind has no strength to set to nothing; its coverage is tried
        assert all(strength.low <= 0 <= strength.high for strength in strengths)
    period = "where: all" if nothing.startswith("from") else PERIOD
    assert not differences(baseline, region(*(f"{kind}: {{{period}, {nothing}}}" for kind in some)).run())


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHIPPED + MADE_UP)
def test_a_policy_changes_nothing_before_it_starts_and_something_afterwards(
    kind: str, before: BatikModel, baseline: BatikModel
) -> None:
    model = region(full(kind)).run("2011-12")
    assert not differences(before, model)
    model.run()
    assert differences(baseline, model)
    tables = [one.results() for one in (baseline, model)]
    early = [table[table["month"] < START].drop(columns=["month", "place"]).to_numpy() for table in tables]
    assert same(*early)


@pytest.mark.parametrize("kind", MADE_UP)
def test_a_lever_is_moved_as_far_as_the_dose_and_back(kind: str) -> None:
    """A ramp of four months in steps of a quarter, then the full dose, then nothing; never piled up."""
    strength = strongest(kind)
    model = region(f"{kind}: {{from: 2011-02, to: 2011-07, ramp: 4, where: all, strength: {strength}}}")
    moved = []
    while model.month < 8:
        model.step()
        lever = getattr(model.levers, kind.removeprefix("moves_"))
        assert np.ptp(lever) == 0.0
        moved.append(lever.flat[0] / strength)
    np.testing.assert_allclose(moved, [0, 0.25, 0.5, 0.75, 1, 1, 1, 0, 0], atol=1e-12)


def test_a_policy_shifts_nobodys_identity_traits_or_links(baseline: BatikModel) -> None:
    model = region(*map(full, MADE_UP)).run()
    assert differences(baseline, model)
    one, two = (columns(some.people) for some in (baseline, model))
    late = 1 << 29
    cohorts = [ids[ids & late == 0] for ids in (one["id"], two["id"])]
    assert same(*cohorts)
    both = np.intersect1d(one["id"], two["id"])
    assert both.size > cohorts[0].size  # some late entrants came in both
    assert both.size < max(one["id"].size, two["id"].size)  # and some only in one
    for name in FOR_LIFE:
        assert same(*(part[name][np.isin(part["id"], both)] for part in (one, two))), name
    assert (one["learning"][np.isin(one["id"], both)] != two["learning"][np.isin(two["id"], both)]).any()


def watched(*policies: str) -> BatikModel:
    return region(*policies, watch=region().people.id.tolist())


def test_tastes_belong_to_person_month_and_option() -> None:
    notes = []
    for model in (watched(), watched(*map(full, MADE_UP))):
        model.run()
        choices = (note for note in model.diary if note["event"] == "choice")
        notes.append({(note["id"], note["month"]): note for note in choices})
    both = notes[0].keys() & notes[1].keys()
    assert len(both) > 1000
    assert any(notes[0][key]["utility"] != notes[1][key]["utility"] for key in both)
    for id, month in both:
        taste = [
            gumbel_one(stream_key(SEED, f"taste.{k}", month), id)
            for k in ("batik", "garment", "other", "seek")
        ]
        for note in (some[id, month] for some in notes):
            assert note["noise"] == [
                one if has else 0.0 for one, has in zip(taste, note["available"], strict=True)
            ]


def test_a_policy_makes_nobody_in_the_same_place_reconsider_who_would_not() -> None:
    pair = watched(), watched(*map(full, MADE_UP))
    compared = 0
    while pair[0].running:
        stages = [model.people.stage.copy() for model in pair]
        # Past 34 only those with batik in their lives are followed, and a policy may bring it into them.
        followed = [model.people.presence == Presence.SIMULATED for model in pair]
        chose = []
        for model in pair:
            model.watch(model.watched.tolist())
            model.step()
            ids = [note["id"] for note in model.diary if note["event"] == "choice"]
            chose.append(np.isin(model.people.id, ids))
        n = min(stage.size for stage in stages)
        first = pair[0].people.id[:n] == pair[1].people.id[:n]
        alike = first & (stages[0][:n] == stages[1][:n]) & followed[0][:n] & followed[1][:n]
        alike &= np.isin(stages[0][:n], (Stage.GARMENT, Stage.OTHER, Stage.SEEKING))
        assert (chose[0][:n][alike] == chose[1][:n][alike]).all()
        compared += chose[0][:n][alike].sum()
    assert compared > 1000
