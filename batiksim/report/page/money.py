"""What the policies cost, who pays, who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from batiksim.codes import PAYERS
from batiksim.i18n.texts import text
from batiksim.present.numbers import UNDEFINED, quantity
from batiksim.report.page.phrases import (
    NUMBER,
    Cell,
    Table,
    band,
    change,
    known,
    money,
    month,
    records,
    regime,
    title,
)
from batiksim.studies.study import costs as priced
from batiksim.studies.study import effects
from batiksim.studies.study.people import PURSE

if TYPE_CHECKING:
    from batiksim.studies.study import Study

VERDICTS = {
    effects.NONE: "none",
    effects.BEYOND: "beyond",
    priced.FREE: "free",
    priced.SAVES: "saves",
    priced.UNCHANGED: "unchanged",
}
# A gain of less than this share of what the group has is a gain that nobody would notice.
_TINY = 0.001


def total(row: Mapping[str, Any], lang: str) -> Cell:
    """Present value of the costs up to a horizon."""
    if not known(row["cost"]):
        return Cell(_verdict(row, lang))
    return Cell(
        money(row["cost"], lang), band(row["cost_low_90"], row["cost_high_90"], "IDR", lang), NUMBER
    )  # fmt: skip


def price(row: Mapping[str, Any], lang: str) -> Cell:
    """Cost of one more young worker at a horizon, or why there is none."""
    if row["verdict"] != effects.OK:
        return Cell(_verdict(row, lang))
    ends = (row["per_worker_low_90"], row["per_worker_high_90"])
    return Cell(money(row["per_worker"], lang), band(*ends, "IDR", lang), NUMBER)


def _verdict(row: Mapping[str, Any], lang: str) -> str:
    return text(f"compare.verdict.{VERDICTS.get(row['verdict'], 'none')}", lang)


def costs(study: Study, lang: str) -> Table:
    """Costs, gain and price after 5, 10 and 20 years, a row a policy, regime and horizon."""
    rows = []
    for row in records(study.costs()):
        gain = Cell(UNDEFINED, "", NUMBER)
        if known(row["gain"]):
            ends = (row["gain_low_90"], row["gain_high_90"])
            gain = Cell(
                change(row["gain"], "people", lang), band(*ends, "people", lang, signs=True), NUMBER
            )  # fmt: skip
        policy = Cell(title(study, row["scenario"], lang), regime(row["regime"], lang))
        when = month(row["month"], lang) if isinstance(row["month"], str) else ""
        years = Cell(text("report.cost.years", lang, years=row["years"]), when)
        rows.append([policy, years, total(row, lang), gain, price(row, lang)])
    head = [text(f"report.cost.{key}", lang) for key in ("policy", "horizon", "total", "gain", "price")]
    rate = quantity(float(study.about["discount_rate"]), "share", lang)
    return Table(text("report.cost.caption", lang, rate=rate), head, rows, frozenset((2, 3, 4)))


def payers(study: Study, lang: str) -> Table:
    """Who pays how much over the longest horizon within the run, a column a policy and regime."""
    found = {}
    for row in records(study.costs()):
        if known(row["cost"]):
            found[row["scenario"], row["regime"]] = row
    head = [text("report.payer", lang)]
    for (name, of), row in found.items():
        after = text("report.cost.years", lang, years=row["years"])
        head.append(f"{title(study, name, lang)}, {regime(of, lang)}, {after}")
    rows = [
        [
            Cell(text(f"stakeholder.{payer}", lang).capitalize()),
            *(Cell(money(row[payer], lang), "", NUMBER) for row in found.values()),
        ]
        for payer in PAYERS
    ]
    for part in ("public", "private"):
        cells = [Cell(money(row[f"cost_{part}"], lang), "", NUMBER) for row in found.values()]
        rows.append([Cell(text(f"report.payer.{part}", lang), "", "sum"), *cells])
    return Table(text("report.payer.caption", lang), head, rows, frozenset(range(1, len(head))))


def winners(study: Study, lang: str) -> Iterator[Table]:
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
            note = text(f"report.what.{what}", lang)
            rows.append([Cell(_group(group, lang), note), *(_gain(row, lang) for row in cells)])
        caption = text("report.winners.caption", lang, policy=title(study, name, lang), year=mine[0]["year"])
        head = [text("report.winners.group", lang), *(regime(of, lang) for of in regimes)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def _group(group: str, lang: str) -> str:
    return text(f"report.group.{group.removeprefix('workers_')}", lang)


def _gain(row: Mapping[str, Any], lang: str) -> Cell:
    """What a group gains, with its band, in relation to what it has, and what that amounts to."""
    verdict = row["verdict"]
    if verdict == "unchanged" or not row["pairs"]:
        return Cell(text("report.verdict.unchanged", lang))
    unit = "people" if row["what"] == "people" else "IDR"
    ends = (row["difference_low_90"], row["difference_high_90"])
    words = change(row["difference"], unit, lang)
    relative = row["relative"]
    tiny = known(relative) and abs(relative) < _TINY
    if known(relative) and row["group"] != PURSE:
        words += f" ({_percent(relative, lang)})"
    key = f"{verdict}_little" if tiny and verdict != "unclear" else verdict
    said = text(f"report.verdict.{key}", lang)
    note = f"{said}; {band(*ends, unit, lang, signs=True)}"
    return Cell(words, note, f"{NUMBER} {'unclear' if tiny else verdict}")


def _percent(value: float, lang: str) -> str:
    """A relative change; what rounds to nothing is said to be less than a tenth of a percent."""
    if 0 < abs(value) < _TINY:
        return text("report.less_than_tenth", lang)
    return f"{'+' if value > 0 else ''}{quantity(value, 'share', lang)}"
