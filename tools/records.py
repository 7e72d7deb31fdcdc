"""Make what ships with the app anew: the record of the baseline in each world, and figures of places.

    python -m tools.records

Some two minutes on two cores. Needed whenever results of the model change; a test compares what lies there
with fresh runs.
"""

from __future__ import annotations

import json
from pathlib import Path

from batiksim import __version__
from batiksim.config.parameters import WORLDS
from batiksim.futures.record import (
    FULL,
    PLACES,
    SEEDS,
    make_record,
    measure_places,
    payloads,
    record_name,
    years,
)
from batiksim.futures.settings import shown
from batiksim.runs.executors import default_jobs, workers

FOLDER = Path(__file__).resolve().parents[1] / "batiksim" / "data" / "records"


def main() -> None:
    """Write the records and the figures of places."""
    FOLDER.mkdir(exist_ok=True)
    until = shown().until
    runs = [(world, seed) for world in WORLDS for seed in SEEDS]
    with workers(default_jobs(len(runs))) as pool:
        records = {world: pool.submit(make_record, world) for world in WORLDS}
        measured = {run: pool.submit(measure_places, *run, until) for run in runs}
        for world, made in records.items():
            _write(FOLDER / record_name(world), made.result())
        found = {run: made.result() for run, made in measured.items()}
    worlds = {
        world: {
            place: {name: [found[world, seed][place][name] for seed in SEEDS] for name in names}
            for place, names in found[world, SEEDS[0]].items()
        }
        for world in WORLDS
    }
    about = {"version": __version__, "scale": FULL, "seeds": SEEDS, "years": years(until)}
    content = json.dumps({**about, "worlds": worlds}, separators=(",", ":"))
    (FOLDER / PLACES).write_text(content + "\n", encoding="utf-8", newline="\n")
    print(f"{PLACES}: {len(content) / 1000:.0f} kB")


def _write(file: Path, content: bytes) -> None:
    """Write a record; one that says the same is left alone."""
    if not file.exists() or payloads(file.read_bytes()) != payloads(content):
        file.write_bytes(content)
    print(f"{file.name}: {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
