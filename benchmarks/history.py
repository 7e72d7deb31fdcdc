"""The figures of `make bench` by release: what they were, on which machine, on which day.

    python -m benchmarks.run --keep      # adds a line to history.csv

Figures of two machines cannot be compared; the ratio to the per-agent reference, of the same run, can.
"""

from __future__ import annotations

import csv
import datetime
import platform
from collections.abc import Mapping
from pathlib import Path

from batiksim import __version__

FILE = Path(__file__).with_name("history.csv")
ABOUT = ("version", "date", "machine", "python")


def about() -> dict[str, str]:
    """Version, day, machine and Python of now."""
    return {
        "version": __version__, "date": datetime.date.today().isoformat(), "machine": _processor(),
        "python": platform.python_version(),
    }  # fmt: skip


def _processor() -> str:
    """The processor, where the system tells it, and what it is a kind of."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return model or platform.processor() or platform.machine()


def read(file: Path = FILE) -> list[dict[str, str]]:
    """The lines there are, oldest first."""
    if not file.exists():
        return []
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def keep(figures: Mapping[str, float], file: Path = FILE) -> None:
    """Add a line; figures that there were not before become columns of their own."""
    there = read(file)
    rows = [*there, {**about(), **{name: f"{value:g}" for name, value in figures.items()}}]
    columns = list(dict.fromkeys([*ABOUT, *(name for row in rows for name in row)]))
    with open(file, "w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def against(figures: Mapping[str, float], file: Path = FILE) -> list[str]:
    """A line for each figure that the last release has too, and how they compare."""
    last = next(iter(reversed(read(file))), None)
    if last is None:
        return []
    here = about()
    same = last["machine"] == here["machine"]
    head = f"against {last['version']} of {last['date']} on {last['machine']}"
    said = [head + ("" if same else " (another machine: only `ratio` can be compared)")]
    for name, value in figures.items():
        before = last.get(name, "")
        if before and float(before) and (same or name == "ratio"):
            said.append(f"  {name}: {value:g}, was {float(before):g} ({value / float(before):.2f})")
    return said
