"""What the pictures of one comparison share: names, colours, regimes, and numbers asked for once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from batiksim.calendar import month_name
from batiksim.config.parameters import RENAMED
from batiksim.i18n.texts import catalogue, language, text
from batiksim.i18n.unit_names import in_words
from batiksim.present import names, palette
from batiksim.present.numbers import interval, limits, quantity, rupiah, signed
from batiksim.recording.indicators import Indicator, load_indicators
from batiksim.report import style
from batiksim.studies.study.data import YOUNG

if TYPE_CHECKING:
    from batiksim.studies.study import Study

# As many policies as one panel can hold and stay readable.
TOGETHER = 4
_LONGEST_NAME = 60

# What the size of the workforce, pay, and the price of a worker hang on most.
WORKFORCE = ("choice.pay", "choice.conformity", "choice.interest", "garment.umk_growth", "demand.trend")
CHAIN = (
    "contracts.surplus_cut",
    "contracts.brokered",
    "contracts.bargaining_share",
    "contracts.trade_markup",
)
MONEY = ("study.discount_rate",)


@dataclass(frozen=True)
class ReportContext:
    """One comparison, in the language that is spoken."""

    study: Study

    def __hash__(self) -> int:
        return id(self)

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

    def name(self, scenario: str, longest: int = _LONGEST_NAME) -> str:
        """The title of a scenario in one line, cut where it is too long."""
        title = names.title(self.study, scenario)
        return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"

    def folded(self, scenario: str, width: int, lines: int = 2) -> str:
        """The title on some short lines."""
        return "\n".join(textwrap.wrap(self.name(scenario, width * lines - width // 3), width)[:lines])

    def regime(self, regime: str) -> str:
        """What a regime is called in a picture."""
        name = names.regime(regime)
        return name[0].upper() + name[1:] if name != regime else text("picture.regime_other", name=regime)

    def short(self, regime: str) -> str:
        """The same in a word, for the margin of a picture."""
        key = f"picture.short.{RENAMED.get(regime, regime)}"
        return text(key) if key in catalogue() else regime

    def where(self, regime: str) -> str:
        """The regime in brackets for a sentence, or nothing if there is only one."""
        if len(self.regimes) < 2:
            return ""
        return text("picture.where", name=names.regime(regime))

    def label(self, indicator: str) -> str:
        """The label of an indicator."""
        return self.indicator(indicator).label[language()]

    @property
    def yearly(self) -> bool:
        """Whether only years are known: counts of December, sums, and means of the months."""
        return bool(self.study.about["record"] == "yearly")

    def unit(self, indicator: str) -> str:
        """The unit of an indicator in words."""
        unit = self.indicator(indicator).unit_of(self.study.about["record"])
        return text("picture.unit_share") if unit == "share" else in_words(unit)

    @staticmethod
    def indicator(name: str) -> Indicator:
        """The indicator of that name."""
        return load_indicators()[name]

    # --- looks

    def colour(self, scenario: str) -> str:
        """The dye of a scenario; grey is the baseline."""
        return palette.PALE if scenario == self.study.baseline else palette.COLOURS[self._turn(scenario)]

    def dash(self, scenario: str) -> Any:
        """The dashes of its line."""
        return "solid" if scenario == self.study.baseline else palette.DASHES[self._turn(scenario)]

    def mark(self, scenario: str) -> str:
        """The mark of its points."""
        return palette.MARKS[self._turn(scenario)]

    def _turn(self, scenario: str) -> int:
        return (self.study.scenarios.index(scenario) - 1) % len(palette.COLOURS)

    # --- numbers

    @cached_property
    def _cases(self) -> dict[str, dict[tuple[str, str], pd.DataFrame]]:
        return {}

    def fan(self, indicator: str) -> pd.DataFrame:
        """`study.fan`, which the study works out once."""
        return self.study.fan(indicator)

    def rows(self, indicator: str, regime: str, scenario: str) -> pd.DataFrame:
        """The months of one case."""
        if indicator not in self._cases:
            self._cases[indicator] = dict(
                iter(self.fan(indicator).groupby(["regime", "scenario"], sort=False))
            )
        return self._cases[indicator].get((regime, scenario), self.fan(indicator).iloc[:0])

    @cached_property
    def months(self) -> list[str]:
        """Months that are recorded."""
        return self.study.months

    @property
    def last(self) -> str:
        """The last of them."""
        return self.months[-1]

    @cached_property
    def years(self) -> style.Floats:
        """Those months as years."""
        return style.years(self.months)

    @property
    def runs(self) -> int:
        """Runs a case, the most there are."""
        return int(self.fan(YOUNG)["runs"].max())

    def start(self, regime: str, scenario: str) -> tuple[str | None, str | None]:
        """First and last month of a policy that lie within what is recorded, or None."""
        first, last = self.study.period(regime, scenario)
        inside = self.study.about["until"]
        return tuple(  # type: ignore[return-value]
            None if month is None or month < 0 or month_name(month) > inside else month_name(month)
            for month in (first, last)
        )

    # --- numbers in words

    def value(self, row: Any, unit: str) -> str:
        """A median with its 90 % band: 1,330 (1,147–1,432)."""
        middle = quantity(row["median"], unit)
        if pd.isna(row["low_90"]):
            return middle
        return f"{middle} ({interval(row['low_90'], row['high_90'], unit)})"

    def difference(self, row: Any, unit: str) -> str:
        """A difference with its 90 % band: +90 (+10 to +202)."""
        middle = signed(row["difference"], unit)
        low, high = row["difference_low_90"], row["difference_high_90"]
        if pd.isna(low):
            return middle
        return f"{middle} ({span(signed(low, unit), signed(high, unit))})"

    def money(self, spread: Mapping[str, float]) -> str:
        """Rupiah with its 90 % band, or the band alone: Rp 12.7 billion (Rp 12.5–13.0 billion)."""
        middle = "" if pd.isna(spread["median"]) else rupiah(spread["median"])
        low, high = spread["low_90"], spread["high_90"]
        if pd.isna(low):
            return middle
        ends = rupiah(low), rupiah(high)
        band = "–".join(limits(*ends)) if low >= 0 else span(*ends)
        return f"{middle} ({band})" if middle else band

    def how(self, picture: str, **values: object) -> str:
        """How to read a picture: a single run has no bands."""
        key = f"picture.banded.{picture}" if self.runs > 1 else f"picture.alone.{picture}"
        return text(key, **values)

    def bands(self) -> str:
        """The sentence on bands and runs that every caption has."""
        key = "picture.bands" if self.runs > 1 else "picture.one_run"
        return text(key, runs=self.runs)

    def read(self, *sentences: str) -> str:
        """A caption: how to read the picture, what the bands are, what the regimes are."""
        regimes = [text("picture.regimes")] if len(self.regimes) > 1 else []
        many = [text("picture.many")] if len(self.policies) > TOGETHER else []
        return " ".join([*sentences, self.bands(), *regimes, *many])

    def changed(self) -> Iterator[tuple[str, str]]:
        """(regime, policy) of all pairs of cases, policies outermost."""
        known = set(self.study.policies)
        return ((r, p) for p in self.policies for r in self.regimes if (r, p) in known)


def span(low: str, high: str) -> str:
    """Two limits that may be negative, as words."""
    first, last = limits(low, high)
    return text("picture.to", low=first, high=last)


def together(policies: Sequence[str]) -> list[list[str]]:
    """Policies that share a panel: all of them, or each alone where they are too many."""
    return [list(policies)] if len(policies) <= TOGETHER else [[policy] for policy in policies]
