"""What a comparison says in the terminal: differences, which side binds, what a young worker costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from batiksim.cli import screen
from batiksim.i18n.texts import language, text
from batiksim.present.names import regime
from batiksim.present.numbers import quantity, rupiah
from batiksim.present.sentences import band, difference, side, verdict
from batiksim.recording.indicators import load_indicators
from batiksim.studies.statistics import FEW_PAIRS, SOME_PAIRS
from batiksim.studies.study import effects
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.cli.output import Rows
    from batiksim.studies.study import Study

HEADLINES = ("batik.workers", YOUNG)


def print_summary(study: Study) -> None:
    """Print a block for each policy, a line for each regime."""
    width, fewest = max(len(regime(of)) for of in study.regimes), SOME_PAIRS
    for name in study.scenarios[1:]:
        titles = (study.about["titles"][one][language()] for one in (name, study.baseline))
        screen.say_filled(text("compare.against", policy=next(titles), baseline=next(titles)))
        pairs = [int(row["pairs"]) for row in _rows(study.table(YOUNG), name) if row["pairs"]]
        if not pairs:
            screen.say(f"  {text('pairs.none')}\n")
            continue
        fewest = min(fewest, *pairs)
        for heading, lines in _blocks(study, name):
            screen.say_filled(heading, "  ")
            for of, said in lines:
                screen.say_filled(f"{of:<{width}}  {said}", " " * 4, " " * (width + 6))
        screen.say("")
    if fewest < FEW_PAIRS:
        screen.say_filled(text("compare.few", pairs=fewest, enough=SOME_PAIRS))
        screen.say("")


def _blocks(study: Study, name: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Headings of one policy, and under each (regime, sentence)."""
    for indicator in HEADLINES:
        table = study.table(indicator)
        label = load_indicators()[indicator].label[language()]
        heading = text("compare.in_month", label=label, month=study.months[-1])
        unit = load_indicators()[indicator].unit
        known = {row["regime"]: difference(row, unit) for row in _rows(table, name)}
        yield heading, [(regime(of), known.get(of, text("pairs.none"))) for of in study.regimes_of(name)]
    binding = study.binding()
    heading = text("compare.binds", since=binding["since"][0])
    yield heading, [(regime(row["regime"]), _side(row)) for row in _rows(binding, name)]
    rate = quantity(float(study.about["discount_rate"]), "share")
    lines: list[tuple[str, str]] = []
    for row in _rows(study.costs(), name):
        of = regime(row["regime"])
        lines.append(("" if of in dict(lines) else of, _price(row)))
    yield text("compare.price", rate=rate), lines


def _rows(table: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()}
        for row in table.to_dict("records")
        if row["scenario"] == name
    ]


def _side(row: dict[str, Any]) -> str:
    shares = {key: quantity(row[key], "share") for key in ("unfilled", "idle")}
    return text("compare.side", side=side(row), **shares)


def _price(row: dict[str, Any]) -> str:
    price = verdict(row)
    if row["verdict"] == effects.OK:
        ends = band(row["per_worker_low_90"], row["per_worker_high_90"], "IDR")
        price = f"{rupiah(row['per_worker'])} ({ends})"
    return text("compare.after", years=row["years"], price=price)


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
        "indicators": {name: records(study.table(name)) for name in HEADLINES},
        "binding": records(study.binding()),
        "costs": records(study.costs()),
    }


def tables(study: Study) -> dict[str, Rows]:
    """What --csv writes, the rows of each table by its name."""
    return {
        "differences": lambda: [
            {"indicator": name, **row} for name in HEADLINES for row in records(study.table(name))
        ],
        "binding": lambda: records(study.binding()),
        "costs": lambda: records(study.costs()),
        "runs": lambda: records(study.runs),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table ready for JSON: plain Python values, null where a number is undefined or endless."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
