"""The least of a policy that is enough, where that was searched for in the folder of the comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from batiksim.i18n.texts import text
from batiksim.present.names import regime, title
from batiksim.present.numbers import known, number, percent, rupiah
from batiksim.studies.breakeven import FOUND, TOO_FEW, answer
from batiksim.studies.policy_questions import BREAKEVEN, ENOUGH, answered
from batiksim.studies.sizes import OVER

if TYPE_CHECKING:
    from batiksim.studies.study import Study


def smallest(study: Study) -> Iterator[str]:
    """The least of a policy that beats the baseline, where that was searched for in this folder."""
    searched = answered(study, BREAKEVEN)
    if not {"over", "value", "probability", "low", "high"} <= set(searched.columns):
        return
    searched = searched[searched["probability"].notna() & searched["over"].isin(OVER)]
    for (scenario, of, over), rows in searched.groupby(["scenario", "regime", "over"], sort=False):
        found = answer(rows.sort_values("value"))
        if found["verdict"] == TOO_FEW:
            continue
        sizes = {key: _size(found[key], over) for key in ("value", "high", "fails_above")}
        names = {"policy": title(study, scenario), "regime": regime(of)}
        names |= {"over": text(f"report.over.{over}"), "enough": percent(ENOUGH)}
        key = "report.reverse.enough" if found["verdict"] == FOUND else "report.reverse.never"
        said = text(key, **sizes, **names)
        again = text("report.reverse.fails_above", **sizes, **names)
        yield f"{said} {again}" if known(found["fails_above"]) else said


def _size(value: float, over: str) -> str:
    return rupiah(value) if over == "budget" else number(value, 0 if over == "years" else 2)
