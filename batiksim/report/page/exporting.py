"""The pictures of a report and the tables behind it as files, for slides and spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from batiksim.present.spreadsheet import of_frame
from batiksim.report.pictures import Picture, save
from batiksim.runs import atomic_files

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.studies.study import Study


def export(study: Study, drawn: Sequence[Picture], folder: Path) -> None:
    """Write PNG, SVG and CSV of each picture and one CSV a table of the study; raises UsageError.

    Files of the same names are replaced, others in the folder are left alone.
    """
    atomic_files.make(folder)
    with atomic_files.draft(folder) as draft:
        for picture in drawn:
            save(picture, str(draft))
        for name, table in _tables(study).items():
            (draft / f"table-{name}.csv").write_text(of_frame(table()), encoding="utf-8", newline="\n")


# What a reader asks first, in this order.
INDICATORS = (
    *("batik.workers_under_30", "batik.workers", "batik.share_under_30", "batik.share_over_50"),
    *("batik.regeneration_ratio", "pay.batik_over_umk", "contracts.broker_cut", "firms.count"),
)


def _tables(study: Study) -> dict[str, Callable[[], pd.DataFrame]]:
    import pandas as pd

    def levels() -> pd.DataFrame:
        tables = [study.table(name).assign(indicator=name) for name in INDICATORS]
        return pd.concat(tables, ignore_index=True)

    def effects() -> pd.DataFrame:
        tables = [study.effects(name).assign(indicator=name) for name in INDICATORS]
        return pd.concat(tables, ignore_index=True)

    return {
        "effects": effects, "indicators": levels, "binding": study.binding,
        "costs": study.costs, "regret": study.regret,
        "remains": study.remains, "winners": study.winners, "runs": lambda: study.runs,
    }  # fmt: skip
