"""What a model is made from when Mesa's tools make it: seeds as text, parameters as keywords."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import index
from typing import Any

from batiksim.agents._compat import is_empty_scenario
from batiksim.config.parameters import load_parameters
from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, suggestion, text
from batiksim.scenario import Scenario

DEFAULT_SEED = 1
ARGUMENTS = ("settings", "seed", "rng", "scale", "until", "skip", "watch", "places")

_DIGITS = re.compile(r"\s*\d{1,30}\s*", re.ASCII)


def seed_of(seed: object, rng: object) -> int:
    """Return the seed that is meant: a whole number from 0 on, also as text, under one of Mesa's two names.

    Without either it is 1. Raises UsageError for both at once and for anything else, Mesa's generators
    included: the random numbers of the model are keyed by the seed and not drawn from a generator.
    """
    if seed is not None and rng is not None:
        raise UsageError(text("model.seed_twice", seed=shown(str(seed)), rng=shown(str(rng))))
    given = rng if seed is None else seed
    if given is None:
        return DEFAULT_SEED
    number = -1
    if (isinstance(given, str) and _DIGITS.fullmatch(given)) or (
        isinstance(given, float) and given.is_integer()
    ):
        number = int(given)
    elif hasattr(given, "__index__"):
        number = index(given)
    if number < 0:
        raise UsageError(text("model.seed", name="rng" if seed is None else "seed", value=shown(repr(given))))
    return number


def laid_over(settings: Scenario, parameters: Mapping[str, Any]) -> Scenario:
    """Return the scenario with parameters by name on top, as `Scenario.but`.

    Mesa 3.5 adds an empty `scenario` of its own kind when it makes a model anew; it is left out. Raises
    UsageError for names that no parameter has.
    """
    changes = {
        name: value
        for name, value in parameters.items()
        if name != "scenario" or not is_empty_scenario(value)
    }
    if "scenario" in changes:
        raise UsageError(text("model.scenario"))
    known = load_parameters()
    for name in changes:
        if name not in known:
            near = suggestion(name, [*ARGUMENTS, *known])
            raise UsageError(text("model.unknown", name=shown(name), near=near))
    return settings.but(changes) if changes else settings
