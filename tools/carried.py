"""Make anew what the page as one file carries: policies with all people, ghosts, the grid of levers.

    python -m tools.carried --work DIR

Some twenty minutes on two cores; what was run stays in DIR, so that it can be stopped and taken up again.
Needed whenever results of the model change; tests compare what lies there with fresh runs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from batiksim.app.carried.grid import FILE, make_grid
from batiksim.app.carried.presets import FOLDER, GHOSTS, by_kind, file_of, make_future, make_ghost, tasks
from batiksim.futures.settings import shown
from batiksim.runs.executors import default_jobs, workers
from batiksim.scenario import Scenario

RECORDS = Path(__file__).resolve().parents[1] / "batiksim" / "data" / "records"


def main() -> None:
    """Write the presets, their ghosts, and the grid."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for the runs of the grid")
    given = parser.parse_args()
    _presets()
    content = make_grid(given.work / "grid").packed()
    (RECORDS / FILE).write_bytes(content)
    print(f"{FILE}: {len(content) / 1000:.0f} kB")


def _presets() -> None:
    folder = RECORDS / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    scenarios = {name: Scenario.load(name) for name in shown().presets}
    with workers(default_jobs(len(scenarios) * 8)) as pool:
        made = {name: pool.submit(make_future, one) for name, one in scenarios.items()}
        ghosts = {
            name: [pool.submit(make_ghost, one, *task) for task in tasks(one)]
            for name, one in scenarios.items()
        }
        for name, future in made.items():
            (folder / file_of(name)).write_bytes(future.result())
            print(f"{file_of(name)}: {len(future.result()) / 1000:.0f} kB", flush=True)
        found = {name: by_kind([one.result() for one in some]) for name, some in ghosts.items()}
    content = json.dumps(found, separators=(",", ":"))
    (folder / GHOSTS).write_text(content + "\n", encoding="utf-8", newline="\n")
    print(f"{GHOSTS}: {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
