"""One life told twice, side by side: the same person under the baseline and under a policy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from batiksim.data import rows
from batiksim.i18n.texts import catalogue, language, text
from batiksim.present.names import month, place, regime, title
from batiksim.present.numbers import number

if TYPE_CHECKING:
    from batiksim.studies.study import Study

_MONTH = re.compile(r"\b(\d{4}-\d{2})\b")


@dataclass(frozen=True)
class Side:
    """One of the two lives: spells of years, and the sentences of the story."""

    title: str
    spells: Sequence[str]
    story: Sequence[str]


@dataclass(frozen=True)
class Pair:
    """A person, what differs, and both lives; without `sides` where there is nothing to tell."""

    heading: str
    intro: str
    sides: Sequence[Side]


def pair(study: Study, first: str) -> Pair | None:
    """One pair of lives: under the scenario `first` if there is something to tell, otherwise another."""
    lives = [life for life in study.lives["lives"] if life["scenario"] in study.scenarios]
    told = [life for life in lives if not life.get("error") and life["stage_differs"]] or lives
    chosen = sorted(told, key=lambda life: life["scenario"] != first)
    return _pair(study, chosen[0]) if chosen else None


def _pair(study: Study, life: Mapping[str, Any]) -> Pair:
    heading = title(study, life["scenario"])
    if len(study.regimes) > 1:
        heading = text("report.under", said=heading, regime=regime(life["regime"]))
    if life.get("error"):
        return Pair(heading, text("report.life.failed", error=life["error"]), ())
    if not life["stage_differs"]:
        return Pair(heading, text("report.life.same"), ())
    person = life["person"]
    kind = f"{person['sex']}_{'parent' if person['parent'] else 'outsider'}"
    who = text(f"report.life.{kind}")
    place_name, born = place(person["place"]), month(person["born"])
    counts = {key: number(life[key]) for key in ("decembers", "craft_differs")}
    intro = text("report.life.intro", who=who, born=born, place=place_name, **counts)
    names = (life["baseline"], life["scenario"])
    return Pair(heading, intro, [_side(study, name, life["lives"][name]) for name in names])


def _side(study: Study, name: str, told: Mapping[str, Any]) -> Side:
    # The first line names the person, which the introduction does already, in words.
    story = [_readable(line) for line in told["story"][language()][1:]]
    return Side(title(study, name), list(_spells(told["stages"])), story)


def _spells(stages: Mapping[str, str]) -> list[str]:
    """Years spent in each stage, as the Decembers show them."""
    found = []
    for stage, months in groupby(stages.items(), key=lambda item: item[1]):
        years = [name[:4] for name, _ in months]
        own = f"story.stage.{stage}"
        words = text(own if own in catalogue() else f"report.stage.{stage}")
        span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
        found.append(text("report.life.spell", years=span, stage=words))
    return found


def _readable(line: str) -> str:
    """A line of a story with months and places by name."""
    line = _MONTH.sub(lambda found: month(found[1]), line)
    ids = "|".join(sorted((re.escape(row["id"]) for row in rows("places.csv")), key=len, reverse=True))
    return re.sub(rf"(?<![\w-])({ids})(?![\w-])", lambda found: place(found[1]), line)
