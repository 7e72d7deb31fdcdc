"""What the comparison gives, as tables: key numbers, levels, differences, which side binds, what remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.i18n.texts import language, text
from batiksim.present.names import joined, month, regime, title
from batiksim.present.numbers import UNDEFINED, change, known, number, percent, quantity
from batiksim.present.sentences import band, side, standard_error, verdict
from batiksim.recording.indicators import load_indicators
from batiksim.report.page.money import price, total
from batiksim.report.page.phrases import NUMBER, Cell, Table, difference, level, records
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


def cards(study: Study) -> list[Card]:
    """Four numbers for each policy: young workers, all workers, cost, and cost per young worker."""
    tables = {name: study.table(name) for name in _KEY}
    costs = study.costs()
    found = []
    for name in study.scenarios[1:]:
        lines = []
        for indicator, table in tables.items():
            rows = records(table, scenario=name)
            about = load_indicators()[indicator]
            cells = [(regime(row["regime"]), difference(row, about.unit)) for row in rows]
            lines.append((f"{about.label[language()]}, {month(study.months[-1])}", cells))
        rows = [row for row in records(costs, scenario=name) if row["years"] == _YEARS]
        for key, write in (("report.cost.total_after", total), ("report.cost.price_after", price)):
            cells = [(regime(row["regime"]), write(row)) for row in rows]
            lines.append((text(key, years=_YEARS), cells))
        found.append(Card(title(study, name), lines))
    return found


def levels(study: Study) -> Iterator[Table]:
    """A table for each regime: indicators of the last month under each scenario."""
    tables = {name: study.table(name) for name in INDICATORS}
    for of in study.regimes:
        names = [name for regime_, name in study.cases if regime_ == of]
        rows = []
        for indicator, table in tables.items():
            about = load_indicators()[indicator]
            cells = {row["scenario"]: level(row, about.unit) for row in records(table, regime=of)}
            rows.append([Cell(about.label[language()]), *(cells[name] for name in names)])
        caption = text("report.levels", month=month(study.months[-1]), regime=regime(of)) + _means(study)
        head = [text("report.indicator"), *(title(study, name) for name in names)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def differences(study: Study) -> Iterator[Table]:
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
            shown = [difference(cells[of], about.unit) for of in regimes]
            rows.append([Cell(about.label[language()]), *shown])
        names = {"policy": title(study, name), "baseline": title(study, study.baseline)}
        caption = text("report.differences", month=month(study.months[-1]), **names) + _means(study)
        head = [text("report.indicator"), *(regime(of) for of in regimes)]
        yield Table(caption, head, rows, frozenset(range(1, len(head))))


def _means(study: Study) -> str:
    """What is added where counts of a December stand beside means of its year."""
    yearly = study.about["record"] == "yearly"
    return text("report.year_means", year=study.months[-1][:4]) if yearly else ""


def halves(study: Study) -> Iterator[Table]:
    """The middle 50 and 90 % of the differences in young workers, a row a policy and regime."""
    rows = []
    for row in records(study.table(YOUNG)):
        if (row["regime"], row["scenario"]) not in study.policies:
            continue
        chance = quantity(row["probability"], "share")
        middle = difference({**row, "wins": None}, "people")
        ends = (
            band(row[f"difference_low_{size}"], row[f"difference_high_{size}"], "people", signs=True)
            for size in ("50", "90")
        )
        fifty, ninety = (end.removeprefix("90 %: ") for end in ends)
        better = text("report.of", part=number(row["wins"]), whole=row["pairs"])
        rows.append(
            [
                Cell(title(study, row["scenario"]), regime(row["regime"])),
                Cell(middle.words, "", middle.kind), Cell(fifty, "", NUMBER), Cell(ninety, "", NUMBER),
                Cell(better, chance, NUMBER),
            ]
        )  # fmt: skip
    head = [text(f"report.halves.{key}") for key in ("policy", "median", "fifty", "ninety", "better")]
    caption = text("report.halves.caption", month=month(study.months[-1]))
    yield Table(caption, head, rows, frozenset(range(1, 5)))


def binding(study: Study) -> tuple[Table, list[str]]:
    """Which side of the market binds in each case, and what that means."""
    table = study.binding()
    rows = [
        [
            Cell(title(study, row["scenario"]), regime(row["regime"])),
            Cell(side(row)),
            Cell(quantity(row["unfilled"], "share"), "", NUMBER),
            Cell(quantity(row["idle"], "share"), "", NUMBER),
            Cell(
                text("report.of", part=round(row["supply"] * row["runs"]), whole=row["runs"]),
                "",
                NUMBER,
            ),
        ]
        for row in records(table)
    ]
    head = [text(f"report.binding.{key}") for key in ("case", "side", "unfilled", "idle", "runs")]
    caption = text("report.binding.caption", since=month(table["since"].iloc[0]))
    sides = sorted({row["side"] for row in records(table, scenario=study.baseline)})
    means = [text(f"report.binding.means.{side}") for side in sides]
    return Table(caption, head, rows, frozenset((2, 3, 4))), means


def remains(study: Study) -> tuple[Table | None, list[str]]:
    """What is left after the end of the policies that end, and which do not end."""
    rows, endless = [], []
    for row in records(study.remains()):
        policy = title(study, row["scenario"])
        if row["verdict"] == effects.ENDLESS:
            endless.append(policy)
            continue
        shown = Cell(UNDEFINED, "", NUMBER)
        if known(row["expected"]):
            error = standard_error(row["error"], "people")
            shown = Cell(change(row["expected"], "people"), error, NUMBER)
        left = {
            effects.OK: percent(row["left"]),
            effects.NONE: text("report.remains.none"),
        }.get(row["verdict"], verdict(row))
        when = month(row["month"]) if isinstance(row["month"], str) else UNDEFINED
        after = text("report.remains.after" if row["years"] else "report.remains.at_end", years=row["years"])
        of = regime(row["regime"])
        rows.append([Cell(policy, of), Cell(after, when), shown, Cell(left)])
    said = []
    if endless:
        names = joined([f"“{policy}”" for policy in dict.fromkeys(endless)])
        said.append(text("report.remains.endless", names=names))
    if not rows:
        return None, said
    head = [text(f"report.remains.{key}") for key in ("policy", "when", "difference", "left")]
    return Table(text("report.remains.caption"), head, rows, frozenset((2,))), said
