"""The sample that ships: writes batiksim/data/sample.csv and docs/reference/sample.md from a calibration.

    python -m tools.sample --work FOLDER [--jobs J]

An empty or new folder is calibrated first with the usual settings (see docs/calibration.md), which takes the
better part of an hour on two cores and goes on where it was stopped; one that is finished is only read again,
which takes a minute or two. The page is what `batiksim calibrate` prints, with all its tables.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from batiksim.cli import main as batiksim
from batiksim.runs.atomic_files import write, write_text
from batiksim.runs.sample_table import SAMPLE, SampleTable, alike
from batiksim.studies.calibration import QUESTION
from batiksim.studies.sample import FILE, Member, write_sample

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, IMAGES = DOCS / "reference" / "sample.md", DOCS / "img"
CSV = Path(__file__).resolve().parents[1] / "batiksim" / "data" / FILE
PICTURE = "calibration-parameters.png"
USUAL = ("--draws", "300", "--waves", "3", "--fake", "20", "--keep", "50", "--worlds", "2")
RANGES = ("prior", "plausible", "posterior")

HEAD = """\
# The plausible sample

<!-- Written by `python -m tools.sample`. -->

The sets of assumptions that every comparison is made under: what [`batiksim
calibrate`](../calibration.md#fitted-by-a-program) found, as it prints it, word for word, and its tables; the
values are in `batiksim/data/sample.csv`. What fake data say comes first: of parameters that are not found
there, the facts say nothing.
"""


def _printed(words: Sequence[str]) -> str:
    """What a command prints; raises RuntimeError where it fails."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = batiksim(list(words))
    if code:
        raise RuntimeError(f"batiksim {' '.join(words)}: exit code {code}")
    return told.getvalue().rstrip()


def calibrated(work: Path, jobs: Sequence[str], *more: str) -> str:
    """What the calibration of a folder prints, begun or gone on with where it is not finished."""
    if more or not (work / QUESTION).exists():
        return _printed(["calibrate", *_settings(work), "--out", str(work), *jobs, *more])
    return _printed(["resume", str(work), *jobs])


def _settings(work: Path) -> list[str]:
    """The settings of a folder as options, the usual ones of an empty folder."""
    from batiksim.studies.calibration import BOUNDS, read_question

    kept = read_question(work)
    if kept is None:
        return list(USUAL)
    return [word for name in BOUNDS for word in (f"--{name}", f"{kept[name]:g}")]


def table(work: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of the folder."""
    with (work / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def short(written: str, digits: int = 3) -> str:
    """A number of a table with few digits, a dash where there is none."""
    try:
        return f"{float(written):.{digits}g}"
    except ValueError:
        return written or "–"


def members(work: Path) -> list[Member]:
    """The draws of a calibration, by their numbers. Raises RuntimeError where they do not count alike."""
    sample = SampleTable.unpack((work / SAMPLE).read_bytes(), SAMPLE)
    if not alike(sample.weights):
        raise RuntimeError("the sets that were kept do not count alike: calibrate with more draws or waves")
    return [Member(draw.name, str(draw.world), draw.values) for draw in sample.draws]


def _range(row: dict[str, str], name: str) -> str:
    ends = [short(row.get(f"{name}_{end}", "")) for end in ("low", "high")]
    return "–" if ends == ["–", "–"] else " .. ".join(ends)


def page(work: Path, told: str, told_id: str) -> Iterator[str]:
    """docs/reference/sample.md."""
    yield HEAD
    yield f"```\n{told}\n```\n"
    yield f"![prior, plausible and posterior](../img/{PICTURE})\n"
    yield f"```\n{told_id}\n```\n"
    yield "## Kept sets\n"
    names = ("draw", "wave", "world", "weight", "largest", "largest_target", "second", "second_target")
    draws = table(work, "draws")
    reach = ("information", "orders", "gap_error")
    yield from lines((*names, *reach), [[short(row[name]) for name in (*names, *reach)] for row in draws])
    yield "\n## Facts\n"
    yield "5 to 95 % of the sets of the first wave, of all plausible ones, and of those kept by weight.\n"
    about = ("target", "role", "n", "source", "value", "low", "high")
    rows = [
        [*(short(row[name]) for name in about), *(_range(row, name) for name in RANGES), row["inside"]]
        for row in table(work, "facts")
    ]
    yield from lines((*about, *RANGES, "inside"), rows)
    yield "\n## Fit rows of every kept set\n"
    found: dict[str, list[str]] = {}
    for row in table(work, "rows"):
        found.setdefault(row["target"], []).append(short(row["value"]))
    yield from lines(("row", *(row["draw"] for row in draws)), [[name, *row] for name, row in found.items()])
    yield "\n## Emulators\n"
    columns = ("wave", "target", "sets", "score", "emulator", "luck", "missed")
    yield from lines(columns, [[short(row[name]) for name in columns] for row in table(work, "emulators")])
    yield "\n## Parameters\n"
    yield "Range left of the prior (5 to 95 %), and what fake data find: range left, correlation, bands.\n"
    more = (
        "plausible_ratio",
        "posterior_ratio",
        "fake_ratio",
        "fake_correlation",
        "cover_50",
        "cover_90",
        "found",
    )
    rows = [
        [row["parameter"], row["unit"], *(_range(row, name) for name in RANGES),
         *(short(row.get(name, "")) for name in more)]
        for row in table(work, "parameters")
    ]  # fmt: skip
    yield from lines(("parameter", "unit", *RANGES, *more), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Calibrate, or read what is there, and write the sample, its page and the picture."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sample", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of the calibration")
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args(arguments)
    jobs = [] if given.jobs is None else ["--jobs", str(given.jobs)]
    os.environ |= {"COLUMNS": "110", "BATIKSIM_LANG": "en"}
    with tempfile.TemporaryDirectory() as drawn:
        told = calibrated(given.work, jobs, "--files", drawn)
        picture = (Path(drawn) / PICTURE).read_bytes()
    told_id = calibrated(given.work, jobs, "--lang", "id", "--quiet")
    found = members(given.work)
    write(IMAGES / PICTURE, picture)
    write(PAGE, "\n".join(page(given.work, told, told_id)) + "\n")
    write_text(CSV, write_sample(found))
    print(f"written: {CSV.name}, {PAGE.name}, {PICTURE}")


if __name__ == "__main__":
    main()
