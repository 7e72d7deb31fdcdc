"""Worker processes for a server: newer wishes cancel older ones, sessions take turns, ghosts wait.

Everything here runs in the event loop of the server and computes nothing itself. A finished future is kept
and given to whoever asks for the same; who asks for one that is being computed joins in.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from batiksim.config.parameters import WORLDS
from batiksim.errors import BatiksimError, RunError
from batiksim.futures import frames
from batiksim.futures.future import case_of, check_span
from batiksim.futures.ghosts import PairJob, pairs
from batiksim.futures.jobs import LATER, WARMING, FirmJob, FutureJob, Job, StoryJob
from batiksim.futures.process import Process
from batiksim.futures.settings import shown
from batiksim.futures.worker import DO, DROP, ENDED, FAILED, NO_JOB, PIECE, READY
from batiksim.i18n.texts import language, text
from batiksim.model.version import code_version
from batiksim.scenario import Scenario, Settings

MOST_WORKERS = 4
MOST_WAITING = 64  # tasks of one rank; a class of thirty leaves half of them free
MOST_AT_ONCE = 16  # tasks that a worker has begun, each a model of its own: a class on two cores
BEGINNING = 3  # pieces of a future before its first months: header, people, key frame
MOST_OF_ONE = 8  # tasks of one session that wait or are computed
KEPT = 48 << 20  # bytes of finished futures
TRIES = 2  # a task whose worker died is tried once more
DEATHS = 3  # so many workers that die one after another before they are ready: something is broken


class Busy(BatiksimError):
    """There is more to do than the pool takes on; its message is for the reader."""


@dataclass(eq=False)
class _Task:
    """One job and who listens to it."""

    number: int
    job: Job
    session: str
    key: Hashable = None
    pieces: list[Any] = field(default_factory=list)
    error: str = ""
    done: bool = False
    listeners: int = 0
    tries: int = 0
    repeated: int = 0  # pieces that come a second time, because the first worker died
    process: Process | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def rank(self) -> float:
        """Who has some months already lets those go first who have none."""
        return self.job.rank + (0.5 if len(self.pieces) > BEGINNING else 0)

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Stream(AsyncIterator[Any]):
    """What comes of a job, piece by piece; it ends early where it was cancelled.

    Whoever stops listening before the end says so with `aclose()`, or uses it as `async with`.
    """

    def __init__(self, pool: Pool, task: _Task) -> None:
        self._pool, self._task, self._at, self._open = pool, task, 0, True
        self.cancelled = False  # by a newer wish, or by whoever listened
        task.listeners += 1

    async def __anext__(self) -> Any:
        task = self._task
        while self._open:
            if self._at < len(task.pieces):
                self._at += 1
                return task.pieces[self._at - 1]
            if task.error:
                self._open = False
                raise RunError(task.error)
            if task.done:
                break
            await task.changed.wait()
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Stop listening; what nobody listens to any more is not computed any further."""
        if self._open:
            self._open, self.cancelled = False, not self._task.done
            self._pool._left(self._task)
            self._task.wake()

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.aclose()


class Pool:
    """Worker processes, at most one a core; `async with Pool() as pool:` starts and ends them.

    `workers` is how many (default: one a core, at most four), `waiting` how many tasks may wait, `kept` how
    many bytes of finished futures are kept.
    """

    def __init__(self, workers: int | None = None, *, waiting: int = MOST_WAITING, kept: int = KEPT) -> None:
        self._wanted = workers or max(1, min(MOST_WORKERS, len(_cores())))
        self._most_waiting, self._most_kept = waiting, kept
        self._processes: list[Process] = []
        self._numbers = itertools.count(NO_JOB + 1)
        self._turns = itertools.count(1)
        self._tasks: dict[int, _Task] = {}  # that wait or are computed, oldest first
        self._kept: OrderedDict[Hashable, _Task] = OrderedDict()
        self._wishes: OrderedDict[str, tuple[int, Stream | None]] = OrderedDict()
        self._served: OrderedDict[str, tuple[int, Process]] = OrderedDict()
        self._deaths = 0
        self._closing = False
        self._starting: set[asyncio.Task[Any]] = set()  # workers, and what reading a policy needs

    async def __aenter__(self) -> Pool:
        await self.start()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the first worker; the others follow when it is ready, and find what it has compiled."""
        await self._added().start()
        self._begin(asyncio.to_thread(_read, WARMING, WORLDS[0]))

    async def close(self) -> None:
        """End the workers; streams that are open end."""
        self._closing = True
        await asyncio.gather(*self._starting)
        await asyncio.gather(*(process.end() for process in self._processes))
        for task in [*self._tasks.values()]:
            self._finish(task, "")

    @property
    def state(self) -> dict[str, Any]:
        """`{state, workers, ready, computing, waiting}`; the state is "warming" until the first worker is
        ready, then "ready", and "broken" where workers cannot be kept alive.
        """
        ready = sum(process.ready for process in self._processes)
        computing = sum(task.process is not None for task in self._tasks.values())
        broken = self._deaths >= DEATHS
        return {
            "state": "broken" if broken else "ready" if ready else "warming",
            "workers": self._wanted,
            "ready": ready,
            "computing": computing,
            "waiting": len(self._tasks) - computing,
        }

    async def future(
        self,
        settings: Settings | None,
        *,
        world: str = WORLDS[0],
        seed: int | None = None,
        scale: float | None = None,
        since: int | None = None,
        until: int | None = None,
        session: str = "",
        wish: int = 0,
    ) -> Stream:
        """A future as frames, its months as they are computed; see `futures`.

        A `wish` of a session ends the stream of an older one. What goes wrong on the way is a frame of kind
        error. Raises ScenarioError, ParameterError and UsageError for what cannot be run, Busy where there is
        too much to do.
        """
        show = shown()
        since, until = show.now if since is None else since, show.until if until is None else until
        check_span(since, until)
        scenario, digest = await asyncio.to_thread(_read, settings, world)
        job = FutureJob(
            scenario, world, show.seed if seed is None else seed, show.scale if scale is None else scale,
            since, until, language(),
        )  # fmt: skip
        title = tuple(sorted(scenario.title.items()))
        key = (code_version(), digest, scenario.stem, title, world, job.seed, job.scale, since, until)
        if session and (before := self._wishes.get(session)) is not None:
            if before[0] > wish:  # it was overtaken on its way
                stream = Stream(self, _Task(NO_JOB, job, session))
                await stream.aclose()
                return stream
            joined = self._known(key)  # before nobody listens to it any more
            if before[1] is not None:
                await before[1].aclose()
            stream = joined or self._ask(job, session, key)
        else:
            stream = self._ask(job, session, key)
        if session:
            self._remember(session, wish, stream)
        return stream

    def _remember(self, session: str, wish: int, stream: Stream | None) -> None:
        self._wishes[session] = (wish, stream)
        self._wishes.move_to_end(session)
        if len(self._wishes) > 16 * self._most_waiting:
            self._wishes.popitem(last=False)

    async def ghosts(
        self,
        settings: Settings | None,
        *,
        world: str = WORLDS[0],
        seed: int | None = None,
        scale: float | None = None,
        session: str = "",
        wish: int = 0,
    ) -> AsyncGenerator[bytes, None]:
        """What a policy changes under other luck and in doubt: lines of JSON, one a finished pair.

        See `batiksim.futures.ghosts`. They wait for every wish. A `wish` of a session, here or in `future`,
        ends the ghosts of older ones. Raises like `future`; whoever stops early says so with `aclose()`.
        """
        show = shown()
        scenario, digest = await asyncio.to_thread(_read, settings, world)
        about = show.seed if seed is None else seed, show.scale if scale is None else scale
        jobs = [
            (job, (code_version(), PairJob.__name__, digest, job.world, job.seed, job.scale, job.number))
            for job in pairs(scenario, world, *about, language())
        ]
        if session:
            latest, stream = self._wishes.get(session, (wish, None))
            if latest > wish:
                jobs = []
            else:
                self._remember(session, wish, stream)
        return self._several(jobs, session, wish)

    async def _several(
        self, jobs: Sequence[tuple[PairJob, Hashable]], session: str, wish: int
    ) -> AsyncGenerator[bytes, None]:
        """The first pieces of jobs as they are finished, at most as many at once as there are workers."""
        waiting = list(jobs)
        running: dict[asyncio.Task[Any], Stream] = {}
        try:
            while True:
                while waiting and len(running) < self._wanted:
                    job, key = waiting[0]
                    try:
                        stream = self._ask(job, f"{session} ghosts" if session else "", key)
                    except Busy:
                        if not running:
                            raise
                        break
                    del waiting[0]
                    running[asyncio.create_task(_first(stream))] = stream
                if not running:
                    return
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    await running.pop(one).aclose()
                    if session and self._wishes.get(session, (wish, None))[0] > wish:
                        return  # somebody wants something newer by now
                    if (piece := one.result()) is not None:
                        yield piece
        finally:
            for one, stream in running.items():
                one.cancel()
                await stream.aclose()

    async def story(
        self, settings: Settings | None, *, row: int, month: int, session: str = "", **of: Any
    ) -> dict[str, Any]:
        """The life of the person in a row up to the end of `month`; see `StoryJob`.

        `of` is world, seed, scale of the future in which she was seen, by default as for `future`. Raises
        like `future`, and RunError where nobody has that row.
        """
        return await self._one(StoryJob, settings, session, row, month, **of)

    async def firm(
        self, settings: Settings | None, *, row: int, month: int, session: str = "", **of: Any
    ) -> dict[str, Any]:
        """The figures of the firm in a row at the end of `month`; see `FirmJob`. Raises like `story`."""
        return await self._one(FirmJob, settings, session, row, month, **of)

    async def _one(
        self, kind: type[StoryJob | FirmJob], settings: Settings | None, session: str, row: int, month: int,
        world: str = WORLDS[0], seed: int | None = None, scale: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        check_span(month, month)
        show = shown()
        scenario, digest = await asyncio.to_thread(_read, settings, world)
        seed, scale = show.seed if seed is None else seed, show.scale if scale is None else scale
        job = kind(scenario, row, month, world, seed, scale, language())
        key = (code_version(), kind.__name__, digest, language(), row, month, world, seed, scale)
        async with self._ask(job, session, key) as stream:
            async for piece in stream:
                return dict(piece)
        raise RunError(text("app.futures.cancelled"))

    def _ask(self, job: Job, session: str, key: Hashable = None) -> Stream:
        """Listen to a job: one that is kept, one that is under way, or a new one."""
        if (known := self._known(key)) is not None:
            return known
        if self._closing or self._deaths >= DEATHS:
            raise Busy(text("app.futures.died"))
        waiting = [
            task for task in self._tasks.values() if task.process is None and task.job.rank == job.rank
        ]
        heard = [task for task in self._tasks.values() if task.listeners > 0]  # the others stop soon
        mine = sum(task.session == session for task in heard) if session else 0
        if len(waiting) >= self._most_waiting or mine >= MOST_OF_ONE:
            raise Busy(text("app.futures.busy"))
        task = _Task(next(self._numbers), job, session, key)
        self._tasks[task.number] = task
        stream = Stream(self, task)
        self._dispatch()
        return stream

    def _known(self, key: Hashable) -> Stream | None:
        """Listen to what is kept or under way under a key."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return Stream(self, self._kept[key])
        under_way = (task for task in self._tasks.values() if key is not None and task.key == key)
        return next((Stream(self, task) for task in under_way), None)

    def _left(self, task: _Task) -> None:
        """Note that somebody stopped listening."""
        task.listeners -= 1
        if task.listeners <= 0 and self._tasks.get(task.number) is task:
            if task.process is not None:
                task.process.tell(DROP, task.number)
            else:
                del self._tasks[task.number]
            task.key = None  # nobody may join it any more

    def _dispatch(self) -> None:
        """Give tasks to workers: wishes to whoever has none, and what can wait to whoever has nothing."""
        while (found := self._next()) is not None:
            task, process = found
            task.process = process
            task.repeated = len(task.pieces)
            self._served[task.session] = (next(self._turns), process)
            self._served.move_to_end(task.session)
            if len(self._served) > 16 * self._most_waiting:
                self._served.popitem(last=False)
            process.tell(DO, task.number, task.job)

    def _next(self) -> tuple[_Task, Process] | None:
        """The task that is due and the worker for it: the session served longest ago comes first, and goes to
        the worker that served it, which has its past.
        """
        ranks: dict[Process, list[float]] = {one: [] for one in self._processes if one.ready}
        for task in self._tasks.values():
            if task.process in ranks and task.listeners > 0:  # the others stop within a month
                ranks[task.process].append(task.rank)
        waiting = [task for task in self._tasks.values() if task.process is None]
        never = (0, None)
        for task in sorted(
            waiting, key=lambda task: (task.job.rank, self._served.get(task.session, never)[0])
        ):
            free = [
                one
                for one, has in ranks.items()
                if len(has) < MOST_AT_ONCE and all(rank > task.job.rank for rank in has)
            ]
            if free:
                own = self._served.get(task.session, never)[1]
                return task, min(
                    free, key=lambda one: (_before(ranks[one], LATER), one is not own, len(ranks[one]))
                )
        return None

    def _heard(self, process: Process, number: int, what: int, content: Any) -> None:
        """Take note of what a worker says."""
        if what == READY:
            process.ready, self._deaths = True, 0
            self._begin_next()
        elif (task := self._tasks.get(number)) is not None:
            if what == PIECE:
                if task.repeated:
                    task.repeated -= 1  # the same bytes as the first time
                else:
                    task.pieces.append(content)
                    task.wake()
            else:
                self._finish(task, content if what == FAILED else "", whole=what == ENDED)
        self._dispatch()

    def _finish(self, task: _Task, error: str, *, whole: bool = False) -> None:
        self._tasks.pop(task.number, None)
        if error and isinstance(task.job, FutureJob):
            task.pieces.append(frames.error(error))
        elif error:
            task.error = error
        task.done = True
        task.wake()
        if whole and task.key is not None:
            self._kept[task.key] = task
            while self._size() > self._most_kept:
                self._kept.popitem(last=False)

    def _size(self) -> int:
        """Bytes of what is kept; pieces that are no bytes are small."""
        pieces = (piece for task in self._kept.values() for piece in task.pieces)
        return sum(len(piece) if isinstance(piece, bytes) else 1024 for piece in pieces)

    def _is_gone(self, process: Process) -> None:
        """Replace a worker that has died, and give its tasks to another one, or up."""
        self._processes.remove(process)
        if self._closing:
            return
        self._deaths += not process.ready
        for task in [task for task in self._tasks.values() if task.process is process]:
            task.process, task.tries = None, task.tries + 1
            if task.listeners <= 0:
                del self._tasks[task.number]
            elif task.tries >= TRIES:
                self._finish(task, text("app.futures.died", task.job.lang))
        if self._deaths >= DEATHS:
            for task in [*self._tasks.values()]:
                self._finish(task, text("app.futures.died", task.job.lang))
        else:
            self._begin_next()
            self._dispatch()

    def _begin_next(self) -> None:
        """Start one more worker if some are missing and none is on its way."""
        missing = len(self._processes) < self._wanted
        if missing and all(one.ready for one in self._processes):
            self._begin(self._added().start())

    def _begin(self, what: Coroutine[Any, Any, Any]) -> None:
        """Start what is waited for when the pool closes."""
        starting = asyncio.create_task(what)
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)

    def _added(self) -> Process:
        process = Process(self._heard, self._is_gone)
        self._processes.append(process)
        return process


def _before(ranks: Sequence[float], below: float) -> int:
    """How many of the ranks come before one; the others wait for it."""
    return sum(rank < below for rank in ranks)


async def _first(stream: Stream) -> Any:
    """The first piece of a stream, None where it has none."""
    return await anext(stream, None)


def _read(settings: Settings | None, world: str) -> tuple[Scenario, str]:
    """The scenario that is meant, and the hash of what it is in a world."""
    scenario = Scenario.of(settings)
    return scenario, case_of(scenario, world)[0].hash


def _cores() -> range:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return range(len(os.sched_getaffinity(0)))
    return range(os.cpu_count() or 1)
