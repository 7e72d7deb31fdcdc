"""Firm: orders, prices, layoffs, pay, posts and output of one owner (E5, E6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from verification.reference.codes import BROKER, DIRECT, GROUPS, HAND, STAMP, TWO_TIER
from verification.reference.market import Post

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.person import Person
    from verification.reference.place import Place

TIERS = (DIRECT, BROKER, TWO_TIER)
POST_ID = 1024


class Firm(mesa.Agent):
    """The firm of an owner; lists of two are by task group, `rate` and `viable` by task group and tier."""

    def __init__(self, model: ReferenceModel, id: int, place: Place) -> None:
        super().__init__(model)
        self.id = id
        self.place = place
        self.registered = -1  # month of founding for those founded after the start
        self.open = True
        self.order_only = False
        self.online = False
        self.member = False
        self.complier = model.trait("owner.complier")[id]
        self.weight = [0.0, 0.0]
        self.orders = [0.0, 0.0]
        self.wanted = [0.0, 0.0]
        self.offset = [model.trait(f"owner.offset.{group}")[id] for group in GROUPS]
        self.staff: tuple[list[Person], list[Person]] = ([], [])
        self.target = [0, 0]
        self.surplus = [0.0, 0.0]
        self.passed_on = [0.0, 0.0]  # part of it by which costs raised the price
        self.design = 0.0  # part by which new designs raise the price
        self.design_until = 0
        self.mean_worth = [1.0, 1.0]
        self.rate = [[0.0] * 3, [0.0] * 3]
        self.viable = [[False] * 3, [False] * 3]
        self.load = [0.0, 0.0]
        self.days = [0.0, 0.0]
        self.income = 0.0
        self.wage_bill = 0.0

    @property
    def size(self) -> int:
        """Workers employed."""
        return len(self.staff[HAND]) + len(self.staff[STAMP])

    # Step 1: orders and prices

    def market_weight(self, group: int) -> float:
        """Size times how far it reaches into the market (E6)."""
        now = self.model.now
        reach = now["demand.order_only_access"] if self.order_only else 1.0
        if self.online:
            reach *= 1.0 + now["online.reach"]
        return self.weight[group] * reach

    def receive_orders(self, group: int, orders: float) -> None:
        """Take this month's orders, which the staff wanted follows; season and shocks make the month's load
        (E6).
        """
        self.orders[group] = orders
        self.wanted[group] += (orders - self.wanted[group]) / self.model.now["demand.adjustment_months"]
        self.load[group] = orders * self.model.shock

    def set_price(self) -> None:
        """Surplus P - M of a unit: less for order-only owners, more for own markets and online sales (E5)."""
        now = self.model.now
        kind = now["contracts.order_only_margin"] if self.order_only else now["contracts.own_market_margin"]
        if self.online:
            kind *= 1.0 + now["online.price"]
        kind *= 1.0 + self.fresh_design()
        for group in GROUPS:
            self.passed_on[group] = self.place.passed_on[group] * kind
            self.surplus[group] = self.place.margin[group] * kind + self.passed_on[group]

    def fresh_design(self) -> float:
        """Part by which designs that are still new raise the price (E5)."""
        return self.design if self.design_until > self.model.month else 0.0

    # Steps 2 to 4: layoffs, pay, posts

    def room(self, group: int) -> int:
        """The largest staff that this month's orders can give the least days (E6)."""
        return math.ceil(self.load[group] / self.model.now["demand.days_least"] - 1e-9)

    def is_slack(self, group: int) -> bool:
        """Whether the month's orders do not keep busy the staff that it wants (E7)."""
        return math.floor(self.wanted[group] + self.offset[group]) > self.room(group)

    def lay_off(self) -> None:
        """Lay off whom the firm cannot give the least days: brokered workers first, then direct ones (E6)."""
        lots = self.model.uniform("layoff")
        for group in GROUPS:
            excess = len(self.staff[group]) - self.room(group)
            if excess > 0:
                queue = sorted(self.staff[group], key=lambda worker: (-worker.tier, lots[worker.id]))
                for worker in queue[:excess]:
                    self.model.note("layoff, brokered" if worker.tier > 0 else "layoff, direct")
                    worker.let_go()

    def post_pay(self) -> None:
        """Post one rate per task group and tier; jobs that do not pay for themselves end (E5)."""
        now, place = self.model.now, self.place
        share, kept = place.worker_share(), 1.0 - place.surplus_cut()
        floor = now["wage.floor"] if self.complier < place.compliance() else 0.0
        for group in GROUPS:
            staff = self.staff[group]
            if staff:
                self.mean_worth[group] = sum(worker.worth(self) for worker in staff) / len(staff)
            surplus = self.surplus[group] * self.mean_worth[group]
            outside = place.outside_option(group)
            scarcity = now["contracts.scarcity"] * place.unfilled_share[group]
            for tier in TIERS:
                left = kept**tier * surplus
                bargained = outside + share * (left - outside)
                minimum = place.umk * self.model.hours(group)
                least = max(floor, self.model.policies.obeyed_floor(self, tier)) * minimum
                pay = max(bargained + scarcity * (left - bargained), least)
                pay = self.model.policies.deterred_pay(self, tier, pay, minimum)
                self.rate[group][tier] = pay
                self.viable[group][tier] = left >= pay
            for worker in [worker for worker in staff if not self.viable[group][worker.tier]]:
                self.model.note("job ended because it does not pay")
                worker.end_job()

    def open_posts(self) -> list[Post]:
        """Open all missing posts, only where the job pays for itself (E5, E6)."""
        now, lots = self.model.now, self.model.uniform("post.tier")
        brokered = min(max(now["contracts.brokered"] + self.place.lever["brokered"], 0.0), 1.0)
        two_tier = min(max(now["contracts.two_tier"] + self.place.lever["two_tier"], 0.0), 1.0)
        if self.online:
            brokered *= 1.0 - now["online.direct"]
        posts = []
        for group in GROUPS:
            self.target[group] = math.floor(self.wanted[group] + self.offset[group])
            gap = min(self.target[group], self.room(group)) - len(self.staff[group])
            for serial in range(gap):
                lot = lots[self.id * POST_ID + group * (POST_ID // 2) + serial]
                tier = (lot < brokered) + (lot < brokered * two_tier)
                if self.viable[group][tier]:
                    posts.append(Post(self, group, tier))
                else:
                    self.model.note("post not opened because it does not pay")
        return posts

    def call_back(self, posts: list[Post], on_call: list[Person]) -> list[Post]:
        """Give posts to those who wait for it since months before, by lot. Returns what is left (E7)."""
        model = self.model
        order = model.uniform("recall.order")
        for group in GROUPS:
            queue = [one for one in on_call if one.group == group and one.laid_off < model.month]
            queue.sort(key=lambda person: order[person.id])
            offered = [post for post in posts if post.group == group]
            while queue and offered:
                person = queue.pop(0)
                person.laid_off_by = None
                post = offered.pop(0)
                posts = [one for one in posts if one is not post]
                person.start_job(post)
                person.set_rate(post.owner)
                model.note("recalled")
                person.place.flows["recalled"] += 1
                self.place.recalled[group] += 1
        return posts

    # Step 7: output and who is paid what of it

    def work(self) -> None:
        """Share of full days that each task group works: the month's load against staff, less floods (E6)."""
        now = self.model.now
        for group in GROUPS:
            staff = len(self.staff[group])
            days = self.load[group] / staff if staff else 1.0
            self.model.note("slack month", days < now["demand.days_least"])
            self.model.note("overtime month", days > now["demand.days_most"])
            days = min(max(days, now["demand.days_least"]), now["demand.days_most"])
            self.days[group] = days * self.place.dry_share()

    def produce(self) -> None:
        """Pay every job for the days worked and share its value along the chain, to the rupiah (E5)."""
        now, book = self.model.now, self.place.flows
        kept_share, markup = 1.0 - self.place.surplus_cut(), now["contracts.trade_markup"]
        direct_share = self.direct_sales()
        self.income = self.wage_bill = 0.0
        for group in GROUPS:
            for worker in self.staff[group]:
                better = 1.0 + worker.fine_premium(self)
                price = self.place.materials[group] + self.surplus[group] * better
                quantity = self.model.output(worker.skill) * self.days[group]
                materials = self.place.materials[group] * quantity
                surplus = self.surplus[group] * better * quantity
                left = kept_share**worker.tier * surplus
                worker.pay = worker.rate * self.days[group]
                broker, owner, trade = surplus - left, left - worker.pay, price * markup * quantity
                parts = materials + worker.pay + broker + owner + trade
                assert math.isclose(parts, price * (1.0 + markup) * quantity, rel_tol=1e-9), "money lost"
                self.income += owner + direct_share * trade
                self.wage_bill += worker.pay
                book["materials"] += materials
                book["worker"] += worker.pay
                book["broker"] += broker
                book["owner"] += owner + direct_share * trade
                book["trader"] += (1.0 - direct_share) * trade
                book["output"] += price * quantity
                book["base_output"] += (price - self.passed_on[group] * better) * quantity
                book["brokered_cut"] += broker
                book["brokered_gross"] += worker.pay + broker if worker.tier > 0 else 0.0
                book["days_worked"] += self.days[group]
                book["days_full"] += 1
        if self.open and self.size < now["firms.small"]:
            self.income += now["firms.own_labour"] * self.surplus[STAMP]

    def direct_sales(self) -> float:
        """Share of output sold directly, for which the owner also receives the trader's part (E5)."""
        now = self.model.now
        if self.order_only:
            return 0.0
        share = now["contracts.direct_sales"] + (now["online.direct_sales"] if self.online else 0.0)
        return min(max(share, 0.0), 1.0)
