"""How long the reference takes: CPU seconds of some months with so many people, as benchmarks ask for it."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass

from batiksim.calendar import month_name
from batiksim.model.batik_model import BatikModel
from verification.reference.draws import Draws
from verification.reference.model import ReferenceModel

PEOPLE_AT_FULL_SCALE = 250_000


@dataclass(frozen=True)
class Timing:
    """CPU time of the months alone; `person_months` counts the people simulated in each."""

    seconds: float
    person_months: int

    @property
    def ns_per_person_month(self) -> float:
        """Nanoseconds of one core for one person and month."""
        return self.seconds * 1e9 / self.person_months


def time_reference(people: int, months: int, *, seed: int = 1) -> Timing:
    """Build a region of about `people` people and time `months` months of the reference, one core.

    Not timed: building the region, and drawing the random numbers. A rehearsal of the same months has drawn
    and kept every number that the timed run looks up.
    """
    scale = people / PEOPLE_AT_FULL_SCALE
    core = BatikModel(seed=seed, scale=scale, until=month_name(months - 1))
    draws = Draws(seed)
    rehearsal = ReferenceModel(core, draws)
    for _ in range(months):
        rehearsal.step()
    del rehearsal
    model = ReferenceModel(core, draws)
    gc.collect()
    person_months = 0
    begin = time.process_time()
    for _ in range(months):
        model.step()
        person_months += len(model.people)
    return Timing(time.process_time() - begin, person_months)
