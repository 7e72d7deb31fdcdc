"""Try: the cloth, its people, and the levers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from batiksim.app.page import Page
from batiksim.scenario.writing import content


def data(request: Request) -> Mapping[str, Any]:
    """`first`: what a file of the scenario the app was started with holds; empty for the baseline."""
    first = request.app.state.first
    return {"first": {} if first is None else content(first)}


PAGE = Page("try", ("/try", "/"), data, styles=("stage/stage.css",))
