"""Codes of the columns of agents, and the groups they name: numbers and words, nothing to compute with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Codes(type):
    """Kind of classes that name the codes of a column; iterating gives the codes in order.

    The codes are plain whole numbers, because numpy compares arrays with those four times as fast as with the
    members of an `IntEnum`, and a month does so more than a hundred times.
    """

    def __init__(cls, *made: Any) -> None:
        super().__init__(*made)
        cls._codes = sorted(value for value in vars(cls).values() if isinstance(value, int))

    def __iter__(cls) -> Iterator[int]:
        return iter(cls._codes)

    def __len__(cls) -> int:
        return len(cls._codes)


class Stage(metaclass=Codes):
    """What a person does now; `OWNER` is a person who founded a firm."""

    SCHOOL = 0
    SEEKING = 1
    BATIK = 2
    GARMENT = 3
    OTHER = 4
    HOME = 5
    OWNER = 6
    RETIRED = 7


class Presence(metaclass=Codes):
    """Whether a person is followed one by one: not before 15, and not after 35 unless ever in batik."""

    FUTURE = 0
    SIMULATED = 1
    SETTLED = 2
    GONE = 3


class Group(metaclass=Codes):
    """Task groups: hand work (tulis, colet; mostly women) and stamping, dyeing, finishing (mostly men)."""

    HAND = 0
    STAMP = 1


class Sex(metaclass=Codes):
    """Sexes as the sources count them."""

    WOMAN = 0
    MAN = 1


class Schooling(metaclass=Codes):
    """The school a person leaves for work: junior, senior or vocational, tertiary."""

    JUNIOR = 0
    SENIOR = 1
    TERTIARY = 2


class Tier(metaclass=Codes):
    """Brokers between owner and worker in the putting-out chain."""

    NONE = -1
    DIRECT = 0
    BROKER = 1
    TWO_TIER = 2


COMPONENTS = ("information", "skills", "capital", "bargaining", "togetherness")
STAKEHOLDERS = ("craft", "government", "private", "finance", "academia", "associations")
# Whom programmes address, each with its own reach (E1).
AUDIENCES = ("youth", "direct", "casual", "owners", "members")
# Whom a measure can be limited to; a kind takes some of these. Words of one line widen the circle, words of
# different lines narrow it: [casual, women] are women among the casual workers.
STANDINGS = (
    "workers",
    "direct",
    "casual",
    "members",
    "apprentices",
    "masters",
    "owners",
    "youth",
    "seekers",
    "school_leavers",
)
SEXES = {"women": Sex.WOMAN, "men": Sex.MAN}
TASKS = {"hand": Group.HAND, "stamp": Group.STAMP}
WHO = (*STANDINGS, *SEXES, *TASKS)
# What a measure can be kept from (`without`); batiksim.interventions.ablation does it.
CHANNELS = (
    *COMPONENTS,
    *("surplus_cut", "tiers", "bargaining_share", "wage_floor", "certificate", "committee", "exposure"),
    *("skill", "orders", "transfer", "image", "materials", "online", "price", "credit", "founding", "flood"),
)
ENTRY_MONTHS = 15 * 12
SETTLING_MONTHS = 35 * 12
# Birth month of the oldest who are not yet 35 when the model begins, in January 2011 (month 0).
OLDEST = 1 - SETTLING_MONTHS
ADULT_MONTHS = 25 * 12
# Whoever is younger counts as young: under thirty.
YOUNG_MONTHS = 30 * 12
LINKS = 9
PEERS = 8


def names(kind: Codes) -> tuple[str, ...]:
    """Lower-case names of the codes from 0 on, in order."""
    named = {code: name for name, code in vars(kind).items() if isinstance(code, int)}
    return tuple(named[code].lower() for code in kind if code >= 0)


# What is summed for each task group and sex, in the order of `recording_sums.pay_sums`, and for each payer.
TASK_PAY = ("pay_hand_women", "pay_hand_men", "pay_stamp_women", "pay_stamp_men")
COSTS = tuple(f"cost_{group}" for group in STAKEHOLDERS)
# Income group -> measure. Workers earn where they live, everyone else where the firm stands.
INCOMES: Mapping[str, str] = {
    **{name.removeprefix("pay_"): name for name in TASK_PAY},
    "brokers": "broker",
    "owners": "owner",
    "traders": "trader",
    "garment_workers": "garment_pay",
    "materials": "materials",
    "support": "support",
}
PAYERS: Mapping[str, str] = dict(zip(STAKEHOLDERS, COSTS, strict=True))
PUBLIC = ("government", "academia")
