"""What the pictures of one comparison share: names, colours, regimes, and numbers asked for once."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from batiksim.calendar import month_name
from batiksim.i18n.texts import language, text
from batiksim.present import names, palette
from batiksim.present.numbers import limits
from batiksim.recording.indicators import Indicator, load_indicators
from batiksim.report.aims import Focus, aimed

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# What the size of the workforce, pay, and the price of a worker hang on most.
WORKFORCE = ("choice.pay", "choice.conformity", "choice.interest", "garment.umk_growth", "demand.trend")
CHAIN = ("contracts.surplus_cut", "contracts.brokered", "contracts.bargaining_share")


@dataclass(frozen=True)
class ReportContext:
    """One comparison, in the language that is spoken."""

    study: Study
    focus: Focus = field(default_factory=Focus)

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def aims(self) -> dict[str, list[tuple[str, str]]]:
        """Of each policy the (indicator, place) pairs that its results are about."""
        return aimed(self.study, self.focus)

    # --- names

    @property
    def policies(self) -> list[str]:
        """Scenarios that are compared with the baseline in some regime, in the order they were asked for."""
        known = {name for _, name in self.study.policies}
        return [name for name in self.study.scenarios if name in known]

    @cached_property
    def regimes(self) -> list[str]:
        """Regimes in which something ran."""
        ran = {regime for regime, _ in self.study.cases}
        return [regime for regime in self.study.regimes if regime in ran]

    def name(self, scenario: str) -> str:
        """The title of a scenario in one line, whole."""
        return names.title(self.study, scenario)

    def lines(self, scenario: str, width: int) -> list[str]:
        """The title on as many short lines as it needs."""
        return textwrap.wrap(self.name(scenario), width)

    @property
    def sampled(self) -> bool:
        """Whether the comparison was made under draws of a sample of plausible sets of assumptions."""
        return bool(self.study.about.get("draws"))

    def where(self, regime: str) -> str:
        """The regime in brackets for a sentence, or nothing if there is only one."""
        if len(self.regimes) < 2:
            return ""
        return text("picture.where", name=names.regime(regime))

    def label(self, indicator: str) -> str:
        """The label of an indicator."""
        return self.indicator(indicator).label[language()]

    @staticmethod
    def indicator(name: str) -> Indicator:
        """The indicator of that name."""
        return load_indicators()[name]

    # --- looks

    def colour(self, scenario: str) -> str:
        """The dye of a scenario; grey is the baseline."""
        return palette.PALE if scenario == self.study.baseline else palette.COLOURS[self._turn(scenario)]

    def _turn(self, scenario: str) -> int:
        return (self.study.scenarios.index(scenario) - 1) % len(palette.COLOURS)

    # --- numbers

    @property
    def last(self) -> str:
        """The last month that is recorded."""
        return self.study.months[-1]

    def start(self, scenario: str) -> tuple[str | None, str | None]:
        """First and last month of a policy that lie within what is recorded, or None."""
        spans = [self.study.period(regime, name) for regime, name in self.study.policies if name == scenario]
        first, last = spans[0] if spans else (None, None)
        inside = self.study.about["until"]
        return tuple(  # type: ignore[return-value]
            None if month is None or month < 0 or month_name(month) > inside else month_name(month)
            for month in (first, last)
        )


def span(low: str, high: str) -> str:
    """Two limits that may be negative, as words."""
    first, last = limits(low, high)
    return text("picture.to", low=first, high=last)
