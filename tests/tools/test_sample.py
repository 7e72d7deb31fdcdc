"""The sample that ships is made from a calibration, of sets that count alike only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from batiksim.runs.draws import Draw
from batiksim.runs.sample_table import SAMPLE, SampleTable
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.sample import load_sample, read_sample, write_sample
from tools import sample


def kept(folder: Path, weights: list[float]) -> Path:
    """The folder of a calibration that kept two sets of these weights."""
    values = [one.values for one in load_sample()[:2]]
    drawn = zip(values, (HANDS_SHORT, ORDERS_SHORT), strict=True)
    draws = tuple(Draw(str(k), some, k, world) for k, (some, world) in enumerate(drawn, start=1))
    names = tuple(values[0])
    table = SampleTable(draws, names, np.full((2, len(names)), 0.5), np.array(weights))
    (folder / SAMPLE).write_bytes(table.pack())
    return folder


def test_sets_that_count_alike_become_the_sample(tmp_path: Path) -> None:
    found = sample.members(kept(tmp_path, [0.5, 0.5]))
    assert [(one.id, one.world) for one in found] == [("1", HANDS_SHORT), ("2", ORDERS_SHORT)]
    again = read_sample(write_sample(found))
    assert [dict(one.values) for one in again] == [dict(one.values) for one in load_sample()[:2]]


def test_sets_that_do_not_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="count alike"):
        sample.members(kept(tmp_path, [0.75, 0.25]))


def test_the_page_is_of_the_sample_that_ships() -> None:
    """World and number of each set stand in the table of kept sets."""
    lines = sample.PAGE.read_text(encoding="utf-8").split("## Kept sets")[1].split("##")[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")][2:]
    assert [(row[0], row[2]) for row in rows] == [(one.id, one.world) for one in load_sample()]
