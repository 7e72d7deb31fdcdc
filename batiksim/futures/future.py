"""A future under a scenario, frame by frame, as it is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from batiksim import __version__
from batiksim.codes import Stage, names
from batiksim.config.parameters import REGIME, WORLDS, load_parameters
from batiksim.errors import UsageError
from batiksim.futures.frames import END, FORMAT, HEADER, frame
from batiksim.futures.settings import shown
from batiksim.i18n.texts import suggestion, text
from batiksim.runs.draws import Draw, regime, regime_of, under
from batiksim.scenario import BASELINE, Scenario, Settings
from batiksim.scenario.differences import parting
from batiksim.scenario.shipped import library

if TYPE_CHECKING:
    from batiksim.futures.pasts import Source
    from batiksim.model.batik_model import BatikModel

Cancelled = Callable[[], bool]

# So many months are in the first frame, so that something moves at once, and in those that follow.
FIRST, LATER = 4, 12


def never() -> bool:
    """Nobody cancels."""
    return False


def draw_of(world: str) -> Draw:
    """What lies under scenarios in a world: a named regime, or a draw of the sample's core by its id.

    Raises UsageError for anything else.
    """
    if world in load_parameters()[REGIME].options:
        return regime(world)
    from batiksim.studies.sample import load_core  # with much that only studies need

    drawn = {member.id: (number, member) for number, member in enumerate(load_core(), start=1)}
    if world not in drawn:
        known = [*WORLDS, *drawn]
        raise UsageError(text("app.futures.no_world", world=world[:40], near=suggestion(world, known)))
    number, member = drawn[world]
    return member.draw(number)


def case_of(settings: Settings | None, world: str) -> tuple[Scenario, str]:
    """A scenario in a world, and the name of the regime it has there; one that says its own regime keeps it.

    Raises ScenarioError, UsageError for an unknown world.
    """
    scenario, draw = Scenario.of(settings), draw_of(world)
    case = under(scenario, draw)
    if case is None:
        if world not in WORLDS:
            raise UsageError(text("app.futures.own_world", world=world, own=scenario.regime))
        case = scenario
    return case, regime_of(case, draw) if draw.world else str(case.regime)


def baseline_of(scenario: Scenario, world: str) -> Scenario:
    """What a scenario is held against: the baseline of its places, in the world in which it is run."""
    name = scenario.places if scenario.places in library() else BASELINE
    return _baseline(name, str(scenario.regime) if world in WORLDS and REGIME in scenario.spans else world)


@cache
def _baseline(name: str, world: str) -> Scenario:
    return case_of(name, world)[0]


def futures(
    settings: Settings | None = None,
    *,
    since: int | None = None,
    until: int | None = None,
    seed: int | None = None,
    world: str = WORLDS[0],
    scale: float | None = None,
    cancelled: Cancelled = never,
    source: Source | None = None,
) -> Iterator[bytes]:
    """The frames of a future from month `since` to `until` (numbers, default: now and December 2040).

    `world` is a named regime or a draw of the sample by its id. `source` gives the model, by default a
    new one. `cancelled` is asked before each month;
    where it says yes, StoppedError is raised. Raises ScenarioError, ParameterError and UsageError for what
    cannot be run.
    """
    from batiksim.futures import encoding
    from batiksim.futures.pasts import Fresh, stop_if

    show = shown()
    since, until = show.now if since is None else since, show.until if until is None else until
    seed, scale = show.seed if seed is None else seed, show.scale if scale is None else scale
    check_span(since, until)
    case, regime_name = case_of(settings, world)
    source = source or Fresh()
    model = source.before(case, since, seed, scale, cancelled)
    encoder = encoding.Encoder(show.indicators, show.by_place)
    baseline = baseline_of(case, world)
    months = show.until + 1
    yield frame(
        HEADER,
        _about(model)
        | {
            "scenario": case.stem,
            "title": dict(case.title),
            "hash": case.hash,
            "world": world,
            "regime": regime_name,
            "since": since,
            "until": until,
            "now": show.now,
            "months": until - since + 1,
            "parts": parting(baseline, case, months),
            "indicators": list(show.indicators),
            "by_place": list(show.by_place),
        },
    )
    yield encoder.people(model)
    yield encoder.key(model)
    parts: list[bytes] = []
    wanted = FIRST
    while model.month < until:
        stop_if(cancelled)
        model.step()
        source.passed(model)
        parts.append(encoder.month(model))
        if len(parts) == wanted or model.month == until:
            yield encoding.months(parts)
            parts, wanted = [], LATER
    yield frame(END, {"months": until - since + 1, "changed": encoder.changed})


def _about(model: BatikModel) -> dict[str, Any]:
    from batiksim.kernels.sums import AGE_BANDS

    return {
        "format": FORMAT,
        "version": __version__,
        "seed": model.seed,
        "scale": model.scale,
        "people": model.people.n,
        "places": list(model.places.id),
        "stages": list(names(Stage)),
        "ages": list(AGE_BANDS),
    }


def check_span(since: int, until: int) -> None:
    """Raise UsageError for months outside those a future can have."""
    last = shown().until
    if not 0 <= since <= until <= last:
        raise UsageError(text("app.futures.span", since=since, until=until, last=last))
