"""What Mesa's tools read from a model: the indicators of the whole region, month by month.

`mesa.batch_run`, the plots of SolaraViz and scripts written for Mesa ask `model.datacollector`. Here it keeps
nothing of its own: it shows what the recorder has measured, and computes that only when somebody looks.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.agents._compat import DataCollector
from batiksim.recording.indicators import GROUPS, finish, load_indicators

WHOLE = GROUPS[0]
MONTH = "month"


class RecordedIndicators(DataCollector):
    """Mesa's DataCollector with the month ("2011-01") and each indicator of the whole region, a value a step.

    There is nothing to `collect`: every month is recorded when it is run. For other values, or values of
    agents, make an ordinary `mesa.DataCollector` and collect with it.
    """

    def __init__(self, model: Any) -> None:  # a BatikModel, which is made one floor up
        self._model = model
        self._finished: tuple[NDArray[np.float64], dict[str, list[Any]]] | None = None
        super().__init__()
        self.model_reporters = {name: partial(_latest, name) for name in (MONTH, *load_indicators())}

    @property
    def model_vars(self) -> dict[str, list[Any]]:
        """The values of the months run so far, by name."""
        self._model.recorder.check("monthly")
        measured = self._model.recorder.measured(WHOLE)
        values = measured.values
        # A model may go back to an earlier month and on another way: as many months need not be the same.
        if self._finished is None or not np.array_equal(self._finished[0], values, equal_nan=True):
            table = finish(measured).drop(columns="place")
            self._finished = values, {name: table[name].tolist() for name in table}
        return self._finished[1]

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[Any]]) -> None:
        """Mesa's own constructor begins with nothing."""

    @property
    def _collection_steps(self) -> list[float]:
        """The times of Mesa 3.5 at which something was collected: the end of every month."""
        return [month + 1.0 for month in range(len(self.model_vars[MONTH]))]

    @_collection_steps.setter
    def _collection_steps(self, empty: list[float]) -> None:
        """Mesa's own constructor begins with nothing."""

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_finished": None}  # a copy can compute it, too

    def collect(self, model: Any) -> None:
        """Do nothing: the month has been recorded."""


def _latest(name: str, model: Any) -> Any:
    """What the last month run says: a reporter for other data collectors, too."""
    values = model.datacollector.model_vars[name]
    return values[-1] if values else None
