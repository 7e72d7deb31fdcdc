"""What questions about one policy share: whom and how they ask, if need be as a finished comparison did."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from batiksim.calendar import DEFAULT_UNTIL
from batiksim.errors import UsageError
from batiksim.experiments import folder as folders
from batiksim.experiments import guard
from batiksim.experiments.plan import shipped_regimes
from batiksim.experiments.store import write_text
from batiksim.scenario import Scenario
from batiksim.texts import text

# What is passed on to a comparison where neither the caller nor the folder says it.
_USUAL = {"seeds": 20, "scale": 0.1, "until": DEFAULT_UNTIL, "record": "yearly"}
_KEPT = ("seeds", "scale", "until", "record", "regimes")
# The answers they leave in it, and the share of pairs in which a policy that is enough is better.
WHY, MEASURES, BREAKEVEN = "why.csv", "why_measures.csv", "breakeven.csv"
ENOUGH = 0.9


def asked(
    policies: Sequence[Scenario], baseline: Scenario | None, place: Path | None, given: Mapping[str, Any]
) -> tuple[list[Scenario], Scenario, dict[str, Any]]:
    """The policies, the baseline and the settings of comparisons (None in `given`: not said).

    What nobody says is taken from the finished comparison in `place`, if there is one, otherwise usual.
    Raises UsageError for a folder with anything else in it, and where no policy is named at all.
    """
    said = {key: value for key, value in given.items() if value is not None}
    if place is not None and (place / folders.STUDY).exists():
        if not folders.is_finished(place):
            raise UsageError(text("compare.not_finished", folder=place))
        plan = folders.read_plan(place)
        settings = {key: getattr(plan, key) for key in _KEPT} | said
        policies, base = policies or plan.scenarios[1:], baseline or plan.scenarios[0]
    else:
        if place is not None and place.exists() and not _is_ours(place):
            raise UsageError(text("store.foreign", folder=place))
        settings = {**_USUAL, "regimes": shipped_regimes()} | said
        base = baseline or Scenario.default()
    if not policies:
        if place is not None and not place.exists():
            raise UsageError(guard.no_folder(place))
        raise UsageError(text("why.which"))
    if isinstance(settings["seeds"], int):
        settings["seeds"] = range(1, settings["seeds"] + 1)
    return list(policies), base, settings


def _is_ours(place: Path) -> bool:
    return place.is_dir() and all(path.name.startswith(folders.QUESTIONS) for path in guard.entries(place))


def save(place: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV into a folder, all of them or none. Raises UsageError."""
    with guard.alone(place), guard.draft(place) as draft:
        for name, table in tables.items():
            write_text(draft / name, table.to_csv(index=False, lineterminator="\n"))


def read(file: Path, words: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    """A table that `save` has written; these columns are text and numbers where they are there.

    Raises UsageError for a file that is damaged.
    """
    kept: dict[Hashable, Any] = dict.fromkeys(words, str) | dict.fromkeys(numbers, float)
    remedy = text("folder.remedy.answer", command=file.stem, folder=file.parent)
    with guard.readable(file, remedy):
        return pd.read_csv(file, dtype=kept)
