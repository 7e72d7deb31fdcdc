"""Ghosts are the differences of two runs, whatever is kept on disk."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
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
from batiksim.futures.shelf import Shelf
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from batiksim.studies.sample import load_sample

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
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "pasts")


@pytest.mark.parametrize(("world", "seed"), [(WORLDS[1], 4), ("hands-3", 1)])
def test_a_pair_is_the_difference_of_two_runs(world: str, seed: int, shelf: Shelf) -> None:
    told = [pair(POLICY, world, seed, SCALE, never, shelf) for _ in range(2)]  # computed, then from disk
    assert told[0] == told[1]
    assert (told[0]["since"], told[0]["until"], told[0]["regime"]) == (180, 359, "hands-short")
    for name, exact in differences(POLICY, world, seed, 180).items():
        assert told[0]["differences"][name] == pytest.approx(exact, abs=0.006)
    assert any(told[0]["differences"]["batik.workers"])


def test_what_parts_before_now_is_told_from_there(shelf: Shelf) -> None:
    early = Scenario.default().with_intervention("training", since="2024-06", seats=500)
    told = pair(early, WORLDS[0], 2, SCALE, never, shelf)
    assert told["since"] == 161
    exact = differences(early, WORLDS[0], 2, 161)
    assert told["differences"]["batik.workers"] == exact["batik.workers"]


def test_the_baseline_differs_nowhere(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired, "BatikModel", None)  # nothing is run
    told = pair(Scenario.default(), WORLDS[1], 1, SCALE, never, shelf)
    assert not any(any(values) for values in told["differences"].values())


def test_a_second_policy_runs_its_own_future_only(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    pair(POLICY, WORLDS[0], 1, SCALE, never, shelf)
    monkeypatch.setattr(paired, "BatikModel", None)
    other = Scenario.default().with_intervention("cooperative", since="2026-01")
    assert pair(other, WORLDS[0], 1, SCALE, never, shelf)["since"] == 180


def test_a_baseline_that_has_begun_is_finished_and_the_policy_is_not(shelf: Shelf) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 50

    with pytest.raises(StoppedError):
        pair(POLICY, WORLDS[0], 1, SCALE, cancelled, shelf)
    assert len(asked) == 1 + 360 + 1
    with pytest.raises(StoppedError):
        pair(POLICY, WORLDS[0], 1, SCALE, lambda: True, shelf)


def test_damaged_files_are_made_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    told = pair(POLICY, WORLDS[0], 1, SCALE, never, shelf)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:100], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damaged)
        assert shelf.load(file.name) is None
    shelf.store(file.name, b"whole, and no baseline")
    assert pair(POLICY, WORLDS[0], 1, SCALE, never, shelf) == told
    assert shelf.load(file.name) == whole[32:]


def test_the_shelf_is_bounded_and_keeps_what_is_used(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, largest=350)
    for number, name in enumerate("abc"):
        shelf.store(name, bytes(68))  # and 32 of the digest
        os.utime(tmp_path / name, (number, number))
    assert shelf.load("a") == bytes(68)
    shelf.store("d", bytes(68))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "c", "d"]
    shelf.store("e", bytes(400))
    assert shelf.load("e") is None


def test_a_folder_that_cannot_be_used_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "file" / "pasts")
    shelf.store("a", b"content")
    assert not shelf.usable and shelf.load("a") is None


@pytest.mark.skipif(sys.platform == "win32", reason="folders of Windows say it in another way")
def test_pickles_are_not_read_where_others_may_write(tmp_path: Path) -> None:
    Shelf(tmp_path / "pasts").store("a", b"content")
    (tmp_path / "pasts").chmod(0o777)
    assert Shelf(tmp_path / "pasts").load("a") is None
    (tmp_path / "pasts").chmod(0o700)
    assert Shelf(tmp_path / "pasts").load("a") == b"content"


def _store(folder: Path, content: bytes) -> None:
    shelf = Shelf(folder, largest=2_000_000)
    for _ in range(200):
        shelf.store("same", content)
        assert shelf.load("same") in (bytes(100_000), b"1" * 100_000)


def test_two_processes_may_use_it_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_store, args=(tmp_path, one * 100_000)) for one in (b"\0", b"1")]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]


def test_luck_and_doubt_are_all_there_and_mixed() -> None:
    jobs = pairs(POLICY, WORLDS[0], 1, SCALE)
    luck = [job for job in jobs if job.kind == LUCK]
    assert [job.seed for job in luck] == list(range(2, SEEDS + 2))
    assert {job.world for job in luck} == {WORLDS[0]}
    doubt = [job for job in jobs if job.kind == DOUBT]
    assert {job.world for job in doubt} == {member.id for member in load_sample()}
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
        told = pair(POLICY, line["world"], line["seed"], SCALE, never, Shelf(tmp_path / "other"))
        assert line["differences"] == json.loads(json.dumps(told["differences"]))
        assert np.isfinite(line["differences"]["batik.workers"]).all()
