"""What a page may ask to be compared, within bounds, and the design that is: that of `batiksim compare`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from batiksim.app.limits import whole
from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH, month_index
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.scale import SMALLEST
from batiksim.data import rows
from batiksim.errors import InputError, UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import LANGUAGES, shown, text
from batiksim.scenario import Scenario, library

MOST_POLICIES = 6
MOST_SEEDS, MOST_FULL = 40, 8
LARGEST_SCALE = 0.3
# Half a megabyte of results each, while they are computed.
MOST_RUNS = 1000
SAMPLES = ("shipped", "none")
WORLDS_RUN = 2


# What is asked where the page does not say: all draws, and enough runs of everybody to tell doubt from luck.
USUAL_SEEDS, USUAL_FULL, USUAL_SCALE = 2, 2, 0.1
USUAL_SEEDS_ALONE = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_MONTH = re.compile(r"20[1-9][0-9]-(?:0[1-9]|1[0-2])")


def most_draws() -> int:
    """How many sets of assumptions the shipped sample has."""
    return len(rows("sample.csv"))


@dataclass(frozen=True)
class Question:
    """A comparison as a page asks for it; plain values, so that it can be sent to another process as JSON.

    `scenarios` are the baseline and the policies, each a name of the library or what a scenario file holds
    under `content`, called `name` where it has no title.
    """

    scenarios: tuple[Mapping[str, Any], ...]
    sample: str
    draws: int | None
    seeds: int
    seed: int
    full_pairs: int
    scale: float
    until: str

    def as_json(self) -> dict[str, Any]:
        """The question as JSON can hold it."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Question:
        """The question that `as_json` gave."""
        return cls(**{**kept, "scenarios": tuple(kept["scenarios"])})

    @property
    def runs(self) -> int:
        """About how many runs it takes."""
        units = self.draws if self.draws is not None else WORLDS_RUN
        return len(self.scenarios) * (units * self.seeds + self.full_pairs * WORLDS_RUN)

    def command(self, names: Sequence[str]) -> str:
        """The command line that makes this comparison where its scenarios are called `names`."""
        words: list[Any] = ["batiksim", "compare", *names, "--sample", self.sample]
        words += [] if self.draws is None else ["--draws", self.draws]
        words += ["--seed", self.seed, "--seeds", self.seeds, "--scale", self.scale, "--until", self.until]
        return command_line([*words, "--full-pairs", self.full_pairs])

    def loaded(self) -> list[Scenario]:
        """Its scenarios. Raises UsageError with the name of the first that cannot be read."""
        return [_loaded(one) for one in self.scenarios]


def read(asked: Mapping[str, Any]) -> Question:
    """What the body of a request asks for; raises UsageError for what no page sends and for too much."""
    policies = asked.get("policies")
    if not isinstance(policies, list) or not 1 <= len(policies) <= MOST_POLICIES:
        raise UsageError(text("app.compare.how_many", most=MOST_POLICIES))
    sample = asked.get("sample", SAMPLES[0])
    if sample not in SAMPLES:
        raise UsageError(text("app.refused.json"))
    drawn = sample == SAMPLES[0]
    question = Question(
        tuple(_named(one) for one in ({"library": asked.get("baseline", "baseline")}, *policies)),
        sample,
        whole(asked, "draws", 1, most_draws(), most_draws()) if drawn else None,
        whole(asked, "seeds", 1, MOST_SEEDS, USUAL_SEEDS if drawn else USUAL_SEEDS_ALONE),
        whole(asked, "seed", 0, 2**31 - 1, 1),
        whole(asked, "full_pairs", 0, MOST_FULL, USUAL_FULL),
        _scale(asked.get("scale", USUAL_SCALE)),
        _month(asked.get("until", DEFAULT_UNTIL)),
    )
    if question.runs > MOST_RUNS:
        raise UsageError(text("app.compare.too_much", runs=question.runs, most=MOST_RUNS))
    return question


def _named(one: Any) -> Mapping[str, Any]:
    """A scenario of a request: `{"library": name}`, or `{"content": {...}, "name": ...}`."""
    if isinstance(one, dict) and isinstance(one.get("library"), str):
        name = one["library"]
        if name not in library():  # a path is no name: files are not read for a page
            raise UsageError(text("scenario.unknown", name=shown(name), near=""))
        return {"library": name}
    if isinstance(one, dict) and isinstance(one.get("content"), dict):
        name = one.get("name", "scenario")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UsageError(text("app.refused.json"))
        return {"content": one["content"], "name": name}
    raise UsageError(text("app.refused.json"))


def _scale(value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not SMALLEST <= value <= LARGEST_SCALE
    ):
        raise UsageError(
            text("app.compare.scale", low=f"{SMALLEST:g}", high=f"{LARGEST_SCALE:g}", value=shown(str(value)))
        )
    return float(value)


def _month(value: Any) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise UsageError(text("app.refused.json"))
    if not month_index(FIRST_MONTH) <= month_index(value) <= month_index(DEFAULT_UNTIL):
        raise UsageError(text("usage.outside", value=value, low=FIRST_MONTH, high=DEFAULT_UNTIL))
    return value


def _loaded(one: Mapping[str, Any]) -> Scenario:
    if "library" in one:
        return Scenario.load(library()[one["library"]])
    name = str(one["name"])
    try:
        scenario = Scenario.of(one["content"])
    except InputError as error:
        raise UsageError(text("app.compare.wrong", name=name, message=str(error))) from None
    if "title" in one["content"]:
        return scenario
    said = {lang: text("app.compare.mine", lang) for lang in LANGUAGES}
    return replace(scenario, stem=name, title=FrozenDict(said))
