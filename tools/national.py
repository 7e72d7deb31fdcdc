"""Write batiksim/data/places_national.csv: 101 anonymous centres of the sizes of the study's Table 1.

    python -m tools.national

No dice: the 13 clusters of Table 1 are put in order of their workers, and the centres stand at the ranks
(k - .5) / 101 between them. Workers and firms of a centre are interpolated in logarithms between the two
neighbours, and it is organised as the nearer one is. So sizes, firms and organisation keep the distribution,
and the company, that they have in Table 1. The model uses these sizes as shares of the nation's totals only.

The centres lie on a plane of their own, like the seeds of a sunflower, and sizes are dealt out to them in
steps of 44 ranks (101 is a prime), so that large and small ones lie side by side. It is no map of Indonesia.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from batiksim.data import rows
from batiksim.world.places import FILES, NATIONAL, PEKALONGAN

DATA = Path(__file__).resolve().parents[1] / "batiksim" / "data"
CENTRES = 101
FIRST_NUMBER = 101  # after those of Pekalongan: a number is never given twice
GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
DEALT = 44
APART_KM = 20.0
SOURCE = (
    "size of rank {rank:.3f} of Table 1 of Wijaya et al. 2021 (PEL Batik 2017), organised as {like};"
    " place on the plane: A"
)


def centres() -> list[dict[str, str]]:
    """The rows of the file."""
    known = sorted(
        (row for row in rows(FILES[PEKALONGAN]) if row["workers_table1"]),
        key=lambda row: (float(row["workers_table1"]), row["id"]),
    )
    rank = (np.arange(CENTRES) * DEALT % CENTRES + 0.5) / CENTRES
    ranks_known = (np.arange(len(known)) + 0.5) / len(known)
    size = {
        name: np.exp(np.interp(rank, ranks_known, np.log([float(row[name]) for row in known])))
        for name in ("firms_table1", "workers_table1")
    }
    return [
        {
            "id": f"centre-{k + 1:03d}",
            "number": str(FIRST_NUMBER + k),
            "name": f"Centre {k + 1}",
            "name_id": f"Sentra {k + 1}",
            "region": "centre",
            "x": f"{APART_KM * np.sqrt(k) * np.cos(k * GOLDEN_ANGLE):.3f}",
            "y": f"{APART_KM * np.sqrt(k) * np.sin(k * GOLDEN_ANGLE):.3f}",
            "firms_table1": f"{size['firms_table1'][k]:.0f}",
            "workers_table1": f"{size['workers_table1'][k]:.0f}",
            "organised": (like := known[int(rank[k] * len(known))])["organised"],
            "flood_exposure": "0",
            "population_share": f"{1 / CENTRES:.6f}",
            "source": SOURCE.format(rank=rank[k], like=like["name"]),
        }
        for k in range(CENTRES)
    ]


def main() -> None:
    """Write the file."""
    table = centres()
    with (DATA / FILES[NATIONAL]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main()
