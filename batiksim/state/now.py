"""The parameters of one scenario as the model reads them: every value of the month, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from batiksim.scenario import Scenario

Given = TypeVar("Given")
Found = TypeVar("Found")


class Now(dict[str, float]):
    """`now["contracts.surplus_cut"]` is the value in force in `now.month`; ParameterError for an unknown
    name.

    A dictionary because some hundreds of values are read in a month: it holds what was asked for so far, and
    of that only what changes over time is set anew with the month.
    """

    def __init__(self, settings: Scenario, months: int) -> None:
        self._settings = settings
        self._series: dict[str, NDArray[np.float64]] = {}
        self._changing: dict[str, list[float]] = {}
        self._worked_out: dict[Callable[..., Any], Any] = {}
        self.months = months
        self._month = 0

    @property
    def month(self) -> int:
        """The month whose values are in force."""
        return self._month

    @month.setter
    def month(self, month: int) -> None:
        self._month = month
        for name, values in self._changing.items():
            if self[name] != values[month]:
                self[name] = values[month]
                self._worked_out.clear()

    def once(self, work: Callable[[Given], Found], given: Given) -> Found:
        """What `work` makes of the parameters, worked out anew when one of them changes; whatever else it
        reads of `given` never does.
        """
        if work not in self._worked_out:
            self._worked_out[work] = work(given)
        return cast(Found, self._worked_out[work])

    def __missing__(self, name: str) -> float:
        values = self.series(name).tolist()
        if any(value != values[0] for value in values):
            self._changing[name] = values
        self[name] = values[self._month]
        return self[name]

    def series(self, name: str) -> NDArray[np.float64]:
        """All months of one parameter, shape (months,), read from the scenario at first use."""
        if name not in self._series:
            self._series[name] = self._settings.series(name, self.months)
        return self._series[name]
