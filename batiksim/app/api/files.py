"""Scenario files of the page: written, with what reproduces the screen, and read, with all their mistakes."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from batiksim.app.api.asked import Asked, asked, spoken
from batiksim.app.limits import json_of
from batiksim.calendar import DEFAULT_UNTIL
from batiksim.config.mistakes import MOST
from batiksim.config.yaml_file import MAX_BYTES
from batiksim.errors import InputError, UsageError
from batiksim.futures.future import case_of
from batiksim.futures.settings import shown
from batiksim.i18n.texts import language, text
from batiksim.scenario import Scenario
from batiksim.scenario.writing import content


def recipe_of(ask: Asked) -> dict[str, str]:
    """The file of what is on screen, and the command and the Python that give its numbers.

    The file says its world, so that it can be run anywhere.
    """
    case, _ = case_of(ask.scenario, ask.world)
    stem = case.stem if ask.scenario else "baseline"
    file, scale = f"{stem[:60]}-{ask.world}.yaml", f"{shown().scale:g}"
    written = case.to_yaml()
    python = "\n".join(
        (
            "import batiksim as bs",
            "",
            f'scenario = bs.Scenario.load("{file}")',
            f"model = bs.BatikModel(scenario, seed={ask.seed}, scale={scale})",
            f'table = model.run(until="{DEFAULT_UNTIL}").results()',
            """print(table[table["place"] == "all"][["month", "batik.workers", "batik.workers_under_30"]])""",
            "",
        )
    )
    return {
        "file": file,
        "yaml": written,
        "command": f"batiksim run {file} --seed {ask.seed} --scale {scale} --until {DEFAULT_UNTIL}",
        "python": python,
        "hash": case.hash,
    }


@spoken
async def recipe(request: Request) -> Response:
    """POST: `{file, yaml, command, python, hash}` of a scenario, world and seed."""
    return JSONResponse(await asyncio.to_thread(recipe_of, await asked(request)))


@spoken
async def scenario_yaml(request: Request) -> Response:
    """POST: the scenario file itself, to be saved."""
    made = await asyncio.to_thread(recipe_of, await asked(request))
    headers = {"content-disposition": f'attachment; filename="{made["file"]}"'}
    return Response(made["yaml"], media_type="application/yaml", headers=headers)


@spoken
async def check(request: Request) -> Response:
    """POST `{text, name}`: what a scenario file says, or all its mistakes with line and column."""
    body = await json_of(request)
    written, name = body.get("text"), body.get("name", "")
    if not isinstance(written, str) or not isinstance(name, str):
        raise UsageError(text("app.refused.json"))
    return JSONResponse(await asyncio.to_thread(_checked, written, name))


def _checked(written: str, name: str) -> dict[str, Any]:
    from batiksim.scenario.ineffective import idle
    from batiksim.scenario.overlaps import overlaps

    stem = name.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0]
    try:
        if len(written.encode("utf-8", "replace")) > MAX_BYTES:
            raise UsageError(text("yaml.too_large", limit=MAX_BYTES))
        if name.lower().endswith(".json"):
            written = written.replace("\t", " ")  # JSON may be indented by tabs, YAML may not
        scenario = Scenario.parse(written.removeprefix("\ufeff"), stem or "scenario")
    except InputError as error:
        found = [
            {"line": one.line, "column": one.column, "message": one.message} for one in (error, *error.others)
        ]
        return {"ok": False, "mistakes": found, "more": len(found) >= MOST}
    notes = idle(scenario.interventions, scenario.spans, budgets=scenario.budgets)
    notes += overlaps(scenario.interventions)
    return {
        "ok": True,
        "title": scenario.title[language()],
        "scenario": content(scenario),
        "world": scenario.regime if "choice.regime" in scenario.spans else None,
        "notes": notes,
    }


ROUTES = [
    Route("/api/recipe", recipe, methods=["POST"]),
    Route("/api/scenario.yaml", scenario_yaml, methods=["POST"]),
    Route("/api/check", check, methods=["POST"]),
]
