"""BatikModel: the region as a Mesa model, built from a scenario and stepped month by month."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from batiksim.agents._compat import Model
from batiksim.agents.columns import Table, TableModel
from batiksim.agents.people import Owner, Person
from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH, LAST_MONTH, month_index, month_name
from batiksim.codes import COMPONENTS, Presence
from batiksim.config.consistency import check as check_consistency
from batiksim.config.scale import check_scale
from batiksim.data import rows as data_rows
from batiksim.errors import UsageError
from batiksim.i18n.texts import speaking
from batiksim.kernels.observed_learning import nobody_known
from batiksim.model import live
from batiksim.model.arguments import laid_over, seed_of
from batiksim.model.life_story import tell
from batiksim.model.live import Snapshot
from batiksim.model.schedule import STEPS, Step
from batiksim.model.start.industry import create_jobs, create_owners, size_of_industry
from batiksim.model.start.links import link_people
from batiksim.model.start.population import create_people, start_lives, start_settled
from batiksim.model.start.settle import settle_industry
from batiksim.recording.datacollector import RecordedIndicators
from batiksim.recording.recorder import Recorder
from batiksim.scenario import Scenario, Settings
from batiksim.scenario.interventions import in_order
from batiksim.state.decisions import Decisions
from batiksim.state.diary import Diary
from batiksim.state.levers import Levers
from batiksim.state.market import Market
from batiksim.state.now import Now
from batiksim.state.state import State
from batiksim.world import drivers
from batiksim.world.drivers import Drivers
from batiksim.world.geography import CENTRE, Places, load_places

if TYPE_CHECKING:
    import pandas as pd

# A finished model and its parts hold each other until the collector comes, and it sees only few objects where
# there are large arrays: it is called once for so many new models.
_COLLECTED_EVERY = 8
_made = itertools.count(1)


class BatikModel(State, TableModel):
    """One region, one scenario, one seed.

    `settings` is the scenario as `Scenario.of` takes it (default: the baseline); parameters by name lie over
    it: `BatikModel("training", **{"contracts.surplus_cut": 0.1})`. `seed`, or `rng` as Mesa calls it, is a
    whole number (default: 1), `scale` the simulated part of the region (results are always at full scale),
    `until` the last month, `skip` names of steps to leave out, `watch` ids of people whose choices are
    written down. Raises ScenarioError for the scenario and parameters, ParameterError
    where they contradict each other, UsageError for other arguments.
    """

    people: Table[Person]
    owners: Table[Owner]

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        seed: int | str | None = None,
        rng: int | str | None = None,
        scale: float = 1.0,
        until: str = DEFAULT_UNTIL,
        skip: Collection[str] = (),
        watch: Collection[int] = (),
        places: Places | None = None,
        **kwargs: Any,  # of this name because SolaraViz of Mesa 3.3 takes any other for a missing argument
    ) -> None:
        wanted = laid_over(Scenario.of(settings), kwargs)
        self._prepare(wanted, seed_of(seed, rng), scale, until, skip, places)
        self._build()
        self.watch(watch)
        self.recorder = Recorder(self)
        self.datacollector = RecordedIndicators(self)

    @classmethod
    def taken_up(cls, snapshot: Snapshot, *, seed: int, scale: float, until: str) -> BatikModel:
        """A new model that stands where a snapshot was taken, without building the region first.

        Raises UsageError if the snapshot was taken of another seed, scale, horizon or version, or of a model
        that skips steps, watches people or was given its places.
        """
        model = cls.__new__(cls)
        model._prepare(snapshot.settings, seed, scale, until)
        model._make_tables()
        model.datacollector = RecordedIndicators(model)
        return model.restore(snapshot)

    def _prepare(
        self,
        settings: Scenario,
        seed: int,
        scale: float,
        until: str,
        skip: Collection[str] = (),
        places: Places | None = None,
    ) -> None:
        """Everything but the people, the owners and what is recorded of them."""
        if next(_made) % _COLLECTED_EVERY == 0:
            gc.collect()
        Model.__init__(self, rng=seed)
        self.seed, self.settings = seed, settings
        self.scale, self.skip = scale, frozenset(skip)
        self.last = month_index(until)
        self._check_arguments()
        self.month = -1
        self.watched, self.diary = np.zeros(0, dtype=np.int64), Diary(self.month)
        self.places = places or load_places(settings.places)
        self._read_world()

    def _make_tables(self) -> None:
        self.people = Table(Person, self, capacity=1024)
        self.owners = Table(Owner, self, capacity=2048)
        self.tables = (self.people, self.owners)

    def _check_arguments(self) -> None:
        optional = [step.name for step in STEPS if step.optional]
        if unknown := sorted(self.skip - set(optional)):
            raise UsageError(
                f"cannot skip {', '.join(unknown)}; steps that can be left out: {', '.join(optional)}"
            )
        if not 0 <= self.last <= month_index(LAST_MONTH):
            raise UsageError(f"until must be {FIRST_MONTH}..{LAST_MONTH}; got {month_name(self.last)}")
        check_scale(self.scale)

    def _read_world(self) -> None:
        """Parameters by month and everything that comes from outside the region."""
        months, places = self.last + 1, self.places
        self.n_places = len(places)
        check_consistency(self.settings.timeline, months)
        self.now = Now(self.settings, months)
        self.interventions = in_order(self.settings.interventions)
        self.decisions = Decisions()
        now = self.now
        self.drivers = Drivers(
            umk=drivers.umk_of(places.region, drivers.umk(months, now.series("garment.umk_growth"))),
            season=drivers.season(months, now["season.peak"], now["season.width"]),
            flood=drivers.flood_factor(months, places.flood_exposure, now.series("flood.severity")),
            covid=drivers.covid(months, now["covid.drop"], now["covid.lasting"]),
            # The dated factories are Pekalongan's; what opens and closes elsewhere is in garment.growth.
            factory_jobs=drivers.factory_jobs(months) * (places.region < CENTRE).any(),
            orders=drivers.grown(1.0 + now.series("demand.trend") - now.series("demand.imitation")),
            factories=drivers.grown(1.0 + now.series("garment.growth")),
        )
        self.content = np.array(
            [[float(row[name]) for name in COMPONENTS] for row in data_rows("stakeholders.csv")]
        )

    def _build(self) -> None:
        """Owners, jobs, people and their links; then the state that January 2011 starts from."""
        self._make_tables()
        self.levers = Levers(self.n_places)
        self.market = Market.empty(self.n_places)
        firms, workers = size_of_industry(self)
        create_owners(self, firms, workers)
        jobs = create_jobs(self)
        create_people(self, jobs)
        start_lives(self, jobs)
        start_settled(self)
        link_people(self, jobs)
        self.heard = nobody_known(self.people.n + 1)
        settle_industry(self)

    def __repr__(self) -> str:
        now = f"{month_name(self.month)} of {self.until}" if self.month >= 0 else f"to {self.until}"
        part = f"{100 * self.scale:.4g} % of the region"
        return f"<{type(self).__name__} {self.settings.stem} seed {self.seed}, {part}, {now}>"

    @property
    def until(self) -> str:
        """Last month that this model can run to."""
        return month_name(self.last)

    @property
    def steps_of_month(self) -> tuple[Step, ...]:
        """The steps of a month in their order, without those that are skipped."""
        return tuple(step for step in STEPS if step.name not in self.skip)

    def step(self) -> None:
        """Run one month and record it; does nothing after the last month."""
        if self.month >= self.last:
            self.running = False
            return
        self.month += 1
        self.now.month = self.month
        for step in self.steps_of_month:
            step.function(self)
        self.recorder.record()
        self.running = self.month < self.last

    def run(self, until: str | None = None) -> BatikModel:
        """Run to the end of month `until` (default: the last month) and return the model itself."""
        end = self.last if until is None else month_index(until)
        if not 0 <= end <= self.last:
            raise UsageError(f"this model runs to {self.until}; got {until}")
        gc.freeze()  # what is there by now need not be searched for garbage month after month
        try:
            while self.month < end:
                self.step()
        finally:
            gc.unfreeze()
        return self

    def results(self, *, since: str = FIRST_MONTH, record: str = "monthly") -> pd.DataFrame:
        """Indicators by month and place up to the month last run, at full scale; see `batiksim list
        indicators`.
        """
        return self.recorder.table(since=month_index(since), record=record)

    def value(self, indicator: str, place: str = "all") -> float:
        """One indicator in the month last run, as `results` has it, without making the table.

        Raises UsageError for an unknown name or place, and before the first month.
        """
        return self.recorder.value(indicator, place)

    def watch(self, ids: Collection[int]) -> None:
        """Begin the `diary` anew: it tells what people with these ids choose from now on, and why."""
        self.watched, self.diary = np.unique(np.array([*ids], dtype=np.int64)), Diary(self.month)
        if self.month < 0:
            rows = np.flatnonzero(self.people.presence == Presence.SIMULATED)
            self.note("begins", rows, stage=self.people.stage[rows], rate=self.people.rate[rows])

    def change(self, settings: Settings | None = None, **parameters: Any) -> BatikModel:
        """Go on under other settings from the next month on, and return the model itself.

        They are given as to the model: a scenario (default: the present one), and parameters by name on top:
        `model.change(**{"contracts.surplus_cut": {"2031-01": 0.1}})`. The future is that of a fresh run of
        them. Raises ScenarioError where they differ from the present ones in a month that has been run.
        """
        live.change(self, live.settings_of(self, settings, parameters))
        return self

    def branch(self, settings: Settings | None = None, **parameters: Any) -> BatikModel:
        """A copy that goes on by itself, under other settings if there are any; see `change`."""
        return live.branch(self, live.settings_of(self, settings, parameters))

    def snapshot(self) -> Snapshot:
        """The model as it stands, small and picklable, to come back to with `restore`."""
        return live.snapshot(self)

    def restore(self, snapshot: Snapshot) -> BatikModel:
        """Go back (or on) to a snapshot, settings included, and return the model itself.

        Raises UsageError if it was taken of another seed, scale, horizon, set of places or version.
        """
        live.restore(self, snapshot)
        return self

    def person(self, id: int) -> Person:
        """The person with this identity; raises UsageError if nobody has it."""
        rows = np.flatnonzero(self.people.id == id)
        if not rows.size:
            some = ", ".join(str(one) for one in self.people.id[self.young][:3])
            raise UsageError(f"nobody has the id {id}; some that exist: {some}")
        return self.people.view(int(rows[0]))

    def story_of(self, person: Person, lang: str | None = None) -> str:
        """One life in sentences, "en" or "id", with the reasons for each choice; see `Person.story`."""
        with speaking(lang):
            return tell(self, person)
