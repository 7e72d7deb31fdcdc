"""What every test starts from: the same process start method, caches and random examples on every machine."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

ROOT = Path(__file__).resolve().parents[1]

# Windows and macOS have only "spawn"; tests that pass under "fork" alone would prove nothing there.
multiprocessing.set_start_method("spawn", force=True)

# numba keeps compiled functions beside the source; an installation nobody may write to needs another place,
# and the variable must be set before anything imports numba.
_package = importlib.util.find_spec("batiksim")
if _package is not None and _package.origin and not os.access(Path(_package.origin).parent, os.W_OK):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir(), "batiksim-numba")))

# A test that changes the model in memory must neither find nor leave what the model as it ships has run.
os.environ["BATIKSIM_PASTS"] = "off"

# Looking for new examples is for people at a keyboard; a machine must find the same ones every time.
settings.register_profile("batiksim", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("batiksim")

# Begun first, so that none of them is left for one process at the end, while the others have nothing to do.
LONGEST = (
    "test_notebooks.py", "test_results.py", "test_contributing.py", "test_warming.py", "test_numbers.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="module")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A few made-up parameters, one kind of intervention and a library of two, for tests of scenario files.

    Gives the folder of the library.
    """
    from batiksim.config import parameters
    from batiksim.scenario import interventions as declared
    from batiksim.scenario import shipped as scenario_library

    folder = tmp_path_factory.mktemp("library")
    (folder / "baseline.yaml").write_text("title: {en: Baseline, id: Keadaan dasar}\n", encoding="utf-8")
    (folder / "direct.yaml").write_text(
        "extends: baseline\nparameters:\n  contracts.surplus_cut: {2025-01..2034-12: 0.15}\n",
        encoding="utf-8",
    )
    caches = (parameters.load_parameters, scenario_library.library)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parameters, "_folder", lambda: Path(__file__).parent / "data" / "parameters")
        patch.setattr(scenario_library, "_folder", lambda: folder)
        described: dict[str, declared.Kind] = {}
        patch.setattr(declared, "_described", lambda: described)
        declared.describe(
            "cooperative",
            label={"en": "Cooperative", "id": "Koperasi"},
            channel="bargaining",
            stakeholder="associations",
            payer="government",
            unit_cost=250_000,
            cost_unit="IDR/worker/year",
            cost_source="made up for the tests",
            strength=declared.Option(
                0.1, 0.05, 0.5, "share", {"en": "Gain in bargaining", "id": "Kenaikan tawar"}
            ),
            options={"dues": declared.Option(20_000, 0, 1e6, "IDR/month", {"en": "Dues", "id": "Iuran"})},
        )
        for cached in caches:
            cached.cache_clear()
        yield folder
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def small_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """In comparisons, the run of the whole region is a small one too."""
    from batiksim.runs import assemble, design

    for module in (design, assemble):
        monkeypatch.setattr(module, "FULL", 0.01)


@pytest.fixture
def brittle(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """A scenario with a kind of intervention of a user's own, which fails with seed 2."""
    from batiksim.scenario import interventions as declared
    from tests.support.comparisons import scenario

    described = dict(declared.kinds())
    monkeypatch.setattr(declared, "_described", lambda: described)
    importlib.reload(importlib.import_module("tests.support.brittle"))
    return scenario("brittle", "interventions:\n  - brittle: {from: 2012-03}\n")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small comparison, three seeds in one process; tests only look at it."""
    from batiksim.runs import assemble, design
    from batiksim.studies.compare import compare
    from tests.support.comparisons import SMALL, two

    out = tmp_path_factory.mktemp("comparison") / "kept"
    with pytest.MonkeyPatch.context() as patch:
        for module in (design, assemble):
            patch.setattr(module, "FULL", 0.01)
        compare(two(), 3, jobs=1, out=out, **SMALL)
    return out


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A comparison of known results under 44 draws of two worlds, two seeds each; tests only look at it."""
    from tests.support.made_up_sample import sampled

    return sampled(tmp_path_factory.mktemp("sampled"))


@pytest.fixture
def copy(finished: Path, tmp_path: Path, small_whole: None) -> Path:
    """A finished comparison that may be damaged."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))
