"""One life told twice: the same person under the baseline and under a policy.

Everybody keeps her identity and her luck from one scenario to the other, so that what differs between the two
lives is the policy and what followed from it.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import month_index, month_name
from batiksim.codes import Presence, Stage, names
from batiksim.i18n.texts import LANGUAGES
from batiksim.runs.branching import Outcome, let_go
from batiksim.runs.parts import Part
from batiksim.scenario.differences import parting

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel
    from batiksim.runs.design import Task

Codes = NDArray[np.int8]
Ints = NDArray[np.int64]

YOUNG = (15 * 12, 25 * 12)
SETTLED, GONE = "settled", "gone"
_CRAFT = (Stage.BATIK, Stage.OWNER)
# Codes after those of the stages: people who are only counted, and people who are no longer there.
_NAMES = (*names(Stage), SETTLED, GONE)


class PairedLives:
    """A life under each case but the first of a task, beside the same person's life under the first.

    Rule of the choice: among those of 15-24 in the month the policy starts, who is in the craft in one life
    and not in the other in the most Decembers from then on; then whose stages differ in the most; then the
    lowest id. The runs of the task write down what befalls all who may be chosen.
    """

    def __init__(self, task: Task) -> None:
        months, lead = month_index(task.until) + 1, task.cases[0]
        self._task = task
        self._starts = {n: parting(lead, task.cases[n], months) for n in range(1, len(task.cases))}
        self._stages: list[dict[int, Codes]] = [{} for _ in task.cases]
        self._lead: Outcome | None = None
        self._told: dict[int, dict[str, Any]] = {}
        self._seconds, self._error, self._trace = 0.0, "", ""

    def whom(self, model: BatikModel) -> list[int]:
        """The ids of all who may be chosen, as a model begins."""
        young = [row for start in set(self._starts.values()) for row in _young(model, start).tolist()]
        return model.people.id[young].tolist()

    def remember(self, number: int, model: BatikModel) -> None:
        """Write down in December what everybody does; to be called after each month of each run."""
        if model.month % 12 == 11:
            self._stages[number][model.month] = _codes(model)

    def note(self, outcome: Outcome) -> None:
        """Tell the lives of a run that has ended; the first case comes first, and is let go at the end.

        Whatever goes wrong is said in the part and stops nothing.
        """
        if not outcome.number:
            self._lead = outcome
            return
        started = time.perf_counter()
        try:
            self._told[outcome.number] = self._entry(outcome)
        except Exception as problem:
            self._error, self._trace = str(problem), traceback.format_exc()
        self._seconds += time.perf_counter() - started

    def part(self) -> Part:
        """The lives as the notes of a part."""
        assert self._task.lives is not None and self._lead is not None
        let_go(self._lead.model)
        notes = [] if self._error else [self._told[number] for number in sorted(self._told)]
        return Part(self._task.lives, self._seconds, {}, notes, self._error, self._trace)

    def _entry(self, outcome: Outcome) -> dict[str, Any]:
        """One entry of life.json."""
        number, lead = outcome.number, self._lead
        first, case = self._task.cases[0], self._task.cases[number]
        entry: dict[str, Any] = {"regime": case.regime, "baseline": first.stem, "scenario": case.stem}
        assert lead is not None
        if lead.model is None or outcome.model is None:
            return entry | {"error": lead.error or outcome.error}
        before, after = self._stages[0], self._stages[number]
        row, about = _choose(lead.model, before, after, self._starts[number])
        entry |= {"seed": self._task.seed, "scale": self._task.scale, **about, "lives": {}}
        # Up to the start there is one life; the policy's own Decembers follow.
        for name, model, months in (
            (first.stem, lead.model, before), (case.stem, outcome.model, before | after),
        ):  # fmt: skip
            stages = {month_name(month): _NAMES[codes[row]] for month, codes in sorted(months.items())}
            entry["lives"][name] = {"stages": stages, "story": _story(model, row)}
        return entry


def _story(model: BatikModel, row: int) -> dict[str, list[str]]:
    person = model.people.view(row)
    return {lang: model.story_of(person, lang).splitlines() for lang in LANGUAGES}


def _codes(model: BatikModel) -> Codes:
    """What everybody does now, as positions in `_NAMES`."""
    people = model.people
    codes = people.stage.astype(np.int8)
    codes[people.presence == Presence.SETTLED] = _NAMES.index(SETTLED)
    codes[people.presence == Presence.GONE] = _NAMES.index(GONE)
    return codes


def choose(ids: Ints, before: Sequence[Codes], after: Sequence[Codes]) -> tuple[int, int, int]:
    """Whom to tell of: position in `ids`, and Decembers in which her place in the craft and her stage differ.

    Each entry of `before` and `after` is the stages of one December.
    """
    craft, stage = np.zeros(ids.size, dtype=np.int64), np.zeros(ids.size, dtype=np.int64)
    for one, other in zip(before, after, strict=True):
        craft += np.isin(one, _CRAFT) != np.isin(other, _CRAFT)
        stage += one != other
    best = int(np.lexsort((ids, -stage, -craft))[0])
    return best, int(craft[best]), int(stage[best])


def _young(model: BatikModel, start: int) -> Ints:
    """Rows of the young of the month in which a policy starts."""
    age = min(start, model.last) - model.people.birth
    return np.flatnonzero((age >= YOUNG[0]) & (age < YOUNG[1]))


def _choose(
    model: BatikModel, before: Mapping[int, Codes], after: Mapping[int, Codes], start: int
) -> tuple[int, dict[str, Any]]:
    """The row of the person to tell of, and what is said about her and the choice."""
    people = model.people
    months = [month for month in before if month >= start]
    # Who is hired from the counted pool later has her row in only one of the two runs.
    there = before[months[0]].size if months else people.n
    rows = _young(model, start)
    rows = rows[rows < there]
    best, craft, stage = choose(
        people.id[rows],
        [before[month][rows] for month in months],
        [after.get(month, before[month])[rows] for month in months],
    )
    person = model.people.view(int(rows[best]))
    return person.row, {
        "start": month_name(start) if start <= model.last else None,
        "decembers": len(months),
        "craft_differs": craft,
        "stage_differs": stage,
        "person": {
            "id": person.id,
            "sex": person.sex,
            "place": model.places.id[person.place],
            "born": month_name(person.birth),
            "parent": bool(person.parent),
        },
    }
