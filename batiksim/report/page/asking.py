"""What to ask next: which facts would narrow the answers most, and which assumptions move them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batiksim.config.parameters import BETWEEN
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.present.names import joined, regime
from batiksim.present.numbers import known, number, percent, quantity, rupiah
from batiksim.recording.indicators import load_indicators
from batiksim.report.aims import Focus
from batiksim.report.page.phrases import NUMBER, Cell, Table
from batiksim.studies import enough, extra
from batiksim.studies.study import answers
from batiksim.studies.study.data import YOUNG
from batiksim.studies.study.sets import EFFECT, LEVEL

if TYPE_CHECKING:
    from batiksim.studies.study import Study
    from batiksim.studies.worth import Answer, Worth


def asking(study: Study, focus: Focus) -> tuple[list[str], list[Table]]:
    """Sentences and tables of the section; where there are too few sets, how to get more."""
    try:
        enough.check(study)
        return _asking(study, focus)
    except UsageError as error:
        return [text("page.worth.few", why=f"{error}.")], []


def _asking(study: Study, focus: Focus) -> tuple[list[str], list[Table]]:
    # Imported for studies that it can read only: what it stands on takes a second.
    from batiksim.present import worth as words
    from batiksim.studies.sensitivity import TRUSTED
    from batiksim.studies.worth import worth

    indicator, year = focus.indicator or YOUNG, focus.year or _last_year(study)
    found = worth(study, indicator, year=year)
    worlds, few = _by_world(study, found, year)
    said, open_ = [text("page.intro.worth")], []
    for answer in found.answers:
        about, moved = words.what(found, answer), answer.assumptions
        if answer.of in (LEVEL, EFFECT) and moved is not None:
            if moved.trusted:
                said.append(f"{about[0].upper()}{about[1:]}. {words.movers(found, answer)}")
            else:
                open_.append(about)
    if open_:
        said.append(text("page.worth.open", answers=joined(open_), least=number(TRUSTED, 1)))
    elif not extra.installed("sklearn"):
        said.append(words.movers(found, found.answers[0]))
    said += [text("page.worth.world_few", world=regime(of)) for of in few]
    tables = [_shopping(found, worlds)]
    return said, [*tables, _choices(found)] if any(known(one.perfect) for one in found.answers) else tables


def _last_year(study: Study) -> int | None:
    """The last of the policies' own years; None: the last of the run."""
    own = [answers.periods(study, name)[:1] for name in study.scenarios[1:]]
    lasts = [one.months[-1] for some in own for one in some if one.months[-1].endswith("-12")]
    return int(max(lasts)[:4]) if lasts else None


def _by_world(study: Study, found: Worth, year: int | None) -> tuple[dict[str, Worth], list[str]]:
    """The same asked of the sets of each world alone, and the worlds that have too few."""
    from batiksim.studies.worth import worth

    worlds: dict[str, Worth] = {}
    few: list[str] = []
    told = [one for one in study.regimes if one != BETWEEN]
    for of in told if len(told) > 1 else ():
        try:
            worlds[of] = worth(study, found.indicator, year=year, world=of, of=(LEVEL, EFFECT))
        except UsageError:
            few.append(of)
    return worlds, few


def _shopping(found: Worth, worlds: dict[str, Worth]) -> Table:
    """The three facts that would narrow each answer most, in all sets and in those of each world."""
    from batiksim.present import worth as words

    unit = load_indicators()[found.indicator].unit
    head = [text(f"page.worth.head.{key}") for key in ("answer", "fact", "share")]
    head += [text("page.worth.head.world", world=regime(of)) for of in worlds]
    head.append(text("page.worth.head.worth"))
    rows: list[Sequence[Cell]] = []
    for answer in found.answers:
        if answer.of not in (LEVEL, EFFECT):
            continue
        lead = words.what(found, answer)
        shown = answer.shown.head(words.THREE).to_dict("records")
        if not shown:
            empty = [Cell("–", "", NUMBER)] * (len(worlds) + 2)
            rows.append([Cell(lead), Cell(text("page.worth.nothing")), *empty])
        for row in shown:
            cells = [_share(answer, row["fact"])]
            cells += [_share(_same(there, answer), row["fact"]) for there in worlds.values()]
            gain = quantity(row["worth"], unit) if known(row["worth"]) else "–"
            asked = Cell(words.named(row), words.whom(row))
            rows.append([Cell(lead), asked, *cells, Cell(gain, "", NUMBER)])
            lead = ""
    caption = text("page.worth.caption", n=number(found.n), year=found.survey[:4])
    return Table(caption, head, rows, frozenset(range(2, len(head))))


def _choices(found: Worth) -> Table:
    """Of each choice what is better as things are known, and what certainty and the best fact are worth."""
    from batiksim.present import worth as words

    unit = load_indicators()[found.indicator].unit
    head = [text(f"page.worth.head.{key}") for key in ("choice", "better", "perfect", "best")]
    rows: list[Sequence[Cell]] = []
    for answer in (one for one in found.answers if known(one.perfect)):
        better, worse = words.two(found, answer)
        paid = text("page.worth.paid", budget=rupiah(answer.budget)) if known(answer.budget) else ""
        best = words.best(answer)
        size = text("page.worth.by", size=quantity(abs(answer.expected), unit))
        cells = [Cell(text("page.worth.or", one=better, other=worse), paid), Cell(better, size)]
        perfect = Cell(quantity(answer.perfect, unit), f"± {quantity(answer.perfect_error, unit)}", NUMBER)
        told = Cell("–", "", NUMBER)
        if best is not None:
            told = Cell(quantity(best["worth"], unit), words.named(best), NUMBER)
        rows.append([*cells, perfect, told])
    return Table(text("page.worth.choices"), head, rows, frozenset({2, 3}))


def _same(found: Worth, answer: Answer) -> Answer | None:
    """The same answer of another world."""
    alike = ((one.of, one.scenario) == (answer.of, answer.scenario) for one in found.answers)
    return next((one for one, same in zip(found.answers, alike, strict=True) if same), None)


def _share(answer: Answer | None, fact: str) -> Cell:
    """What a fact takes of the doubt, with its error; unclear where it is not told from chance."""
    rows = [] if answer is None else answer.facts[answer.facts["fact"] == fact].to_dict("records")
    if not rows or answer is None:
        return Cell("–", "", NUMBER)
    told = fact in set(answer.shown["fact"])
    error = f"± {percent(rows[0]['share_error'])}"
    return Cell(percent(rows[0]["share"]), error, f"{NUMBER} {'clear' if told else 'unclear'}")
