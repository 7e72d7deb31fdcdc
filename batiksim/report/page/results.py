"""Tables of what the policies change: who pays, who gains and who loses, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from batiksim.codes import PAYERS
from batiksim.i18n.texts import language, text
from batiksim.present.names import place, title
from batiksim.present.numbers import change, known, money, percent
from batiksim.present.sentences import interval
from batiksim.recording.indicators import load_indicators
from batiksim.report.aims import Focus
from batiksim.report.page.phrases import NUMBER, Cell, Table, over_worlds, records
from batiksim.runs.store import COSTS, PLACES
from batiksim.studies.statistics import Effect
from batiksim.studies.study import answers
from batiksim.studies.study.answers import NOTHING, SHOWN
from batiksim.studies.study.data import YOUNG, read_rows
from batiksim.world.places import regions

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# A change of less than this share of what a group has is one that nobody would notice.
_TINY = 0.001
_NONE = "unchanged"


def _compared(study: Study) -> list[str]:
    """The policies that have years of their own and pairs."""
    return [name for name in study.scenarios[1:] if answers.periods(study, name)]


def _head(study: Study, first: str, names: list[str]) -> list[str]:
    return [text(first), *(title(study, name) for name in names)]


def payers(study: Study) -> Table | None:
    """Who pays how much a year over a policy's own years, a column a policy."""
    names, lines = _compared(study), []
    years = {name: _years(study, name) for name in names}
    for payer in PAYERS:
        wide = study.numbers.amounts(COSTS, "payer", payer)
        paid = [answers.effect_of(study, name, wide, years[name]).expected for name in names]
        if any(paid):
            cells = [Cell(money(one) if one else "0", "", NUMBER) for one in paid]
            lines.append([Cell(text(f"stakeholder.{payer}").capitalize()), *cells])
    if not lines:
        return None
    return Table(text("report.payer.caption"), _head(study, "report.payer", names), lines, _numbers(names))


def _years(study: Study, name: str) -> list[str]:
    return list(dict.fromkeys(month[:4] for month in answers.periods(study, name)[0].months))


def _numbers(names: list[str]) -> frozenset[int]:
    return frozenset(range(1, len(names) + 1))


def winners(study: Study, focus: Focus) -> Table | None:
    """The change of the yearly income of each group, a column a policy."""
    names = _compared(study)
    rows = over_worlds(records(study.winners(year=focus.year), what="income"))
    found = {(row["scenario"], row["group"]): row for row in rows}
    lines = []
    for group in dict.fromkeys(group for _, group in found):
        cells = [found[name, group] for name in names]
        if any(row["verdict"] != _NONE and row["pairs"] for row in cells):
            label = text(f"report.group.{group.removeprefix('workers_')}")
            lines.append([Cell(label), *(_gain(row) for row in cells)])
    if not lines:
        return None
    head = _head(study, "report.winners.group", names)
    return Table(text("report.winners.caption"), head, lines, _numbers(names))


def _gain(row: Mapping[str, Any]) -> Cell:
    """What a group gains, as money and as a part of what it has; bold where it is shown."""
    if row["verdict"] == _NONE or not row["pairs"]:
        return Cell("0", "", NUMBER)
    if row["verdict"] not in ("gains", "loses"):
        return Cell(change(row["expected"], "IDR"), "", f"{NUMBER} unclear")
    note = _percent(row["relative"]) if known(row["relative"]) else ""
    tiny = abs(row["relative"]) < _TINY
    return Cell(change(row["expected"], "IDR"), note, NUMBER if tiny else f"{NUMBER} clear")


def _percent(value: float) -> str:
    """A relative change; what rounds to nothing is said to be less than a tenth of a percent."""
    if 0 < abs(value) < _TINY:
        return text("report.less_than_tenth")
    return f"{'+' if value > 0 else ''}{percent(value, 1)}"


def places(study: Study, focus: Focus) -> Table | None:
    """The expected change in one indicator in each place, a column a policy, from the runs of everybody."""
    if not study.has_places:
        return None
    names, lines = _compared(study), []
    indicator = focus.indicator or YOUNG
    unit = load_indicators()[indicator].unit
    months = {name: _months(study, name, focus) for name in names}
    wanted = [focus.place] if focus.place in regions() else list(regions())
    recorded = read_rows(study.files / PLACES, ["place"])["place"].unique()
    for name in (one for one in wanted if one in recorded):
        wide = study.numbers.indicator(indicator, str(name), PLACES)
        found = [answers.effect_of(study, policy, wide, months[policy]) for policy in names]
        cells = [_there(one, unit) for one in found]
        if any(one.words not in ("0", "–") for one in cells):
            lines.append([Cell(place(str(name)), text(f"region.{regions()[str(name)]}")), *cells])
    if not lines:
        return None
    head = _head(study, "report.places.place", names)
    caption = text("report.places.caption", label=load_indicators()[indicator].label[language()])
    return Table(caption, head, lines, _numbers(names))


def _months(study: Study, policy: str, focus: Focus) -> list[str]:
    """The policy's own months, or those of the year that was chosen."""
    if focus.year is None:
        return list(answers.periods(study, policy)[0].months)
    return [month for month in study.months if month[:4] == str(focus.year)]


def _there(found: Effect, unit: str) -> Cell:
    if not known(found.expected):
        return Cell("–", "", NUMBER)
    verdict = answers.verdict(found)
    if verdict == NOTHING:
        return Cell("0", "", NUMBER)
    note = interval(found.low, found.high, unit) if known(found.low) else ""
    return Cell(change(found.expected, unit), note, f"{NUMBER} {'clear' if verdict == SHOWN else 'unclear'}")
