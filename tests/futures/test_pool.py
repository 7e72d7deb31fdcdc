"""Worker processes: what they compute is what one process computes, and who gets it when."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from batiksim.config.parameters import WORLDS
from batiksim.errors import RunError, ScenarioError, UsageError
from batiksim.futures.decoding import decode
from batiksim.futures.frames import END, MONTHS
from batiksim.futures.future import futures
from batiksim.futures.pool import Busy, Pool, Stream
from batiksim.scenario import Scenario

BASE = Scenario.default()
POLICY = BASE.with_intervention("training", since="2026-01", seats=500)
SCALE, UNTIL = 0.02, 200
SHORT: dict[str, Any] = {"scale": SCALE, "until": UNTIL}
# Not whole before it is cancelled, on a slow machine neither.
LONG: dict[str, Any] = {"scale": 0.1, "since": 0, "until": 359}


def variant(number: int) -> Scenario:
    """Policies that are all different."""
    return BASE.with_intervention("training", since="2026-01", seats=100 + number)


async def ready(pool: Pool, workers: int = 1) -> None:
    while pool.state["ready"] < workers:
        await asyncio.sleep(0.02)


async def whole(stream: Stream) -> list[bytes]:
    async with stream:
        return [piece async for piece in stream]


async def first_months(stream: Stream) -> None:
    """Listen until there are months."""
    async for piece in stream:
        if piece[4] == MONTHS:
            return


class Bench:
    """One pool for several tests, in an event loop of its own."""

    def __init__(self, pool: Pool) -> None:
        self.runner, self.pool = asyncio.Runner(), pool
        self.run(lambda: pool.start())
        self.run(lambda: ready(pool))

    def run(self, work: Callable[[], Awaitable[Any]]) -> Any:
        async def do() -> Any:
            return await work()

        return self.runner.run(do())

    def close(self) -> None:
        self.run(lambda: self.pool.close())
        self.runner.close()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench(Pool(1, waiting=6))
    yield bench
    bench.close()


def test_a_future_of_the_pool_is_the_same_bytes(bench: Bench) -> None:
    async def work() -> list[bytes]:
        return await whole(await bench.pool.future(POLICY, **SHORT))

    assert b"".join(bench.run(work)) == b"".join(futures(POLICY, **SHORT))


def test_three_changes_on_the_way_are_a_fresh_run_of_the_last(bench: Bench) -> None:
    """Each future branches off from the past that the one before has left."""
    second = POLICY.with_intervention("cooperative", since="2029-03")
    third = second.but({"contracts.surplus_cut": {"2035-05": 0.05}})
    about = {"scale": SCALE, "until": 310}

    async def work() -> list[bytes]:
        for settings, since in ((POLICY, 180), (second, 218), (third, 292)):
            frames = await whole(await bench.pool.future(settings, since=since, session="c", **about))
        return frames

    assert b"".join(bench.run(work)) == b"".join(futures(third, since=292, **about))


def test_a_past_that_differs_is_not_taken_over(bench: Bench) -> None:
    early = BASE.but({"contracts.surplus_cut": {"2025-12": 0.05}})

    async def work() -> list[bytes]:
        await whole(await bench.pool.future(None, **SHORT))
        return await whole(await bench.pool.future(early, **SHORT))

    assert b"".join(bench.run(work)) == b"".join(futures(early, **SHORT))


def test_a_newer_wish_ends_an_older_one(bench: Bench) -> None:
    async def work() -> tuple[bool, list[bytes], bool]:
        old = await bench.pool.future(variant(1), session="s", wish=1, **LONG)
        await first_months(old)
        new = await bench.pool.future(variant(2), session="s", wish=2, **SHORT)
        late = await bench.pool.future(variant(3), session="s", wish=1, **SHORT)
        assert await whole(old) == [] and await whole(late) == []
        return old.cancelled, await whole(new), late.cancelled

    cancelled, frames, overtaken = bench.run(work)
    assert cancelled and overtaken
    assert b"".join(frames) == b"".join(futures(variant(2), **SHORT))
    assert bench.pool.state["computing"] == bench.pool.state["waiting"] == 0


def test_who_asks_for_the_same_joins_in_and_the_last_to_leave_ends_it(bench: Bench) -> None:
    async def work() -> tuple[list[bytes], list[bytes]]:
        one, other = [await bench.pool.future(variant(4), session=session, **SHORT) for session in ("s", "t")]
        assert bench.pool.state["computing"] == 1 and bench.pool.state["waiting"] == 0
        await one.aclose()
        return await whole(other), await whole(await bench.pool.future(variant(4), session="u", **SHORT))

    joined, kept = bench.run(work)
    assert joined == kept and decode(joined).end["months"] == UNTIL - 179


def test_sessions_take_turns(bench: Bench) -> None:
    """One session wants much, others little: they begin after the first future of the first."""
    begun: list[str] = []

    async def want(session: str, number: int) -> None:
        settings = variant(10 * number + (session == "greedy"))
        async with bench.pool._ask(_job(settings), session) as stream:
            await first_months(stream)
            begun.append(session)
            async for _ in stream:
                pass

    async def work() -> None:
        greedy = [asyncio.create_task(want("greedy", number)) for number in range(1, 5)]
        await asyncio.sleep(0)
        await asyncio.gather(*greedy, want("modest", 1), want("third", 2))

    bench.run(work)
    assert begun == ["greedy", "modest", "third", "greedy", "greedy", "greedy"]


def test_nobody_waits_for_the_whole_of_another(bench: Bench) -> None:
    """Of futures that are asked for at once, all have their first months before one is whole."""
    told: list[tuple[int, int]] = []

    async def listen(number: int) -> None:
        async with await bench.pool.future(variant(60 + number), session=f"s{number}", scale=SCALE) as stream:
            async for piece in stream:
                if piece[4] in (MONTHS, END):
                    told.append((piece[4], number))

    bench.run(lambda: asyncio.gather(*(listen(number) for number in range(5))))
    kinds = [kind for kind, _ in told]
    first = [told.index((MONTHS, number)) for number in range(5)]
    assert max(first) < kinds.index(END)
    assert kinds.count(END) == 5


def _job(settings: Scenario) -> Any:
    from batiksim.futures.jobs import FutureJob

    return FutureJob(settings, WORLDS[0], 1, SCALE, 180, UNTIL)


def test_too_much_is_refused(bench: Bench) -> None:
    async def work() -> None:
        streams = []
        with pytest.raises(Busy):
            for number in range(20):
                streams.append(await bench.pool.future(variant(100 + number), session=f"{number}", **SHORT))
        assert len(streams) >= 7  # one is computed, or some are begun, and six wait
        for stream in streams:
            await stream.aclose()
        while bench.pool.state["computing"]:
            await asyncio.sleep(0.02)
        streams = []
        with pytest.raises(Busy):
            for number in range(20):
                # So long that none is told before enough others wait.
                about = {"row": 1, "month": 300 + number, "scale": LONG["scale"]}
                streams.append(asyncio.create_task(bench.pool.story(None, session="one", **about)))
                for _ in range(5):
                    await asyncio.sleep(0.01)
                for one in streams:
                    if one.done():
                        one.result()
        for one in streams:
            one.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    bench.run(work)


def test_what_cannot_be_run_is_said_at_once(bench: Bench) -> None:
    async def work() -> None:
        with pytest.raises(ScenarioError):
            await bench.pool.future({"title": "x", "interventions": [{"nonsense": {}}]})
        with pytest.raises(UsageError):
            await bench.pool.future(None, world="flat")
        with pytest.raises(UsageError):
            await bench.pool.future(None, until=999)
        with pytest.raises(RunError, match="row 10000000"):
            await bench.pool.story(None, row=10_000_000, month=180, scale=SCALE)

    bench.run(work)


def test_a_life_and_a_firm_are_those_of_the_model(bench: Bench) -> None:
    from batiksim.model.batik_model import BatikModel

    model = BatikModel(POLICY, scale=SCALE).run("2027-06")
    worker = int(model.batik[0])
    firm = int(model.people.employer[model.batik[model.people.employer[model.batik] >= 0][0]])

    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        about = {"month": model.month, "scale": SCALE}
        return (
            await bench.pool.story(POLICY, row=worker, **about),
            await bench.pool.firm(POLICY, row=firm, **about),
        )

    life, figures = bench.run(work)
    assert "\n".join(life["lines"]) == model.story_of(model.people.view(worker), "en")
    assert sum(figures["staff"].values()) == model.owners.staff[firm].sum()
    assert figures["income"] == float(model.owners.income[firm])


def test_a_worker_that_dies_is_replaced_and_its_future_goes_on() -> None:
    async def work() -> tuple[list[bytes], set[int | None]]:
        async with Pool(1) as pool:
            await ready(pool)
            pids = {process.pid for process in pool._processes}
            stream = await pool.future(POLICY, **LONG)
            await first_months(stream)
            os.kill(pool._processes[0].pid or 0, signal.SIGTERM)
            rest = await whole(stream)
            await ready(pool)
            return rest, pids ^ {process.pid for process in pool._processes}

    rest, pids = asyncio.run(work())
    assert len(pids) == 2
    there = list(futures(POLICY, **LONG))
    assert rest == there[-len(rest) :] and len(rest) == len(there) - 4


def test_a_worker_that_cannot_start_is_not_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", os.devnull)

    async def work() -> None:
        async with Pool(1) as pool:
            stream = await pool.future(None, **SHORT)
            assert pool.state["state"] == "warming"
            (error,) = await whole(stream)
            assert b"restart the app" in error
            assert pool.state["state"] == "broken"
            with pytest.raises(Busy):
                await pool.future(None, **SHORT)

    asyncio.run(work())


def test_workers_end_with_their_parent() -> None:
    code = """
        import asyncio, os
        from batiksim.futures.pool import Pool

        async def main():
            pool = Pool(1)
            await pool.start()
            while not pool.state["ready"]:
                await asyncio.sleep(.02)
            print(pool._processes[0].pid, flush=True)
            await pool.future(None, since=0)
            await asyncio.sleep(60)

        asyncio.run(main())
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    asyncio.run(asyncio.wait_for(_end_of(worker), 30))


async def _end_of(pid: int) -> None:
    with suppress(ProcessLookupError):
        while True:
            os.kill(pid, 0)
            with suppress(FileNotFoundError, IndexError), open(f"/proc/{pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return  # ended, and nobody has asked how
            await asyncio.sleep(0.02)
