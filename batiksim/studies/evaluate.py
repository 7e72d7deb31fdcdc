"""The model as a function for studies of one's own: what can vary (`priors`), what comes of it (`evaluate`).

import batiksim as bs

bs.priors("contracts.*")  # a row a parameter: name, low, high ...
bs.evaluate({"contracts.surplus_cut": 0.1}, indicators=["batik.workers_under_30"], at="2040-12", scale=0.1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, overload

from batiksim.calendar import DEFAULT_UNTIL, month_index
from batiksim.config.parameters import load_parameters
from batiksim.errors import ParameterError, UsageError
from batiksim.i18n.texts import language, suggestion, text
from batiksim.recording.indicators import find_indicator
from batiksim.scenario import Scenario, Settings

if TYPE_CHECKING:
    import pandas as pd

UNIFORM, WORDS = "uniform", "words"


@overload
def evaluate(
    changes: Mapping[str, Any], *, indicators: Sequence[str], at: str = ..., seed: int = ...,
    scale: float = ..., scenario: Settings = ..., place: str = ...,
) -> dict[str, float]: ...  # fmt: skip
@overload
def evaluate(
    changes: Mapping[str, Any], *, indicators: Sequence[str], at: list[str] | tuple[str, ...],
    seed: int = ..., scale: float = ..., scenario: Settings = ..., place: str = ...,
) -> dict[str, dict[str, float]]: ...  # fmt: skip
def evaluate(
    changes: Mapping[str, Any],
    *,
    indicators: Sequence[str],
    at: str | list[str] | tuple[str, ...] = DEFAULT_UNTIL,
    seed: int = 1,
    scale: float = 1.0,
    scenario: Settings = "baseline",
    place: str = "all",
) -> dict[str, float] | dict[str, dict[str, float]]:
    """Run a scenario with some parameters changed, once; return what indicators are in a month, not a year.

    `changes` are as in `Scenario.but`; several months in `at` give a mapping a month. NaN where an indicator
    is undefined. The run ends with the last month asked for. Raises InputError for whatever does not exist.
    """
    from batiksim.model.batik_model import BatikModel

    wanted = [indicators] if isinstance(indicators, str) else list(indicators)
    months = [at] if isinstance(at, str) else list(at)
    for name in wanted:
        find_indicator(name)
    if not months:
        raise UsageError(text("evaluate.no_month"))
    settings = Scenario.of(scenario).but(changes)
    model = BatikModel(settings, seed=seed, scale=scale, until=max(months, key=month_index))
    model.recorder.check_place(place)
    found: dict[str, dict[str, float]] = {}
    for month in sorted(months, key=month_index):
        model.run(month)
        found[month] = {name: model.value(name, place) for name in wanted}
    return found[months[0]] if isinstance(at, str) else {month: found[month] for month in months}


def priors(pattern: str = "*", *, scenario: Settings = "baseline", lang: str | None = None) -> pd.DataFrame:
    """Return the parameters that are uncertain, one row each, of those whose name fits a pattern.

    Columns: name, low, high (float64, in `unit`), prior ("uniform" between low and high, or "words": one of
    `options`, low and high being NaN), default (the value in January 2011; of a choice its word), unit, type,
    options (a tuple), label. Ranges that the scenario states under `uncertainty` come before shipped ones.
    Raises ParameterError if no name fits.
    """
    import pandas as pd

    base = Scenario.of(scenario)
    known = load_parameters()
    fitting = [parameter for name, parameter in known.items() if fnmatchcase(name, pattern)]
    if not fitting:
        near = suggestion(pattern.removesuffix(".*"), [*known, *{name.split(".")[0] for name in known}])
        raise ParameterError(text("evaluate.no_parameter", pattern=pattern, near=near))
    rows = []
    for parameter in fitting:
        ends = base.uncertainty.get(parameter.name, parameter.prior)
        if ends is None:
            continue
        words = parameter.type == "choice"
        low, high = (float("nan"),) * 2 if words else (float(end) for end in ends)
        rows.append(
            {
                "name": parameter.name, "low": low, "high": high, "prior": WORDS if words else UNIFORM,
                "default": base.value(parameter.name, 0), "unit": parameter.unit, "type": parameter.type,
                "options": tuple(ends) if words else (), "label": parameter.label[language(lang)],
            }
        )  # fmt: skip
    columns = ("name", "low", "high", "prior", "default", "unit", "type", "options", "label")
    frame = pd.DataFrame(rows, columns=list(columns))
    numbers = dict.fromkeys(("low", "high"), "float64")
    if not (frame["prior"] == WORDS).any():
        numbers["default"] = "float64"
    return frame.astype(dict.fromkeys(("name", "prior", "unit", "type", "label"), "str") | numbers)
