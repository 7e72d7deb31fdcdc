"""What is said of a comparison, in the terminal as on the page: bands, paired differences, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from batiksim.i18n.texts import language, text
from batiksim.present.names import place
from batiksim.present.numbers import amount, change, known, limits, number, probability, rupiah
from batiksim.recording.indicators import GROUPS, load_indicators
from batiksim.studies.study import answers, costs, effects

VERDICTS = {
    effects.NONE: "none",
    effects.BEYOND: "beyond",
    costs.FREE: "free",
    costs.SAVES: "saves",
    costs.UNCHANGED: "unchanged",
}


def band(low: float, high: float, unit: str, *, signs: bool = False) -> str:
    """ "90 %: 1 to 2", or that there is no band; with `signs` as differences."""
    if not (known(low) and known(high)):
        return text("pairs.no_band")
    write = change if signs else amount
    ends = write(low, unit), write(high, unit)
    if ends[0] == ends[1]:
        return text("pairs.band_same", value=ends[0])
    first, last = limits(*ends)
    return text("pairs.band", low=first, high=last)


def better(row: Mapping[str, Any]) -> str:
    """In how many pairs the policy is better; "" for an indicator without a better direction."""
    if not known(row.get("wins")):
        return ""
    return text("pairs.better", wins=int(row["wins"]), pairs=int(row["pairs"]))


def difference(row: Mapping[str, Any], unit: str) -> str:
    """A paired difference in one line: +90 (90 %: +10 to +202); better in 8 of 9 pairs."""
    if not row["pairs"] or not known(row["difference"]):
        return text("pairs.none")
    ends = row["difference_low_90"], row["difference_high_90"]
    if row["wins"] == 0 and all(end == 0 or not known(end) for end in (row["difference"], *ends)):
        return text("compare.same", pairs=row["pairs"])
    range_ = text("pairs.one") if row["pairs"] == 1 else band(*ends, unit, signs=True)
    return "; ".join(filter(None, (f"{change(row['difference'], unit)} ({range_})", better(row))))


def _size(value: float, unit: str) -> str:
    return change(value, unit).removeprefix("+")


def effect(row: Mapping[str, Any], unit: str, *, sample: bool, short: bool = False) -> str:
    """A row of `Study.effects` in one line; not told from none it says how many runs would do, and no
    probability. `short` leaves out doubt and luck.
    """
    if row["verdict"] == answers.NOTHING:
        return text("compare.same", pairs=row["pairs"])
    if not known(row["error"]):
        one = text("effect.one", change=change(row["expected"], unit))
        return f"{one}; {text('effect.few_one')}"
    said = [text("effect.expected", change=change(row["expected"], unit), error=_size(row["error"], unit))]
    if not short:
        said += [_doubt(row, unit), _ends("luck", row, "luck_low", "luck_high", unit)]
    if row["verdict"] != answers.SHOWN:
        said.append(_needed(row, sample))
    elif known(row["better"]):
        said.append(text("effect.better", share=probability(row["better"])))
    return "; ".join(filter(None, said))


def _doubt(row: Mapping[str, Any], unit: str) -> str:
    if row["doubt"] == 0.0:
        return text("effect.doubt_most", most=_size(row["doubt_most"], unit))
    return _ends("doubt", row, "doubt_low_90", "doubt_high_90", unit)


def _ends(word: str, row: Mapping[str, Any], low: str, high: str, unit: str) -> str:
    if not known(row[low]):
        return ""
    return text(f"effect.{word}", low=change(row[low], unit), high=change(row[high], unit))


def _needed(row: Mapping[str, Any], sample: bool) -> str:
    """How many runs would tell the effect from none, where any number would."""
    if not isfinite(row["needed"]):
        return text("effect.none")
    kind, have = ("sets", row["draws"]) if sample and row["draws"] > 1 else ("pairs", row["pairs"])
    return text(f"effect.few_{kind}", needed=number(row["needed"], 0), have=have)


def aim(row: Mapping[str, Any]) -> str:
    """What a target wants: "Batik workers under 30, in 2035: at least 2,000"."""
    about = load_indicators()[row["indicator"]]
    value = amount(row["value"], about.unit)
    where = "" if row["place"] == GROUPS[0] else f" ({place(row['place'])})"
    label = about.label[language()] + where
    return text(f"compare.aim.{row['sense']}", label=label, year=row["by"], value=value)


def side(row: Mapping[str, Any]) -> str:
    """Which side of the market binds."""
    return text(f"compare.side.{row['side']}")


def verdict(row: Mapping[str, Any]) -> str:
    """Why there is no price of one more young worker."""
    return text(f"compare.verdict.{VERDICTS.get(row['verdict'], 'none')}")


def in_period(row: Mapping[str, Any], said: str) -> str:
    """What is said of a row of `Study.effects`, and over which years: while it runs (2026–2035): ..."""
    first, last = row["first"][:4], row["last"][:4]
    if row["period"] == answers.OWN:
        return text("compare.own", years=first if first == last else f"{first}–{last}", said=said)
    if row["cut"]:
        return text("compare.at_end", last=last, said=said)
    return text("compare.years_after", years=row["period"].removeprefix("after_"), last=last, said=said)


def price(row: Mapping[str, Any]) -> str:
    """A row of `Study.costs`: what one more young worker costs after so many years, or why nobody can say."""
    return text("compare.after", years=row["years"], price=price_alone(row))


def price_alone(row: Mapping[str, Any]) -> str:
    """The same without the years."""
    if row["verdict"] != effects.OK:
        return verdict(row)
    return f"{rupiah(row['per_worker'])} ({band(row['per_worker_low_90'], row['per_worker_high_90'], 'IDR')})"


def interval(low: float, high: float, unit: str) -> str:
    """Two ends of a difference as words: +130 to +190."""
    first, last = limits(change(low, unit), change(high, unit))
    return text("picture.to", low=first, high=last)


def effect_notes(row: Mapping[str, Any], unit: str, *, luck: bool = True) -> Iterator[str]:
    """Standard error, what is not shown, doubt and luck of an effect, each as words."""
    if not known(row["error"]):
        yield text("front.single")
        return
    if row["verdict"] == answers.NOTHING:
        yield text("front.nothing")
        return
    yield text("front.error", error=change(row["error"], unit).lstrip("+"))
    if row["verdict"] != answers.SHOWN:
        yield text("front.not_shown")
        return  # how far the unknown may lie is in the picture
    if known(row["doubt_low_90"]):
        yield text("front.doubt", range=interval(row["doubt_low_90"], row["doubt_high_90"], unit))
    elif known(row["doubt_most"]):
        yield text("front.doubt_most", most=change(row["doubt_most"], unit).lstrip("+"))
    if luck and known(row["luck_low"]):
        yield text("front.luck", range=interval(row["luck_low"], row["luck_high"], unit))
