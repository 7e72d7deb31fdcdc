"""Lessons: the list of them, and one of them step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from batiksim.app.lessons.reading import lessons
from batiksim.app.lessons.shown import told
from batiksim.app.levers import places
from batiksim.app.page import Page
from batiksim.config.parameters import WORLDS
from batiksim.futures.settings import shown


def data(request: Request) -> Mapping[str, Any]:
    """`lessons`, what the list says of each; `lesson`, all of the one in the path, else None."""
    name, found = request.path_params.get("name"), lessons()
    mine = next((one for one in found if one.name == name), None)
    if name is not None and mine is None:
        raise HTTPException(404)
    show = shown()
    return {
        "lessons": [told(one, brief=True) for one in found],
        "lesson": None if mine is None else told(mine),
        "places": places() if mine else [],
        "worlds": list(WORLDS),
        "now": show.now,
        "until": show.until,
        "seed": show.seed,
        "scale": show.scale,
    }


PAGE = Page("lessons", ("/lessons", "/lessons/{name}"), data, styles=("stage/stage.css",))
