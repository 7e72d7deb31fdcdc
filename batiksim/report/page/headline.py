"""The sentence a mayor can quote, with its range, and what would reverse it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import text
from batiksim.present.names import joined, regime, title, when
from batiksim.present.numbers import change, known, number, percent, quantity, rupiah
from batiksim.report.page.phrases import records
from batiksim.studies.breakeven import FOUND, TOO_FEW, answer
from batiksim.studies.policy_questions import BREAKEVEN, ENOUGH, answered
from batiksim.studies.sizes import OVER
from batiksim.studies.statistics import FEW_PAIRS, SOME_PAIRS
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

GAIN, LOSS, NONE, SAME, ALONE, UNKNOWN = "gain", "loss", "none", "same", "alone", "unknown"
# Of several regimes: clear in both directions, or clear in some and not in others.
DIFFER, PARTLY = "differ", "partly"
# From the most to the least that can be said; the first policy of this order opens the page.
_ORDER = (GAIN, DIFFER, PARTLY, LOSS, NONE, ALONE, SAME, UNKNOWN)
_UNIT = "people"


@dataclass(frozen=True)
class Finding:
    """What a comparison says of one policy: `kind` over all regimes, a sentence, and the numbers.

    `pairs` are the fewest of a regime that has any; `compared`: more than one regime has a range.
    """

    scenario: str
    kind: str
    size: float
    pairs: int
    compared: bool
    sentence: str
    brief: str


def findings(study: Study) -> list[Finding]:
    """A finding for each policy, the one that says most first."""
    found = [_finding(study, name, _rows(study, name)) for name in study.scenarios[1:]]
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), -one.size))


def lead(study: Study, found: Sequence[Finding]) -> str:
    """The first sentence of the page, with a warning where it rests on few pairs."""
    first, said, pairs = found[0], found[0].sentence, found[0].pairs
    if len(found) > 1 and first.kind == NONE and all(one.kind in (NONE, SAME) for one in found):
        names = {"policy": title(study, first.scenario), "count": number(len(found))}
        numbers = _numbers(study, _rows(study, first.scenario))
        said = text("report.lead.all_none", month=when(study.months[-1]), numbers=numbers, **names)
        pairs = min(one.pairs for one in found)
    few = text("report.lead.few", pairs=number(pairs)) if 1 < pairs < FEW_PAIRS else ""
    return f"{said} {few}".rstrip()


def kind(row: dict[str, Any]) -> str:
    """What the pairs of one policy under one regime say."""
    if not row["pairs"] or not known(row["difference"]):
        return UNKNOWN
    low, high = row["difference_low_90"], row["difference_high_90"]
    if not known(low):
        return ALONE
    if low > 0:
        return GAIN
    if high < 0:
        return LOSS
    return SAME if row["difference"] == low == high == 0 else NONE


def _rows(study: Study, name: str) -> list[dict[str, Any]]:
    """What the pairs of a policy say under each regime it was to be run in, also where no run succeeded."""
    found = {row["regime"]: row for row in records(study.table(YOUNG), scenario=name)}
    return [found.get(of, {"regime": of, "pairs": 0}) for of in study.regimes_of(name)]


def _together(kinds: set[str]) -> str:
    """What several regimes say as one; those without pairs say nothing."""
    clear, unclear = kinds & {GAIN, LOSS}, kinds - {GAIN, LOSS, UNKNOWN}
    if len(clear) == 2:
        return DIFFER
    if clear:
        return PARTLY if unclear else clear.pop()
    return next((one for one in (NONE, ALONE, SAME) if one in unclear), UNKNOWN)


def _finding(study: Study, name: str, rows: list[dict[str, Any]]) -> Finding:
    known_rows = [row for row in rows if kind(row) != UNKNOWN]
    together = _together({kind(row) for row in rows})
    names = {"policy": title(study, name), "baseline": title(study, study.baseline)}
    at, numbers = when(study.months[-1]), _numbers(study, rows)
    sentence = text(f"report.lead.{together}", month=at, numbers=numbers, **names)
    brief = text("report.brief", numbers=_numbers(study, rows, wins=True), **names)
    return Finding(
        name, together, max((row["difference"] for row in known_rows), default=0.0),
        min((int(row["pairs"]) for row in known_rows), default=0),
        sum(kind(row) != ALONE for row in known_rows) > 1, sentence, brief,
    )  # fmt: skip


def _numbers(study: Study, rows: list[dict[str, Any]], *, wins: bool = False) -> str:
    """The difference under each regime, with its range, and in how many pairs the policy is better."""
    first = next((row for row in rows if kind(row) != UNKNOWN), None)
    if first is None:
        return text("pairs.none")
    said: list[str] = []
    for row in rows:
        words = _number(row, first=row is first)
        if wins and kind(row) == SAME:
            words = text("report.brief_same")
        elif wins and kind(row) != UNKNOWN:
            counts = {"wins": number(row["wins"]), "pairs": number(row["pairs"])}
            words = text("report.brief_number", said=words, **counts)
        if len(study.regimes) > 1:
            words = text("report.number_under", said=words, regime=regime(row["regime"]))
        said.append(words)
    return "; ".join(said) if wins else joined(said)


def _number(row: dict[str, Any], *, first: bool) -> str:
    if kind(row) == UNKNOWN:
        return text("pairs.none")
    size = {"median": change(row["difference"], _UNIT)}
    if kind(row) == ALONE:
        return text("report.number_alone", **size)
    ends = {end: change(row[f"difference_{end}_90"], _UNIT) for end in ("low", "high")}
    return text("report.number" if first else "report.number_next", **size, **ends)


def reversals(study: Study, found: Sequence[Finding], weak: Sequence[str]) -> Iterator[str]:
    """What would change the answer, a sentence each; `weak` are labels of the weakest numbers behind it."""
    yield from _by_regime(study, found)
    yield from _by_side(study)
    if len(study.scenarios) > 2:
        yield from _by_regret(study)
    if weak:
        yield text("report.reverse.weak", names=joined([f"“{name}”" for name in weak]))
    yield from _by_breakeven(study)
    pairs = min((one.pairs for one in found if one.pairs), default=0)
    key = "report.reverse.chance" if pairs >= SOME_PAIRS else "report.reverse.more_seeds"
    yield text(key, pairs=number(pairs), enough=number(SOME_PAIRS))


def _by_regime(study: Study, found: Sequence[Finding]) -> Iterator[str]:
    """Of which policies the sets of assumptions say the same, and of which they do not."""
    if len(study.regimes) == 1:
        yield text("report.reverse.one_regime", regime=regime(study.regimes[0]))
        return
    compared: dict[str, list[str]] = {DIFFER: [], PARTLY: [], "agree": [], "open": []}
    for one in found:
        how = one.kind if one.kind in compared else "agree" if one.compared else "open"
        compared[how].append(f"“{title(study, one.scenario)}”")
    apart = [how for how in (DIFFER, PARTLY) if compared[how]]
    for how in apart or ["agree" if compared["agree"] else "open"]:
        counts = {"count": number(len(study.regimes))}
        yield text(f"report.reverse.regimes.{how}", names=joined(compared[how]), **counts)


def _by_side(study: Study) -> Iterator[str]:
    """The side of the market that binds in the baseline, under each regime."""
    sides: dict[str, list[dict[str, Any]]] = {}
    for row in records(study.binding(), scenario=study.baseline):
        sides.setdefault(row["side"], []).append(row)
    for side, rows in sides.items():
        where = joined([regime(row["regime"]) for row in rows])
        said = text(f"report.reverse.side.{side}")
        yield (said if len(sides) == 1 else text("report.under", said=said.rstrip("."), regime=where) + ".")


def _by_regret(study: Study) -> Iterator[str]:
    """Which scenario is best most often over all regimes, and how far it can fall short."""
    rows = records(study.regret(YOUNG), regime="all")
    rows = [row for row in rows if row["runs"]]
    if not rows:
        return
    best = max(rows, key=lambda row: (row["best_in"], -row["largest"]))
    always = best["best_in"] == best["runs"]
    yield text(
        "report.reverse.always_best" if always else "report.reverse.regret",
        policy=title(study, best["scenario"]), best=number(best["best_in"]),
        runs=number(best["runs"]), largest=quantity(best["largest"], _UNIT),
    )  # fmt: skip


def _by_breakeven(study: Study) -> Iterator[str]:
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
