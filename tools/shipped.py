"""Everything that ships or stands in the docs and comes out of runs, made anew by one command.

    python -m tools.shipped --work DIR [--only NAME ...] [--list]

After a change of the model or its numbers; some three hours on two cores. Each step is a command of its own,
in an order in which what one needs was made before. What is done is noted in DIR, from which the same
command goes on after a stop; a step that fails ends it, and nothing after it is made. Exits with that
step's code. The core of the sample is drawn anew by `python -m tools.core`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from batiksim.runs import fingerprints
from batiksim.runs.atomic_files import write_text

ROOT = Path(__file__).resolve().parents[1]
DONE = "done.json"
WORK = "{work}"  # in a command: the folder of the step


@dataclass(frozen=True)
class Step:
    """A command, as words after `python -m`, and what it makes."""

    command: tuple[str, ...]
    makes: str


def _validate(page: str, *more: str) -> tuple[str, ...]:
    settings = "--sample shipped --seeds 2 --seed 1 --scale 0.1 --quiet --lang en"
    return ("batiksim", "validate", *settings.split(), *more, "--out", WORK, "--page", f"docs/{page}.md")


STEPS: Mapping[str, Step] = {
    "sample": Step(("tools.sample", "--work", WORK), "batiksim/data/sample.csv, docs/reference/sample.md"),
    "docs": Step(("tools.build_docs",), "docs/reference, docs/assumptions.md, docs/data.md"),
    "pins": Step(("tools.pins",), "tests/pinned"),
    "calibration": Step(("tools.calibration",), "docs/reference/calibration.md"),
    "records": Step(("tools.records",), "batiksim/data/records: baselines and places of the app"),
    "carried": Step(("tools.carried", "--work", WORK), "batiksim/data/records: what export-html carries"),
    "lessons": Step(("tools.lessons",), "batiksim/app/lessons/results.json"),
    "poster": Step(("tools.poster",), "the first picture of the app"),
    "picture": Step(("tools.moving_picture",), "docs/img/app.webp"),
    "levers": Step(("tools.levers", "--work", WORK), "docs/reference/levers.md, costs of levers in the app"),
    "binding": Step(("tools.binding",), "docs/reference/binding.md"),
    "start": Step(("tools.start",), "docs/start.md"),
    "regimes": Step(("tools.regimes",), "docs/regimes.md"),
    "nominal": Step(("tools.nominal",), "docs/nominal.md"),
    "validation": Step(
        _validate("validation", "--until", "2025-12", "--ablations", "no-learning,no-conformity,no-recall"),
        "docs/validation.md",
    ),
    "bench": Step(("tools.bench_page", "--work", WORK), "docs/reference/bench.md"),
    "cluster": Step(("tools.cluster_page",), "docs/reference/cluster.md"),
    "scales": Step(("tools.scales", "--work", WORK, "--minutes", "60"), "docs/reference/scales.md"),
    "notebook": Step(("tools.notebook",), "notebooks, executed (needs the extra [notebook])"),
}


def left(done: Mapping[str, object], package: object, names: Sequence[str]) -> list[str]:
    """The steps that are still to be done with this version of the package, in order."""
    return [name for name in names if done.get(name) != package]


def make(work: Path, names: Sequence[str]) -> int:
    """Do what is left of some steps; the code of the first that fails, else 0."""
    work.mkdir(parents=True, exist_ok=True)
    noted = work / DONE
    done = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
    for name in left(done, fingerprints.package(), names):
        words = [word.replace(WORK, str(work / name)) for word in STEPS[name].command]
        print(f"--- {name}: python -m {' '.join(words)}", flush=True)
        begun = time.monotonic()
        if code := subprocess.run([sys.executable, "-m", *words], cwd=ROOT).returncode:
            print(f"--- {name} failed with code {code}; the same command goes on here", file=sys.stderr)
            return code
        done[name] = fingerprints.package()
        write_text(noted, json.dumps(done, indent=2) + "\n")
        print(f"--- {name}: done in {(time.monotonic() - begun) / 60:.1f} minutes", flush=True)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(prog="tools.shipped", description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, help="folder that keeps runs and what is done")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS), metavar="NAME")
    parser.add_argument("--list", action="store_true", help="say what there is, and do nothing")
    given = parser.parse_args(arguments)
    if given.list:
        for name, step in STEPS.items():
            print(f"{name:<12} {step.makes}\n{'':<12} python -m {' '.join(step.command)}")
        return 0
    if given.work is None:
        parser.error("--work is needed: a folder that keeps runs and what is done")
    return make(given.work.absolute(), [name for name in STEPS if name in given.only])


if __name__ == "__main__":
    sys.exit(main())
