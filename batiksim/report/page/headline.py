"""The sentence a mayor can quote: what is shown of the policies, and what is not, in at most thirty words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batiksim.config.parameters import BETWEEN
from batiksim.i18n.texts import text
from batiksim.present.names import regime, title
from batiksim.present.numbers import change, known, number
from batiksim.report.page.phrases import records
from batiksim.studies.study.answers import EVERY, NOTHING, OWN, SHOWN
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

GAIN, LOSS, DIFFER, FEW, ALONE = "gain", "loss", "differ", "few", "alone"
SAME, NEVER, UNKNOWN = "same", "never", "unknown"
# From the most to the least that can be said; the first policy of this order opens the page.
_ORDER = (GAIN, DIFFER, LOSS, FEW, ALONE, SAME, NEVER, UNKNOWN)
WORDS = 30
# Where more draws or pairs than these were needed, no sample decides: the effect is as good as none.
MOST_NEEDED = 200
_ENDLESS = 1e6


@dataclass(frozen=True)
class Finding:
    """What is found of one policy: `whole` is the row of all worlds together, `worlds` one of each."""

    scenario: str
    kind: str
    whole: dict[str, Any]
    worlds: Sequence[dict[str, Any]]


def findings(study: Study) -> list[Finding]:
    """A finding for each policy, the one that says most first."""
    table = study.effects(YOUNG)
    found = [_finding(study, name, records(table, scenario=name)) for name in study.scenarios[1:]]
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), -abs(one.whole.get("expected", 0.0))))


def _finding(study: Study, name: str, rows: list[dict[str, Any]]) -> Finding:
    own = [row for row in rows if row["period"] == OWN and row["pairs"]]
    worlds = [row for row in own if row["regime"] not in (EVERY, BETWEEN)]
    whole = next((row for row in own if row["regime"] == EVERY), worlds[0] if worlds else {})
    never = any(case[1] == name for case in study.policies) and not rows
    return Finding(name, NEVER if never else _kind(whole, worlds), whole, worlds)


def _kind(whole: dict[str, Any], worlds: Sequence[dict[str, Any]]) -> str:
    """What the draws of one policy say together."""
    if not whole:
        return UNKNOWN
    if not known(whole["error"]):
        return ALONE
    signs = {row["expected"] > 0.0 for row in worlds if row["verdict"] == SHOWN}
    if len(signs) == 2:
        return DIFFER
    if whole["verdict"] == SHOWN:
        return GAIN if whole["expected"] > 0.0 else LOSS
    return SAME if whole["verdict"] == NOTHING else FEW


def lead(study: Study, found: Sequence[Finding]) -> str:
    """The first sentence of the page; it leaves out its range rather than be longer than `WORDS`."""
    first = found[0]
    few = [one for one in found if one.kind == FEW]
    if first.kind == FEW and len(few) > 1:
        needed = min(few, key=lambda one: one.whole["needed"]).whole
        key = "headline.all_tiny" if tiny(needed) else "headline.all_few"
        return f"{text(key, **sample(study, needed), count=number(len(few)))}."
    name = f"“{title(study, first.scenario)}”"
    if not first.whole:
        return f"{text(f'headline.{first.kind}', policy=name)}."
    row = first.whole
    values = {"policy": name, "size": size(row["expected"]), "years": years(row), **sample(study, row)}
    values["change"] = change(row["expected"], "people")
    key = first.kind
    if key == DIFFER:
        ends = {row["expected"] > 0.0: row for row in first.worlds}
        for word, up in (("more", True), ("fewer", False)):
            values[word] = size(ends[up]["expected"])
            values[f"where_{word}"] = regime(ends[up]["regime"])
    elif key == FEW and tiny(row):
        key = "tiny"
    said = text(f"headline.{key}", **values)
    if key in (GAIN, LOSS):
        low, high = sorted(abs(row[end]) for end in ("low", "high"))
        longer = text("headline.range", said=said, low=size(low), high=size(high))
        said = longer if len(longer.split()) <= WORDS else said
    return f"{said}."


def size(value: float) -> str:
    """How many people, without a sign."""
    return number(abs(value))


def years(row: dict[str, Any]) -> str:
    """The years of a period: 2026–2035."""
    first, last = row["first"][:4], row["last"][:4]
    return first if first == last else f"{first}–{last}"


def sample(study: Study, row: dict[str, Any]) -> dict[str, str]:
    """On how much a row rests, and how much would do: sets of assumptions, or pairs of runs without these."""
    unit = "draws" if study.about.get("draws") and row["draws"] > 1 else "pairs"
    counts = {"had": row[unit], "needed": min(row["needed"], _ENDLESS)}
    return {key: text(f"headline.{unit}", count=number(count)) for key, count in counts.items()}


def tiny(row: dict[str, Any]) -> bool:
    """Whether an effect is so small that no sample one can make would show it."""
    return bool(row["needed"] > MOST_NEEDED)
