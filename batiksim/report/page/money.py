"""What the policies cost, who pays, who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from batiksim.codes import PAYERS
from batiksim.i18n.texts import text
from batiksim.present.names import month, regime, title
from batiksim.present.numbers import UNDEFINED, change, known, money, quantity
from batiksim.present.sentences import band, standard_error, verdict
from batiksim.report.page.phrases import NUMBER, Cell, Table, records
from batiksim.report.pictures.winners import years
from batiksim.studies.study import effects
from batiksim.studies.study.people import PURSE

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# A gain of less than this share of what the group has is a gain that nobody would notice.
_TINY = 0.001


def total(row: Mapping[str, Any]) -> Cell:
    """Present value of the costs up to a horizon."""
    if not known(row["cost"]):
        return Cell(verdict(row))
    return Cell(money(row["cost"]), "", NUMBER)


def price(row: Mapping[str, Any]) -> Cell:
    """Cost of one more young worker at a horizon, or why there is none."""
    if row["verdict"] != effects.OK:
        return Cell(verdict(row))
    ends = (row["per_worker_low_90"], row["per_worker_high_90"])
    return Cell(money(row["per_worker"]), band(*ends, "IDR"), NUMBER)


def costs(study: Study) -> Table:
    """Costs, gain and price after 5, 10 and 20 years, a row a policy, regime and horizon."""
    rows = []
    for row in records(study.costs()):
        gain = Cell(UNDEFINED, "", NUMBER)
        if known(row["gain"]):
            gain = Cell(change(row["gain"], "people"), standard_error(row["gain_error"], "people"), NUMBER)
        policy = Cell(title(study, row["scenario"]), regime(row["regime"]))
        when = month(row["month"]) if isinstance(row["month"], str) else ""
        years = Cell(text("report.cost.years", years=row["years"]), when)
        rows.append([policy, years, total(row), gain, price(row)])
    head = [text(f"report.cost.{key}") for key in ("policy", "horizon", "total", "gain", "price")]
    rate = quantity(float(study.about["discount_rate"]), "share")
    return Table(text("report.cost.caption", rate=rate), head, rows, frozenset((2, 3, 4)))


def payers(study: Study) -> Table:
    """Who pays how much over the longest horizon within the run, a column a policy and regime."""
    found = {}
    for row in records(study.costs()):
        if known(row["cost"]):
            found[row["scenario"], row["regime"]] = row
    head = [text("report.payer")]
    for (name, of), row in found.items():
        after = text("report.cost.years", years=row["years"])
        head.append(f"{title(study, name)}, {regime(of)}, {after}")
    rows = [
        [
            Cell(text(f"stakeholder.{payer}").capitalize()),
            *(Cell(money(row[payer]), "", NUMBER) for row in found.values()),
        ]
        for payer in PAYERS
    ]
    for part in ("public", "private"):
        cells = [Cell(money(row[f"cost_{part}"]), "", NUMBER) for row in found.values()]
        rows.append([Cell(text(f"report.payer.{part}"), "", "sum"), *cells])
    return Table(text("report.payer.caption"), head, rows, frozenset(range(1, len(head))))


def winners(study: Study) -> Iterator[Table]:
    """Who gains and who loses in the last whole year, a table a policy, a column a regime."""
    found = study.winners()
    for name in study.scenarios[1:]:
        mine = records(found, scenario=name)
        regimes = list(dict.fromkeys(row["regime"] for row in mine))
        if not regimes:
            continue
        rows = []
        for group, what in dict.fromkeys((row["group"], row["what"]) for row in mine):
            cells = [row for row in mine if (row["group"], row["what"]) == (group, what)]
            if all(row["verdict"] == "unchanged" for row in cells):
                continue  # a line for each group that nothing happens to would hide the others
            note = text(f"report.what.{what}")
            rows.append([Cell(_group(group), note), *(_gain(row) for row in cells)])
        caption = text(
            "report.winners.caption", policy=title(study, name), year=years(found[found["scenario"] == name])
        )
        head = [text("report.winners.group"), *(regime(of) for of in regimes)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def _group(group: str) -> str:
    return text(f"report.group.{group.removeprefix('workers_')}")


def _gain(row: Mapping[str, Any]) -> Cell:
    """What a group gains, with its band, in relation to what it has, and what that amounts to."""
    verdict = row["verdict"]
    if verdict == "unchanged" or not row["pairs"]:
        return Cell(text("report.verdict.unchanged"))
    unit = "people" if row["what"] == "people" else "IDR"
    words = change(row["expected"], unit)
    relative = row["relative"]
    tiny = known(relative) and abs(relative) < _TINY
    if known(relative) and row["group"] != PURSE:
        words += f" ({_percent(relative)})"
    key = f"{verdict}_little" if tiny and verdict != "unclear" else verdict
    said = text(f"report.verdict.{key}")
    note = "; ".join(filter(None, (said, standard_error(row["error"], unit))))
    return Cell(words, note, f"{NUMBER} {'unclear' if tiny else verdict}")


def _percent(value: float) -> str:
    """A relative change; what rounds to nothing is said to be less than a tenth of a percent."""
    if 0 < abs(value) < _TINY:
        return text("report.less_than_tenth")
    return f"{'+' if value > 0 else ''}{quantity(value, 'share')}"
