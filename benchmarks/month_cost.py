"""What a month costs in this model and in another checkout of it, by step, measured in turns.

    python -m benchmarks.month_cost PATH [--scale .1] [--months 60] [--rounds 9] [--yearly]

Both are run by this Python (or the one in PATH/.venv) in processes of their own, one after the other and the
next round the other way round, so that whatever else the machine does meets both. A round gives the
milliseconds of a processor for a month of each, after a warm-up of two years, and their ratio: the median
over rounds is told, and the least and the most. With `--yearly` they record as runs by year do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[1]
WHOLE = "month"
CODE = """
import json, sys, time
from batiksim.model.batik_model import BatikModel
from batiksim.model.schedule import STEPS
from batiksim.calendar import month_name
scale, months, seed, yearly = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "True"
warm, spent = 24, {}
def timed(name, function):
    def run(*given):
        began = time.process_time()
        function(*given)
        spent[name] = spent.get(name, 0.0) + time.process_time() - began
    return run
model = BatikModel(seed=seed, scale=scale, until=month_name(warm + months - 1))
model.recorder.yearly = yearly
model.run(month_name(warm - 1))
for step in STEPS:
    object.__setattr__(step, "function", timed(step.name, step.function))
model.recorder.record = timed("recording", model.recorder.record)
timed("month", model.run)()
print(json.dumps({name: seconds * 1000.0 / months for name, seconds in spent.items()}))
"""

Cost = dict[str, float]


def month_ms(checkout: Path, scale: float, months: int, seed: int, yearly: bool) -> Cost:
    """Milliseconds of a processor for a month of the model in a checkout, of each step and of the whole."""
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    done = subprocess.run(
        [python, "-c", CODE, str(scale), str(months), str(seed), str(yearly)],
        cwd=checkout, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def compare(
    here: Path, other: Path, scale: float, months: int, rounds: int, yearly: bool = False
) -> tuple[list[Cost], list[Cost]]:
    """What a month costs by round, (here, other), measured in turns after one round that only compiles."""
    for checkout in (here, other):
        month_ms(checkout, scale, 1, 1, yearly)
    mine: list[Cost] = []
    others: list[Cost] = []
    for turn in range(1, rounds + 1):
        order = [(here, mine), (other, others)]
        for checkout, found in order if turn % 2 else reversed(order):
            found.append(month_ms(checkout, scale, months, turn, yearly))
    return mine, others


def main(arguments: Sequence[str] | None = None) -> float:
    """Measure, print, and return the median ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.month_cost")
    parser.add_argument("other", type=Path, help="the other checkout")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--yearly", action="store_true", help="record as runs by year do")
    given = parser.parse_args(arguments)
    mine, others = compare(HERE, given.other.resolve(), given.scale, given.months, given.rounds, given.yearly)
    print(f"{'ms a month':12} {'this model':>10} {'the other':>10}")
    for name in mine[0]:
        one, other = (median(cost.get(name, 0.0) for cost in costs) for costs in (mine, others))
        print(f"{name:12} {one:10.3f} {other:10.3f}")
    ratios = [one[WHOLE] / other[WHOLE] for one, other in zip(mine, others, strict=True)]
    print(f"ratio {median(ratios):.3f} ({min(ratios):.3f} .. {max(ratios):.3f}, {given.rounds} rounds)")
    return median(ratios)


if __name__ == "__main__":
    main()
