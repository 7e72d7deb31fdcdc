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
from batiksim.runs.branching import Outcome, run_cases
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

    The runs of the task show whose lives differ; then they are repeated with an eye on those chosen. Rule of
    the choice: among those of 15-24 in the month the policy starts, who is in the craft in one life and not
    in the other in the most Decembers from then on; then whose stages differ in the most; then the lowest id.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stages: list[dict[int, Codes]] = [{} for _ in task.cases]
        self._errors = [""] * len(task.cases)
        self._lead: BatikModel | None = None
        self._seconds = 0.0

    def remember(self, number: int, model: BatikModel) -> None:
        """Write down in December what everybody does; to be called after each month of each run."""
        if model.month % 12 == 11:
            self._stages[number][model.month] = _codes(model)

    def note(self, outcome: Outcome) -> None:
        """Take note of a run that has ended; the first case comes last."""
        self._errors[outcome.number] = outcome.error
        if outcome.number == 0:
            self._lead = outcome.model

    def part(self) -> Part:
        """The lives as the notes of a part: whatever goes wrong with them is said there and stops nothing."""
        assert self._task.lives is not None
        started = time.perf_counter()
        try:
            notes, error, trace = self._tell_all(), "", ""
        except Exception as problem:
            notes, error, trace = [], str(problem), traceback.format_exc()
        return Part(self._task.lives, time.perf_counter() - started, {}, notes, error, trace)

    def _tell_all(self) -> list[dict[str, Any]]:
        task, chosen = self._task, {}
        months = month_index(task.until) + 1
        for number in range(1, len(task.cases)):
            if self._lead is not None and not self._errors[number]:
                start = parting(task.cases[0], task.cases[number], months)
                chosen[number] = _choose(self._lead, self._stages[0], self._stages[number], start)
        self._lead = None
        watch = sorted({life["person"]["id"] for life in chosen.values()})
        again = run_cases(
            task.cases, [0, *chosen] if chosen else [], seed=task.seed, scale=task.scale, until=task.until,
            watch=watch, yearly=True,
        )  # fmt: skip
        told: dict[int, dict[int, dict[str, Any]]] = {}
        for outcome in again:
            assert outcome.model is not None, outcome.error
            rows = {life["row"] for number, life in chosen.items() if outcome.number in (0, number)}
            told[outcome.number] = {row: _story(outcome.model, row) for row in rows}
        return [self._entry(number, chosen.get(number), told) for number in range(1, len(task.cases))]

    def _entry(
        self, number: int, chosen: dict[str, Any] | None, told: Mapping[int, Mapping[int, dict[str, Any]]]
    ) -> dict[str, Any]:
        """One entry of life.json."""
        lead, case = self._task.cases[0], self._task.cases[number]
        entry: dict[str, Any] = {"regime": case.regime, "baseline": lead.stem, "scenario": case.stem}
        if chosen is None:
            return entry | {"error": self._errors[0] or self._errors[number]}
        row = chosen.pop("row")
        entry |= {"seed": self._task.seed, "scale": self._task.scale, **chosen, "lives": {}}
        # Up to the start there is one life; the policy's own Decembers follow.
        before = self._stages[0]
        for of, name, months in ((0, lead.stem, before), (number, case.stem, before | self._stages[number])):
            stages = {month_name(month): _NAMES[codes[row]] for month, codes in sorted(months.items())}
            entry["lives"][name] = {"stages": stages, "story": told[of][row]}
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


def _choose(
    model: BatikModel, before: Mapping[int, Codes], after: Mapping[int, Codes], start: int
) -> dict[str, Any]:
    people = model.people
    months = [month for month in before if month >= start]
    # Who is hired from the counted pool later has her row in only one of the two runs.
    there = before[months[0]].size if months else people.n
    age = min(start, model.last) - people.birth[:there]
    rows = np.flatnonzero((age >= YOUNG[0]) & (age < YOUNG[1]))
    best, craft, stage = choose(
        people.id[rows],
        [before[month][rows] for month in months],
        [after.get(month, before[month])[rows] for month in months],
    )
    person = model.people.view(int(rows[best]))
    return {
        "row": person.row,
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
