"""Try: the cloth, its people, and the levers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from batiksim.app.levers import groups, levers, places
from batiksim.app.page import Page
from batiksim.config.parameters import WORLDS
from batiksim.futures.settings import shown
from batiksim.scenario.writing import content


def data(request: Request) -> Mapping[str, Any]:
    """What the page is told: `first`, what a file of the scenario the app was started with holds (empty for
    the baseline), the levers, places, worlds, and the present.
    """
    first, show = request.app.state.first, shown()
    return {
        "first": {} if first is None else content(first),
        "levers": levers(),
        "places": places(),
        "groups": groups(),
        "worlds": list(WORLDS),
        "now": show.now,
        "until": show.until,
        "seed": show.seed,
        "scale": show.scale,
    }


PAGE = Page("try", ("/try", "/"), data, styles=("stage/stage.css",))
