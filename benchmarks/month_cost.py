"""What a month costs in this model and in another checkout of it, measured in turns.

    python -m benchmarks.month_cost PATH [--scale .1] [--months 60] [--rounds 9]

Both are run by this Python (or the one in PATH/.venv) in processes of their own, one after the other and the
next round the other way round, so that whatever else the machine does meets both. A round gives the
milliseconds of a processor for a month of each, after a warm-up of two years, and their ratio: the median
over rounds is told, and the least and the most.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[1]
CODE = """
import sys, time
from batiksim.model.batik_model import BatikModel
from batiksim.calendar import month_name
scale, months, seed = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
warm = 24
model = BatikModel(seed=seed, scale=scale, until=month_name(warm + months - 1))
model.run(month_name(warm - 1))
began = time.process_time()
model.run()
print((time.process_time() - began) * 1000.0 / months)
"""


def month_ms(checkout: Path, scale: float, months: int, seed: int) -> float:
    """Milliseconds of a processor for a month of the model in a checkout."""
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    done = subprocess.run(
        [python, "-c", CODE, str(scale), str(months), str(seed)],
        cwd=checkout, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def compare(
    here: Path, other: Path, scale: float, months: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds a month by round, (here, other), measured in turns after one round that only compiles."""
    for checkout in (here, other):
        month_ms(checkout, scale, 1, 1)
    mine: list[float] = []
    others: list[float] = []
    for turn in range(1, rounds + 1):
        order = [(here, mine), (other, others)]
        for checkout, found in order if turn % 2 else reversed(order):
            found.append(month_ms(checkout, scale, months, turn))
    return mine, others


def main(arguments: Sequence[str] | None = None) -> float:
    """Measure, print, and return the median ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.month_cost")
    parser.add_argument("other", type=Path, help="the other checkout")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args(arguments)
    mine, others = compare(HERE, given.other.resolve(), given.scale, given.months, given.rounds)
    ratios = [one / other for one, other in zip(mine, others, strict=True)]
    print(f"this model {median(mine):.2f} ms a month, {given.other} {median(others):.2f} ms")
    print(f"ratio {median(ratios):.3f} ({min(ratios):.3f} .. {max(ratios):.3f}, {given.rounds} rounds)")
    return median(ratios)


if __name__ == "__main__":
    main()
