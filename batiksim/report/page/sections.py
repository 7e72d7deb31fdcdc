"""The sections of the page in their order, each with its words and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def sections(study: Study, read: Sequence[Scenario], resting: Collection[str], lang: str) -> Shown:
    """All sections in the order of the page."""

    def intro(name: str, **values: object) -> str:
        return text(f"page.intro.{name}", lang, **values)

    pairs = number(len(study.about["seeds"]), 0, lang)
    regimes = number(len(study.regimes), 0, lang)
    about_regimes = [intro("regimes", count=regimes)] if set(study.regimes) >= {"single", "tipping"} else []
    side, means = results.binding(study, lang)
    left, endless = results.remains(study, lang)
    places = "places" if study.about["full_scale"] else "no_places"
    why = "no_why" if answered(study, WHY).empty else "why"
    found = [
        Section("reverse"), Section("headline", always=False),
        Section("key", [text("page.how_to_read", lang, pairs=pairs)]),
        Section("policies", [intro("policies"), *about_regimes]),
        Section("workforce", [intro("workforce")], list(results.levels(study, lang))),
        Section(
            "differences", [intro("differences")],
            [*results.halves(study, lang), *results.differences(study, lang)],
        ),
        Section("binding", means, [side]),
        Section("costs", [intro("costs")], [money.costs(study, lang)]),
        Section("payers", (), [money.payers(study, lang)]),
        Section("winners", [intro("winners")], list(money.winners(study, lang))),
        Section("remains", endless, [left] if left else ()),
        Section("chain", always=False), Section("ages", always=False), Section("places", [intro(places)]),
        Section("life", [intro("life"), intro("worth")]), Section("why", [intro(why)]),
        _assumptions(study, read, resting, lang), Section("limits"),
        Section("checks", [intro("checks")], [provenance.checks(study, lang)]),
        _made(study, lang), Section("glossary"),
    ]  # fmt: skip
    return Shown(found, results.cards(study, lang))


def _assumptions(
    study: Study, read: Sequence[Scenario], resting: Collection[str], lang: str
) -> Section:  # fmt: skip
    counts = assumptions.in_words(assumptions.counted(()), lang)
    intro = [text("page.intro.assumptions", lang, **counts), text("page.intro.sources", lang)]
    own = assumptions.of_policies(study, read, lang)
    tables, folded = [own] if own else [], []
    whole = assumptions.of_figures(resting, read, lang)
    if len(whole.rows) > _OPEN_ROWS:
        tables.append(Table(whole.caption, whole.head, whole.rows[:_OPEN_ROWS]))
        count = number(len(whole.rows), 0, lang)
        folded.append((text("page.all_assumptions", lang, count=count), whole))
    elif whole.rows:
        tables.append(whole)
    return Section("assumptions", intro, tables, folded)


def _made(study: Study, lang: str) -> Section:
    failed = provenance.failures(study, lang)[1]
    tables = [*([failed] if failed else []), provenance.hashes(study, lang)]
    return Section("made", [text("page.intro.made", lang)], tables)
