"""Compare: up to six policies under the same luck, as pairs of runs come in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.requests import Request

from batiksim.app.comparing import question
from batiksim.app.page import Page
from batiksim.calendar import DEFAULT_UNTIL
from batiksim.i18n.texts import language
from batiksim.scenario import BASELINE, Scenario, library
from batiksim.scenario.writing import content


def data(request: Request) -> Mapping[str, Any]:
    """`library` (name, title, why, group), the bounds of what may be asked, and what is usual."""
    first = request.app.state.first
    return {
        "first": {} if first is None else content(first),
        "library": _library(language()),
        "baseline": BASELINE,
        "bounds": {
            "policies": question.MOST_POLICIES, "draws": question.most_draws(), "seeds": question.MOST_SEEDS,
            "full_pairs": question.MOST_FULL, "runs": question.MOST_RUNS,
        },
        "usual": {
            "draws": question.most_draws(), "seeds": question.USUAL_SEEDS,
            "seeds_alone": question.USUAL_SEEDS_ALONE, "full_pairs": question.USUAL_FULL,
            "scale": question.USUAL_SCALE, "until": DEFAULT_UNTIL,
        },
    }  # fmt: skip


@cache
def _library(lang: str) -> list[dict[str, str]]:
    """The scenarios of the library in a language, read once."""
    return [_shelf(name, lang) for name in library()]


def _shelf(name: str, lang: str) -> dict[str, str]:
    """A scenario of the library and the folder it lies in."""
    scenario, folder = Scenario.load(library()[name]), library()[name].parent.name
    return {
        "name": name,
        "title": scenario.title[lang],
        "why": scenario.why.get(lang, ""),
        "group": "" if folder == "scenarios" else folder,
    }


PAGE = Page("compare", ("/compare",), data)
