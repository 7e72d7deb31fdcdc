"""What commands share that run one comparison after another: the runs told beforehand, kept and failed."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from batiksim.cli import screen
from batiksim.errors import StoppedError, WorkersError
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.runs.tally import Progress, Round, Tally


class Watch:
    """Follows several comparisons: shows how far each is, and knows in the end what failed.

    Inside the block a Ctrl-C becomes a StoppedError that says what is kept in the folder `out`, and a
    WorkersError says so too.
    """

    def __init__(self, quiet: bool, out: str | None) -> None:
        self._out = out
        self._tally = screen.tally(quiet)
        self._finished: list[Tally] = []
        self._latest: Tally | None = None
        self._tell: Progress | None = None

    def begins(self) -> None:
        """Note that another comparison begins."""
        if self._latest is not None:
            self._finished.append(self._latest)
            self._latest = None

    def __enter__(self) -> Progress:
        """What a comparison tells its progress to."""
        self._tell = self._tally.__enter__()
        return self._take

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tally.__exit__(kind, error, trace)
        if self._latest is None or self._out is None:
            return
        kept = {"done": self._latest.done, "runs": self._latest.runs, "folder": self._out}
        if isinstance(error, KeyboardInterrupt):
            raise StoppedError(text("why.stopped", **kept)) from None
        if isinstance(error, WorkersError):
            raise WorkersError(text("cluster.kept", error=error, **kept)) from None

    def _take(self, tally: Tally) -> None:
        self._latest = tally
        if self._tell is not None:
            self._tell(tally)

    def end(self) -> int:
        """Say how many runs failed; the exit code is 1 if any did."""
        self.begins()
        failed = sum(tally.failed for tally in self._finished)
        if failed:
            screen.problem(
                text("why.failed", failed=failed, runs=sum(tally.runs for tally in self._finished))
            )
        return int(failed > 0)


def outlook(told: Round) -> str:
    """How much of a round is left to be run, and about how long that takes."""
    if not told.left:
        return text("round.kept")
    left = text("round.left", left=told.left) if told.left < told.runs else ""
    return left + text("round.time", time=screen.duration(told.seconds, "round"))
