"""docs/reference/bench.md: a small sweep and what is asked of it, as the commands print it.

    python -m tools.bench_page --work FOLDER

The sweep takes about a quarter of an hour on one core and goes on where it was stopped; one that has ended is
only asked, which takes seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from batiksim.cli import main as batiksim
from batiksim.cli import sweep
from batiksim.cli.output import Output
from batiksim.runs.atomic_files import write
from batiksim.runs.folder import is_finished
from batiksim.studies.study import Study

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, IMAGES = DOCS / "reference" / "bench.md", DOCS / "img"
FOLDER = "doubt"
PARAMETERS = (
    "demand.loss,demand.trend,demand.imitation,other.offer,garment.growth,covid.drop,"
    "start.regency_workers,choice.batik,choice.pay,contracts.surplus_cut"
)
SWEEP = (
    "sweep baseline recommendations --design sobol --draws 80 --seeds 2 "
    f"--parameters {PARAMETERS} --scale 0.05 --until 2035-12 --out {FOLDER}"
)
ASKED = (
    f"sensitivity {FOLDER} --of level",
    f"sensitivity {FOLDER} --of effect",
    f"sensitivity {FOLDER} --of level --lang id",
    f"discover {FOLDER} --below 600",
    f"discover {FOLDER} --below 600 --lang id",
    f"discover {FOLDER} --below 600 --on emulator",
    f"discover {FOLDER} --of effect --below 100",
    f"worth {FOLDER}",
    f"worth {FOLDER} --lang id",
)
# What is shown below the words of a command.
PICTURES = {
    f"sensitivity {FOLDER} --of level": "sensitivity-level-baseline.png",
    f"worth {FOLDER}": "worth-level-baseline.png",
}

HEAD = """\
# A small sweep, asked

<!-- Written by `python -m tools.bench_page`. -->

What the commands of [the research bench](../bench.md) print, word for word. It is an example, not a finding:
ten of the uncertain parameters, a twentieth of the people, two runs a set.
"""


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _printed(command: str) -> str:
    """What a command prints; raises RuntimeError where it fails."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        if command == SWEEP and is_finished(Path(FOLDER)):
            code = sweep.give(Study.load(FOLDER), FOLDER, Output("sweep", False), True)
        else:
            code = batiksim([*shlex.split(command), "--quiet"])
    if code:
        raise RuntimeError(f"batiksim {command}: exit code {code}")
    return told.getvalue().rstrip()


def _page() -> Iterator[str]:
    yield HEAD
    for command in (SWEEP, *ASKED):
        yield f"```\n$ batiksim {command}\n{_printed(command)}\n```\n"
        if command in PICTURES:
            yield f"![{command}](../img/{PICTURES[command]})\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry out the sweep, ask it and write the page and its pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench_page", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the sweep")
    given = parser.parse_args(arguments)
    os.environ |= {"COLUMNS": "90", "BATIKSIM_LANG": "en"}
    with _inside(given.work):
        lines = "\n".join(_page())
        for command, picture in PICTURES.items():
            with tempfile.TemporaryDirectory() as drawn:
                _printed(f"{command} --files {shlex.quote(drawn)}")
                write(IMAGES / picture, (Path(drawn) / picture).read_bytes())
    write(PAGE, lines)
    print(f"written: {PAGE.name}, {', '.join(PICTURES.values())}")


if __name__ == "__main__":
    main()
