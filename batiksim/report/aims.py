"""What the results of a report are about: the places and groups a policy aims at, or those somebody names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.recording.indicators import GROUPS, find_indicator, load_indicators
from batiksim.runs.folder import read_scenarios
from batiksim.scenario.interventions import kinds
from batiksim.studies.study.data import YOUNG
from batiksim.world.places import canonical, regions, summary

if TYPE_CHECKING:
    from batiksim.scenario import Scenario
    from batiksim.studies.study import Study

# Group that a policy is for -> what it has to show for them: how many they are, what they are paid.
SHOWN_OF: Mapping[str, tuple[str, ...]] = {
    "youth": (YOUNG, "youth.interest"),
    "school_leavers": ("batik.entrants_under_30", "unemployment.15_24"),
    "workers": ("batik.workers", "pay.batik_over_umk"),
    "direct": ("batik.workers_direct", "pay.direct_over_umk"),
    "casual": ("batik.workers_brokered", "pay.brokered_over_umk"),
    "owners": ("owners.count", "pay.owner_over_worker"),
    "members": ("owners.members", "committee.strength"),
    "apprentices": (YOUNG, "skill.mean"),
    "masters": ("skill.masters", "batik.masters_hand"),
    "seekers": ("youth.seeking", "unemployment.15_24"),
    "women": ("batik.workers_hand_women", "batik.share_women"),
    "men": ("batik.workers_stamp_men", "pay.stamp_over_umk"),
    "hand": ("batik.workers_hand", "pay.hand_over_umk"),
    "stamp": ("batik.workers_stamp", "pay.stamp_over_umk"),
}
EVERYWHERE = "all"
_MOST, _PLACES = 4, 2


@dataclass(frozen=True)
class Focus:
    """What somebody chose for the results to be about; None where the policies' own aims decide."""

    place: str | None = None
    group: str | None = None
    indicator: str | None = None
    year: int | None = None


def checked(
    study: Study, place: str | None, group: str | None, indicator: str | None, year: int | None
) -> Focus:
    """A choice by names as people write them. Raises UsageError with the nearest one that is there."""
    if place is not None:
        known = (*GROUPS, *regions())
        if canonical(place) not in known:
            raise UsageError(text("compare.no_place", place=place) + suggestion(place, known))
        place = canonical(place)
        if place not in GROUPS and not study.has_places:
            raise UsageError(text("compare.no_places"))
    if group is not None and group not in SHOWN_OF:
        near = suggestion(group, SHOWN_OF)
        raise UsageError(text("report.no_group", group=group, known=", ".join(SHOWN_OF)) + near)
    if indicator is not None:
        find_indicator(indicator)
    if year is not None and not any(month.startswith(f"{year}-") for month in study.months):
        ends = {"first": study.months[0][:4], "last": study.months[-1][:4]}
        raise UsageError(text("compare.no_month", month=year, **ends))
    return Focus(place, group, indicator, year)


def aimed(study: Study, focus: Focus) -> dict[str, list[tuple[str, str]]]:
    """Of each policy the (indicator, place) pairs that its results are about, at most four."""
    read = {scenario.stem: scenario for scenario in read_scenarios(study.folder, study.about)}
    base = read[study.baseline]
    found = {}
    for name in dict.fromkeys(name for _, name in study.policies):
        wanted = list(dict.fromkeys(_wanted(study, read[name], base, focus)))
        found[name] = wanted[:_MOST]
    return found


def _wanted(
    study: Study, scenario: Scenario, base: Scenario, focus: Focus
) -> Iterator[tuple[str, str]]:  # fmt: skip
    measures = [one for one in scenario.interventions if one not in base.interventions]
    places = [focus.place] if focus.place else _places(study, [one.where for one in measures])
    groups = [focus.group] if focus.group else list(dict.fromkeys(who for one in measures for who in one.who))
    of_groups = [name for group in groups for name in SHOWN_OF.get(group, ())]
    if focus.indicator:
        yield from ((focus.indicator, place) for place in (places or [EVERYWHERE]))
        if not focus.place:
            yield focus.indicator, EVERYWHERE
        return
    if not focus.group:
        yield from ((YOUNG, place) for place in (places or [EVERYWHERE]))
    here = places[:1] or [EVERYWHERE]
    yield from ((name, place) for name in of_groups for place in here)
    if not focus.group:
        signs = [name for one in measures for name in kinds()[one.kind].sign if name in load_indicators()]
        yield from ((name, place) for name in (*signs, *SHOWN_OF["workers"]) for place in here)


def _places(study: Study, wheres: list[tuple[str, ...]]) -> list[str]:
    """The places that all measures together aim at; none where that is everywhere or cannot be told."""
    ids = tuple(name for name in regions() if any(name in where for where in wheres))
    chosen = summary(ids)
    if chosen == (EVERYWHERE,) or not chosen:
        return []
    if not study.has_places:
        return [name for name in chosen if name in GROUPS]
    return list(chosen[:_PLACES])
