"""The month as an ordered list of steps: printable, and each one can be left out to see what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from batiksim.model.steps import (
    ageing,
    choices,
    craft,
    demand,
    firms,
    jobs,
    matching,
    observation,
    policy,
    production,
)
from batiksim.state.state import State


@dataclass(frozen=True)
class Step:
    """One step of a month: `function(state)`; a step that is not `optional` keeps the books and always
    runs.
    """

    name: str
    label: Mapping[str, str]
    function: Callable[[State], None]
    optional: bool = True


STEPS: tuple[Step, ...] = (
    Step(
        "policy",
        {"en": "Levers and programmes", "id": "Tuas kebijakan dan program"},
        policy.set_levers,
        optional=False,
    ),
    Step(
        "demand",
        {"en": "Orders, prices, minimum wage", "id": "Pesanan, harga, upah minimum"},
        demand.face_demand,
        optional=False,
    ),
    Step("separation", {"en": "Jobs end, layoffs", "id": "Pekerjaan berakhir, perumahan"}, jobs.separate),
    Step("pay", {"en": "Owners post pay", "id": "Juragan menawarkan upah"}, jobs.post_pay, optional=False),
    Step("posts", {"en": "Posts are opened", "id": "Lowongan dibuka"}, jobs.open_posts, optional=False),
    Step(
        "choice",
        {"en": "Interest, offers, choices", "id": "Minat, tawaran, pilihan"},
        choices.choose,
        optional=False,
    ),
    Step(
        "matching",
        {"en": "Applicants meet posts", "id": "Pelamar bertemu lowongan"},
        matching.match,
        optional=False,
    ),
    Step(
        "production",
        {"en": "Output, pay, account", "id": "Produksi, upah, pembukuan"},
        production.produce,
        optional=False,
    ),
    Step("skill", {"en": "Skill with masters", "id": "Keterampilan bersama empu"}, craft.practise),
    Step(
        "learning",
        {"en": "Social learning, committees", "id": "Pembelajaran sosial, pengurus klaster"},
        craft.learn,
    ),
    Step(
        "firms",
        {"en": "Money, closure, founding", "id": "Modal, tutup usaha, usaha baru"},
        firms.settle_firms,
    ),
    Step(
        "ageing",
        {"en": "Ageing, succession, entry", "id": "Penuaan, suksesi, angkatan baru"},
        ageing.grow_older,
    ),
    Step(
        "observation",
        {"en": "What everybody can see", "id": "Yang terlihat oleh semua orang"},
        observation.observe,
        optional=False,
    ),
)
