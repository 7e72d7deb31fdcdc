"""What worker processes are asked for: a job says what it is in plain values and yields its pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from batiksim.calendar import DEFAULT_UNTIL, month_name
from batiksim.codes import Presence
from batiksim.config.parameters import WORLDS
from batiksim.errors import UsageError
from batiksim.futures.future import Cancelled, case_of, futures
from batiksim.futures.settings import shown
from batiksim.i18n.texts import text
from batiksim.scenario import Scenario

if TYPE_CHECKING:
    from batiksim.futures.pasts import Pasts

# A policy with many measures, and how many pieces of its future: header, people, key frame, sixteen months.
WARMING, PIECES_WARM = "recommendations", 5
# Who goes first: what somebody waits for, then what fills in by and by.
WISH, LATER = range(2)


class Job(Protocol):
    """What a worker carries out; it travels as a pickle."""

    rank: ClassVar[int]

    @property
    def lang(self) -> str:
        """The language of its sentences."""

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[Any]:
        """What comes of it, piece by piece; `cancelled` is asked every month."""


@dataclass(frozen=True)
class FutureJob:
    """The frames of one future, from month `since` to `until`."""

    scenario: Scenario
    world: str = WORLDS[0]
    seed: int = 1
    scale: float = 0.1
    since: int = 0
    until: int = 0
    lang: str = "en"
    rank: ClassVar[int] = WISH

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[bytes]:
        """The frames; see `futures`."""
        return futures(
            self.scenario, since=self.since, until=self.until, seed=self.seed, world=self.world,
            scale=self.scale, cancelled=cancelled, source=pasts,
        )  # fmt: skip


@dataclass(frozen=True)
class RowJob:
    """A question about a person or firm, by row, at the end of `month`; each kind has its `pieces`."""

    scenario: Scenario
    row: int
    month: int
    world: str
    seed: int
    scale: float
    lang: str
    rank: ClassVar[int] = WISH


class StoryJob(RowJob):
    """The life of the person in a row, up to the end of `month`, in sentences."""

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[dict[str, Any]]:
        """One piece: `{row, id, month, age, sex, place, stage, lines}`."""
        case, _ = case_of(self.scenario, self.world)
        there = pasts.before(case, self.month + 1, self.seed, self.scale, cancelled)
        if not 0 <= self.row < there.people.n or there.people.presence[self.row] == Presence.FUTURE:
            raise UsageError(text("app.futures.nobody", row=self.row))
        who = int(there.people.id[self.row])
        from batiksim.futures.pasts import go
        from batiksim.model.batik_model import BatikModel

        # Reasons are written down only of those who are watched from the start.
        model = BatikModel(case, seed=self.seed, scale=self.scale, until=DEFAULT_UNTIL, watch=[who])
        go(model, self.month + 1, cancelled)
        person = model.person(who)
        yield {
            "row": self.row,
            "id": who,
            "month": self.month,
            "age": int(person.age),
            "sex": person.sex,
            "place": model.places.id[person.place],
            "stage": person.stage,
            "lines": model.story_of(person, self.lang).splitlines(),
        }


class FirmJob(RowJob):
    """The figures of the firm in a row at the end of `month`."""

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[dict[str, Any]]:
        """One piece: what is known of the firm; money in IDR a month, the rate for a full month of a worker
        employed directly.
        """
        case, _ = case_of(self.scenario, self.world)
        model = pasts.before(case, self.month + 1, self.seed, self.scale, cancelled)
        owners, people = model.owners, model.people
        if not 0 <= self.row < owners.n:
            raise UsageError(text("app.futures.no_firm", row=self.row))
        firm = owners.view(self.row)
        staff = model.batik[people.employer[model.batik] == self.row]
        pay = people.pay[staff]
        yield {
            "row": self.row,
            "month": self.month,
            "open": bool(firm.open),
            "place": model.places.id[firm.place],
            "founded": month_name(int(firm.founded)),
            "owner_age": int(firm.age),
            "owner_row": int(firm.person) if firm.person >= 0 else None,
            "order_only": bool(firm.order_only),
            "online": bool(firm.online),
            "member": bool(firm.member),
            "staff": {"hand": int(firm.staff[0]), "stamp": int(firm.staff[1])},
            "through_brokers": int((people.tier[staff] > 0).sum()),
            "under_30": int((model.month + 1 - people.birth[staff] < 30 * 12).sum()),
            "mean_pay": float(pay.mean()) if staff.size else None,
            "income": float(firm.income),
            "capital": float(firm.capital),
            "debt": float(firm.debt),
        }


@dataclass(frozen=True)
class WarmJob:
    """Run a world up to the present and a policy some months on, so that futures begin at once: code is
    loaded, and the past is there.
    """

    world: str = WORLDS[0]
    lang: str = "en"
    rank: ClassVar[int] = LATER

    def pieces(self, pasts: Pasts, cancelled: Cancelled) -> Iterator[Any]:
        """No pieces."""
        show = shown()
        past, policy = (case_of(settings, self.world)[0] for settings in (Scenario.default(), WARMING))
        pasts.before(past, show.now, show.seed, show.scale, cancelled)
        begun = futures(policy, since=show.now, world=self.world, cancelled=cancelled, source=pasts)
        for _ in islice(begun, PIECES_WARM):
            pass
        yield from ()
