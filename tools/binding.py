"""Measure which side of the labour market binds in each world, and write docs/reference/binding.md.

python -m tools.binding [--scale 0.1] [--seeds 8]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from batiksim.runs.design import NO_SAMPLE
from batiksim.studies.binding import binding, levers
from batiksim.studies.compare import compare
from tools.build_docs import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "binding.md"
TEXT = """\
# Which side binds

Both worlds at scale {scale:g}, seeds 1 to {seeds}, by
`python -m tools.binding --scale {scale:g} --seeds {seeds}`; means of 2026-40 with their standard errors.
*Orders* and *acceptances* say by how many per cent batik workers rise if there is one per cent more of them:
what binds now, where the region stands. *Information* (everybody young is in the campaign) and *orders +20 %*
say how many workers either side's far lever adds. A world is called after the second pair: hands are short
where information adds more than orders, orders are short where it adds fewer, between within two standard
errors. The experiment is in `batiksim/studies/binding.py`; what follows from it in [worlds.md](../worlds.md).

{table}"""
HEAD = ("world as named", "orders", "acceptances", "information", "orders +20 %", "gap", "world as measured")


def page(found: pd.DataFrame, scale: float, seeds: int) -> str:
    """The page in Markdown."""
    return TEXT.format(scale=scale, seeds=seeds, table=table(HEAD, map(_cells, found.to_dict("records"))))


def _cells(row: dict[Any, Any]) -> list[str]:
    nudged = [f"{row[name]:.2f} ± {row[f'{name}_se']:.2f}" for name in ("orders", "acceptances")]
    pushed = [
        f"{row[name]:+,.0f} ± {row[f'{name}_se']:.0f}" for name in ("information", "more_orders", "gap")
    ]
    return [row["regime"], *nudged, *pushed, row["world"]]


def main() -> None:
    """Run both worlds and write the page."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--scale", type=float, default=0.1)
    asked.add_argument("--seeds", type=int, default=8)
    given = asked.parse_args()
    study = compare(levers(), given.seeds, sample=NO_SAMPLE, scale=given.scale, full_scale=0)
    written = page(binding(study), given.scale, given.seeds)
    PAGE.write_text(written, encoding="utf-8", newline="\n")
    print(written)


if __name__ == "__main__":
    main()
