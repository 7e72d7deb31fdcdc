"""How the numbers were made and how far they can be trusted: checks, limits, failures, command, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from batiksim.config.parameters import RENAMED
from batiksim.data import rows
from batiksim.i18n.texts import text
from batiksim.present.names import month, place, regime, title
from batiksim.present.numbers import limits, number, quantity
from batiksim.recording.indicators import find_indicator
from batiksim.report.page.phrases import NUMBER, Cell, Table, records
from batiksim.runs.results import read_manifest
from batiksim.studies.statistics import FEW_PAIRS

if TYPE_CHECKING:
    from batiksim.studies.study import Study

LIMITS = ("conditional", "chance", "fit", "future", "checks", "costs", "count", "labour")
GLOSSARY = (
    "juragan", "buruh", "buruh_lepas", "makloon", "mbabar", "makelar", "umk", "tulis", "cap", "rob", "empu",
    "mori", "lebaran", "fedep", "under_30", "baseline", "pair", "band", "regime", "seed", "present_value",
    "a",
)  # fmt: skip
_MOST_FAILURES = 20
_WHERE = {"city": "where.city", "regency": "where.regency", "all": "where.everywhere"}


def manifest(study: Study) -> Mapping[str, Any]:
    """With what and when the comparison was made."""
    return read_manifest(study.folder)


def limitations(study: Study) -> list[str]:
    """What a reader must know before the numbers are passed on."""
    said = [text(f"report.limit.{name}") for name in LIMITS]
    seeds = {"seeds": number(len(study.about["seeds"]))}
    if study.about["scale"] < 1.0:
        scale = quantity(float(study.about["scale"]), "share")
        said.insert(2, text("report.limit.sample", scale=scale))
    if len(study.about["seeds"]) < FEW_PAIRS:
        said.insert(2, text("report.limit.few_pairs", **seeds))
    return said


def checks(study: Study) -> Table:
    """The checks that the model fails, a row each, under each regime of the comparison."""
    found = []
    run = {RENAMED.get(of, of) for of in study.regimes}
    for row in rows("failed_checks.csv"):
        if row["regime"] in run:
            unit = _unit(row["target"])
            where = _WHERE.get(row["place"])
            what = text(f"report.check.{row['what']}")
            found.append(
                [
                    Cell(what, f"{text(where) if where else place(row['place'])}, {month(row['month'])}"),
                    Cell(regime(row["regime"])), Cell(_band(row["low"], row["high"], unit), "", NUMBER),
                    Cell(quantity(float(row["model"]), unit), "", NUMBER),
                ]
            )  # fmt: skip
    head = [text(f"report.checks.{key}") for key in ("what", "regime", "known", "model")]
    return Table(text("report.checks.caption"), head, found, frozenset((2, 3)))


def _unit(name: str) -> str:
    """In what a target is measured; a loss against another run is a share of it."""
    target = next(row for row in rows("targets.csv") if row["target"] == name)
    indicator = find_indicator(target["indicator"].split(" - ")[0])
    return "share" if target["statistic"] == "drop_vs_twin" else indicator.unit


def _band(low: str, high: str, unit: str) -> str:
    """The ends of a band, either of which may be open."""
    if not low or not high:
        key = "report.checks.least" if low else "report.checks.most"
        return text(key, value=quantity(float(low or high), unit))
    return " – ".join(limits(*(quantity(float(end), unit) for end in (low, high))))


def failures(study: Study) -> tuple[str, Table | None]:
    """How many runs failed, and the first of them."""
    runs = study.runs
    failed = runs[runs["status"] != "ok"]
    counts = {"runs": number(len(runs)), "failed": number(len(failed))}
    if not len(failed):
        return text("report.runs.all_well", **counts), None
    shown = [
        [
            Cell(title(study, row["scenario"]), regime(row["regime"])),
            Cell(str(row["seed"]), "", NUMBER), Cell(row["error"], lang="en"),
        ]
        for row in records(failed.head(_MOST_FAILURES))
    ]  # fmt: skip
    head = [text(f"report.runs.{key}") for key in ("case", "seed", "error")]
    caption = text("report.runs.caption", count=number(len(shown)))
    return text("report.runs.failed", **counts), Table(caption, head, shown, frozenset((1,)))


def made(study: Study) -> list[tuple[str, str]]:
    """(what, words) of how the comparison was made."""
    about, how = study.about, manifest(study)
    seeds = about["seeds"]
    listed = f"{seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
    versions = ", ".join(f"{name} {version}" for name, version in how.get("versions", {}).items())
    found = [
        ("command", study.command),
        ("seeds", f"{listed} ({number(len(seeds))})"),
        ("regimes", ", ".join(regime(of) for of in study.regimes)),
        ("months", f"{month(about['since'])} – {month(about['until'])}"),
        ("scale", quantity(float(about["scale"]), "share")),
        ("inputs", about["inputs"]),
        ("versions", versions or f"batiksim {about['version']}"),
    ]
    if "platform" in how:
        found.append(("platform", f"{how['platform']['system']}, {how['platform']['machine']}"))
    if "finished" in how:
        found.append(("finished", how["finished"]))
    return [(text(f"report.made.{key}"), words) for key, words in found]


def hashes(study: Study) -> Table:
    """The scenario hashes: equal hashes are equal questions."""
    shown = [
        [Cell(title(study, about["name"]), about["name"]), Cell(about["hash"], kind="code")]
        for about in study.about["scenarios"]
    ]
    head = [text("report.made.scenario"), text("report.made.hash")]
    return Table(text("report.made.hashes"), head, shown)


def glossary() -> Sequence[tuple[str, str]]:
    """(word, meaning) of the words used here."""
    return [(text(f"report.word.{word}"), text(f"report.meaning.{word}")) for word in GLOSSARY]
