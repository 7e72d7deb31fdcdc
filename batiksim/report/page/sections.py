"""The sections after page one in their order, each with its words and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.i18n.texts import text
from batiksim.present.numbers import number
from batiksim.report.aims import Focus
from batiksim.report.page import asking, assumptions, enough, provenance, results
from batiksim.report.page.phrases import Table
from batiksim.studies.sample import uncertain

if TYPE_CHECKING:
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

_OPEN_ROWS = 10


@dataclass(frozen=True)
class Section:
    """One section: `intro` above its pictures and tables, `folded` (summary, table) pairs.

    Unless it is there `always`, it goes where it has neither picture nor table."""

    id: str
    intro: Sequence[str] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[tuple[str, Table]] = ()
    always: bool = True


def sections(
    study: Study, read: Sequence[Scenario], resting: Collection[str], focus: Focus
) -> list[Section]:  # fmt: skip
    """All sections in the order of the page."""

    def some(*found: Table | None) -> list[Table]:
        return [one for one in found if one is not None]

    def intro(name: str) -> list[str]:
        return [text(f"page.intro.{name}")]

    smallest = list(enough.smallest(study))
    return [
        Section("results", intro("results"), always=False),
        Section("places", intro("places"), some(results.places(study, focus)), always=False),
        Section("winners", intro("winners"), some(results.winners(study, focus)), always=False),
        Section("payers", (), some(results.payers(study)), always=False),
        Section("levels", intro("levels"), always=False),
        Section("why", [*intro("why"), *smallest], always=bool(smallest)),
        Section("policies", intro("policies")), Section("life", intro("life")),
        _assumptions(study, read, resting), Section("worth", *asking.asking(study, focus)),
        Section("limits"),
        Section("checks", intro("checks"), [provenance.checks(study)]),
        _made(study), Section("glossary"),
    ]  # fmt: skip


def _assumptions(
    study: Study, read: Sequence[Scenario], resting: Collection[str]
) -> Section:  # fmt: skip
    counts = assumptions.in_words(assumptions.counted(()))
    intro = [text("page.intro.assumptions", sampled=number(len(uncertain())), **counts)]
    own = assumptions.of_policies(study, read)
    tables, folded = [own] if own else [], []
    whole = assumptions.of_figures(resting, read)
    if len(whole.rows) > _OPEN_ROWS:
        tables.append(Table(whole.caption, whole.head, whole.rows[:_OPEN_ROWS]))
        folded.append((text("page.all_assumptions", count=len(whole.rows)), whole))
    elif whole.rows:
        tables.append(whole)
    return Section("assumptions", intro, tables, folded)


def _made(study: Study) -> Section:
    failed = provenance.failures(study)[1]
    tables = [*([failed] if failed else []), provenance.hashes(study)]
    return Section("made", [text("page.intro.made")], tables)
