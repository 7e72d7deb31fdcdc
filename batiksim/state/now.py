"""The parameters of one scenario as the model reads them: every value of the month, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.scenario import Scenario


class Now:
    """`now["contracts.surplus_cut"]` is the value in force in `now.month`; ParameterError for an unknown
    name.
    """

    def __init__(self, settings: Scenario, months: int) -> None:
        self._settings = settings
        self._series: dict[str, NDArray[np.float64]] = {}
        self._values: dict[str, list[float]] = {}
        self.months = months
        self.month = 0

    def __getitem__(self, name: str) -> float:
        values = self._values.get(name)  # a list gives a float many times faster than an array does
        if values is None:
            values = self._values[name] = self.series(name).tolist()
        return values[self.month]

    def series(self, name: str) -> NDArray[np.float64]:
        """All months of one parameter, shape (months,), read from the scenario at first use."""
        if name not in self._series:
            self._series[name] = self._settings.series(name, self.months)
        return self._series[name]
