"""Single measurements: CPU seconds of one core, person-months, peak memory of a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from batiksim.agents._compat import Agent, Model
from batiksim.calendar import month_name
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario

FULL_SCALE_PEOPLE = 250_000


@dataclass(frozen=True)
class Speed:
    """CPU nanoseconds for one person and month; `people` are those of 15 and over who were simulated."""

    people: int
    months: int
    nanoseconds: float


def model_speed(people: int, months: int, rounds: int) -> Speed:
    """Median over `rounds` fresh models of the time of `months` months, all mechanisms and indicators on."""
    found = []
    for seed in range(1, rounds + 1):
        model = BatikModel(seed=seed, scale=people / FULL_SCALE_PEOPLE, until=month_name(months - 1))
        person_months, begin = 0, time.process_time()
        for month in range(months):
            model.run(month_name(month))
            person_months += model.young.size + model.older.size
        found.append((time.process_time() - begin) * 1e9 / person_months)
    return Speed(person_months // months, months, median(found))


class _Idle(Agent):
    """An agent that does nothing: what is left is the cost of being visited."""

    def step(self) -> None:
        pass


def shuffle_floor(people: int, rounds: int) -> float:
    """CPU nanoseconds a person that Mesa's `shuffle_do` needs to visit stock agents that do nothing."""
    model = Model(rng=1)
    _Idle.create_agents(model, people)
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        model.agents.shuffle_do("step")
        found.append((time.process_time() - begin) * 1e9 / people)
    return float(median(found))


def peak_mb() -> float:
    """Largest memory this process has had, in MB; NaN where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux; what `resource` tells there begins with the peak of the parent process
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    try:
        import resource
    except ImportError:  # Windows
        return _peak_on_windows()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def _peak_on_windows() -> float:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [("cb", wintypes.DWORD), ("faults", wintypes.DWORD)] + [
            (name, ctypes.c_size_t) for name in ("peak", "now", "a", "b", "c", "d", "file", "peak_file")
        ]

    counters = Counters(cb=ctypes.sizeof(Counters))
    library = ctypes.WinDLL("psapi")
    handle = ctypes.WinDLL("kernel32").GetCurrentProcess()
    if library.GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb):
        return counters.peak / 1024**2
    return float("nan")


def whole_run(scale: float, until: str, scenario: str = "baseline") -> dict[str, float]:
    """Build and run one model in a process of its own: CPU and wall seconds, people, peak memory."""
    code = f"from benchmarks.measure import _whole_run; _whole_run({scale!r}, {until!r}, {scenario!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _whole_run(scale: float, until: str, scenario: str) -> None:
    settings = Scenario.load(scenario)
    wall, begin = time.perf_counter(), time.process_time()
    model = BatikModel(settings, scale=scale, until=until)
    built = time.process_time() - begin
    first = time.perf_counter()
    model.step()
    first = time.perf_counter() - first
    model.run()
    print(
        json.dumps(
            {
                "seconds": time.process_time() - begin,
                "wall": time.perf_counter() - wall,
                "build": built,
                "first_month": first,
                "people": model.young.size + model.older.size,
                "peak_mb": peak_mb(),
            }
        )
    )
