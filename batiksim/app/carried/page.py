"""The page as one file: styles, scripts, type and data inside, nothing asked of any network."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from batiksim import __version__
from batiksim.app.carried import presets
from batiksim.app.carried.grid import load_grid
from batiksim.app.inside import inside_html, template, texts_of
from batiksim.app.levers import levers, places
from batiksim.config.parameters import WORLDS
from batiksim.futures.record import record
from batiksim.futures.settings import shown
from batiksim.i18n.texts import language, speaking, text
from batiksim.i18n.unit_names import named
from batiksim.recording.indicators import find_indicator
from batiksim.scenario import Scenario

STYLES = ("app.css", "stage/stage.css", "carried.css")
SCRIPT = "carried.js"
_IMPORT = re.compile(r"""^(?:import|export)\s[^;]*?from\s*["'](\.{1,2}/[\w./-]+)["'];""", re.MULTILINE)
_URL = re.compile(r'url\("([\w./-]+\.woff2)"\)')


def page(lang: str, scenarios: Sequence[Scenario] = ()) -> str:
    """The page in a language; `scenarios` are carried beside the presets that ship, and computed now."""
    with speaking(lang):
        carried = [*_presets(), *_computed(scenarios)]
        streams = {f"record-{world}": record(world) for world in WORLDS}
        streams |= {f"future-{number}": stream for number, (_, stream) in enumerate(carried)}
        grid = load_grid()
        streams["grid"] = grid.packed()
        data = {
            "lang": lang,
            "version": __version__,
            "texts": texts_of(lang, ("app.shell.", "app.stage.", "app.carried.")),
            "places": places(),
            "worlds": list(WORLDS),
            "now": shown().now,
            "until": shown().until,
            "scale": shown().scale,
            "seed": shown().seed,
            "presets": [about for about, _ in carried],
            "levers": _levers(grid.about),
            "indicators": [_indicator(one["name"]) for one in grid.about["indicators"]],
        }
        return _html(lang, data, streams)


def _presets() -> Iterator[tuple[dict[str, Any], bytes]]:
    ghosts = presets.ghosts_of_presets()
    for name in shown().presets:
        yield _about(Scenario.load(name)) | {"ghosts": ghosts[name]}, presets.preset(name)


def _computed(scenarios: Sequence[Scenario]) -> Iterator[tuple[dict[str, Any], bytes]]:
    for scenario in scenarios:
        found = [presets.make_ghost(scenario, *task) for task in presets.tasks(scenario)]
        yield _about(scenario) | {"ghosts": presets.by_kind(found)}, presets.make_future(scenario)


def _about(scenario: Scenario) -> dict[str, Any]:
    lang = language()
    return {"title": scenario.title[lang], "why": scenario.why.get(lang, "")}


def _levers(about: Mapping[str, Any]) -> list[dict[str, Any]]:
    words = {lever["kind"]: lever for lever in levers()}
    return [
        {
            "label": words[one["kind"]]["label"],
            "channel": words[one["kind"]]["channel"],
            "unit": words[one["kind"]]["strength"]["unit"],
            "share": words[one["kind"]]["strength"]["share"],
            "levels": one["levels"],
        }
        for one in about["levers"]
    ]


def _indicator(name: str) -> dict[str, str]:
    found = find_indicator(name)
    return {"name": name, "label": found.label[language()], "unit": named(found.unit_of("yearly"))}


def _html(lang: str, data: dict[str, Any], streams: dict[str, bytes]) -> str:
    return template("carried", "page.html.jinja").render(
        lang=lang,
        text=text,
        version=__version__,
        data=inside_html(data),
        styles="\n".join(_style(name) for name in STYLES),
        modules=inside_html({"main": SCRIPT, "sources": dict(_modules())}),
        streams={name: base64.b64encode(stream).decode() for name, stream in streams.items()},
    )


def _read(name: str) -> str:
    return files("batiksim.app").joinpath("static", *name.split("/")).read_text(encoding="utf-8")


def _style(name: str) -> str:
    """A style sheet with its type inside it."""

    def inside(found: re.Match[str]) -> str:
        font = files("batiksim.app").joinpath("static", *found[1].split("/")).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(font).decode()}")'

    return _URL.sub(inside, _read(name))


def _modules() -> list[tuple[str, str]]:
    """Every module of the page by its path, those that others import first."""
    ordered: dict[str, str] = {}

    def add(name: str) -> None:
        source = _read(name)
        for needed in _IMPORT.findall(source):
            if (path := _path(name, needed)) not in ordered:
                add(path)
        ordered[name] = source

    add(SCRIPT)
    return list(ordered.items())


def _path(importer: str, needed: str) -> str:
    """The path below static/ that `needed` means in a module."""
    parts = importer.split("/")[:-1]
    for part in needed.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
