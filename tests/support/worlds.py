"""Small regions for tests, and ways to say that two of them are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.agents.columns import Table
from batiksim.codes import Presence
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Intervention

SEED = 3
ROWS = ("peers", "employer", "laid_off_by", "person")  # columns that hold rows of a table


def scenario(changes: Mapping[str, Any] | None = None, *policies: Intervention) -> Scenario:
    """The baseline with other parameters and these interventions."""
    base = Scenario.default().but(changes) if changes else Scenario.default()
    return replace(base, interventions=base.interventions + policies)


def world(
    changes: Mapping[str, Any] | None = None,
    *policies: Intervention,
    seed: int = SEED,
    scale: float = 0.01,
    until: str = "2013-12",
    **more: Any,
) -> BatikModel:
    """A small region that has not run yet."""
    return BatikModel(scenario(changes, *policies), seed=seed, scale=scale, until=until, **more)


def months(model: BatikModel) -> Iterator[int]:
    """Run the model to its end and give the index of each month after it has been run."""
    while model.running and model.month < model.last:
        model.step()
        yield model.month


def series(model: BatikModel, place: str = "all") -> pd.DataFrame:
    """Indicators of one place or group by month."""
    table = model.results()
    return table[table["place"] == place].set_index("month").drop(columns="place")


def columns(table: Table[Any], keep: NDArray[np.bool_] | None = None) -> dict[str, NDArray[Any]]:
    """The columns of a table in the order of ids; rows of agents are turned into their ids."""
    ids = table.id
    order = np.argsort(ids, kind="stable")
    if keep is not None:
        order = order[keep[order]]
    out = {}
    for name in table.columns:
        values = getattr(table, name)
        if name in ROWS:
            firms = name in ("employer", "laid_off_by")
            whose = table.model.owners.id if firms else table.model.people.id
            values = np.where(values >= 0, whose[np.maximum(values, 0)], -1)
        out[name] = values[order].copy()
    return out


def everything(model: BatikModel) -> dict[str, NDArray[Any]]:
    """All there is to know of the people who have been born into the run, of the firms, and of all months."""
    people = model.people
    born = people.birth <= model.month + 1 - 15 * 12
    table = model.results()
    numbers = table.drop(columns=["month", "place"]).to_numpy(dtype=np.float64)
    parts = {f"person.{name}": values for name, values in columns(people, born).items()}
    parts |= {f"owner.{name}": values for name, values in columns(model.owners).items()}
    return parts | {"results": numbers, "settled": model.settled, "taught": model.taught}


def differences(one: BatikModel, other: BatikModel) -> list[str]:
    """Names of what is not the same to the last bit in two regions."""
    ours, theirs = everything(one), everything(other)
    return [name for name in ours if not same(ours[name], theirs[name])]


def same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays hold the same bits."""
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


@dataclass(frozen=True)
class Snapshot:
    """Copies of everything that a month leaves behind; `month` is -1 before the first one."""

    month: int
    people: SimpleNamespace
    owners: SimpleNamespace
    flows: Mapping[str, NDArray[np.float64]]
    costs: NDArray[np.float64]
    settled: NDArray[np.int64]
    settled_births: NDArray[np.int64]
    young: NDArray[np.int64]
    older: NDArray[np.int64]
    batik: NDArray[np.int64]
    garment_workers: int

    @classmethod
    def of(cls, model: BatikModel) -> Snapshot:
        """Take one."""
        tables = (
            SimpleNamespace(**{name: getattr(table, name).copy() for name in table.columns})
            for table in (model.people, model.owners)
        )
        rows = (
            getattr(model, name).copy() for name in ("settled", "settled_births", "young", "older", "batik")
        )
        flows = {name: values.copy() for name, values in model.flows.items()}
        return cls(model.month, *tables, flows, model.costs.copy(), *rows, model.garment_workers)

    @property
    def here(self) -> NDArray[np.bool_]:
        """Who is followed one by one."""
        return self.people.presence == Presence.SIMULATED


LIVELY = {
    "firms.founding": 2.0,
    "firms.closure_without_heir": 0.5,
    "firms.start_money": 1.0,
    "choice.reconsider_older": 0.02,
    "choice.batik": 1.0,
    "population.participation": 0.9,
}


@cache
def lively() -> tuple[BatikModel, tuple[Snapshot, ...]]:
    """A region with much coming and going, looked at before the first month and after every one."""
    model = world(LIVELY, scale=0.02, until="2016-12")
    history = [Snapshot.of(model)]
    for _ in months(model):
        history.append(Snapshot.of(model))
    return model, tuple(history)
