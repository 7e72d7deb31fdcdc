"""One pair of futures: what a policy changes in one world, with one seed.

The baseline of a pair is kept on disk, so that a second policy costs its own future only.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from batiksim.futures.future import Cancelled, baseline_of, case_of
from batiksim.futures.pasts import go, stop_if
from batiksim.futures.settings import shown
from batiksim.model.batik_model import BatikModel
from batiksim.model.version import code_version
from batiksim.recording.indicators import YEAR, find_indicator
from batiksim.runs.branching import let_go
from batiksim.runs.cache import Cache
from batiksim.scenario import Scenario
from batiksim.scenario.differences import parting

Values = dict[str, list[float]]


def pair(
    scenario: Scenario, world: str, seed: int, scale: float, cancelled: Cancelled, kept: Cache | None = None
) -> dict[str, Any]:
    """`{world, regime, seed, scale, since, until, differences}` of one pair.

    `differences[indicator]` are policy minus baseline in the months `since` to `until`, at full scale, None
    where one of them is undefined. `since` is now, or earlier where the two part earlier.
    """
    show = shown()
    case, regime = case_of(scenario, world)
    base = baseline_of(scenario, world)
    parts = parting(base, case, show.until + 1)
    since = min(show.now, parts)
    if parts > show.until:
        differences: Mapping[str, list[float | None]] = {
            name: [0] * (show.until + 1 - since) for name in show.paired
        }
    else:
        baseline = _baseline(base, seed, scale, cancelled, kept or usual_cache())
        values = _policy(baseline, case, seed, scale, since, cancelled)
        differences = {
            name: [
                _plain(policy - without)
                for policy, without in zip(values[name], baseline.values[name][since:], strict=True)
            ]
            for name in show.paired
        }
    return {
        "world": world,
        "regime": regime,
        "seed": seed,
        "scale": scale,
        "since": since,
        "until": show.until,
        "differences": differences,
    }


def line(content: Mapping[str, Any]) -> bytes:
    """One line of JSON."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode() + b"\n"


@cache
def usual_cache() -> Cache:
    """The cache in the user's cache folder."""
    return Cache()


@dataclass(frozen=True)
class _Baseline:
    """A baseline: a model that has run the months before now, as a pickle, and its values in all months."""

    model: bytes
    values: Values


def _baseline(case: Scenario, seed: int, scale: float, cancelled: Cancelled, kept: Cache) -> _Baseline:
    """The baseline from the cache, or computed and put there.

    A computation that has begun is not cancelled, as the next policy needs the same; whoever ranks higher is
    still attended to.
    """
    stop_if(cancelled)
    name = f"{code_version()[:16]}-{case.hash[:16]}-{seed}-{scale:g}.past"
    content = kept.load(name)
    if content is not None:
        try:
            size, values, packed = pickle.loads(content)
            return _Baseline(pa.decompress(packed, size, codec="zstd", asbytes=True), values)
        except Exception:  # written by other versions of packages: a pickle can fail in any way
            pass

    def attend() -> bool:
        cancelled()
        return False

    show = shown()
    model = BatikModel(case, seed=seed, scale=scale)
    values = _collect(model, show.now - 1, attend)
    content = _packed(model)
    for one, more in _collect(model, show.until, attend).items():
        values[one] += more
    let_go(model)
    packed = pa.compress(content, codec="zstd", asbytes=True)
    kept.store(name, pickle.dumps((len(content), values, packed), pickle.HIGHEST_PROTOCOL))
    return _Baseline(content, values)


def _policy(
    baseline: _Baseline, case: Scenario, seed: int, scale: float, since: int, cancelled: Cancelled
) -> Values:
    """The values of a policy from month `since` on."""
    if since == shown().now:
        model: BatikModel = pickle.loads(baseline.model)
        model.change(case)
    else:
        model = BatikModel(case, seed=seed, scale=scale)
        go(model, since, cancelled)
    values = _collect(model, shown().until, cancelled)
    let_go(model)
    return values


def _collect(model: BatikModel, until: int, cancelled: Cancelled) -> Values:
    """Run a model to month `until` and note what it measures."""
    names = shown().paired
    indicators, row = [find_indicator(name) for name in names], model.recorder.rows.index("all")
    values: Values = {name: [] for name in names}
    while model.month < until:
        stop_if(cancelled)
        model.step()
        for name, value in zip(names, model.recorder.latest(indicators)[:, row].tolist(), strict=True):
            values[name].append(value)
    return values


def _packed(model: BatikModel) -> bytes:
    twin = model.branch()
    twin.recorder.forget(twin.month + 1 - YEAR)
    content = pickle.dumps(twin, pickle.HIGHEST_PROTOCOL)
    let_go(twin)
    return content


def _plain(value: float) -> float | None:
    """A difference for JSON: whole where it is, two decimals else."""
    if value != value:
        return None
    return int(value) if value == int(value) else round(value, 2)
