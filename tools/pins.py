"""Results pinned: `python -m tools.pins` writes tests/pinned/, which the suite holds the model to.

For every run, table, column and year: a checksum of the bytes of all its months, places and groups, and their
sum. On the platform they were made on the bytes must agree; elsewhere, where the last digit of a logarithm
may differ, the sums.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from batiksim.model.batik_model import BatikModel
from batiksim.recording.tables import ages, costs, incomes
from batiksim.scenario import Scenario

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "pinned"
PINS, MADE_ON = FOLDER / "results.parquet", FOLDER / "platform.txt"
SCENARIOS = ("baseline", "recommendations", "everything-badly")
SEEDS = (1, 2)
SCALES = (0.02, 0.1)
KEYS = ("month", "place", "sex", "age", "group", "payer")
RUN = ["scenario", "seed", "scale"]
WHERE = [*RUN, "table", "column", "year"]


def this_platform() -> str:
    """What the last digit of a result can depend on: processor, versions of Python, numpy and numba."""
    import numba
    from llvmlite import binding

    features = sorted(name for name, there in binding.get_host_cpu_features().items() if there)
    cpu = hashlib.sha256(f"{binding.get_host_cpu_name()} {features}".encode()).hexdigest()[:16]
    versions = f"python {platform.python_version()} numpy {np.__version__} numba {numba.__version__}"
    return f"{platform.system()} {platform.machine()} {cpu} {versions}"


def pins(scenario: str, seed: int, scale: float) -> pd.DataFrame:
    """One run to 2040, recorded every month: a row a table, column and year, `digest` and `total`."""
    model = BatikModel(Scenario.load(scenario), seed=seed, scale=scale).run()
    recorder = model.recorder
    tables = {
        "series": model.results(),
        "ages": ages(recorder),
        "incomes": incomes(recorder),
        "costs": costs(recorder),
    }
    rows = pd.DataFrame(
        [row for name, table in tables.items() for row in _columns(name, table)],
        columns=[*WHERE[len(RUN) :], "digest", "total"],
    )
    for place, (key, value) in enumerate(zip(RUN, (scenario, seed, scale), strict=True)):
        rows.insert(place, key, value)
    return rows


def _columns(name: str, table: pd.DataFrame) -> Iterator[tuple[str, str, int, int, float]]:
    years = table["month"].str.slice(0, 4)
    for year, rows in table.groupby(years, sort=True):
        for column in table.columns:
            if column not in KEYS:
                values = np.ascontiguousarray(rows[column].to_numpy("float64"))
                values = values + 0.0  # -0 and 0 are the same result
                digest = hashlib.blake2b(values.tobytes(), digest_size=8).digest()
                yield (
                    name,
                    column,
                    int(year),
                    int.from_bytes(digest, "little", signed=True),
                    float(np.nansum(values)),
                )


def main() -> None:
    """Compute all runs and write their pins."""
    found = [pins(name, seed, scale) for name in SCENARIOS for seed in SEEDS for scale in SCALES]
    pd.concat(found, ignore_index=True).to_parquet(PINS, compression="zstd", index=False)
    MADE_ON.write_text(this_platform() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
