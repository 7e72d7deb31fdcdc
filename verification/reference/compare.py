"""Compare the array model with the reference after a month: everybody, every firm, every place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from batiksim.model.batik_model import BatikModel
from verification.reference.codes import FUTURE, GROUPS, MEMBERS, SEXES, SIMULATED
from verification.reference.model import ReferenceModel
from verification.reference.place import NEEDS_NO_COMMITTEE

RELATIVE = 1e-9
ABSOLUTE = 1e-12  # for what is nearly zero; in rupiah a millionth
MONEY = (
    *("rate", "pay", "capital", "income", "wage_bill", "surplus", "posted_rate", "materials", "worker"),
    *("broker", "owner", "trader", "output", "brokered_gross", "brokered_cut", "debt", "instalment"),
    *("support", "lent", "repaid", "lost", "passed_on", "base_output"),
)

PERSON_WHOLE = (
    *("presence", "stage", "tier", "hired", "search", "practice", "birth", "sex", "group", "parent"),
    *(
        "schooling",
        "leaves_school",
        "retires",
        "certified",
        "attended",
        "lessons",
        "lesson_months",
        "laid_off",
    ),
)
PERSON_REAL = ("talent", "skill", "premium", "rate", "learning")
OWNER_WHOLE = (
    *("birth", "retires", "order_only", "online", "member", "interest", "target"),
    *("idle_months", "poor_months", "viable", "design_until"),
)
OWNER_REAL = (
    *("weight", "orders", "wanted", "days", "mean_worth", "surplus", "rate", "capital", "income"),
    *("passed_on", "wage_bill", "learning", "design", "debt", "instalment", "debt_rate"),
)
PLACE_REAL = {
    "mean_learning": "place_mean",
    "owner_learning": "owner_mean",
    "bargaining": "bargaining",
    "old_share": "old_share",
    "batik_share": "batik_share",
    "ceiling": "ceiling",
    "master_time": "master_time",
    "committee_strength": "committee_strength",
    "taught": "taught",
    "umk": "umk",
}
MARKET_REAL = (
    "price_ratio",
    "fine_premium",
    "level",
    "open_posts",
    "unfilled_share",
    "applicants",
    "posted_rate",
    "materials",
)


def compare(core: BatikModel, reference: ReferenceModel) -> None:
    """Raise AssertionError that names the first attribute, agent and month in which the two differ."""
    assert core.month == reference.month
    when = f"month {core.month}"
    compare_people(core, reference, when)
    compare_owners(core, reference, when)
    compare_places(core, reference, when)
    real("factory posts", core.market.garment_posts, reference.factories.posts, when)
    real("factory applicants", core.market.garment_applicants, reference.factories.applicants, when)


def compare_people(core: BatikModel, reference: ReferenceModel, when: str) -> None:
    """Everybody who was ever followed, in the order of the rows of the table."""
    people = core.people
    known = reference.register
    assert people.id.size == len(known), f"{when}: {people.id.size} people, reference {len(known)}"
    order = [known[id] for id in people.id.tolist()]
    names = [f"{when}: person {person.id}" for person in order]
    for column in PERSON_WHOLE:
        whole(column, getattr(people, column), [getattr(person, column) for person in order], names)
    whole("place", people.place, [person.place.index for person in order], names)
    interest = [-1 if person.interest is None else person.interest for person in order]
    whole("interest", people.interest, interest, names)
    owner_ids = np.append(core.owners.id, -1)
    employer = [-1 if person.employer is None else person.employer.id for person in order]
    whole("employer", owner_ids[people.employer], employer, names)
    laid_off_by = [-1 if person.laid_off_by is None else person.laid_off_by.id for person in order]
    whole("laid_off_by", owner_ids[people.laid_off_by], laid_off_by, names)
    began = [row for row, person in enumerate(order) if person.presence != FUTURE]
    for column in PERSON_REAL:
        values = [getattr(order[row], column) for row in began]
        real(column, getattr(people, column)[began], values, [names[row] for row in began])
    now = [row for row, person in enumerate(order) if person.presence == SIMULATED]
    real("pay", people.pay[now], [order[row].pay for row in now], [names[row] for row in now])


def compare_owners(core: BatikModel, reference: ReferenceModel, when: str) -> None:
    """Every firm that works; of the others that they are closed."""
    owners = core.owners
    order = reference.registered
    names = [f"{when}: owner {owner.id}" for owner in order]
    whole("id", owners.id, [owner.id for owner in order], [when] * owners.n)
    whole("open", owners.open, [owner.open for owner in order], names)
    persons = np.append(core.people.id, -1)
    founders = [-1 if owner.founded_by is None else owner.founded_by.id for owner in order]
    whole("founder", persons[owners.person], founders, names)
    works = [row for row, owner in enumerate(order) if owner.open]
    names = [names[row] for row in works]
    for column in OWNER_WHOLE:
        values = [getattr(order[row], column) for row in works]
        whole(column, getattr(owners, column)[works], values, names)
    whole("place", owners.place[works], [order[row].place.index for row in works], names)
    staff = [[len(order[row].staff[group]) for group in GROUPS] for row in works]
    whole("staff", owners.staff[works], staff, names)
    for column in OWNER_REAL:
        real(column, getattr(owners, column)[works], [getattr(order[row], column) for row in works], names)


def compare_places(core: BatikModel, reference: ReferenceModel, when: str) -> None:
    """What each place remembers, knows and counts."""
    places = reference.places
    names = [f"{when}: {place.name}" for place in places]
    for ours, theirs in PLACE_REAL.items():
        real(ours, getattr(core, theirs), [getattr(place, ours) for place in places], names)
    for column in MARKET_REAL:
        real(column, getattr(core.market, column), [getattr(place, column) for place in places], names)
    posts = [[len(place.posts[group]) for group in GROUPS] for place in places]
    whole("vacancies", core.market.vacancies, posts, names)
    whole("settled", core.settled, [[place.pool_size(sex) for sex in SEXES] for place in places], names)
    alone = [place.taught_to(MEMBERS, NEEDS_NO_COMMITTEE) for place in places]
    real("taught_alone", core.taught_alone, alone, names)
    for committee in core.committees:
        twin = places[committee.place].committee
        assert twin is not None, names[committee.place]
        assert sorted(committee.members) == sorted(twin.members), f"committee, {names[committee.place]}"
    for flow, amounts in core.flows.items():
        real(flow, amounts, [place.flows[flow] for place in places], names)


def whole(what: str, core: Any, reference: Sequence[Any], names: Sequence[str]) -> None:
    """Equal whole numbers, switches or codes."""
    ours, theirs = np.asarray(reference).astype(np.int64), np.asarray(core).astype(np.int64)
    report(what, theirs, ours, ours != theirs, names)


def real(what: str, core: Any, reference: Any, names: Sequence[str] | str) -> None:
    """Equal real numbers, but for the last digits."""
    ours, theirs = np.atleast_1d(np.asarray(reference, dtype=float)), np.atleast_1d(core)
    absolute = 1e-6 if what in MONEY else ABSOLUTE
    report(what, theirs, ours, ~np.isclose(theirs, ours, rtol=RELATIVE, atol=absolute), names)


def report(what: str, core: Any, reference: Any, differs: Any, names: Sequence[str] | str) -> None:
    """Fail with the first difference and how many there are."""
    assert core.shape == reference.shape, f"{what}: shapes {core.shape} and {reference.shape}, {names[:1]}"
    if differs.any():
        at = tuple(int(k) for k in np.argwhere(differs)[0])
        name = names if isinstance(names, str) else names[at[0]]
        raise AssertionError(
            f"{name}: {what}{list(at[1:]) or ''} is {core[at]!r}, reference {reference[at]!r}"
            f" ({int(differs.sum())} differences)"
        )


def run_both(core: BatikModel, months: Iterable[int]) -> ReferenceModel:
    """Run a fresh model and its reference side by side, comparing every month; returns the reference."""
    reference = ReferenceModel(core)
    for _ in months:
        core.step()
        reference.step()
        compare(core, reference)
    return reference
