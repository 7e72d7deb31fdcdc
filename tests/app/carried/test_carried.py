"""What the page as one file carries is what fresh runs give, and the page plays it from a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from batiksim.app.carried.grid import (
    Grid,
    combinations,
    levels_of,
    load_grid,
    make_grid,
    scenario_of,
    unpacked,
)
from batiksim.app.carried.page import page as page_of
from batiksim.app.carried.presets import ghosts_of_presets, make_future, make_ghost, preset
from batiksim.futures.record import payloads
from batiksim.futures.settings import shown
from batiksim.scenario import Scenario

ANY_ADDRESS = re.compile(r"""(?:src|href)=["']?(?!data:|#)|https?://(?!www\.w3\.org/|here/)[\w.]+""")


def test_a_grid_is_read_as_it_was_packed() -> None:
    values = np.arange(-12, 12, dtype=np.int16).reshape(2, 3, 2, 2)
    grid = Grid({"shape": [2, 3, 2, 2], "years": [2026, 2027]}, values)
    again = unpacked(grid.packed())
    assert again.about == grid.about and (again.values == values).all()


def test_combinations_are_levels_of_levers() -> None:
    show = shown()
    assert len(combinations()) == 3 ** len(show.grid_levers) and not any(combinations()[0])
    scenario = scenario_of((0, 2, 0, 1))
    assert [one.kind for one in scenario.interventions] == [show.grid_levers[1], show.grid_levers[3]]
    assert [one.strength for one in scenario.interventions] == [
        levels_of(show.grid_levers[1])[2],
        levels_of(show.grid_levers[3])[1],
    ]


def test_the_grid_that_ships_is_what_runs_give() -> None:
    shipped = load_grid()
    wanted = [combinations()[0], combinations()[40]]
    fresh = make_grid(wanted=wanted, draws=1, jobs=1)
    (draw,) = fresh.about["draws"]
    at = shipped.about["draws"].index(draw)
    rows = [shipped.about["combinations"].index("".join(map(str, one))) for one in wanted]
    assert (shipped.values[rows, at] == fresh.values[:, 0]).all(), "stale: python -m tools.carried --work DIR"
    for name in ("levers", "indicators", "years", "scale", "version"):
        assert shipped.about[name] == fresh.about[name], name


def test_the_presets_that_ship_are_what_runs_give() -> None:
    name = shown().presets[0]
    assert payloads(preset(name)) == payloads(make_future(Scenario.load(name))), (
        "stale: python -m tools.carried"
    )
    for one in ghosts_of_presets().values():
        assert one["luck"] and {ghost["world"] for ghost in one["doubt"]} >= {"orders-short", "hands-short"}
    ghost = ghosts_of_presets()[name]["luck"][0]
    assert make_ghost(Scenario.load(name), ghost["kind"], ghost["world"], ghost["seed"]) == ghost


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_asks_nothing_of_a_network(lang: str) -> None:
    content = page_of(lang)
    assert len(content.encode()) < 5_000_000
    outside = [found for found in ANY_ADDRESS.findall(content) if not found.startswith(("src=", "href="))]
    assert not outside
    assert f'<html lang="{lang}">' in content and "default-src 'none'" in content


def test_the_command_writes_it_whole_or_not_at_all(tmp_path: Path) -> None:
    def export(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "batiksim", "export-html", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    done = export("--lang", "id", "--json")
    assert done.returncode == 0 and (tmp_path / "batiksim-id.html").exists()
    wrong = export("--out", "page.txt")
    assert wrong.returncode == 2 and ".html" in wrong.stderr and not (tmp_path / "page.txt").exists()
    unknown = export("direct-contract")
    assert unknown.returncode == 2 and "direct-contracts" in unknown.stderr
