"""Workers of a dask cluster: which of them may compute, and what happens when they or the scheduler go away.

dask schedules. What it cannot know is whether a worker has the same batiksim as we have: each is asked, and
one that has gets a resource (dask's word) with the name of that code and data, which every task asks for. So
a worker has one task at a time, however many threads it has, and others, whoever started them, get none.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from batiksim.errors import UsageError, WorkersError
from batiksim.i18n.texts import shown, text
from batiksim.runs import fingerprints
from batiksim.runs.manifest import version
from batiksim.runs.store import fingerprint

if TYPE_CHECKING:
    from distributed import Client

WAIT, LONGEST_WAIT = 60.0, 86_400.0
# What must be equal on a worker for the same bytes, and what is told where it differs.
SAME, TOLD = ("batiksim", "code", "data"), ("python", "numpy", "numba")
# Seconds: until somebody connects, until a scheduler answers, between two looks, the same while nobody is
# there, between two words on waiting, and in which the slowest machine has compiled everything.
_CONNECT, _ANSWER, _LOOK, _SOON, _WORD, _PREPARING = 10.0, 30.0, 1.0, 0.2, 10.0, 900.0
_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?[^/\s:@]+:\d{1,5}|(?:(?:tcp|tls)://)?\[[0-9a-fA-F:]+\]:\d{1,5}")
_LOGS = ("distributed", "distributed.client", "tornado", "tornado.application")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Dask:
    """The workers of a dask cluster, as the `executor` of a study.

    `scheduler` is its address, like "tcp://10.0.0.1:8786", or a `distributed.Client` of yours, which stays
    open. Where no worker that may compute is there, a study waits `wait` seconds for one, then it ends; what
    is finished is kept. Raises UsageError for what is no address.
    """

    scheduler: str | Client
    wait: float = WAIT

    def __post_init__(self) -> None:
        if isinstance(self.scheduler, str) and not _is_address(self.scheduler):
            raise UsageError(text("cluster.no_address", address=shown(self.scheduler, 80)))
        if not 0.0 < self.wait <= LONGEST_WAIT:
            raise UsageError(text("cluster.wait", wait=self.wait, longest=int(LONGEST_WAIT)))


Elsewhere: TypeAlias = Executor | Dask


def _is_address(written: str) -> bool:
    return bool(_ADDRESS.fullmatch(written)) and 0 < int(written.rpartition(":")[2]) < 1 << 16


@contextmanager
def connected(cluster: Dask, tell: Tell) -> Iterator[Crew]:
    """The workers of a cluster; `tell` hears what is to be said of them.

    Raises UsageError where the package is missing or nobody answers at the address.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        command = 'python -m pip install "batiksim[cluster]"'
        raise UsageError(text("bench.missing", package="distributed", command=command)) from error
    if not isinstance(cluster.scheduler, str):
        yield Crew(cluster.scheduler, cluster.wait, tell)
        return
    address = cluster.scheduler
    with _silent():
        try:
            with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own in this one
                thread.submit(asyncio.run, _knock(address)).result()
            client = Client(address, timeout=_CONNECT, set_as_default=False, name="batiksim")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise UsageError(text("cluster.unreachable", address=address, why=_why(error))) from None
        try:
            yield Crew(client, cluster.wait, tell)
        finally:
            with suppress(OSError, RuntimeError, AssertionError):  # who has gone cannot say goodbye
                client.close(timeout=_CONNECT)


async def _knock(address: str) -> None:
    """Find out whether a scheduler is there: a client would wait for ever for somebody who only listens."""
    from distributed.comm import connect
    from distributed.security import Security

    secured = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, timeout=_CONNECT, **secured), 2 * _CONNECT)
    await comm.close()


class Crew:
    """The workers that may compute; `submit` gives them a task, `look` sees who has come and gone.

    Raises WorkersError when nobody has been there for `wait` seconds, or the scheduler is gone.
    """

    def __init__(self, client: Client, wait: float, tell: Tell) -> None:
        self._client: Any = client
        self._wait, self._tell = wait, tell
        self._ours = about_here()
        resources = {_resource(self._ours): 1}
        self._executor = client.get_executor(pure=False, resources=resources)
        self._asked: dict[str, Future[dict[str, str]]] = {}  # address of a worker -> its answer
        self._refused: dict[str, str] = {}  # address -> why
        self._able: set[str] = set()
        self._warm: set[str] = set()  # machines
        self._said: set[str] = set()
        self._next = self._word = 0.0
        self._since = time.monotonic()  # when somebody was there last

    @property
    def address(self) -> str:
        """That of the scheduler."""
        return str(self._client.scheduler.address)

    @property
    def room(self) -> int:
        """How many tasks may be begun at once: one a worker.

        dask blames a worker's death on all tasks that it has been given, so that those waiting behind one
        that kills it would fail with it.
        """
        return len(self._able)

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Begin a task on one of the workers; the future is cancelled when the scheduler goes away."""
        future: Future[Any] = self._executor.submit(function, *given)
        return future

    def look(self) -> bool:
        """See who has come and gone; whether what was begun must begin anew, as nobody is left who had it."""
        if (now := time.monotonic()) < self._next:
            return False
        before = self._able
        there = self._there()
        for address in self._asked.keys() - there:
            self._asked.pop(address).cancel()
        self._refused = {address: why for address, why in self._refused.items() if address in there}
        self._able = before & there
        self._hear()
        self._ask(there)
        self._next = now + (_LOOK if self._able else _SOON)
        self._say_waiting(now)
        # dask keeps a task that nobody could take, and does not offer it to who has become able since.
        return bool(self._able) and self._able.isdisjoint(before)

    def _there(self) -> set[str]:
        """The addresses of all workers of the cluster."""
        if self._client.status == "running":
            try:
                return set(self._client.sync(self._client.scheduler.ncores, callback_timeout=_ANSWER))
            except (OSError, RuntimeError, AttributeError):
                pass
        raise gone(self)

    def _ask(self, there: set[str]) -> None:
        """Ask those who have come, on a machine where nothing is compiled yet one of them first."""
        busy = {_machine(address) for address in self._asked}
        for address in sorted(there - self._asked.keys() - self._refused.keys() - self._able):
            machine = _machine(address)
            cold = machine not in self._warm
            if cold and machine in busy:
                continue
            busy.add(machine)
            # Through an executor: its future is done when the answer is here, and not already when it is on
            # a worker that may die before we have it.
            one = self._client.get_executor(pure=False, workers=[address], allow_other_workers=False)
            self._asked[address] = one.submit(examine, self._ours, cold)

    def _hear(self) -> None:
        """Take in what those who were asked have answered."""
        for address, answer in [*self._asked.items()]:
            if not answer.done():
                continue
            del self._asked[address]
            if answer.cancelled():  # asked again, if it is still there
                continue
            if (error := answer.exception()) is not None:
                why = text("cluster.cannot", why=_why(error))
            else:
                why = _difference(self._ours, theirs := answer.result(), SAME)
            if why:
                self._refused[address] = why
                self._say("cluster.refused", address, why)
                continue
            self._able.add(address)
            self._warm.add(_machine(address))
            if told := _difference(self._ours, theirs, TOLD):
                self._say("cluster.differs", address, told)

    def _say(self, key: str, address: str, why: str) -> None:
        """Say something of a worker, once for all of whom the same can be said."""
        if why not in self._said:
            self._said.add(why)
            self._tell(text(key, worker=shown(address, 80), why=why))

    def _say_waiting(self, now: float) -> None:
        if self._able:
            self._since, self._word = now, 0.0
            return
        waited = now - self._since
        limit = max(self._wait, _PREPARING) if self._asked else self._wait
        if waited >= limit:
            why = "; ".join(dict.fromkeys(self._refused.values())) or text("cluster.nobody")
            told = {"seconds": f"{waited:.0f}", "address": self.address, "why": why}
            raise WorkersError(text("cluster.no_workers", **told))
        if waited >= max(self._word, _LOOK):
            self._word = waited + _WORD
            key = "cluster.preparing" if self._asked else "cluster.waiting"
            self._tell(text(key, seconds=f"{waited:.0f}", limit=f"{limit:.0f}"))


def gone(crew: Crew) -> WorkersError:
    """What to say where the scheduler does not answer any more."""
    return WorkersError(text("cluster.gone", address=crew.address))


def was_killed(error: Exception) -> bool:
    """Whether dask has given up a task because its workers died of it, on whatever executor it was."""
    kind = type(error)
    return kind.__name__ == "KilledWorker" and kind.__module__.startswith("distributed.")


def about_here() -> dict[str, str]:
    """What computes in this process: fingerprints and versions."""
    versions = {name: version(name) or "-" for name in ("batiksim", "numpy", "numba")}
    return {**versions, "python": _python(), **fingerprints.package()}


def _python() -> str:
    import platform

    return platform.python_version()


def examine(wanted: Mapping[str, str], cold: bool) -> dict[str, str]:
    """What a worker does before any task: say what it is, and if it is as `wanted`, become able to compute.

    Where its machine is `cold`, everything is compiled first.
    """
    found = about_here()
    if not _difference(wanted, found, SAME):
        from distributed import get_worker
        from distributed.utils import sync

        if cold:
            from batiksim.runs.warming import warm

            warm()
        worker = get_worker()
        sync(worker.loop, worker.set_resources, **{_resource(found): 1})
    return found


def _resource(found: Mapping[str, str]) -> str:
    return f"batiksim-{fingerprint({name: found[name] for name in SAME})[:16]}"


def _difference(ours: Mapping[str, str], theirs: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of the names that differ in one phrase, all where they are told only; "" for none."""
    differ = [name for name in names if theirs.get(name) != ours[name]]
    if not differ:
        return ""
    if differ[0] in ("code", "data"):
        return text(f"cluster.other.{differ[0]}", version=ours["batiksim"])
    told = differ if names is TOLD else differ[:1]
    return ", ".join(
        text("cluster.other_version", name=name, theirs=shown(str(theirs.get(name))), ours=ours[name])
        for name in told
    )


def _machine(address: str) -> str:
    return urlsplit(address).hostname or address


def _why(error: BaseException) -> str:
    return shown(f"{type(error).__name__}: {error}".removesuffix(": "), 200)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what dask writes to the log of the process away: what matters of it is said by us."""
    logs = [logging.getLogger(name) for name in _LOGS]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
