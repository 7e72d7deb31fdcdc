"""What it costs to compile everything on a fresh machine, by pass: processor seconds, nothing kept before.

    python -m benchmarks.cold [PATH]

PATH is another checkout of the model. The rules and parts of numba that a pass calls count as its own where
it is the first to call them; passes that it calls do not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
# The smallest run that goes through every step of a month and a December; in a process of its own, so that
# nothing is compiled yet.
CODE = """
import json, sys, time
from numba.core import event
from batiksim.model.batik_model import BatikModel

class Listener(event.Listener):
    def __init__(self):
        self.open, self.own = [], {}

    def on_start(self, event):
        self.open.append([time.process_time(), 0.0])

    def on_end(self, event):
        began, inside = self.open.pop()
        function = event.data["dispatcher"].py_func
        spent = time.process_time() - began
        if function.__module__.startswith(("batiksim.kernels", "batiksim.model")):
            name = f"{function.__module__.split('.')[-1]}.{function.__name__}"
            seconds, times = self.own.get(name, (0.0, 0))
            self.own[name] = seconds + spent - inside, times + 1
            inside = spent
        if self.open:
            self.open[-1][1] += inside

listener, began = Listener(), time.process_time()
with event.install_listener("numba:compile", listener):
    BatikModel(scale=0.01, until="2011-12").run().results()
whole = time.process_time() - began
print(json.dumps({"whole": whole, "own": listener.own}))
"""


def cold(checkout: Path = HERE) -> tuple[float, dict[str, tuple[float, int]]]:
    """Seconds of the first run of a checkout, and by pass, with how many times each is compiled."""
    own = checkout / ".venv" / "bin" / "python"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(own) if own.exists() else sys.executable, "-c", CODE],
            cwd=checkout, env=os.environ | {"NUMBA_CACHE_DIR": folder}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
    found = json.loads(done.stdout)
    return found["whole"], {name: (seconds, times) for name, (seconds, times) in found["own"].items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, the longest first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold")
    parser.add_argument("checkout", nargs="?", type=Path, default=HERE, help="another checkout of the model")
    whole, own = cold(parser.parse_args(arguments).checkout.resolve())
    for name, (seconds, times) in sorted(own.items(), key=lambda one: -one[1][0]):
        print(f"{seconds:7.2f}  {name}" + (f"  ({times} times)" if times > 1 else ""))
    compiling = sum(seconds for seconds, _ in own.values())
    print(f"{compiling:7.2f}  {len(own)} passes, of a first run of {whole:.2f} s")


if __name__ == "__main__":
    main()
