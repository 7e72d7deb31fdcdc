"""Ghosts: what a policy changes under other luck, and in other regions that the facts do not rule out.

Each is a pair of futures, the baseline's and the policy's, of one world, seed and scale. *Luck* is the same
world with other seeds; *doubt* the core of the sample (`data/core.csv`) with the seed that is shown. They
are two things and stay apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from batiksim.data import rows
from batiksim.futures.future import Cancelled
from batiksim.futures.jobs import LATER
from batiksim.runs.draws import Draw, fits
from batiksim.scenario import Scenario
from batiksim.world.places import PEKALONGAN

if TYPE_CHECKING:
    from batiksim.futures.pasts import Pasts

LUCK, DOUBT = "luck", "doubt"
SEEDS = 8  # pairs of luck


@dataclass(frozen=True)
class PairJob:
    """One pair, `number` of `of`; a ghost waits for every wish."""

    scenario: Scenario
    kind: str
    world: str
    seed: int
    scale: float
    number: int
    of: int
    lang: str = "en"
    rank: ClassVar[int] = LATER

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[bytes]:
        """One line of JSON, `{kind, number, of}` and what `paired.pair` says."""
        from batiksim.futures.paired import line, pair

        about = {"kind": self.kind, "number": self.number, "of": self.of}
        yield line(about | pair(self.scenario, self.world, self.seed, self.scale, cancelled))


def pairs(scenario: Scenario, world: str, seed: int, scale: float, lang: str = "en") -> list[PairJob]:
    """The ghosts of a policy, luck and doubt mixed; no draws of worlds that it rules out itself, and none for
    other places than Pekalongan, of which the sample is.
    """
    luck = [(LUCK, world, other) for other in range(1, SEEDS + 2) if other != seed][:SEEDS]
    mixed = _mixed(luck, [(DOUBT, name, seed) for name in _draws(scenario)])
    return [
        PairJob(scenario, *which, scale, number, len(mixed), lang)
        for number, which in enumerate(mixed, start=1)
    ]


def _draws(scenario: Scenario) -> list[str]:
    """Ids of the draws a scenario can be run under, by turns of each world, so that all are soon seen."""
    if scenario.places != PEKALONGAN:
        return []
    by_world: dict[str, list[str]] = {}
    for row in rows("core.csv"):
        if fits(scenario, Draw(row["id"], world=row["world"])):
            by_world.setdefault(row["world"], []).append(row["id"])
    return [name for turn in zip_longest(*by_world.values()) for name in turn if name is not None]


def _mixed(*lists: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Lists as one, each spread over its whole length."""
    placed = [((k + 1) / len(some), one) for some in lists for k, one in enumerate(some)]
    return [one for _, one in sorted(placed, key=lambda entry: entry[0])]
