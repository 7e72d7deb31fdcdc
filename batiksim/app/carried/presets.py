"""Policies that the page as one file carries: with all people, and with ghosts of luck and of doubt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from batiksim.config.parameters import WORLDS
from batiksim.futures.future import futures, never
from batiksim.futures.ghosts import pairs
from batiksim.futures.settings import shown
from batiksim.scenario import Scenario

FOLDER, GHOSTS = "presets", "ghosts.json"
GHOSTED = "batik.workers"


def file_of(name: str) -> str:
    """The file of a preset, a name of the library."""
    return f"{name.replace('/', '-')}.future"


@cache
def preset(name: str) -> bytes:
    """The frames of a preset that ships."""
    return files("batiksim.data").joinpath("records", FOLDER, file_of(name)).read_bytes()


@cache
def ghosts_of_presets() -> Mapping[str, Any]:
    """Preset -> its ghosts, as `make_ghosts` gives them."""
    found: Mapping[str, Any] = json.loads(
        files("batiksim.data").joinpath("records", FOLDER, GHOSTS).read_text(encoding="utf-8")
    )
    return found


def make_future(scenario: Scenario) -> bytes:
    """The frames of a policy from now on, in the first world."""
    show = shown()
    return b"".join(futures(scenario, since=show.now, until=show.until, seed=show.seed, world=WORLDS[0]))


def tasks(scenario: Scenario) -> list[tuple[str, str, int]]:
    """(kind, world, seed) of each ghost of a policy; kind is luck or doubt."""
    show = shown()
    return [(job.kind, job.world, job.seed) for job in pairs(scenario, WORLDS[0], show.seed, show.scale)]


def make_ghost(scenario: Scenario, kind: str, world: str, seed: int) -> dict[str, Any]:
    """One paired difference, rounded to whole workers: `{kind, since, world, seed, values}`."""
    from batiksim.futures.paired import pair

    found = pair(scenario, world, seed, shown().scale, never)
    values = [round(value) for value in found["differences"][GHOSTED]]
    about = {"kind": kind, "since": found["since"], "world": found["regime"], "seed": seed}
    return about | {"values": {GHOSTED: values}}


def by_kind(found: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Ghosts as the stage takes them: `{luck: [...], doubt: [...]}`."""
    return {kind: [one for one in found if one["kind"] == kind] for kind in ("luck", "doubt")}
