"""`make bench`: speed of the model and of the per-agent reference in one run; the last line is JSON.

    python -m benchmarks.run [--quick] [--million] [--keep]

`--quick` leaves out 100,000 people and more, and studies; `--million` adds a million people over 240 months
and two million in the nation's centres, `--keep` the figures of now to benchmarks/history.csv.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median

import numpy as np

from benchmarks import history, studies
from benchmarks.cold import cold
from benchmarks.measure import FULL_SCALE_PEOPLE, model_speed, shuffle_floor, whole_run
from benchmarks.month_cost import HERE, WHOLE, month_ms
from verification.reference.bench import time_reference

SIZES = (1_000, 10_000, 100_000)
MONTHS = 24
ROUNDS = 5
LAST = "2040-12"
HEAD = f"{'people':>8} {'model ns':>10} {'reference ns':>13} {'ratio':>7} {'shuffle_do ns':>14}"


def small_runs_per_second(runs: int) -> float:
    """Runs of 10,000 people over 240 months that all cores finish in a second, start-up included."""
    from batiksim.runs.runner import run_many
    from batiksim.scenario import Scenario

    begin = time.perf_counter()
    jobs = os.cpu_count() or 1
    for _ in run_many(
        Scenario.default(), range(1, runs + 1), jobs=jobs, scale=0.04, until="2030-12", record="yearly"
    ):
        pass
    return runs / (time.perf_counter() - begin)


def help_seconds() -> float:
    """Wall seconds of `batiksim --help`, median of five."""
    found = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "batiksim", "--help"], capture_output=True, check=True)
        found.append(time.perf_counter() - begin)
    return float(median(found))


def slope(people: list[int], seconds: list[float]) -> float:
    """Exponent b of cost ~ people^b; 1 is linear."""
    return float(np.polyfit(np.log(people), np.log(seconds), 1)[0])


def compare_sizes(sizes: tuple[int, ...]) -> dict[int, tuple[float, float]]:
    """Print the table of sizes and return ns of model and reference by size."""
    print(HEAD)
    found = {}
    for people in sizes:
        model = model_speed(people, MONTHS, ROUNDS)
        reference = time_reference(people, MONTHS).ns_per_person_month
        found[people] = (model.nanoseconds, reference)
        floor = shuffle_floor(people, ROUNDS)
        ratio = reference / model.nanoseconds
        figures = (
            f"{model.people:>8,} {model.nanoseconds:>10.1f} {reference:>13.0f} {ratio:>7.0f} {floor:>14.0f}"
        )
        print(figures, flush=True)
    return found


def tell_full(full: dict[str, float], scale: float) -> None:
    """Print what the whole horizon costs."""
    print(f"\n2011-2040 at scale {scale:g}: {full['people']:,.0f} people at the end")
    print(
        f"  {full['seconds']:.1f} s CPU, of which {full['build']:.1f} s to build; {full['wall']:.1f} s wall"
    )
    print(f"  peak memory {full['peak_mb']:.0f} MB; first month {full['first_month']:.2f} s after building")


def tell_growth(sizes: tuple[int, ...], found: dict[int, tuple[float, float]]) -> None:
    """Print how cost grows with people and with months; 1 is linear."""
    people = slope(list(sizes), [found[size][0] * size for size in sizes])
    months = [whole_run(0.1, until)["seconds"] for until in ("2015-12", "2020-12", "2040-12")]
    print(f"cost grows like people^{people:.2f} from {sizes[0]:,} to {sizes[-1]:,}")
    print(f"cost grows like months^{slope([60, 120, 360], months):.2f} at a tenth of the region")


def tell_months(scales: tuple[float, ...] = (0.02, 0.1, 0.3)) -> dict[str, float]:
    """Print what a month costs by step, and what of it whatever the number of people; ms of a processor."""
    month_ms(HERE, scales[0], 1, 1, False)  # compiles
    costs = [month_ms(HERE, scale, MONTHS, 1, False) for scale in scales]
    print(f"\n{'ms a month at':12}" + "".join(f"{scale:>9g}" for scale in scales))
    for name in costs[0]:
        print(f"{name:12} " + "".join(f"{cost.get(name, 0.0):9.3f}" for cost in costs))
    each, fixed = np.polyfit(scales, [cost[WHOLE] for cost in costs], 1)
    print(f"fixed cost of a month {fixed:.2f} ms; {each * 1e6 / FULL_SCALE_PEOPLE:.0f} ns more a person")
    return {"fixed_ms_a_month": float(fixed), "slope_ns_per_person": float(each * 1e6 / FULL_SCALE_PEOPLE)}


def tell_millions() -> dict[str, float]:
    """Print what 240 months of a million people cost, and of two million in the nation's centres."""
    found = {}
    for name, scale, scenario in (("million", 4.0, "baseline"), ("nation", 0.75, "national")):
        big = whole_run(scale, "2030-12", scenario)
        each = (big["seconds"] - big["build"]) * 1e9 / 240 / big["people"]
        print(
            f"{scenario}, {big['people']:,.0f} people x 240 months: {big['seconds']:.0f} s CPU, of which"
            f" {big['build']:.1f} s to build; {each:.0f} ns a person and month; {big['peak_mb']:.0f} MB"
        )
        found |= {f"{name}_seconds": big["seconds"], f"{name}_mb": big["peak_mb"], f"{name}_ns": each}
    return found


def tell_studies() -> dict[str, float]:
    """Print what studies cost."""
    print("\nstudies, seconds of one processor and MB at the peak")
    found = {}
    for name, what in studies.TOLD.items():
        cost = studies.measured(name)
        print(f"  {what}: {cost['seconds']:.2f} s, {cost['peak_mb']:.0f} MB", flush=True)
        found |= {f"{name}_seconds": cost["seconds"], f"{name}_mb": cost["peak_mb"]}
    return found


def main(arguments: list[str]) -> None:
    """Measure, print, and end with one JSON line."""
    quick = "--quick" in arguments
    sizes = SIZES[:-1] if quick else SIZES
    scale = sizes[-1] / FULL_SCALE_PEOPLE if quick else 1.0
    print("CPU nanoseconds of one core for a person and month, everything on, everything recorded.")
    print(f"Reference: one Mesa object a person, {MONTHS} months, its draws made beforehand.\n")
    found = compare_sizes(sizes)
    model, reference = found[sizes[-1]]
    full = whole_run(scale, LAST)
    tell_full(full, scale)
    tell_growth(sizes, found)
    more = tell_months()
    runs = small_runs_per_second(4 if quick else 24)
    print(f"{runs:.1f} runs a second of 10,000 people x 240 months on all cores")
    print(f"batiksim --help: {help_seconds():.2f} s")
    if not quick:
        whole, passes = cold()
        print(f"first run on a fresh machine: {whole:.1f} s CPU to compile {len(passes)} passes")
        more |= {"cold_seconds": whole} | tell_studies()
    if "--million" in arguments:
        more |= tell_millions()
    summary = {
        "ns_per_person_month": round(model, 1),
        "reference_ns_per_person_month": round(reference),
        "ratio": round(reference / model, 1),
        "full_scale_people": round(full["people"]),
        "full_scale_seconds": round(full["seconds"], 2),
        "peak_mb": round(full["peak_mb"]),
        "runs_a_second": round(runs, 2),
    } | {name: round(value, 3) for name, value in more.items()}
    print("\n".join(history.against(summary)))
    if "--keep" in arguments:
        history.keep(summary)
    print(json.dumps(summary))


if __name__ == "__main__":
    main(sys.argv[1:])
