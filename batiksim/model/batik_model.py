"""BatikModel: the region as a Mesa model, built from a scenario and stepped month by month."""

from __future__ import annotations

import gc
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from batiksim.agents._compat import Model
from batiksim.agents.batik import Owner, Person
from batiksim.agents.columns import Table, TableModel
from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH, LAST_MONTH, month_index, month_name
from batiksim.codes import COMPONENTS
from batiksim.config.consistency import check as check_consistency
from batiksim.config.scale import check_scale
from batiksim.data import rows as data_rows
from batiksim.errors import UsageError
from batiksim.kernels.observed_learning import nobody_known
from batiksim.model.life_story import tell
from batiksim.model.schedule import STEPS, Step
from batiksim.model.start.industry import create_jobs, create_owners, size_of_industry
from batiksim.model.start.links import link_people
from batiksim.model.start.population import create_people, start_lives, start_settled
from batiksim.model.start.settle import settle_industry
from batiksim.recording.recorder import Recorder
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import in_order
from batiksim.state.decisions import Programmes
from batiksim.state.levers import Levers
from batiksim.state.market import Market
from batiksim.state.now import Now
from batiksim.state.state import State
from batiksim.world import drivers
from batiksim.world.drivers import Drivers
from batiksim.world.geography import CENTRE, Places, load_places

if TYPE_CHECKING:
    import pandas as pd


class BatikModel(State, TableModel):
    """One region, one scenario, one seed.

    `settings` is the scenario (default: the baseline), `scale` the simulated part of the region (results are
    always at full scale), `until` the last month, `skip` names of steps to leave out, `watch` ids of people
    whose choices are written down. Raises UsageError for values outside their bounds,
    ParameterError for parameters that contradict each other.
    """

    def __init__(
        self,
        settings: Scenario | None = None,
        *,
        seed: int = 1,
        scale: float = 1.0,
        until: str = DEFAULT_UNTIL,
        skip: Collection[str] = (),
        watch: Collection[int] = (),
        places: Places | None = None,
    ) -> None:
        Model.__init__(self, rng=seed)
        self.settings = settings if settings is not None else Scenario.default()
        self.seed, self.scale, self.skip, self.watched = seed, scale, frozenset(skip), frozenset(watch)
        self.last = month_index(until)
        self._check_arguments()
        self.month = -1
        self.diary: list[dict[str, Any]] = []
        self.places = places or load_places(self.settings.places)
        self._read_world()
        self._build()
        self.recorder = Recorder(self)

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
        check_consistency(self.settings.timeline, months)
        self.now = Now(self.settings, months)
        self.interventions = in_order(self.settings.interventions)
        self.programmes = Programmes()
        now = self.now
        self.drivers = Drivers(
            umk=drivers.umk_of(places.region, drivers.umk(months, now.series("garment.umk_growth"))),
            season=drivers.season(months, now["season.peak"], now["season.width"]),
            flood=drivers.flood_factor(months, places.flood_exposure, now.series("flood.severity")),
            covid=drivers.covid(months, now["covid.drop"], now["covid.lasting"]),
            # The dated factories are Pekalongan's; what opens and closes elsewhere is in garment.growth.
            factory_jobs=drivers.factory_jobs(months) * (places.region < CENTRE).any(),
        )
        self.content = np.array(
            [[float(row[name]) for name in COMPONENTS] for row in data_rows("stakeholders.csv")]
        )

    def _build(self) -> None:
        """Owners, jobs, people and their links; then the state that January 2011 starts from."""
        self.people = Table(Person, self, capacity=1024)
        self.owners = Table(Owner, self, capacity=2048)
        self.tables = (self.people, self.owners)
        self.levers = Levers(len(self.places))
        self.market = Market.empty(len(self.places))
        firms, workers = size_of_industry(self)
        create_owners(self, firms, workers)
        jobs = create_jobs(self)
        create_people(self, jobs)
        start_lives(self, jobs)
        start_settled(self)
        link_people(self, jobs)
        self.heard = nobody_known(self.people.n + 1)
        settle_industry(self)

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

    def person(self, id: int) -> Person:
        """The person with this identity; raises UsageError if nobody has it."""
        rows = np.flatnonzero(self.people.id == id)
        if not rows.size:
            some = ", ".join(str(one) for one in self.people.id[self.young][:3])
            raise UsageError(f"nobody has the id {id}; some that exist: {some}")
        return self.people.view(int(rows[0]))

    def story_of(self, person: Person, lang: str = "en") -> str:
        """One life in sentences, "en" or "id", with the reasons for each choice; see `Person.story`."""
        return tell(self, person, lang)
