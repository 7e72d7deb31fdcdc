"""Page one: what each policy does in numbers, what the two worlds say, what would reverse it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from batiksim.data import rows
from batiksim.i18n.texts import text
from batiksim.present.names import joined, regime, title
from batiksim.present.numbers import change, known, limits, number, percent, probability, rupiah
from batiksim.present.sentences import aim, effect_notes, interval
from batiksim.report.page import headline
from batiksim.report.page.headline import Finding
from batiksim.report.page.phrases import NUMBER, Cell, Table, over_worlds, records
from batiksim.studies import statistics
from batiksim.studies.study import answers
from batiksim.studies.study.answers import EVERY, OWN, SHOWN
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

TRAINING = "blk_budget_2022"
_SPENT = ("public.cost", "private.cost")
_YEAR = 12
# A price whose dearest end is this many times its cheapest runs from useful to useless.
_WIDEST = 4.0
_LOSERS = 2


@dataclass(frozen=True)
class Bill:
    """What a policy costs a year over its own years: IDR of public and private payers, their sum with its
    range over plausible draws, and what one more young worker costs in years of minimum wage, with limits.
    """

    public: float
    private: float
    low: float
    high: float
    wages: tuple[float, float, float]

    @property
    def total(self) -> float:
        return self.public + self.private


def training_budget() -> tuple[float, str]:
    """What the city planned to spend on its training centre, IDR a year, and in which year."""
    row = next(row for row in rows("evidence.csv") if row["key"] == TRAINING)
    return float(row["value"]), row["year"]


def bill(study: Study, scenario: str) -> Bill | None:
    """The yearly bill of a policy; None where it has no years or no pairs."""
    own = next(iter(answers.periods(study, scenario)), None)
    if own is None or not any(name == scenario for _, name in study.policies):
        return None
    per_year = 1 if study.about["record"] == "yearly" else _YEAR
    tables = {name: study.numbers.indicator(name) * per_year for name in _SPENT}
    parts = [answers.effect_of(study, scenario, tables[name], own.months) for name in _SPENT]
    both = tables[_SPENT[0]] + tables[_SPENT[1]]
    whole = answers.effect_of(study, scenario, both, own.months)
    ends = (whole.doubt_low_90, whole.doubt_high_90)
    low, high = ends if known(ends[0]) else (whole.low, whole.high)
    wage = study.numbers.indicator("pay.umk")[list(own.months)]
    return Bill(
        parts[0].expected, parts[1].expected, low, high, _price(study, scenario, both / wage, own.months)
    )


def _price(
    study: Study, scenario: str, cost: Any, months: Sequence[str]
) -> tuple[float, float, float]:  # fmt: skip
    """Years of minimum wage for each additional young worker and year, with limits of 90 %, over draws."""
    gain = study.numbers.indicator(YOUNG)
    means = []
    for table in (cost / _YEAR, gain):
        of = [
            study.pairs(regime, name, table)[list(months)].mean(axis=1).groupby(level="draw").mean()
            for regime, name in study.policies
            if name == scenario
        ]
        means.append(np.concatenate([one.to_numpy() for one in of]))
    return statistics.ratio(means[0], means[1])


def numbers(study: Study, found: Sequence[Finding]) -> Table:
    """A row a policy: people, cost a year, what is left later, who loses."""
    later = study.effects(YOUNG)
    gains = study.winners()
    lines = []
    for one in sorted(found, key=lambda one: study.scenarios.index(one.scenario)):
        cells = [_people(one), _cost(study, one), _later(records(later, scenario=one.scenario))]
        lines.append(
            [
                Cell(title(study, one.scenario)),
                *cells,
                losers(records(gains, scenario=one.scenario, what="income")),
            ]
        )
    head = [text(f"front.head.{key}") for key in ("policy", "people", "cost", "later", "loses")]
    return Table(text("front.numbers"), head, lines)


def _people(one: Finding) -> Cell:
    """The expected effect, and in words of their own doubt and luck."""
    if not one.whole:
        return Cell(text(f"front.{one.kind}"))
    return effect_cell(one.whole, "people")


def effect_cell(row: dict[str, Any], unit: str) -> Cell:
    """An effect as a cell: its size, whether it is shown, and its error, doubt and luck, each by its name."""
    shown = row["verdict"] == SHOWN
    notes = list(effect_notes(row, unit))
    return Cell(
        change(row["expected"], unit), "; ".join(notes), f"{NUMBER} {'clear' if shown else 'unclear'}"
    )


def _cost(study: Study, one: Finding) -> Cell:
    """The cost a year, who pays, and what that is for each in years of minimum wage."""
    found = bill(study, one.scenario)
    if found is None:
        return Cell(text("front.unknown"))
    if not found.total:
        return Cell(text("front.free"))
    ends = rupiah(found.low), rupiah(found.high)
    first, last = limits(*ends)
    notes = [text("front.range", low=first, high=last)] if ends[0] != ends[1] else []
    if found.private > 0.0 and found.public > 0.0:
        notes.append(text("front.public", share=percent(found.public / found.total)))
    elif found.private > 0.0:
        notes.append(text("front.private"))
    notes.append(text("front.training_share", share=_times(found.total / training_budget()[0])))
    notes.append(price(found, one))
    return Cell(rupiah(found.total), "; ".join(notes), NUMBER)


def _times(share: float) -> str:
    return number(share, 1) if share < 10 else number(share)


def price(found: Bill, one: Finding) -> str:
    """What one more young worker costs, in words; where the range says nothing useful, that."""
    value, low, high = found.wages
    if one.kind != headline.GAIN or not (low > 0.0 and math.isfinite(high) and high <= _WIDEST * low):
        return text("front.no_price")
    ends = limits(*(number(end, 1) for end in (low, high)))
    return text("front.price", wages=number(value, 1), low=ends[0], high=ends[1])


def _later(mine: list[dict[str, Any]]) -> Cell:
    """What is left at the latest time after the end that the run reaches."""
    after = [row for row in mine if row["period"] != OWN]
    if not mine:
        return Cell("–")
    if not after:
        return Cell(text("front.endless"))
    period = next((row["period"] for row in after if not row["cut"]), after[0]["period"])
    here = [row for row in after if row["period"] == period]
    row = next((row for row in here if row["regime"] == EVERY), here[0])
    notes = [text("front.later", year=row["last"][:4])]
    if row["verdict"] == SHOWN:
        notes.append(interval(row["low"], row["high"], "people"))
    elif row["verdict"] != answers.NOTHING:
        notes.append(text("front.not_shown"))
    kind = f"{NUMBER} {'clear' if row['verdict'] == SHOWN else 'unclear'}"
    return Cell(change(row["expected"], "people"), "; ".join(notes), kind)


def losers(mine: list[dict[str, Any]]) -> Cell:
    """The groups that are shown to lose income, those that lose the largest part of theirs first."""
    lost = [row for row in over_worlds(mine) if row["verdict"] == "loses"]
    lost.sort(key=lambda row: row["relative"])
    if not lost:
        return Cell(text("front.no_loser"))
    said = [
        text(
            "front.loser", group=text(f"picture.group.{row['group'].removeprefix('workers_')}"),
            amount=rupiah(-row["expected"]), share=percent(-row["relative"]),
        )
        for row in lost[:_LOSERS]
    ]  # fmt: skip
    return Cell("; ".join(said))


def targets(study: Study) -> Iterator[str]:
    """How probable it is that each policy reaches the targets that it names, with and without it."""
    for (scenario, _, _, _), mine in study.targets().groupby(["scenario", "indicator", "place", "by"]):
        whole = mine[mine["regime"] == EVERY]
        row = (whole if len(whole) else mine).to_dict("records")[0]
        names = {"policy": title(study, str(scenario)), "aim": aim(row)}
        if known(row["probability"]):
            names["share"], names["base"] = (
                probability(row[key]) for key in ("probability", "baseline_probability")
            )
            yield text("front.target", **names)


def worlds(study: Study, found: Sequence[Finding]) -> list[str]:
    """What each world says of the policies of which they do not say the same."""
    said = []
    for one in found:
        if len(one.worlds) > 1 and one.whole["differ"]:
            each = [
                text(
                    "front.world", regime=regime(row["regime"]),
                    effect=change(row["expected"], "people"),
                    range=interval(row["low"], row["high"], "people"),
                )
                for row in one.worlds
            ]  # fmt: skip
            said.append(text("front.worlds", policy=title(study, one.scenario), said="; ".join(each)))
    compared = any(len(one.worlds) > 1 for one in found)
    return said or [text("front.worlds_agree" if compared else "front.one_world")]


def reversals(study: Study, found: Sequence[Finding], weak: Sequence[str]) -> Iterator[str]:
    """What would change the answer, a sentence each; `weak` are labels of the weakest numbers behind it."""
    first = next((one for one in found if one.whole), None)
    if first is None:
        return
    row, name = first.whole, title(study, first.scenario)
    if first.kind in (headline.GAIN, headline.LOSS) and known(row["doubt_low_90"]):
        turned, drawn = _turned(study, first)
        ends = interval(row["doubt_low_90"], row["doubt_high_90"], "people")
        key = "front.reverse.doubt" if turned else "front.reverse.doubt_none"
        yield text(key, policy=name, turned=turned, draws=drawn, range=ends)
    elif first.kind in (headline.FEW, headline.ALONE):
        needed = headline.sample(study, row)["needed"]
        key = "front.reverse.tiny" if headline.tiny(row) else "front.reverse.more"
        yield text(key, policy=name, needed=needed)
    if known(row["luck_low"]):
        turns = row["luck_low"] < 0.0 < row["luck_high"]
        ends = interval(row["luck_low"], row["luck_high"], "people")
        yield text(f"front.reverse.luck_{'turns' if turns else 'keeps'}", policy=name, range=ends)
    if weak:
        yield text("front.reverse.weak", names=joined([f"“{label}”" for label in weak]))


def _turned(study: Study, one: Finding) -> tuple[int, int]:
    """Under how many of the sets of assumptions tried the effect has the other sign, and of how many."""
    own = answers.periods(study, one.scenario)[0]
    each = answers.draws(study, one.scenario, YOUNG, own)["shrunk"].to_numpy()
    return int((each * one.whole["expected"] < 0.0).sum()), each.size
