"""What moves an answer, in plain words: one paragraph for a reader who never heard of an index."""

from __future__ import annotations

from typing import Any

from batiksim.config.parameters import load_parameters
from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import language, text
from batiksim.present.names import joined, title, when
from batiksim.present.numbers import quantity, signed
from batiksim.recording.indicators import load_indicators
from batiksim.studies.sampling.designs import MORRIS, SOBOL
from batiksim.studies.sensitivity import Asked, Sensitivity
from batiksim.studies.study.sets import EFFECT, INDEX

_NAMED = 3  # how many assumptions a paragraph names
_LEAST_SHARE = 0.05
_FEW_SEEDS = 2


def what(asked: Asked) -> str:
    """What was asked: the indicator, whose, when."""
    about = {
        "label": load_indicators()[asked.indicator].label[language()],
        "scenario": title(asked.study, asked.scenario),
        "month": when(asked.month),
        "first": when(asked.study.months[0]),
    }
    return text(f"sensitivity.{asked.of}_of", **about)


def unit(asked: Asked) -> str:
    """The unit of what was asked: an index is a share of the first month."""
    return "share" if asked.of == INDEX else load_indicators()[asked.indicator].unit


def called(parameter: str) -> str:
    """A parameter by its label and name."""
    return f"{load_parameters()[parameter].label[language()]} ({parameter})"


def amount(asked: Asked, value: float) -> str:
    """A number of the indicator, with its sign where it is an effect."""
    return signed(value, unit(asked)) if asked.of == EFFECT else quantity(value, unit(asked))


def change(asked: Asked, value: float) -> str:
    """A change of it."""
    return signed(value, unit(asked))


def paragraph(found: Sensitivity) -> str:
    """What the table shows, and how far it can be trusted."""
    asked = found.asked
    said = [
        text(
            "sensitivity.over",
            what=what(asked),
            sets=number(found.sets),
            parameters=number(found.parameters),
            mean=amount(asked, found.mean),
            spread=quantity(found.spread, unit(asked)),
        )
    ]
    if found.not_luck == found.not_luck:
        said.append(text("sensitivity.luck", luck=percent(1.0 - found.not_luck), seeds=number(found.seeds)))
    rows = list(found.table.to_dict("records"))
    if found.method == SOBOL:
        said += _indices(found, rows)
    elif found.method == MORRIS:
        said += _effects(found, rows)
    else:
        said += _curves(found, rows)
    return " ".join(said)


def _indices(found: Sensitivity, rows: list[dict[str, Any]]) -> list[str]:
    score = {
        "emulator": text(f"sensitivity.emulator.{found.emulator}"),
        "score": number(found.score, 2),
        "most": number(found.not_luck, 2),
    }
    said = [text("sensitivity.score", **score)]
    if not found.trusted:
        return [*said, text("sensitivity.untrusted")]
    some = [row for row in rows if row["total"] >= _LEAST_SHARE][:_NAMED]
    parts = [
        text(
            "sensitivity.share", name=called(row["parameter"]), first=percent(max(row["first"], 0.0)),
            total=percent(min(row["total"], 1.0)), change=change(found.asked, row["change"]),
        )
        for row in some
    ]  # fmt: skip
    if parts:
        said.insert(0, text("sensitivity.most", names=joined(parts)))
    if sum(row["first"] for row in rows) < 1.0 - 2.0 * _LEAST_SHARE:
        said.append(text("sensitivity.together", share=percent(1.0 - sum(row["first"] for row in rows))))
    return said


def _effects(found: Sensitivity, rows: list[dict[str, Any]]) -> list[str]:
    sure = [row for row in rows if not row["size"] - row["size_error"] <= row["luck"]]
    if not sure:
        return [text("sensitivity.all_luck")]
    parts = [
        text(
            "sensitivity.step",
            name=called(row["parameter"]),
            size=change(found.asked, row["size"]).lstrip("+"),
            mean=change(found.asked, row["mean"]),
        )
        for row in sure[:_NAMED]
    ]
    said = [text("sensitivity.steps", names=joined(parts))]
    uneven = [called(row["parameter"]) for row in sure if row["spread"] > row["size"]][:_NAMED]
    if uneven:
        said.append(text("sensitivity.uneven", names=joined(uneven)))
    return [*said, text("sensitivity.beyond_luck", sure=len(sure), parameters=len(rows))]


def _curves(found: Sensitivity, rows: list[dict[str, Any]]) -> list[str]:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["parameter"], []).append(row)
    parts = []
    for name, points in list(by_name.items())[:_NAMED]:
        ends = {
            "low": change(found.asked, points[0]["change"]),
            "high": change(found.asked, points[-1]["change"]),
        }
        parts.append(text("sensitivity.curve", name=called(name), **ends))
    said = [text("sensitivity.curves", names=joined(parts)), text("sensitivity.alone")]
    return [*said, text("sensitivity.few_seeds")] if found.seeds <= _FEW_SEEDS else said
