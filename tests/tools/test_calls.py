"""The count of a month's calls sees every step, and leaves the model as it was."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.kernels import scan
from batiksim.model.schedule import STEPS
from benchmarks import calls


def test_every_step_is_counted_and_nothing_is_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    before = np.maximum, scan.choosers
    assert 0 < calls.main(["--scale", "0.005", "--months", "1"]) < 2000
    assert (np.maximum, scan.choosers) == before
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told[1:]] == [*(step.name for step in STEPS), "recording", "all"]
