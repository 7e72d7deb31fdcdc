"""The sections of the page in their order, each with its words and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.config.parameters import WORLDS
from batiksim.i18n.texts import text
from batiksim.present.numbers import number
from batiksim.report.page import assumptions, money, provenance, results
from batiksim.report.page.phrases import Table
from batiksim.report.page.results import Card
from batiksim.studies.policy_questions import WHY, answered

if TYPE_CHECKING:
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

_OPEN_ROWS = 25


@dataclass(frozen=True)
class Section:
    """One section: `intro` above its pictures and tables, `folded` (summary, table) pairs.

    Unless it is there `always`, it goes where it has neither picture nor table."""

    id: str
    intro: Sequence[str] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[tuple[str, Table]] = ()
    always: bool = True


@dataclass(frozen=True)
class Shown:
    """All sections, and the cards of the key numbers."""

    sections: Sequence[Section]
    cards: Sequence[Card]


def sections(study: Study, read: Sequence[Scenario], resting: Collection[str]) -> Shown:
    """All sections in the order of the page."""

    def intro(name: str, **values: object) -> str:
        return text(f"page.intro.{name}", **values)

    pairs = number(len(study.about["seeds"]))
    regimes = number(len(study.regimes))
    about_regimes = [intro("regimes", count=regimes)] if set(study.regimes) >= set(WORLDS) else []
    side, means = results.binding(study)
    left, endless = results.remains(study)
    places = "places" if study.about["full_scale"] else "no_places"
    why = "no_why" if answered(study, WHY).empty else "why"
    found = [
        Section("reverse"), Section("headline", always=False),
        Section("key", [text("page.how_to_read", pairs=pairs)]),
        Section("policies", [intro("policies"), *about_regimes]),
        Section("workforce", [intro("workforce")], list(results.levels(study))),
        Section(
            "differences", [intro("differences")],
            [*results.halves(study), *results.differences(study)],
        ),
        Section("binding", means, [side]),
        Section("costs", [intro("costs")], [money.costs(study)]),
        Section("payers", (), [money.payers(study)]),
        Section("winners", [intro("winners")], list(money.winners(study))),
        Section("remains", endless, [left] if left else ()),
        Section("chain", always=False), Section("ages", always=False), Section("places", [intro(places)]),
        Section("life", [intro("life"), intro("worth")]), Section("why", [intro(why)]),
        _assumptions(study, read, resting), Section("limits"),
        Section("checks", [intro("checks")], [provenance.checks(study)]),
        _made(study), Section("glossary"),
    ]  # fmt: skip
    return Shown(found, results.cards(study))


def _assumptions(
    study: Study, read: Sequence[Scenario], resting: Collection[str]
) -> Section:  # fmt: skip
    counts = assumptions.in_words(assumptions.counted(()))
    intro = [text("page.intro.assumptions", **counts), text("page.intro.sources")]
    own = assumptions.of_policies(study, read)
    tables, folded = [own] if own else [], []
    whole = assumptions.of_figures(resting, read)
    if len(whole.rows) > _OPEN_ROWS:
        tables.append(Table(whole.caption, whole.head, whole.rows[:_OPEN_ROWS]))
        count = number(len(whole.rows))
        folded.append((text("page.all_assumptions", count=count), whole))
    elif whole.rows:
        tables.append(whole)
    return Section("assumptions", intro, tables, folded)


def _made(study: Study) -> Section:
    failed = provenance.failures(study)[1]
    tables = [*([failed] if failed else []), provenance.hashes(study)]
    return Section("made", [text("page.intro.made")], tables)
