"""What a comparison says in the terminal: effects, which side binds, what a young worker costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from batiksim.cli import screen
from batiksim.i18n.texts import language, text
from batiksim.present import sentences
from batiksim.present.names import regime
from batiksim.present.numbers import amount, probability, quantity
from batiksim.present.sentences import side
from batiksim.recording.indicators import load_indicators
from batiksim.runs.design import NO_SAMPLE
from batiksim.studies.study import answers
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.cli.output import Rows
    from batiksim.studies.study import Study

HEADLINES = ("batik.workers", YOUNG)


def print_summary(study: Study) -> None:
    """Print a block for each policy: its effects, which side binds, what a young worker costs."""
    width = max(len(regime(of)) for of in study.regimes)
    for name in study.scenarios[1:]:
        titles = (study.about["titles"][one][language()] for one in (name, study.baseline))
        screen.say_filled(text("compare.against", policy=next(titles), baseline=next(titles)))
        known_in = [of for of, policy in study.policies if policy == name]
        if not known_in:
            screen.say(f"  {text('pairs.none')}\n")
            continue
        for of in study.regimes_of(name):
            if of not in known_in:
                screen.say_filled(text("compare.world", regime=regime(of), said=text("pairs.none")), "  ")
        for indicator in HEADLINES:
            screen.say_filled(load_indicators()[indicator].label[language()], "  ")
            for indent, line in _effects(study, name, indicator):
                screen.say_filled(line, indent, indent + "  ")
        for heading, lines in _blocks(study, name):
            screen.say_filled(heading, "  ")
            for of, said in lines:
                screen.say_filled(f"{of:<{width}}  {said}".strip(), " " * 4, " " * (width + 6 if of else 6))
        screen.say("")
    found = study.effects(YOUNG)
    if not found.empty:
        drawn = len(study.about.get("draws", ()))
        words = [text("compare.words_sample", draws=drawn) if drawn else text("compare.words")]
        if found["luck"].notna().any():
            words.append(text("compare.words_luck"))
            enough = answers.FULL_PAIRS_ENOUGH
            if (pairs := int(found.groupby("scenario")["luck_pairs"].max().min())) < enough:
                words.append(text("compare.few_courses", pairs=pairs, enough=enough))
        screen.say_filled(" ".join(words))
        screen.say("")


def _effects(study: Study, name: str, indicator: str) -> Iterator[tuple[str, str]]:
    """(indent, line) of each period, and of each world where they differ."""
    unit, sample = load_indicators()[indicator].unit, study.sample != NO_SAMPLE
    first = ""
    for row in _rows(study.effects(indicator), name):
        lead = row["period"] != first
        if lead:
            first = row["period"]
            said = sentences.effect(row, unit, sample=sample)
            yield "    ", sentences.in_period(row, said)
        elif row["differ"]:
            said = sentences.effect(row, unit, sample=sample, short=True)
            yield "      ", text("compare.world", regime=regime(row["regime"]), said=said)


def _blocks(study: Study, name: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Headings of one policy, and under each (regime or "", sentence)."""
    targets = [row for row in _rows(study.targets(), name) if row["regime"] in (answers.EVERY, *_only(study))]
    if targets:
        yield text("compare.targets"), [("", _target(row)) for row in targets]
    binding = study.binding()
    heading = text("compare.binds", since=binding["since"][0])
    yield heading, [(regime(row["regime"]), _side(row)) for row in _rows(binding, name)]
    rate = quantity(float(study.about["discount_rate"]), "share")
    prices = _rows(study.costs(), name)
    over_all = [row for row in prices if row["regime"] == answers.EVERY]
    lines: list[tuple[str, str]] = []
    for row in over_all or prices:
        of = "" if over_all else regime(row["regime"])
        lines.append(("" if of in dict(lines) else of, sentences.price(row)))
    yield text("compare.price", rate=rate), lines


def _only(study: Study) -> list[str]:
    """The world, where there is one."""
    return study.regimes if len(study.regimes) == 1 else []


def _target(row: dict[str, Any]) -> str:
    """How probable it is that a target is reached."""
    aim = sentences.aim(row)
    if math.isnan(row["probability"]):
        return text("compare.target_beyond", aim=aim)
    unit = load_indicators()[row["indicator"]].unit
    return text(
        "compare.target", aim=aim, share=probability(row["probability"]),
        base=probability(row["baseline_probability"]), expected=amount(row["expected"], unit),
        error=amount(row["error"], unit),
    )  # fmt: skip


def _rows(table: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()}
        for row in table.to_dict("records")
        if row["scenario"] == name
    ]


def _side(row: dict[str, Any]) -> str:
    shares = {key: quantity(row[key], "share") for key in ("unfilled", "idle")}
    return text("compare.side", side=side(row), **shares)


def summary(study: Study, folder: str | None, command: str) -> dict[str, Any]:
    """What --json prints: the question, the failed runs and the tables behind the printed lines.

    `command` makes the comparison again, from where this command was given.
    """
    runs = study.runs
    failed = runs.loc[runs["status"] != "ok", ["scenario", "regime", "seed", "error"]]
    kept = ("regimes", "seeds", "scale", "until", "record", "discount_rate")
    return {
        "folder": folder,
        "command": command,
        "scenarios": study.about["scenarios"],
        **{key: study.about[key] for key in kept},
        "full_scale": bool(study.about["full_scale"]),
        "full_pairs": int(study.about["full_scale"]),
        "sample": study.sample,
        "draws": [one["name"] for one in study.about.get("draws", ())],
        "runs": len(runs),
        "failed": records(failed),
        "effects": {name: records(study.effects(name)) for name in HEADLINES},
        "targets": records(study.targets()),
        "indicators": {name: records(study.table(name)) for name in HEADLINES},
        "binding": records(study.binding()),
        "costs": records(study.costs()),
    }


def tables(study: Study) -> dict[str, Rows]:
    """What --csv writes, the rows of each table by its name."""
    return {
        "effects": lambda: [
            {"indicator": name, **row} for name in HEADLINES for row in records(study.effects(name))
        ],
        "targets": lambda: records(study.targets()),
        "differences": lambda: [
            {"indicator": name, **row} for name in HEADLINES for row in records(study.table(name))
        ],
        "binding": lambda: records(study.binding()),
        "costs": lambda: records(study.costs()),
        "runs": lambda: records(study.runs),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table ready for JSON: plain Python values, null where a number is undefined or endless."""
    return [
        {str(key): number_or_null(value) for key, value in row.items()} for row in table.to_dict("records")
    ]


def number_or_null(value: Any) -> Any:
    """A value ready for JSON: a plain one, null where a number is undefined or endless."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
