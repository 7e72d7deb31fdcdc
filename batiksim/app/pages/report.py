"""Report: a finished comparison as a page to forward, and its pictures and tables as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from batiksim.app.comparing import question
from batiksim.app.page import Page
from batiksim.scenario.writing import content


def data(request: Request) -> Mapping[str, Any]:
    """`first`: the scenario the app was started with; `small`: the size of a comparison made for a report."""
    first = request.app.state.first
    return {
        "first": {} if first is None else content(first),
        "small": {
            "draws": question.most_draws(),
            "seeds": question.USUAL_SEEDS,
            "full_pairs": question.USUAL_FULL,
        },
    }


PAGE = Page("report", ("/report",), data)
