"""What the page of a validation says, in the language of the reader: sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from batiksim.i18n.texts import language, text
from batiksim.present.names import area, joined, month, printable, regime
from batiksim.present.numbers import UNDEFINED, number, probability, quantity
from batiksim.recording.indicators import load_indicators
from batiksim.report.page.phrases import Cell, Table
from batiksim.runs.assemble import OK
from batiksim.studies.validation import Validation, nulls
from batiksim.studies.validation.facts import CHECK, FIT, MEASURED, Fact
from batiksim.studies.validation.scoring import ALL, ENOUGH, MODEL, REASONS

INSIDE, OUTSIDE = "yes", "no"
_NUMBERS = frozenset(range(1, 11))
_OF_SHARES = ("max_step", "drop_vs_twin")


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs and tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Page:
    """The whole page; `lead` is its first line, which says whether a null wins."""

    lead: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]
    title: str = field(default_factory=lambda: text("validation.heading"))


def page(found: Validation) -> Page:
    """The page of a validation."""
    roles = [role for role in (CHECK, FIT) if (found.model["role"] == role).any()]
    facts = tuple(_facts(found, role) for role in roles)
    made = Section(text("validation.made_title"), tuple(_made(found)))
    reading = Section(text("validation.reading_title"), tuple(_reading()))
    return Page(verdict(found), tuple(_front(found, roles)), (_scores(found, roles), *facts, reading, made))


def verdict(found: Validation) -> str:
    """Whether a null wins, or the model without a part of it: the first line of page and command."""
    role = found.judged_on
    about = {"role": text(f"validation.role_of.{role}")}
    if len(found.scores[found.scores["role"] == role]) < 2:
        return text("validation.no_nulls", **about)
    won = {row["forecaster"]: _won(row) for row in found.winners.to_dict("records")}
    parts = [words for name, words in won.items() if name in nulls.ABLATIONS]
    knows_less = [words for name, words in won.items() if name not in nulls.ABLATIONS]
    key = "validation.wins" if knows_less else "validation.no_wins"
    said = [text(key, what="; ".join(knows_less), **about)]
    if parts:
        said.append(text("validation.ablations_win", what="; ".join(parts)))
    return " ".join(said)


def _won(row: Mapping[Any, Any]) -> str:
    """By which scores one null wins."""
    scores = []
    if row["interval_score"] < row["model_interval_score"]:
        numbers = {"null": _score(row["interval_score"]), "model": _score(row["model_interval_score"])}
        scores.append(text("validation.win_interval", facts=row["measured"], **numbers))
    if row["brier"] < row["model_brier"]:
        numbers = {"null": _score(row["brier"]), "model": _score(row["model_brier"])}
        scores.append(text("validation.win_brier", facts=row["events"], **numbers))
    return text("validation.win", null=called(row["forecaster"]), scores=joined(scores))


def called(forecaster: str) -> str:
    """What the model, a null or an ablation is called."""
    return text(f"validation.null.{forecaster}")


def counts(found: Validation, role: str, world: str = ALL) -> dict[str, Any]:
    """How many facts of a role lie inside and outside."""
    table = found.table
    rows = table[(table["forecaster"] == MODEL) & (table["world"] == world) & (table["role"] == role)]
    inside = int(rows["inside"].sum())
    words = text(f"validation.role_of.{role}")
    return {"facts": len(rows), "inside": inside, "outside": len(rows) - inside, "role": words}


def _front(found: Validation, roles: list[str]) -> Iterator[str]:
    """What the numbers can say, and what they cannot."""
    worlds = [world for world in dict.fromkeys(found.table["world"]) if world != ALL]
    for role in roles:
        said = [text("validation.inside", **counts(found, role))]
        if len(worlds) > 1:
            said += [
                text("validation.inside_world", world=regime(world), **counts(found, role, world))
                for world in worlds
            ]
        yield " ".join(said)
    role = found.judged_on
    model = found.model[found.model["role"] == role]
    measured = int((model["kind"] == MEASURED).sum())
    about = {"role": text(f"validation.role_of.{role}"), "measured": measured}
    single = {name for one in _nulls(found, role) for name in found.single_wins(one, role)}
    limits = [text("validation.single", wins=len(single), facts=len(model), role=about["role"])]
    if measured < ENOUGH:
        limits.append(text("validation.few", enough=ENOUGH, **about))
    else:
        total = found.scores[(found.scores["role"] == role) & (found.scores["forecaster"] == MODEL)]
        limits.append(text("validation.crps", crps=_score(total["crps"].iloc[0]), **about))
    shocks = model[model["statistic"] == "drop_vs_twin"]
    if len(shocks):
        inside = int(shocks["inside"].sum())
        limits.append(text("validation.shocks", shocks=len(shocks), inside=inside, role=about["role"]))
    yield " ".join(limits)
    if found.left_out:
        yield left_out(found)


def left_out(found: Validation) -> str:
    """Which facts could not be read, and why."""
    why = []
    for reason in REASONS:
        names = [name for name, one in found.left_out.items() if one == reason]
        if names:
            words = text(f"validation.left.{reason}")
            why.append(text("validation.left_why", names=", ".join(names), why=words))
    return text("validation.left_out", count=len(found.left_out), facts="; ".join(why))


def _nulls(found: Validation, role: str) -> list[str]:
    scores = found.scores[found.scores["role"] == role]
    return [name for name in scores["forecaster"] if name != MODEL]


def _scores(found: Validation, roles: list[str]) -> Section:
    """The model and its nulls in total, a table a role."""
    keys = (
        "null", "facts", "inside", "outside", "width", "interval", "model_interval", "brier", "model_brier",
        "single",
    )  # fmt: skip
    tables = []
    for role in roles:
        rows = found.scores[found.scores["role"] == role].to_dict("records")
        crps = any(not math.isnan(row["crps"]) for row in rows)
        some = (*keys[:7], "crps", *keys[7:]) if crps else keys
        cells = [tuple(_total_cells(row, crps)) for row in rows]
        title = text(f"validation.role.{role}")
        tables.append(Table(title, [text(f"validation.col.{key}") for key in some], cells, _NUMBERS))
    there = {name for role in roles for name in _nulls(found, role)}
    known = [name for name in (*nulls.KNOWS, *nulls.RULES, *nulls.ABLATIONS) if name in there]
    told = "; ".join(f"{called(name)}: {text(f'validation.about.{name}')}" for name in known)
    paragraphs = (text("validation.scores_about"), f"{told}. {text('validation.nulls_about')}")
    return Section(text("validation.scores_title"), paragraphs if told else paragraphs[:1], tuple(tables))


def _total_cells(row: Mapping[Any, Any], crps: bool) -> Iterator[Cell]:
    alone = row["forecaster"] == MODEL
    yield Cell(called(row["forecaster"]), kind="clear" if row["wins"] else "")
    for key in ("facts", "inside", "outside"):
        yield Cell(str(row[key]))
    yield Cell(_score(row["width"]))
    yield Cell(_score(row["interval_score"]))
    yield Cell(UNDEFINED if alone else _score(row["model_interval_score"]))
    if crps:
        yield Cell(_score(row["crps"]))
    yield Cell(_score(row["brier"]))
    yield Cell(UNDEFINED if alone else _score(row["model_brier"]))
    yield Cell(UNDEFINED if alone else str(row["single_wins"]))


def _score(value: float) -> str:
    """A score or a width, to three digits."""
    if math.isnan(value):
        return UNDEFINED
    return number(value, 2 if abs(value) >= 1.0 else 3)


def _facts(found: Validation, role: str) -> Section:
    """Every fact of a role, one row each."""
    facts = {fact.name: fact for fact in found.facts}
    nearer: dict[str, list[str]] = {}
    for forecaster in _nulls(found, role):
        for name in found.single_wins(forecaster, role):
            nearer.setdefault(name, []).append(called(forecaster))
    head = ("fact", "known", "source", "runs", "inside", "width", "interval", "share", "nearer")
    rows = found.model[found.model["role"] == role].to_dict("records")
    cells = [tuple(_fact_cells(row, facts[row["target"]], nearer.get(row["target"], ()))) for row in rows]
    title = text(f"validation.role.{role}")
    names = [text(f"validation.col.{key}") for key in head]
    return Section(title, (), (Table(title, names, cells, frozenset((5, 6, 7))),))


def _fact_cells(row: Mapping[Any, Any], fact: Fact, nearer: Any) -> Iterator[Cell]:
    unit = unit_of(fact)
    yield Cell(fact.name, note=about(fact), kind="code")
    yield Cell(known(fact))
    yield Cell("" if fact.n is None else f"n = {number(fact.n)}", note=printable(fact.source))
    band = f"{_amount(row['low_90'], unit)} … {_amount(row['high_90'], unit)}"
    yield Cell(_amount(row["median"], unit), note=band)
    yield Cell(
        text(f"validation.{INSIDE if row['inside'] else OUTSIDE}"), kind="" if row["inside"] else "clear"
    )
    yield Cell(_amount(row["width"], unit))
    yield Cell(_amount(row["interval_score"], unit))
    yield Cell(UNDEFINED if fact.kind == MEASURED else probability(row["share"]))
    yield Cell(", ".join(nearer) or UNDEFINED)


def about(fact: Fact) -> str:
    """What a fact is of: indicator, statistic, place, month."""
    labels = [load_indicators()[name].label[language()] for name in fact.indicators]
    what = labels[0]
    if len(labels) > 1:
        what = text("validation.less", first=labels[0], second=labels[1])
    how = ""
    if fact.statistic != "mean":
        key = f"validation.statistic.{fact.statistic}"
        how = f" ({text(key, window=fact.window, places=len(fact.places))})"
    return f"{what}{how}; {area(fact.place)}, {month(fact.month)}"


def unit_of(fact: Fact) -> str:
    """The unit of what is read of a fact, "" for a rank."""
    if fact.statistic == "rank":
        return ""
    return "share" if fact.statistic in _OF_SHARES else load_indicators()[fact.indicators[0]].unit


def known(fact: Fact) -> str:
    """What is known: a value with its band, a range, a side."""
    unit = unit_of(fact)
    low, high = _amount(fact.low, unit), _amount(fact.high, unit)
    if fact.kind == MEASURED:
        return text("validation.known.value", value=_amount(fact.value, unit), low=low, high=high)
    if math.isinf(fact.high):
        said = text("validation.known.above", low=low)
    elif math.isinf(fact.low):
        said = text("validation.known.below", high=high)
    else:
        said = text("validation.known.range", low=low, high=high)
    return said if fact.came_true else text("validation.known.not", range=said)


def _amount(value: float | None, unit: str) -> str:
    if value is None or not math.isfinite(value):
        return UNDEFINED
    # What is far below one and no share would read as nothing.
    if unit != "share" and 0.0 < abs(value) < 0.1:
        return number(value, 3)
    return quantity(value, unit)


def _reading() -> Iterator[str]:
    for key in ("inside", "width", "wins"):
        yield text(f"validation.reading.{key}")


def _made(found: Validation) -> Iterator[str]:
    study = found.study
    runs = study.runs[study.runs["scenario"] == study.baseline]
    good = runs[runs["status"] == OK]
    sets = len(good[["regime", "draw"]].drop_duplicates())
    said = [
        text(
            "validation.made", date=found.date, version=study.about["version"], file=printable(found.file),
            sample=printable(study.sample), sets=sets, runs=len(good),
            scale=number(study.about["scale"], 3).rstrip("0").rstrip(".,"),
            until=month(study.about["until"]),
        )
    ]  # fmt: skip
    if found.weighed:
        said.append(text("validation.weighed"))
    if failed := int((study.runs["status"] != OK).sum()):
        said.append(text("validation.failed", failed=failed, total=len(study.runs)))
    yield " ".join(said)
    yield found.command
