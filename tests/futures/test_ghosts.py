"""Ghosts are the differences of two runs, whatever is kept on disk."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batiksim.config.parameters import WORLDS
from batiksim.errors import StoppedError
from batiksim.futures import paired
from batiksim.futures.future import case_of, never
from batiksim.futures.ghosts import DOUBT, LUCK, SEEDS, pairs
from batiksim.futures.paired import pair
from batiksim.futures.pool import Pool
from batiksim.futures.settings import shown
from batiksim.model.batik_model import BatikModel
from batiksim.runs.cache import Cache
from batiksim.scenario import Scenario
from batiksim.studies.sample import load_core

SCALE = 0.02
POLICY = Scenario.default().but({"contracts.surplus_cut": {"2026-03": 0.0}})


def differences(policy: Scenario, world: str, seed: int, since: int) -> dict[str, list[float]]:
    """The same from two whole runs and their tables."""
    found = []
    for settings in (policy, Scenario.default()):
        table = BatikModel(case_of(settings, world)[0], seed=seed, scale=SCALE).run().results()
        found.append(table[table.place == "all"].iloc[since:].reset_index(drop=True))
    return {name: (found[0][name] - found[1][name]).tolist() for name in shown().paired}


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "pasts")


@pytest.mark.parametrize(("world", "seed"), [(WORLDS[1], 4), ("hands-3", 1)])
def test_a_pair_is_the_difference_of_two_runs(world: str, seed: int, kept: Cache) -> None:
    told = [pair(POLICY, world, seed, SCALE, never, kept) for _ in range(2)]  # computed, then from disk
    assert told[0] == told[1]
    assert (told[0]["since"], told[0]["until"], told[0]["regime"]) == (180, 359, "hands-short")
    for name, exact in differences(POLICY, world, seed, 180).items():
        assert told[0]["differences"][name] == pytest.approx(exact, abs=0.006)
    assert any(told[0]["differences"]["batik.workers"])


def test_what_parts_before_now_is_told_from_there(kept: Cache) -> None:
    early = Scenario.default().with_intervention("training", since="2024-06", seats=500)
    told = pair(early, WORLDS[0], 2, SCALE, never, kept)
    assert told["since"] == 161
    exact = differences(early, WORLDS[0], 2, 161)
    assert told["differences"]["batik.workers"] == exact["batik.workers"]


def test_the_baseline_differs_nowhere(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired, "BatikModel", None)  # nothing is run
    told = pair(Scenario.default(), WORLDS[1], 1, SCALE, never, kept)
    assert not any(any(values) for values in told["differences"].values())


def test_a_second_policy_runs_its_own_future_only(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    pair(POLICY, WORLDS[0], 1, SCALE, never, kept)
    monkeypatch.setattr(paired, "BatikModel", None)
    other = Scenario.default().with_intervention("cooperative", since="2026-01")
    assert pair(other, WORLDS[0], 1, SCALE, never, kept)["since"] == 180


def test_a_baseline_that_has_begun_is_finished_and_the_policy_is_not(kept: Cache) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 50

    with pytest.raises(StoppedError):
        pair(POLICY, WORLDS[0], 1, SCALE, cancelled, kept)
    assert len(asked) == 1 + 360 + 1
    with pytest.raises(StoppedError):
        pair(POLICY, WORLDS[0], 1, SCALE, lambda: True, kept)


def test_damaged_files_are_made_anew(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    told = pair(POLICY, WORLDS[0], 1, SCALE, never, kept)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:100], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damaged)
        assert kept.load(file.name) is None
    kept.store(file.name, b"whole, and no baseline")
    assert pair(POLICY, WORLDS[0], 1, SCALE, never, kept) == told
    assert kept.load(file.name) == whole[32:]


def test_luck_and_doubt_are_all_there_and_mixed() -> None:
    jobs = pairs(POLICY, WORLDS[0], 1, SCALE)
    luck = [job for job in jobs if job.kind == LUCK]
    assert [job.seed for job in luck] == list(range(2, SEEDS + 2))
    assert {job.world for job in luck} == {WORLDS[0]}
    doubt = [job for job in jobs if job.kind == DOUBT]
    assert {job.world for job in doubt} == {member.id for member in load_core()}
    assert {job.seed for job in doubt} == {1}
    assert [job.number for job in jobs] == list(range(1, len(jobs) + 1))
    assert {job.kind for job in jobs[:4]} == {LUCK, DOUBT}
    assert len({job.world.partition("-")[0] for job in doubt[:2]}) == 2  # both worlds come early
    own = POLICY.but({"choice.regime": WORLDS[1]})
    assert {job.world[:5] for job in pairs(own, WORLDS[1], 3, SCALE) if job.kind == DOUBT} == {"hands"}
    assert 3 not in {job.seed for job in pairs(own, WORLDS[1], 3, SCALE) if job.kind == LUCK}


def test_ghosts_of_the_pool_let_wishes_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    async def work() -> tuple[list[dict[str, Any]], bool, int]:
        async with Pool(1) as pool:
            while not pool.state["ready"]:
                await asyncio.sleep(0.02)
            ghosts = await pool.ghosts(POLICY, scale=SCALE, session="s", wish=1)
            lines = [json.loads(await anext(ghosts)) for _ in range(2)]
            following = asyncio.create_task(anext(ghosts))
            await asyncio.sleep(0)
            async with await pool.future(POLICY, scale=SCALE, until=190, session="t") as wish:
                frames = [piece async for piece in wish]
            passed = not following.done()
            lines.append(json.loads(await following))
            newer = await pool.future(POLICY, scale=SCALE, until=190, session="s", wish=2)
            await newer.aclose()
            rest = [line async for line in ghosts]
            stale = [line async for line in await pool.ghosts(POLICY, scale=SCALE, session="s", wish=1)]
            return lines, passed and len(frames) > 4, len(rest) + len(stale)

    lines, passed, rest = asyncio.run(work())
    assert passed and rest == 0
    assert [line["kind"] for line in lines].count(LUCK) >= 1
    for line in lines:
        told = pair(POLICY, line["world"], line["seed"], SCALE, never, Cache(tmp_path / "other"))
        assert line["differences"] == json.loads(json.dumps(told["differences"]))
        assert np.isfinite(line["differences"]["batik.workers"]).all()
