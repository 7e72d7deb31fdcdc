"""What the labour market remembers from one month to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Market:
    """Memory of the market from one month to the next; (places, groups) at the scale of the run.

    People called back take some of the posts `posted` this month, the `vacancies` go to the market; what is
    not `filled` is left as `open_posts`. `block` (places,) is the block of places, of about `block_size`,
    in which people look for posts; `within_reach` counts the vacancies of that block, and `first_post` is
    the number of the first of them in this month's list. `costs` (pay and brokers) and `base_output` (at
    prices without pass-through) hold the last twelve months, (12, places); `usual_cost_share` is their
    ratio in 2012 and `price_ratio` what is passed on, (places,). `small_firms` holds what owners of a
    founder's size and workers earned in those months, (12, 2), and `usual_return` the ratio of the two in
    the first year. `fine_premium` (places,) is the part by which fine cloth raises the surplus of a master
    in hand work. `cut` (places,) is the share of the surplus that a broker keeps this month, `outside` the
    outside option. `worked` (places,) are the full months of work of the last month.
    """

    vacancies: Floats
    applicants: Floats
    posted: Floats
    filled: Floats
    open_posts: Floats
    unfilled_share: Floats
    posted_rate: Floats
    output: Floats
    worked: Floats
    materials_used: Floats
    fine_premium: Floats
    cut: Floats
    outside: Floats
    costs: Floats
    base_output: Floats
    usual_cost_share: Floats
    small_firms: Floats
    price_ratio: Floats
    demand_start: Floats
    materials: Floats
    level: Floats
    load: Floats
    block: Ints
    within_reach: Ints
    first_post: Ints
    post_owner: Ints
    post_group: Ints
    post_tier: Ints
    batik_applicants: Ints
    late_applicants: Ints
    garment_queue: Ints
    usual_return: float = 0.0
    block_size: int = 0
    garment_jobs_start: float = 0.0
    garment_posts: float = 0.0
    garment_applicants: float = 1.0

    @classmethod
    def empty(cls, places: int) -> Market:
        """A market before its first month: orders undiminished, nothing posted."""
        # Shared on purpose: each step replaces these as a whole, none is changed in place.
        cells, nobody = np.zeros((places, 2)), np.zeros(0, dtype=np.int64)
        return cls(
            vacancies=cells, applicants=cells, posted=cells, filled=cells, open_posts=cells,
            unfilled_share=cells, posted_rate=cells, demand_start=cells,
            output=np.zeros(places), worked=np.zeros(places),
            materials_used=np.zeros(places), fine_premium=np.zeros(places),
            cut=np.zeros(places), outside=cells,
            costs=np.zeros((12, places)), base_output=np.zeros((12, places)),
            usual_cost_share=np.full(places, np.nan), price_ratio=np.ones(places),
            small_firms=np.zeros((12, 2)),
            materials=cells, level=np.ones((places, 2)), load=np.zeros((0, 2)),
            block=np.arange(places), within_reach=np.zeros((places, 2), dtype=np.int64),
            first_post=np.zeros((places, 2), dtype=np.int64), post_owner=nobody, post_group=nobody,
            post_tier=nobody, batik_applicants=nobody, late_applicants=nobody, garment_queue=nobody,
        )  # fmt: skip
