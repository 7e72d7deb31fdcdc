"""A model while it runs: changed in place, branched, put aside and taken up again.

A run under settings that change is the run of the last of them from the start, as long as they never differ
in a month that has been run: nothing is remembered of how one got there.
"""

from __future__ import annotations

import copy
import hashlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from batiksim.agents.along import between_bookmarks, without_bookmarks
from batiksim.calendar import month_name
from batiksim.config.consistency import check as check_consistency
from batiksim.errors import ScenarioError, UsageError
from batiksim.i18n.texts import text
from batiksim.model.arguments import laid_over
from batiksim.model.version import code_version
from batiksim.recording.recorder import Recorder
from batiksim.scenario import Scenario, Settings
from batiksim.scenario.differences import differences, parting, shared
from batiksim.scenario.interventions import in_order
from batiksim.state.decisions import Purse
from batiksim.world.geography import load_places

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel

Key = TypeVar("Key")

# What a model can make again from its settings, what it was made with, and Mesa's own handles on `step`.
_MADE = (
    *("settings", "places", "now", "drivers", "interventions", "content"),
    *("tables", "people", "owners", "datacollector", "step", "_user_step"),
)
_MADE_WITH = ("seed", "scale", "until", "skip", "watched")


def settings_of(model: BatikModel, settings: Settings | None, parameters: Mapping[str, Any]) -> Scenario:
    """The scenario that is meant, None for the present one, with parameters by name on top."""
    return laid_over(model.settings if settings is None else Scenario.of(settings), parameters)


def change(model: BatikModel, settings: Scenario) -> None:
    """Let a model go on under other settings; its future is that of a fresh run of them, bit for bit.

    Raises ScenarioError for the first difference in a month that has been run, ParameterError for parameters
    that contradict each other.
    """
    before = model.settings
    check_consistency(settings.timeline, model.last + 1)  # before anything is touched
    if model.month < 0 and parting(before, settings, 1) == 0:
        _begin_again(model, settings)
        return
    _check_past(model, settings)
    decisions, old = model.decisions, list(zip(model.interventions, model.decisions.purses, strict=False))
    model.settings = settings
    model._read_world()
    # What is remembered of decisions stays, the purse of each measure with it.
    pairs = shared(before.interventions, settings.interventions)
    kept = [(twin, _take(old, policy) or Purse()) for policy, twin in pairs]
    decisions.purses = [_take(kept, policy) or Purse() for policy in in_order(settings.interventions)]
    model.decisions = decisions
    model.now.month = model.month


def _begin_again(model: BatikModel, settings: Scenario) -> None:
    """Before the first month everything may differ, January 2011 included: the region is built anew."""
    if settings.places != model.settings.places:
        model.places = load_places(settings.places)
    model.settings = settings
    model._read_world()
    model._build()
    model.watch(model.watched.tolist())
    yearly = model.recorder.yearly
    model.recorder = Recorder(model)
    model.recorder.yearly = yearly


def _check_past(model: BatikModel, settings: Scenario) -> None:
    found = [
        (int(np.argmax(when)), name)
        for name, when in differences(model.settings, settings, model.month + 1)
        if when.any()
    ]
    if found:
        month, name = min(found)
        about = {"name": name, "month": month_name(month), "next": month_name(model.month + 1)}
        raise ScenarioError(text("live.past", None, **about))


def _take(held: list[tuple[Key, Purse]], wanted: Key) -> Purse | None:
    """Take the purse of an equal measure out of a list."""
    for place, (owner, purse) in enumerate(held):
        if owner == wanted:
            del held[place]
            return purse
    return None


def branch(model: BatikModel, settings: Scenario) -> BatikModel:
    """A copy of a model that goes on by itself, under other settings; the original is left alone."""
    if model.month >= 0:
        _check_past(model, settings)  # before anything is copied
    twin = copy.deepcopy(model)
    if settings is not model.settings:
        change(twin, settings)
    return twin


@dataclass(frozen=True, repr=False)
class Snapshot:
    """A model at the end of `month` ("" before the first), under `settings`, in compressed bytes.

    It can be pickled and sent, and like every pickle should be opened only by those who trust its maker.
    """

    month: str
    settings: Scenario
    made_with: Mapping[str, str]
    size: int
    content: bytes

    def __repr__(self) -> str:
        kilobytes = len(self.content) // 1000
        return f"<Snapshot of {self.settings.stem} after {self.month or 'the start'}: {kilobytes} kB>"


def snapshot(model: BatikModel) -> Snapshot:
    """Put a model aside: all that the months run so far left behind, without what settings say.

    A data collector of the user's own is no part of it.
    """
    import pyarrow as pa

    state = {name: value for name, value in vars(model).items() if name not in _MADE}
    rows = [{name: getattr(table, name) for name in table.columns} for table in model.tables]
    file = io.BytesIO()
    _Writer(model, file).dump((between_bookmarks(state, model.tables), rows))
    content = file.getvalue()
    month = month_name(model.month) if model.month >= 0 else ""
    packed = pa.compress(content, codec="zstd", asbytes=True)
    return Snapshot(month, model.settings, _made_with(model), len(content), packed)


def restore(model: BatikModel, snapshot: Snapshot) -> None:
    """Bring a model back to a snapshot; its future is that of the model the snapshot was taken of.

    Agents that people hold stay the agents of their rows. Raises UsageError for a snapshot of another model.
    """
    import pyarrow as pa

    mine = _made_with(model)
    for what, its in snapshot.made_with.items():
        if its != mine[what]:
            if what == "code":
                raise UsageError(text("live.other_code"))
            about = {"what": text(f"live.{what}"), "its": its or "-", "mine": mine[what] or "-"}
            raise UsageError(text("live.other_model", None, **about))
    content = pa.decompress(snapshot.content, snapshot.size, codec="zstd", asbytes=True)
    state, rows = _Reader(model, io.BytesIO(content)).load()
    model.settings = snapshot.settings
    model._read_world()
    model.__dict__.update(without_bookmarks(state))
    for table, columns in zip(model.tables, rows, strict=True):
        table.replace(columns)
    model.now.month = max(model.month, 0)


def _made_with(model: BatikModel) -> dict[str, str]:
    """What a model was made with and cannot be changed: a snapshot fits where all of it is the same."""
    made = {name: _words(getattr(model, name)) for name in _MADE_WITH}
    where = hashlib.sha256(pickle.dumps(model.places)).hexdigest()[:8]
    return made | {"places": f"{model.settings.places} {where}", "code": code_version()}


def _words(value: Any) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, (frozenset, np.ndarray)) else f"{value}"


class _Writer(pickle.Pickler):
    """Pickles what a model holds; the model itself, its tables and its world stand in it by name only."""

    def __init__(self, model: BatikModel, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._names = {id(thing): name for name, thing in _things(model).items()}

    def persistent_id(self, thing: Any) -> str | None:
        return self._names.get(id(thing))


class _Reader(pickle.Unpickler):
    def __init__(self, model: BatikModel, file: io.BytesIO) -> None:
        super().__init__(file)
        self._things = _things(model)

    def persistent_load(self, name: str) -> Any:
        return self._things[name]


def _things(model: BatikModel) -> dict[str, Any]:
    return {"model": model, "people": model.people, "owners": model.owners, "places": model.places}
