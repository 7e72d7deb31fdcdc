"""The sentence a mayor can quote, with its range, and what would reverse it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batiksim.experiments.asking import BREAKEVEN, ENOUGH, read
from batiksim.experiments.study.data import YOUNG
from batiksim.report.numbers import number, quantity, rupiah
from batiksim.report.page.words import change, joined, known, records, regime, title, when
from batiksim.texts import catalogue, text

if TYPE_CHECKING:
    from batiksim.experiments.study import Study

GAIN, LOSS, NONE, SAME, ALONE, UNKNOWN, DIFFER = "gain", "loss", "none", "same", "alone", "unknown", "differ"
# From the most to the least that can be said; the first policy of this order opens the page.
_ORDER = (GAIN, DIFFER, LOSS, NONE, ALONE, SAME, UNKNOWN)
_UNIT = "people"


@dataclass(frozen=True)
class Finding:
    """What a comparison says of one policy: `kind` over all regimes, a sentence, and the numbers."""

    scenario: str
    kind: str
    size: float
    sentence: str
    brief: str


def findings(study: Study, lang: str) -> list[Finding]:
    """A finding for each policy, the one that says most first."""
    table = study.table(YOUNG)
    found = [
        _finding(study, name, records(table, scenario=name), lang)
        for name in study.scenarios
        if name != study.baseline
    ]
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), -one.size))


def lead(study: Study, found: Sequence[Finding], lang: str) -> str:
    """The first sentence of the page."""
    clear = [one for one in found if one.kind in (GAIN, LOSS, DIFFER)]
    measured = [one for one in found if one.kind == NONE]
    if clear or len(found) == 1 or not measured:
        return found[0].sentence
    rows = records(study.table(YOUNG), scenario=measured[0].scenario)
    names = {"policy": title(study, measured[0].scenario, lang), "count": number(len(found), 0, lang)}
    at = when(study.months[-1], lang)
    return text("report.lead.all_none", lang, month=at, numbers=_numbers(study, rows, lang), **names)


def kind(row: dict[str, Any]) -> str:
    """What the pairs of one policy under one regime say."""
    low, high = row["difference_low_90"], row["difference_high_90"]
    if not row["pairs"] or not known(row["difference"]):
        return UNKNOWN
    if not known(low):
        return ALONE
    if low > 0:
        return GAIN
    if high < 0:
        return LOSS
    return SAME if row["difference"] == low == high == 0 else NONE


def _finding(study: Study, name: str, rows: list[dict[str, Any]], lang: str) -> Finding:
    kinds = {kind(row) for row in rows} - {UNKNOWN}
    if kinds == {NONE, SAME}:
        kinds = {NONE}
    together = UNKNOWN if not kinds else kinds.pop() if len(kinds) == 1 else DIFFER
    names = {"policy": title(study, name, lang), "baseline": title(study, study.baseline, lang)}
    at, numbers = when(study.months[-1], lang), _numbers(study, rows, lang)
    sentence = text(f"report.lead.{together}", lang, month=at, numbers=numbers, **names)
    sizes = [row["difference"] for row in rows if known(row["difference"])]
    brief = text("report.brief", lang, numbers=_numbers(study, rows, lang, wins=True), **names)
    return Finding(name, together, max(sizes, default=0.0), sentence, brief)


def _numbers(study: Study, rows: list[dict[str, Any]], lang: str, *, wins: bool = False) -> str:
    """The difference under each regime, with its range, and in how many pairs the policy is better."""
    said: list[str] = []
    for row in rows:
        words = _number(row, lang, first=not said)
        if wins and kind(row) == SAME:
            words = text("report.brief_same", lang)
        elif wins and kind(row) != UNKNOWN:
            counts = {"wins": number(row["wins"], 0, lang), "pairs": number(row["pairs"], 0, lang)}
            words = text("report.brief_number", lang, said=words, **counts)
        if len(study.regimes) > 1:
            words = text("report.number_under", lang, said=words, regime=regime(row["regime"], lang))
        said.append(words)
    return "; ".join(said) if wins else joined(said, lang)


def _number(row: dict[str, Any], lang: str, *, first: bool) -> str:
    if kind(row) == UNKNOWN:
        return text("report.no_pair", lang)
    size = {"median": change(row["difference"], _UNIT, lang)}
    if kind(row) == ALONE:
        return text("report.number_alone", lang, **size)
    ends = {end: change(row[f"difference_{end}_90"], _UNIT, lang) for end in ("low", "high")}
    return text("report.number" if first else "report.number_next", lang, **size, **ends)


def reversals(study: Study, found: Sequence[Finding], weak: Sequence[str], lang: str) -> Iterator[str]:
    """What would change the answer, a sentence each; `weak` are labels of the weakest numbers behind it."""
    yield _by_regime(study, found, lang)
    yield from _by_side(study, lang)
    if len(study.scenarios) > 2:
        yield from _by_regret(study, lang)
    if weak:
        yield text("report.reverse.weak", lang, names=joined([f"“{name}”" for name in weak], lang))
    yield from _by_breakeven(study, lang)
    yield text("report.reverse.chance", lang)


def _by_regime(study: Study, found: Sequence[Finding], lang: str) -> str:
    if len(study.regimes) == 1:
        return text("report.reverse.one_regime", lang, regime=regime(study.regimes[0], lang))
    apart = [f"“{title(study, one.scenario, lang)}”" for one in found if one.kind == DIFFER]
    key = "report.reverse.regimes_differ" if apart else "report.reverse.regimes_agree"
    return text(key, lang, count=number(len(study.regimes), 0, lang), names=joined(apart, lang))


def _by_side(study: Study, lang: str) -> Iterator[str]:
    """The side of the market that binds in the baseline, under each regime."""
    sides: dict[str, list[dict[str, Any]]] = {}
    for row in records(study.binding(), scenario=study.baseline):
        sides.setdefault(row["side"], []).append(row)
    for side, rows in sides.items():
        where = joined([regime(row["regime"], lang) for row in rows], lang)
        said = text(f"report.reverse.side.{side}", lang)
        yield (
            said if len(sides) == 1 else text("report.under", lang, said=said.rstrip("."), regime=where) + "."
        )


def _by_regret(study: Study, lang: str) -> Iterator[str]:
    """Which scenario is best most often over all regimes, and how far it can fall short."""
    rows = records(study.regret(YOUNG), regime="all")
    rows = [row for row in rows if row["runs"]]
    if not rows:
        return
    best = max(rows, key=lambda row: (row["best_in"], -row["largest"]))
    yield text(
        "report.reverse.regret", lang, policy=title(study, best["scenario"], lang),
        best=number(best["best_in"], 0, lang), runs=number(best["runs"], 0, lang),
        largest=quantity(best["largest"], _UNIT, lang),
    )  # fmt: skip


def _by_breakeven(study: Study, lang: str) -> Iterator[str]:
    """The least of a policy that beats the baseline, where that was searched for in this folder."""
    path = study.folder / BREAKEVEN
    if not path.exists():
        return
    words, numbers = ("scenario", "regime", "over"), ("value", "probability")
    searched = read(path, words, numbers)
    if not {*words, *numbers} <= set(searched.columns):
        return
    for (scenario, of, over), rows in searched.groupby(["scenario", "regime", "over"], sort=False):
        if scenario not in study.scenarios or f"report.over.{over}" not in catalogue():
            continue
        enough = rows.loc[rows["probability"] >= ENOUGH, "value"]
        value = float(rows["value"].max() if enough.empty else enough.min())
        size = rupiah(value, lang) if over == "budget" else number(value, 0 if over == "years" else 2, lang)
        key = "report.reverse.never" if enough.empty else "report.reverse.enough"
        names = {"policy": title(study, scenario, lang), "regime": regime(of, lang)}
        yield text(key, lang, size=size, over=text(f"report.over.{over}", lang), **names)
