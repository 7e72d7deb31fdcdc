"""How many sets of assumptions it takes to look at what differs between them, and how to get as many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batiksim.errors import UsageError
from batiksim.i18n.shell import command_line
from batiksim.i18n.texts import text
from batiksim.studies.study.sets import LEAST_PAIRS

if TYPE_CHECKING:
    from batiksim.studies.study import Study

LEAST_SETS = 20


def too_few(study: Study, sets: int, seeds: int) -> UsageError:
    """The error for a study of so many sets with so many seeds each, with the command that makes more."""
    about = {"sets": sets, "seeds": seeds, "least": LEAST_SETS, "least_seeds": LEAST_PAIRS}
    return UsageError(text("worth.few", command=remedy(study), **about))


def check(study: Study) -> None:
    """Raises UsageError for a study that was asked for with too few sets of assumptions, or seeds of each."""
    drawn = study.about.get("draws", ())
    seeds = len(drawn[0]["seeds"]) if drawn else len(study.about["seeds"])
    if len(drawn) < LEAST_SETS or seeds < LEAST_PAIRS:
        raise too_few(study, max(len(drawn), 1), seeds)


def remedy(study: Study) -> str:
    """The command that makes a study of the same scenarios with sets enough."""
    names = [study.named()[name] for name in study.scenarios]
    if len(names) > 1 and "drawn" not in study.about:
        return command_line(["batiksim", "compare", *names, "--seeds", LEAST_PAIRS, "--out", "doubt"])
    return command_line(["batiksim", "sweep", *names, "--draws", 128, "--seeds", 4, "--out", "doubt"])
