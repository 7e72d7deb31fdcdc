"""The people of January 2011 and of every cohort to come, and whom they compare themselves with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import (
    ADULT_MONTHS,
    ENTRY_MONTHS,
    OLDEST,
    Group,
    Presence,
    Schooling,
    Sex,
    Stage,
    Tier,
    names,
)
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.model.start.industry import Jobs
from batiksim.model.traits import PLACE_ID, retirement, talent, task_group
from batiksim.rules import contracts, craft_skill
from batiksim.state.state import State
from batiksim.world.geography import CENTRE, REGENCY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PEER_MONTHS = 24
MOST_PEOPLE = 12_000_000  # about 400 bytes each while a region is built


def cohort_sizes(state: State) -> Floats:
    """Fifteen-year-olds a month in each place at the scale of the run (a fraction).

    In the city, and among the centres of the nation, .4 by people (of the kecamatan) and .6 by batik workers;
    the districts take equal parts.
    """
    now, places = state.now, state.places
    regency = places.region == REGENCY
    people = np.where(regency, 0.0, places.population_share)
    workers = np.where(regency, 0.0, places.workers_table1)
    workers[[place == "pesindon" for place in places.id]] = (
        now["start.pesindon_workers"] * workers.sum() / float(state.settings.value("start.city_workers"))
    )
    by_people = now["population.cohort_by_people"]
    share = by_people * people / people.sum() + (1.0 - by_people) * workers / workers.sum()
    nation = bool((places.region == CENTRE).any())
    whole = now["population.cohort_national" if nation else "population.cohort_city"]
    yearly = whole * share
    districts = max(int(np.count_nonzero(regency)), 1)
    yearly[regency] = whole * now["population.cohort_regency_factor"] / districts
    return yearly * state.scale / 12.0


def born_by(state: State, birth: Ints | int) -> Ints:
    """People of each place born from `OLDEST` up to and including month `birth`: running totals keep
    fractions.

    Identities follow from it, so they depend on the place and the birth month alone.
    """
    offset = state.trait("cohort", state.places.number)
    months = np.maximum(np.asarray(birth) - OLDEST + 1, 0)
    return np.floor(np.multiply.outer(months, cohort_sizes(state)) + offset).astype(np.int64) - np.floor(
        offset
    ).astype(np.int64)


def create_people(state: State, jobs: Jobs) -> None:
    """Fill the table: elders in batik by birth, then place by place every cohort that a run to `last` can
    meet.

    Cohorts go two years further than anybody enters, so that links do not depend on the length of the run.
    Raises UsageError for more than `MOST_PEOPLE`.
    """
    births = np.arange(OLDEST, state.last + 1 - ENTRY_MONTHS + PEER_MONTHS + 1)
    totals = born_by(state, births)
    _check_memory(state, int(totals[-1].sum()))
    sizes = np.diff(totals, axis=0, prepend=0)
    young = _cohort_rows(state, births, sizes, totals - sizes)
    # Who is drawn older than 34 for a job, or finds nobody of her age in the place, is created as an elder.
    takers = assign_young_jobs(state, jobs, young)
    elders = np.flatnonzero(takers < 0)
    elders = elders[np.lexsort((jobs.id[elders], -np.maximum(jobs.age[elders], 35.0)))]
    _append_elders(state, jobs, elders)
    _append_cohorts(state, young, births, sizes)
    rows = np.concatenate((np.arange(elders.size), state.first_row + takers[takers >= 0]))
    _employ(state, jobs, np.concatenate((elders, np.flatnonzero(takers >= 0))), rows)
    state.older = np.arange(elders.size)


def _check_memory(state: State, people: int) -> None:
    """Refuse what would not fit a usual computer, before anything large is made."""
    if people > MOST_PEOPLE:
        scale = np.floor(1000 * state.scale * MOST_PEOPLE / people) / 1000
        about = {"people": f"{people / 1e6:.0f}", "limit": f"{MOST_PEOPLE / 1e6:.0f}", "scale": f"{scale:g}"}
        raise UsageError(text("national.too_many", **about))


def _cohort_rows(state: State, births: Ints, sizes: Ints, before: Ints) -> dict[str, Ints]:
    """Birth, place and id of everybody born from `OLDEST` on, by (place, birth); `sizes` (births, places)."""
    counts = sizes.T.ravel()
    birth = np.repeat(np.tile(births, sizes.shape[1]), counts)
    place = np.repeat(np.repeat(np.arange(sizes.shape[1]), births.size), counts)
    first = np.concatenate(([0], np.cumsum(counts)))[:-1]
    serial = np.arange(counts.sum()) - np.repeat(first - before.T.ravel(), counts)
    ids = (state.places.number[place] << PLACE_ID) | serial
    return {"birth": birth, "place": place, "id": ids, **_traits(state, ids, birth)}


def _traits(state: State, ids: Ints, birth: Ints) -> dict[str, Ints]:
    """What a person is born with: sex, task group, schooling, month of leaving school."""
    now = state.now
    sex = np.where(state.trait("sex", ids) < 0.5, Sex.WOMAN, Sex.MAN).astype(np.int64)
    months = np.array([now[f"school.leave_{level}"] * 12 for level in names(Schooling)])
    u = state.trait("school", ids)
    junior = now["school.share_junior"]
    schooling = (u >= junior).astype(np.int64) + (u >= junior + now["school.share_senior"])
    return {
        "sex": sex,
        "group": task_group(state, ids, sex),
        "schooling": schooling,
        "leaves": birth + np.round(months).astype(np.int64)[schooling],
    }


def assign_young_jobs(state: State, jobs: Jobs, young: dict[str, Ints]) -> Ints:
    """Person (index into `young`) for each job drawn younger than 35, -1 for the others.

    Within place, task group and year of age the jobs go to those out of school with the best luck, children
    of batik workers favoured by the parent effect on entry odds.
    """
    takers = np.full(jobs.id.size, -1)
    age = -young["birth"] // 12
    free = np.flatnonzero((young["leaves"] <= 0) & (-young["birth"] >= ENTRY_MONTHS))
    odds = _odds_of_batik(state, jobs, young["id"][free], young["place"][free])
    luck = np.log(state.trait("start.batik", young["id"][free])) / odds
    cells, job_cells = (
        _cell(p, g, a)
        for p, g, a in (
            (young["place"][free], young["group"][free], age[free]),
            (jobs.place, jobs.group, jobs.age.astype(np.int64)),
        )
    )
    people = free[np.lexsort((young["id"][free], -luck, cells))]
    cells = np.sort(cells)
    wanted = np.flatnonzero(jobs.age < 35.0)
    wanted = wanted[np.lexsort((jobs.id[wanted], job_cells[wanted]))]
    rank = np.arange(wanted.size) - np.searchsorted(job_cells[wanted], job_cells[wanted])
    at = np.searchsorted(cells, job_cells[wanted]) + rank
    found = (at < cells.size) & (cells[np.minimum(at, cells.size - 1)] == job_cells[wanted])
    takers[wanted[found]] = people[at[found]]
    return takers


def _odds_of_batik(state: State, jobs: Jobs, ids: Ints, place: Ints) -> Floats:
    """How much likelier a child of batik workers, or one who cares for the craft, is to be in it already."""
    parent, interest = _leanings(state, jobs, ids, place)
    now = state.now
    return np.where(parent, now["start.parent_odds"], 1.0) * np.exp(now["choice.interest"] * interest)


def _leanings(state: State, jobs: Jobs, ids: Ints, place: Ints) -> tuple[Bools, Bools]:
    """Whether a parent was in batik, and interest z, for people of January 2011 (E2)."""
    now = state.now
    parent = state.trait("parent", ids) < batik_parents(state, jobs)[place]
    share = np.bincount(jobs.place, minlength=state.n_places) / start_active(state)
    pull = craft_skill.surroundings(share, np.full(state.n_places, now["interest.exposure"]))[place]
    chance = craft_skill.interest_probability(
        parent, pull, now["interest.vertical"], now["interest.vertical_against"]
    )
    return parent, state.trait("interest", ids) < chance


def _cell(place: Ints, group: Ints, age: Ints) -> Ints:
    return (place * 2 + group) * 100 + age


def batik_parents(state: State, jobs: Jobs) -> Floats:
    """Share of batik among the place's active people of 35-59 in January 2011."""
    workers = np.bincount(jobs.place[(jobs.age >= 35) & (jobs.age < 60)], minlength=state.n_places)
    return np.minimum(
        workers / np.maximum(25 * 12 * cohort_sizes(state) * state.now["population.participation"], 1.0), 1.0
    )


def _append_elders(state: State, jobs: Jobs, elders: Ints) -> None:
    people = state.people
    rows = people.append(elders.size)
    people.id[rows] = jobs.id[elders]
    people.place[rows] = jobs.place[elders]
    people.birth[rows] = -np.floor(np.maximum(jobs.age[elders], 35.0) * 12).astype(np.int64)
    people.group[rows] = jobs.group[elders]
    typical = state.trait("task", jobs.id[elders]) < state.now["population.typical_task"]
    people.sex[rows] = np.where(typical == (jobs.group[elders] == Group.HAND), Sex.WOMAN, Sex.MAN)
    people.leaves_school[rows] = people.birth[rows] + ENTRY_MONTHS
    people.presence[rows] = Presence.SIMULATED
    people.stage[rows] = Stage.BATIK
    state.first_row = elders.size


def _append_cohorts(state: State, young: dict[str, Ints], births: Ints, sizes: Ints) -> None:
    people = state.people
    rows = people.append(young["id"].size)
    for column, name in (
        ("id", "id"),
        ("birth", "birth"),
        ("place", "place"),
        ("sex", "sex"),
        ("group", "group"),
        ("schooling", "schooling"),
        ("leaves_school", "leaves"),
    ):
        getattr(people, column)[rows] = young[name]
    people.stage[rows] = Stage.SCHOOL
    within = np.concatenate((np.zeros((1, sizes.shape[1]), dtype=np.int64), np.cumsum(sizes, axis=0)))
    ahead = np.cumsum(within[-1]) - within[-1]
    state.birth_row = state.first_row + ahead + within
    for column, value in (
        ("employer", -1),
        ("laid_off_by", -1),
        ("tier", Tier.NONE),
        ("interest", -1),
        ("certified", -1),
        ("hired", -1),
    ):
        getattr(people, column)[:] = value
    everybody = np.maximum(-people.birth / 12.0, 15.0)
    people.talent[:] = talent(state, people.id)
    people.retires[:] = retirement(state, people.id, people.birth, "worker", everybody)
    state.find_young(0)
    people.presence[state.young] = Presence.SIMULATED


def _employ(state: State, jobs: Jobs, filled: Ints, rows: Ints) -> None:
    """Put the first workers in their jobs, with the practice and skill of their years."""
    people, now = state.people, state.now
    people.stage[rows] = Stage.BATIK
    people.employer[rows] = jobs.owner[filled]
    ids = people.id[rows]
    months = np.maximum(-people.birth[rows] - ENTRY_MONTHS, 1)
    people.hired[rows] = -np.minimum(jobs.tenure[filled], months)
    people.practice[rows] = np.clip(jobs.practice[filled], 1, months)
    lot = state.trait("start.tier", ids)
    people.tier[rows] = contracts.tier(lot, now["contracts.brokered"], now["contracts.two_tier"])
    speed = np.where(people.group[rows] == Group.HAND, now["skill.speed_hand"], now["skill.speed_stamp"])
    people.skill[rows] = craft_skill.skill_after(
        np.full(rows.size, now["skill.entry"]), people.talent[rows], speed, people.practice[rows]
    )


def start_lives(state: State, jobs: Jobs) -> None:
    """Parents, interest and the stages outside batik of those who were 15-34 in January 2011."""
    people, now = state.people, state.now
    rows = np.concatenate((state.older, state.young))
    ids, place = people.id[rows], people.place[rows]
    people.parent[rows], people.interest[rows] = _leanings(state, jobs, ids, place)
    out = state.young
    out = out[(people.leaves_school[out] <= 0) & (people.stage[out] != Stage.BATIK)]
    people.stage[out] = Stage.OTHER
    adult = out[-people.birth[out] >= 17 * 12]
    grown = people.birth[state.young] <= -17 * 12
    working = np.count_nonzero(grown & (people.stage[state.young] != Stage.SCHOOL))
    jobs_there = round(now["garment.jobs_share"] * working)
    order = np.lexsort((people.id[adult], state.trait("start.garment", people.id[adult])))
    people.stage[adult[order[:jobs_there]]] = Stage.GARMENT
    state.market.garment_jobs_start = float(np.count_nonzero(people.stage == Stage.GARMENT))
    _start_seeking(state, out[people.stage[out] == Stage.OTHER])


def _start_seeking(state: State, rows: Ints) -> None:
    """Some of those in neither batik nor a factory seek work in January 2011, and have for some months."""
    people, now = state.people, state.now
    young = people.birth[rows] > -ADULT_MONTHS
    share = np.where(young, now["start.seeking_young"], now["start.seeking_adult"])
    rows = rows[state.trait("start.seeking", people.id[rows]) < share]
    people.stage[rows] = Stage.SEEKING
    sought = -np.log(state.trait("start.sought", people.id[rows])) * now["start.sought_months"]
    out = -people.leaves_school[rows]  # nobody has sought longer than she has been out of school
    people.search[rows] = np.minimum(np.floor(sought).astype(np.int64), out)


def start_active(state: State) -> Floats:
    """Active people of 15-59 in each place in January 2011, before anybody is counted one by one."""
    now = state.now
    junior, senior = now["school.share_junior"], now["school.share_senior"]
    ages = np.array([now[f"school.leave_{level}"] for level in names(Schooling)])
    at_school = float((ages - 15.0) @ np.array([junior, senior, 1.0 - junior - senior]))
    years = 20.0 - at_school + 25.0 * now["population.participation"]
    return np.maximum(12.0 * cohort_sizes(state) * years, 1.0)


def start_settled(state: State) -> None:
    """The counted pool of 35-59 in January 2011: full cohorts less the elders who are followed one by one."""
    people = state.people
    births = np.arange(state.oldest_birth + 1, OLDEST)
    state.settled_births = np.zeros((state.n_places, 2, state.last - state.oldest_birth + 1), dtype=np.int64)
    for sex in (0, 1):
        # The two sexes share a cohort; the offset keeps the fraction that the other one leaves.
        totals = np.floor(
            np.multiply.outer(cohort_sizes(state) / 2.0, births - births[0] + 1.0) + 0.25 + 0.5 * sex
        )
        state.settled_births[:, sex, 1 : births.size + 1] = np.diff(totals, axis=1, prepend=0.0)
    elders = state.older[people.birth[state.older] > state.oldest_birth]
    at = (people.place[elders], people.sex[elders], people.birth[elders] - state.oldest_birth)
    np.subtract.at(state.settled_births, at, 1)
    np.maximum(state.settled_births, 0, out=state.settled_births)
    state.settled = state.settled_births.sum(axis=2)
