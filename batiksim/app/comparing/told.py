"""What pages are told of a comparison, finished or not: its numbers, and sentences in both languages.

The sentences are those of the terminal and the report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import LANGUAGES, language, speaking, text
from batiksim.i18n.unit_names import in_words
from batiksim.present import sentences
from batiksim.present.names import regime
from batiksim.present.numbers import change, known, percent, probability, quantity, rupiah
from batiksim.recording.indicators import load_indicators
from batiksim.report.page import front, headline
from batiksim.report.page.exporting import INDICATORS as INDICATORS
from batiksim.report.page.phrases import over_worlds, records
from batiksim.runs.design import NO_SAMPLE
from batiksim.studies.study.answers import EVERY, NOTHING, SHOWN

if TYPE_CHECKING:
    from batiksim.app.comparing.question import Question
    from batiksim.runs.design import Design
    from batiksim.studies.arriving import Pair
    from batiksim.studies.study import Study
    from batiksim.studies.study.answers import Period

_NUMBERS = (
    "baseline", "expected", "error", "low", "high", "doubt_low_50", "doubt_high_50", "doubt_low_90",
    "doubt_high_90", "doubt_most", "better", "luck_low", "luck_high", "draws", "pairs", "luck_pairs",
)  # fmt: skip


def asked(design: Design, question: Question) -> dict[str, Any]:
    """What is compared: scenarios with their titles and files, indicators, worlds, how many runs, and the
    command line that makes the same.
    """
    called, files = [], {}
    for one, scenario in zip(question.scenarios, design.scenarios, strict=True):
        called.append(one.get("library", f"{scenario.stem}.yaml"))
        if "library" not in one:
            files[called[-1]] = scenario.to_yaml()
    return {
        "scenarios": [
            {"name": scenario.stem, "title": dict(scenario.title), "called": name}
            for scenario, name in zip(design.scenarios, called, strict=True)
        ],
        "files": files,
        "indicators": [
            {
                "name": name,
                "unit": load_indicators()[name].unit,
                "unit_label": _both(partial(_of_differences, load_indicators()[name].unit)),
                "label": dict(load_indicators()[name].label),
            }
            for name in INDICATORS
        ],
        "worlds": [{"name": one, "label": _both(partial(regime, one))} for one in design.regimes],
        "command": question.command(called),
        "sample": question.sample,
        "draws": question.draws or 0,
        "runs": len(design.runs),
    }


def _of_differences(unit: str) -> str:
    """The unit of differences, in words."""
    return text("number.points").strip() if unit == "share" else in_words(unit) if unit != "1" else "1"


def pair(found: Pair, periods: tuple[Period, ...]) -> dict[str, Any]:
    """A pair as the page draws it: of each indicator its mean difference over each period."""
    place = {month: k for k, month in enumerate(found.months)}
    return {
        "policy": found.scenario, "world": found.regime, "draw": found.draw, "seed": found.seed,
        "values": {
            name: {
                one.name: _plain(float(row[[place[month] for month in one.months]].mean())) for one in periods
            }
            for name, row in zip(INDICATORS, found.differences, strict=True)
        },
    }  # fmt: skip


def answer(study: Study) -> dict[str, Any]:
    """What the runs say so far: `headline`, and of each policy `effects`, `cost`, `prices`, `groups`."""
    found = headline.findings(study)
    winners, prices = study.winners().to_dict("records"), study.costs().to_dict("records")
    return {
        "headline": _both(lambda: headline.lead(study, found)),
        "done": study.done,
        "runs": study.total,
        "words": _both(lambda: _words(study)),
        "policies": [
            {
                "name": one.scenario,
                "never": _both(partial(text, "front.never")) if one.kind == headline.NEVER else None,
                "effects": list(_effects(study, one.scenario)),
                "cost": _cost(study, one),
                "prices": list(_prices(study, one.scenario, prices)),
                "groups": list(_groups(one.scenario, winners)),
            }
            for one in sorted(found, key=lambda one: study.scenarios.index(one.scenario))
        ],
        "failed": [
            {**row, "error": str(row["error"])[:300]}
            for row in study.runs[study.runs["status"] == "failed"][["scenario", "regime", "seed", "error"]]
            .head(5)
            .to_dict("records")
        ],
    }


def _words(study: Study) -> str:
    """What the marks mean, as the terminal explains them."""
    drawn = len(study.about.get("draws", ()))
    said = [text("compare.words_sample", draws=drawn) if drawn else text("compare.words")]
    return " ".join([*said, text("compare.words_luck")])


def _effects(study: Study, scenario: str) -> Iterator[dict[str, Any]]:
    """Each indicator, period and world: numbers for the marks, and the same as words."""
    for indicator in INDICATORS:
        for row in records(study.effects(indicator), scenario=scenario):
            yield _effect(row, indicator, sample=study.sample != NO_SAMPLE)


def _effect(row: Mapping[str, Any], indicator: str, *, sample: bool) -> dict[str, Any]:
    unit = load_indicators()[indicator].unit
    short = row["regime"] != EVERY and bool(row["differ"])
    return {
        "indicator": indicator, "period": row["period"], "world": row["regime"],
        "first": row["first"], "last": row["last"], "cut": bool(row["cut"]),
        "differ": bool(row["differ"]), "shown": row["verdict"] == SHOWN,
        **{name: _plain(row[name]) for name in _NUMBERS},
        "said": _both(lambda: sentences.effect(row, unit, sample=sample, short=short)),
        "cells": _both(lambda: _cells(row, unit)),
    }  # fmt: skip


def _cells(row: Mapping[str, Any], unit: str) -> dict[str, str]:
    """An effect's numbers one by one, as they are written; "" where one is not known."""

    def ends(low: str, high: str) -> str:
        return sentences.interval(row[low], row[high], unit) if known(row[low]) and known(row[high]) else ""

    said = {
        "expected": change(row["expected"], unit) if known(row["expected"]) else "",
        "error": change(row["error"], unit).lstrip("+") if known(row["error"]) else "",
        "doubt": ends("doubt_low_90", "doubt_high_90"),
        "luck": ends("luck_low", "luck_high"),
        # An effect that is not told from none has no probability, as in the terminal.
        "better": probability(row["better"]) if row["verdict"] == SHOWN and known(row["better"]) else "",
        "baseline": quantity(row["baseline"], unit),
        "pairs": quantity(row["pairs"], "people"),
    }
    if row["verdict"] != NOTHING and not said["doubt"] and known(row["doubt_most"]):
        said["doubt"] = f"≤ ±{change(row['doubt_most'], unit).lstrip('+')}"
    return said


def _cost(study: Study, one: headline.Finding) -> dict[str, Any]:
    """What a policy costs a year over its own years, who pays, and what a young worker costs, as the report
    says it.
    """
    found = front.bill(study, one.scenario)
    if found is None:
        return {"total": None, "said": _both(lambda: text("front.unknown")), "price": _both(lambda: "")}

    def said() -> str:
        if not found.total:
            return text("front.free")
        ends = sentences.limits(rupiah(found.low), rupiah(found.high))
        range_ = text("front.range", low=ends[0], high=ends[1]) if known(found.low) else ""
        public = found.public / found.total
        payers = text("front.public", share=percent(public)) if found.private > 0.0 and public > 0.0 else ""
        return "; ".join(filter(None, (rupiah(found.total), range_, payers)))

    return {
        "total": _plain(found.total), "said": _both(said),
        "amount": _both(lambda: rupiah(found.total) if found.total else text("front.free")),
        "price": _both(lambda: front.price(found, one)),
    }  # fmt: skip


def _prices(study: Study, scenario: str, rows: list[Any]) -> Iterator[dict[str, Any]]:
    """Cost of one more young worker after 5, 10 and 20 years: of all draws, else of each world."""
    mine = [row for row in rows if row["scenario"] == scenario]
    whole = [row for row in mine if row["regime"] == EVERY]
    for row in whole or mine:
        world = _both(partial(str) if whole else partial(regime, row["regime"]))
        yield {"years": int(row["years"]), "world": world, "said": _both(partial(sentences.price, row))}


def _groups(scenario: str, rows: list[Any]) -> Iterator[dict[str, Any]]:
    """Who gains and who loses: income of groups, people at work, and the public purse."""
    mine = [row for row in rows if row["scenario"] == scenario]
    for what in ("income", "people", "purse"):
        for row in over_worlds([one for one in mine if one["what"] == what]):
            yield _group(row, "people" if what == "people" else "IDR")


def _group(row: Mapping[str, Any], unit: str) -> dict[str, Any]:
    label = f"report.group.{row['group'].removeprefix('workers_')}"
    return {
        "group": row["group"], "what": row["what"], "verdict": row["verdict"],
        "relative": _plain(row["relative"]),
        "label": _both(partial(text, label)),
        "change": _both(partial(change, row["expected"], unit)),
        "error": _both(lambda: change(row["error"], unit).lstrip("+") if known(row["error"]) else ""),
    }  # fmt: skip


def _both(said: Callable[[], Any]) -> dict[str, Any]:
    """Something that is said, in both languages."""
    found = {}
    for lang in LANGUAGES:
        with speaking(lang):
            found[language()] = said()
    return found


def _plain(value: Any) -> Any:
    """A number as JSON can hold it: null where it is undefined or endless."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
