"""The state of one simulated region and the few verbs that change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from batiksim.agents.columns import Table
from batiksim.codes import OLDEST, SETTLING_MONTHS, STAKEHOLDERS, Presence, Stage
from batiksim.kernels import moves
from batiksim.kernels.observed_learning import make_all_known
from batiksim.kernels.streams import stream_key, uniform
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Intervention
from batiksim.state.committee import Committee
from batiksim.state.counts import Counts
from batiksim.state.decisions import Decisions
from batiksim.state.diary import Diary
from batiksim.state.levers import Levers
from batiksim.state.market import Market
from batiksim.state.now import Now
from batiksim.world.drivers import Drivers
from batiksim.world.geography import Places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FLOWS = (
    "entrants",
    "entrants_under_30",
    "exits",
    "late_entrants",
    "recalled",
    "successions",
    "closures",
    "foundings",
    "interested_at_15",
    "turned_15",
    "materials",
    "worker",
    "broker",
    "owner",
    "trader",
    "output",
    "base_output",
    "brokered_gross",
    "brokered_cut",
    "days_worked",
    "days_full",
    "fine_orders",
    "fine_unfilled",
    "posts",
    "filled_posts",
    "open_posts",
    "unfilled_posts",
    "staff_target",
    "support",
    "trained",
    "certificates",
    "lent",
    "repaid",
    "lost",
)
_MOVES = FLOWS[:3]  # whom `enter_stage` counts
_FLOW = {name: row for row, name in enumerate(FLOWS)}


class Flows(Mapping[str, Floats]):
    """What happened this month by place, by the names of `FLOWS`; `table` (flows, places) holds it all."""

    def __init__(self, places: int) -> None:
        self.table = np.zeros((len(FLOWS), places))

    def __getitem__(self, name: str) -> Floats:
        return self.table[_FLOW[name]]

    def __setitem__(self, name: str, amount: Floats) -> None:
        self.table[_FLOW[name]] = amount

    def __iter__(self) -> Iterator[str]:
        return iter(FLOWS)

    def __len__(self) -> int:
        return len(FLOWS)

    def add(self, names: Sequence[str], amounts: Floats) -> None:
        """Add `amounts` (flows, places) to flows that follow each other in `FLOWS`."""
        first = _FLOW[names[0]]
        self.table[first : first + len(names)] += amounts


class State(Counts):
    """Everything a month reads and writes; the model is a state that Mesa can step.

    `young` holds the rows of people of 15-34, ordered by (place, birth): in place c they are the rows from
    `spans[c, 0]` to `spans[c, 2]`, those under 25 from `spans[c, 1]` on; `n_young` counts them in all places,
    `most_young` in the place with the most. `older` holds the rows of simulated
    people of 35 and more, `batik` those of batik workers (searchers included), `former` those who left the
    trade and may return, `entrants` those who turned fifteen; `garment_workers` counts who works in
    factories; `master_time` (places,) is what masters could teach of full learning speed; `heard` holds
    everybody's components as others know them from fifteen on, packed; `stages` counts people under 25, of
    25-34 and older ones by place, stage, schooling and interest (no, yes); `settled_active` the active of the
    counted pool; `watched` holds the ids, in order, of those the `diary` tells of.
    """

    settings: Scenario
    seed: int
    scale: float
    month: int
    last: int
    skip: frozenset[str]
    interventions: tuple[Intervention, ...]
    places: Places
    people: Table
    owners: Table
    now: Now
    drivers: Drivers
    levers: Levers
    decisions: Decisions
    market: Market
    committees: list[Committee]
    first_row: int
    birth_row: Ints
    spans: Ints
    n_young: int
    most_young: int
    older: Ints
    batik: Ints
    former: Ints
    entrants: Ints
    garment_workers: int
    heard: Ints
    stages: Ints
    settled_births: Ints
    settled: Ints
    content: Floats
    taught: Floats
    taught_alone: Floats
    committee_strength: Floats
    place_mean: Floats
    owner_mean: Floats
    bargaining: Floats
    old_share: Floats
    batik_share: Floats
    active: Floats
    settled_active: Floats
    ceiling: Floats
    master_time: Floats
    flows: Flows
    costs: Floats
    watched: Ints
    diary: Diary

    @property
    def umk(self) -> Floats:
        """Minimum wage of each place this month, IDR a month."""
        return self.drivers.umk[self.month]

    @property
    def open_rows(self) -> Ints:
        """Rows of the firms that work."""
        return np.flatnonzero(self.owners.open)

    @property
    def staff(self) -> Ints:
        """Whom each firm employs, (owners,)."""
        hand, stamp = self.owners.staff.T
        return hand + stamp

    def draw(self, stream: str, ids: Ints) -> Floats:
        """Uniform numbers of this month, keyed by seed, stream, month and id."""
        return uniform(stream_key(self.seed, stream, self.month), ids)

    def trait(self, stream: str, ids: Ints) -> Floats:
        """Uniform numbers that stay with an identity for life."""
        return uniform(stream_key(self.seed, stream), ids)

    def on(self, switch: str) -> bool:
        """Whether a switch parameter is on this month."""
        return self.now[switch] > 0.5

    def reset_flows(self) -> None:
        """Begin a month with empty counters."""
        self.flows = Flows(self.n_places)
        self.costs = np.zeros((len(STAKEHOLDERS), self.n_places))

    def count(self, flow: str, rows: Ints) -> None:
        """Add people to a flow, each in her own place."""
        self.flows[flow] += np.bincount(self.people.place[rows], minlength=self.n_places)

    def everyone(self) -> Ints:
        """Rows of all simulated people."""
        return np.concatenate((self.young, self.older))

    def make_known(self, rows: Ints) -> None:
        """Let others know what these people know; nobody compares herself with late entrants."""
        rows = rows[rows < len(self.heard) - 1]
        make_all_known(self.heard, rows, self.people.learning)

    def find_young(self, month: int) -> None:
        """Point `spans` at those who are 15-34 during `month`.

        People of a place lie together, sorted by birth, so that those one compares oneself with are near in
        memory.
        """
        self.spans = self.birth_row[[month - years * 12 + 1 - OLDEST for years in (35, 25, 15)]].T.copy()
        sizes = self.spans[:, 2] - self.spans[:, 0]
        self.n_young, self.most_young = int(sizes.sum()), int(sizes.max())

    def room_for_young(self) -> tuple[Floats, Ints]:
        """Room for a number for each of the young of the largest place, and for a row for each of all of them
        and of the older people.
        """
        return np.empty(self.most_young), np.empty(self.n_young + self.older.size, dtype=np.int64)

    def find_batik(self) -> None:
        """Find the batik and garment workers among everyone; afterwards they are followed through their
        moves.
        """
        everyone = self.everyone()
        stage = self.people.stage[everyone]
        self.batik = everyone[stage == Stage.BATIK]
        self.former = np.zeros(0, dtype=np.int64)
        self.garment_workers = int(np.count_nonzero(stage == Stage.GARMENT))

    def drop_leavers(self) -> None:
        """Forget in `batik` those who left the trade; who joins is added where she is hired."""
        kept = np.empty_like(self.batik)
        self.batik = kept[: moves.still_in(self.batik, self.people.stage, kept, Stage.BATIK)]

    def note(self, event: str, rows: Ints, **about: object) -> None:
        """Write an event into the diary for those of `rows` who are watched; arrays are by person."""
        if self.watched.size and (some := self.watches(rows)).any():
            facts = {
                name: value[some] if isinstance(value, np.ndarray) else value for name, value in about.items()
            }
            self.diary.write(self.month, event, self.people.id[rows[some]], facts)

    def watches(self, rows: Ints) -> Bools:
        """Whether each of `rows` is watched, where anybody is."""
        ids = self.people.id[rows]
        return self.watched[np.searchsorted(self.watched[:-1], ids)] == ids

    def enter_stage(self, rows: Ints, stage: int) -> None:
        """Move people to a stage and count who enters and who leaves batik; jobs are settled by the
        caller.
        """
        if not rows.size:
            return
        people, left = self.people, np.empty_like(rows)
        came, came_young, gone = self.flows.table[: len(_MOVES)]
        number, garment = moves.enter_stage(
            rows, stage, self.month, people.stage, people.search, people.place, people.birth, came,
            came_young, gone, left,
        )  # fmt: skip
        self.garment_workers += garment
        if number:
            self.former = np.concatenate((self.former, left[:number]))
        self.note("stage", rows, stage=stage)

    def end_jobs(self, rows: Ints, laid_off: bool = False) -> None:
        """End the batik jobs of these people; their stage is settled by the caller. Of whom they have
        `laid_off` employers remember that they can call her back (E7-r).
        """
        if not rows.size:
            return
        people = self.people
        if self.watched.size:
            self.note("job_ends", rows[people.employer[rows] >= 0])
        moves.end_jobs(
            rows, self.month if laid_off else -1, people.employer, people.group, people.tier, people.rate,
            people.search, self.owners.staff, people.laid_off_by, people.laid_off,
        )  # fmt: skip

    def leave_trade(self, rows: Ints) -> None:
        """Give batik up without other work at hand: the young seek some, people of 35 and more turn to the
        home (hand) or to other work.
        """
        if not rows.size:
            return
        young = self.month - self.people.birth[rows] < SETTLING_MONTHS
        self.end_jobs(rows)
        self.enter_stage(rows[young], Stage.SEEKING)
        self.take_other_work(rows[~young])

    def take_other_work(self, rows: Ints) -> None:
        """Turn to other work, or to the home for former hand workers of 35 and more."""
        if not rows.size:
            return
        self.end_jobs(rows)
        for stage, some in self.split_other(rows):
            self.enter_stage(some, stage)

    def retire(self, rows: Ints) -> None:
        """End the jobs and the working life of people of 35 and more, who are no longer followed then."""
        if not rows.size:
            return
        self.end_jobs(rows)
        self.enter_stage(rows, Stage.RETIRED)
        self.people.presence[rows] = Presence.GONE
        self.make_known(rows)
        self.older = self.older[self.people.presence[self.older] != Presence.GONE]

    def split_other(self, rows: Ints) -> tuple[tuple[int, Ints], tuple[int, Ints]]:
        """Who of `rows` turns to the home (former hand workers of 35 and more) and who to other work."""
        people, home, other = self.people, np.empty_like(rows), np.empty_like(rows)
        at_home = moves.split_other(
            rows, self.month, people.group, people.birth, people.practice, home, other
        )
        return (Stage.HOME, home[:at_home]), (Stage.OTHER, other[: rows.size - at_home])

    def change_settled(self, place: Ints, sex: Ints, birth: Ints, change: int) -> None:
        """Add to or take from the counted pool; arrays of one entry a person."""
        np.add.at(self.settled_births, (place, sex, birth - self.oldest_birth), change)
        np.add.at(self.settled, (place, sex), change)

    @property
    def oldest_birth(self) -> int:
        """Birth month of the first column of `settled_births`: those who turn 60 at the start."""
        return -60 * 12
