"""What the comparison gives, as tables: key numbers, levels, differences, which side binds, what remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.i18n.texts import text
from batiksim.present.numbers import UNDEFINED, number, quantity
from batiksim.recording.indicators import load_indicators
from batiksim.report.page.money import price, total
from batiksim.report.page.phrases import (
    NUMBER,
    Cell,
    Table,
    band,
    difference,
    joined,
    known,
    level,
    month,
    records,
    regime,
    title,
)
from batiksim.studies.study import effects
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# What a reader asks first, in this order.
INDICATORS = (
    YOUNG,
    "batik.workers",
    "batik.share_under_30",
    "batik.share_over_50",
    "batik.regeneration_ratio",
    "pay.batik_over_umk",
    "contracts.broker_cut",
    "firms.count",
)
_KEY = (YOUNG, "batik.workers")
_YEARS = 10


@dataclass(frozen=True)
class Card:
    """The key numbers of one policy: (what, numbers by regime) pairs."""

    title: str
    lines: Sequence[tuple[str, Sequence[tuple[str, Cell]]]]


def cards(study: Study, lang: str) -> list[Card]:
    """Four numbers for each policy: young workers, all workers, cost, and cost per young worker."""
    tables = {name: study.table(name) for name in _KEY}
    costs = study.costs()
    found = []
    for name in study.scenarios[1:]:
        lines = []
        for indicator, table in tables.items():
            rows = records(table, scenario=name)
            about = load_indicators()[indicator]
            cells = [(regime(row["regime"], lang), difference(row, about.unit, lang)) for row in rows]
            lines.append((f"{about.label[lang]}, {month(study.months[-1], lang)}", cells))
        rows = [row for row in records(costs, scenario=name) if row["years"] == _YEARS]
        for key, write in (("report.cost.total_after", total), ("report.cost.price_after", price)):
            cells = [(regime(row["regime"], lang), write(row, lang)) for row in rows]
            lines.append((text(key, lang, years=_YEARS), cells))
        found.append(Card(title(study, name, lang), lines))
    return found


def levels(study: Study, lang: str) -> Iterator[Table]:
    """A table for each regime: indicators of the last month under each scenario."""
    tables = {name: study.table(name) for name in INDICATORS}
    for of in study.regimes:
        names = [name for regime_, name in study.cases if regime_ == of]
        rows = []
        for indicator, table in tables.items():
            about = load_indicators()[indicator]
            cells = {row["scenario"]: level(row, about.unit, lang) for row in records(table, regime=of)}
            rows.append([Cell(about.label[lang]), *(cells[name] for name in names)])
        caption = text("report.levels", lang, month=month(study.months[-1], lang), regime=regime(of, lang))
        head = [text("report.indicator", lang), *(title(study, name, lang) for name in names)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def differences(study: Study, lang: str) -> Iterator[Table]:
    """A table for each policy: paired differences of the last month, a column a regime."""
    tables = {name: study.table(name) for name in INDICATORS}
    for name in study.scenarios[1:]:
        regimes = [of for of, scenario in study.policies if scenario == name]
        if not regimes:
            continue
        rows = []
        for indicator, table in tables.items():
            about = load_indicators()[indicator]
            cells = {row["regime"]: row for row in records(table, scenario=name)}
            shown = [difference(cells[of], about.unit, lang) for of in regimes]
            rows.append([Cell(about.label[lang]), *shown])
        names = {"policy": title(study, name, lang), "baseline": title(study, study.baseline, lang)}
        caption = text("report.differences", lang, month=month(study.months[-1], lang), **names)
        head = [text("report.indicator", lang), *(regime(of, lang) for of in regimes)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def halves(study: Study, lang: str) -> Iterator[Table]:
    """The middle 50 and 90 % of the differences in young workers, a row a policy and regime."""
    rows = []
    for row in records(study.table(YOUNG)):
        if (row["regime"], row["scenario"]) not in study.policies:
            continue
        chance = quantity(row["probability"], "share", lang)
        middle = difference({**row, "wins": None}, "people", lang)
        ends = (
            band(row[f"difference_low_{size}"], row[f"difference_high_{size}"], "people", lang, signs=True)
            for size in ("50", "90")
        )
        fifty, ninety = (end.removeprefix("90 %: ") for end in ends)
        better = text("report.of", lang, part=number(row["wins"], 0, lang), whole=row["pairs"])
        rows.append(
            [
                Cell(title(study, row["scenario"], lang), regime(row["regime"], lang)),
                Cell(middle.words, "", middle.kind), Cell(fifty, "", NUMBER), Cell(ninety, "", NUMBER),
                Cell(better, chance, NUMBER),
            ]
        )  # fmt: skip
    head = [text(f"report.halves.{key}", lang) for key in ("policy", "median", "fifty", "ninety", "better")]
    caption = text("report.halves.caption", lang, month=month(study.months[-1], lang))
    yield Table(caption, head, rows, frozenset(range(1, 5)))


def binding(study: Study, lang: str) -> tuple[Table, list[str]]:
    """Which side of the market binds in each case, and what that means."""
    table = study.binding()
    rows = [
        [
            Cell(title(study, row["scenario"], lang), regime(row["regime"], lang)),
            Cell(text(f"compare.side.{row['side']}", lang)),
            Cell(quantity(row["unfilled"], "share", lang), "", NUMBER),
            Cell(quantity(row["idle"], "share", lang), "", NUMBER),
            Cell(
                text("report.of", lang, part=round(row["supply"] * row["runs"]), whole=row["runs"]),
                "",
                NUMBER,
            ),
        ]
        for row in records(table)
    ]
    head = [text(f"report.binding.{key}", lang) for key in ("case", "side", "unfilled", "idle", "runs")]
    caption = text("report.binding.caption", lang, since=month(table["since"].iloc[0], lang))
    sides = sorted({row["side"] for row in records(table, scenario=study.baseline)})
    means = [text(f"report.binding.means.{side}", lang) for side in sides]
    return Table(caption, head, rows, frozenset((2, 3, 4))), means


def remains(study: Study, lang: str) -> tuple[Table | None, list[str]]:
    """What is left after the end of the policies that end, and which do not end."""
    rows, endless = [], []
    for row in records(study.remains()):
        policy = title(study, row["scenario"], lang)
        if row["verdict"] == effects.ENDLESS:
            endless.append(policy)
            continue
        shown = difference(row, "people", lang) if known(row["difference"]) else Cell(UNDEFINED, "", NUMBER)
        verdict = {
            effects.OK: f"{number(100 * row['left'], 0, lang)} %" if known(row["left"]) else UNDEFINED,
            effects.NONE: text("report.remains.none", lang),
            effects.BEYOND: text("compare.verdict.beyond", lang),
        }[row["verdict"]]
        when = month(row["month"], lang) if isinstance(row["month"], str) else UNDEFINED
        after = text(
            "report.remains.after" if row["years"] else "report.remains.at_end", lang, years=row["years"]
        )
        of = regime(row["regime"], lang)
        rows.append([Cell(policy, of), Cell(after, when), shown, Cell(verdict)])
    said = []
    if endless:
        names = joined([f"“{policy}”" for policy in dict.fromkeys(endless)], lang)
        said.append(text("report.remains.endless", lang, names=names))
    if not rows:
        return None, said
    head = [text(f"report.remains.{key}", lang) for key in ("policy", "when", "difference", "left")]
    return Table(text("report.remains.caption", lang), head, rows, frozenset((2,))), said
