"""Where a scenario says something that can change nothing: too late, for nobody, or of no strength."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from batiksim.calendar import DEFAULT_UNTIL, month_index, month_name
from batiksim.config.dated_values import Span
from batiksim.i18n.texts import text
from batiksim.scenario.budgets import drawing
from batiksim.scenario.interventions import Intervention


def idle(
    measures: tuple[Intervention, ...],
    spans: Mapping[str, tuple[Span, ...]],
    lang: str | None = None,
    budgets: Iterable[str] = (),
) -> list[str]:
    """Return a sentence for each measure without effect, each parameter that changes after the usual end of a
    run, and each of the shared `budgets` on which nothing draws.
    """
    starts = [(name, min(span.start for span in laid)) for name, laid in spans.items() if laid]
    notes = [note for measure in measures for note in _measure(measure, lang)]
    notes += [note for name, start in starts for note in _late(name, start, lang)]
    notes += [text("idle.budget", lang, name=name) for name in budgets if not drawing(measures, name)]
    return list(dict.fromkeys(notes))


def _measure(measure: Intervention, lang: str | None) -> Iterator[str]:
    yield from _late(measure.kind, measure.first, lang)
    if measure.coverage == 0.0:
        yield text("idle.coverage", lang, name=measure.kind)
    if measure.strength == 0.0:
        yield text("idle.strength", lang, name=measure.kind)


def _late(name: str, start: int, lang: str | None) -> Iterator[str]:
    if start > month_index(DEFAULT_UNTIL):
        yield text("idle.late", lang, name=name, start=month_name(start), until=DEFAULT_UNTIL)
