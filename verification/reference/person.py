"""Person: her stages and jobs, what she earns, practises and hears; what she chooses is in `chooser.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.reference.chooser import Chooser
from verification.reference.codes import (
    BATIK,
    CAPITAL,
    CASUAL_WORKERS,
    COMPONENTS,
    DIRECT,
    DIRECT_WORKERS,
    FUTURE,
    GARMENT,
    HAND,
    HOME,
    JUNIOR,
    NO_TIER,
    OTHER,
    OWNER,
    SCHOOL,
    SEEKING,
    SKILLS,
    TWO_TIER,
    YEAR,
    YOUTH,
)
from verification.reference.policy import taught_in_courses

if TYPE_CHECKING:
    from verification.reference.market import Post
    from verification.reference.model import ReferenceModel
    from verification.reference.owner import Owner
    from verification.reference.place import Place


class Person(Chooser):
    """One person, from before fifteen until retirement or, outside batik, until thirty-five."""

    def __init__(
        self, model: ReferenceModel, id: int, place: Place, *, birth: int, sex: int, group: int
    ) -> None:
        super().__init__(model)
        self.id = id
        self.place = place
        self.birth = birth
        self.sex = sex
        self.group = group
        self.parent = False  # a parent in batik
        self.interest: bool | None = None  # z, set at fifteen
        self.presence = FUTURE
        self.stage = SCHOOL
        self.schooling = JUNIOR
        self.leaves_school = 0
        self.retires = 0
        self.talent = 1.0  # share of the ceiling of her place that she can attain
        self.skill = 0.0
        self.practice = 0  # months worked in batik
        self.employer: Owner | None = None
        self.tier = NO_TIER
        self.hired = -1
        self.search = 0  # months of searching
        self.laid_off_by: Owner | None = None  # the firm that may call her back
        self.laid_off = 0  # month it laid her off, or last lacked orders after
        self.firms_founded = 0
        self.rate = 0.0  # IDR for a full month in her batik job
        self.pay = 0.0  # IDR earned in batik this month
        self.certified = -1  # last month her certificate is valid
        self.premium = 0.0  # part by which it raises her pay
        self.attended = 0  # month after her last course began
        self.lessons = [0] * len(COMPONENTS)  # month in which a course in each component ends
        self.lesson_months = 0  # months that her last course in skills lasts
        self.learning = [0.0] * len(COMPONENTS)
        self.heard = self.learning
        self.peers: list[Person | None] = []
        self.kin: Person | None = None
        self.links: list[Person] = []  # peers and kin who are or will be simulated
        self.factory_luck = model.trait("garment.pay")[id]
        self.choice: int | None = None

    # Changes of state

    def enter_stage(self, stage: int) -> None:
        """Move to a stage and count who enters and who leaves batik; jobs are settled by the caller."""
        flows = self.place.flows
        if stage == BATIK and self.stage != BATIK:
            flows["entrants"] += 1
            flows["entrants_under_30"] += self.age < 30 * YEAR
        elif stage != BATIK and self.stage == BATIK:
            flows["exits"] += 1
        self.stage = stage
        self.search = 0

    def end_job(self) -> None:
        """Leave the employer, if there is one; the stage is settled by the caller."""
        if self.employer is not None:
            self.employer.staff[self.group].remove(self)
        self.employer = None
        self.tier = NO_TIER
        self.rate = 0.0
        self.search = 0

    def leave_trade(self) -> None:
        """Give batik up: the young seek other work, the others turn to it or to the home."""
        if self.age < 35 * YEAR:
            self.end_job()
            self.enter_stage(SEEKING)
            self.model.note("seeks after batik")
        else:
            self.take_other_work()

    def take_other_work(self) -> None:
        """Turn to other work, or to the home for a former hand worker of 35 and more."""
        self.end_job()
        stays_home = self.group == HAND and self.age >= 35 * YEAR and self.practice > 0
        self.enter_stage(HOME if stays_home else OTHER)
        self.model.note("to the home" if stays_home else "to other work")

    def waits_for_recall(self) -> bool:
        """Whether the firm that laid her off may still call her back (E7)."""
        months = self.model.now["lifecycle.recall_months"]
        if self.laid_off_by is None or not self.laid_off_by.open:
            return False
        if self.laid_off_by.is_slack(self.group):  # the months begin when its orders are back
            self.laid_off = max(self.laid_off, self.model.month - 1)
            self.model.note("waits for orders")
        free = self.stage in (SEEKING, OTHER, HOME) or self.is_searching
        self.model.note("laid off, at work elsewhere", not free)
        return free and self.model.month - self.laid_off <= months

    def start_job(self, post: Post) -> None:
        """Begin in batik; a novice starts with what she saw at home."""
        if self.stage != BATIK:
            self.model.note("return to batik" if self.practice else "first batik job")
            self.enter_stage(BATIK)
        self.employer, self.tier, self.hired, self.search = post.owner, post.tier, self.model.month, 0
        if self.tier == TWO_TIER:
            self.model.note("two-tier contract")
        post.owner.staff[self.group].append(self)
        if post.owner.place is not self.place:
            self.model.note("job in a nearby place")
        self.model.note("novice with a parent in batik", self.practice == 0 and self.parent)
        self.skill = self.skill_at_entry()

    def leave(self, presence: int) -> None:
        """Stop being followed; those linked to her remember her as she was last."""
        self.presence = presence
        self.model.people.remove(self)

    # Step 2: jobs end

    def search_on(self) -> None:
        """Another month of search; after six she gives up the trade (E7)."""
        self.search += 1
        if self.search >= self.model.now["lifecycle.search_months"]:
            self.model.note("gives up the search")
            self.leave_trade()

    def loses_work(self) -> bool:
        """Whether a young person's work outside batik ends this month by chance (E3-s)."""
        now = self.model.now
        if self.stage not in (OTHER, GARMENT) or self.age >= 35 * YEAR:
            return False
        if self.stage == GARMENT:
            hazard = now["garment.loss"]
        else:
            hazard = now["other.loss_young"] if self.age < 25 * YEAR else now["other.loss_adult"]
        return self.model.uniform("loss")[self.id] < hazard

    def separates(self, employer: Owner) -> bool:
        """Whether her job ends this month by chance (E7)."""
        now = self.model.now
        small = employer.size < now["firms.small"]
        hazard = now["lifecycle.separation_small"] if small else now["lifecycle.separation_large"]
        ends = self.model.uniform("separation")[self.id] < hazard
        self.model.note("separation, small firm" if small else "separation, large firm", ends)
        return ends

    def let_go(self) -> None:
        """Lose a job; the firm remembers whom to call back (E7-r)."""
        self.laid_off_by, self.laid_off = self.employer, self.model.month
        self.end_job()

    def empowerment(self) -> float:
        """As much as she has of information and of two other components (E1-e)."""
        if not self.model.now["learning.empowerment"]:
            return 0.0
        information, *others = self.learning
        return min(information, sorted(others)[-2])

    def win_direct_contract(self) -> None:
        """Leave her broker, by chance, for a contract with her employer (E1-e)."""
        chance = self.model.now["learning.empowerment_contract"] * self.empowerment()
        if self.tier > DIRECT and self.model.uniform("empowerment.contract")[self.id] < chance:
            self.tier = DIRECT
            self.model.note("direct contract won")

    def worth(self, employer: Owner) -> float:
        """What a month of hers is worth, in months of plain cloth at the reference skill (E5, E6-f)."""
        return self.model.output(self.skill) * (1.0 + self.fine_premium(employer))

    def fine_premium(self, employer: Owner) -> float:
        """The part by which fine cloth raises the surplus of her work: of masters in hand work (E6-f)."""
        return employer.place.fine_premium if self.group == HAND and self.is_master() else 0.0

    def set_rate(self, employer: Owner) -> None:
        """Pay of a full month from the owner's posted rate and what her work is worth beside the others' (E5,
        E6-f).
        """
        relative = self.worth(employer) / employer.mean_worth[self.group]
        self.rate = employer.rate[self.group][self.tier] * relative ** self.model.piece(self.group)
        if self.certified >= self.model.month:
            # The rise comes out of the owner's part, so it ends where her work pays for itself.
            kept = (1.0 - employer.place.surplus_cut()) ** self.tier
            most = kept * employer.surplus[self.group] * self.worth(employer)
            self.rate = max(self.rate, min(self.rate * (1.0 + self.premium), most))

    # Step 5: choice

    def act(self) -> None:
        """Do what she decided: other work begins at once, batik and factories ask for an application."""
        model = self.model
        if self.stage == SCHOOL:
            self.enter_stage(SEEKING)
        elif self.stage == SEEKING:
            self.search += 1
        if self.choice == BATIK:
            model.market.apply(self)
        elif self.choice == GARMENT:
            model.factories.queue.append(self)
        elif self.choice == OTHER:
            self.take_other_work()
            stays = model.uniform("recall")[self.id] >= model.now["lifecycle.recall_accept"]
            if self.laid_off_by is not None and stays:
                self.laid_off_by = None  # nor does she wait to be called back (E7-r)
                model.note("waits no more")

    # Step 8: skill

    def is_master(self) -> bool:
        """Skilled enough, and long enough at it (E4)."""
        now = self.model.now
        return self.skill >= now["skill.master"] and self.practice >= now["skill.master_years"] * YEAR

    def learns_more_in_a_course(self) -> None:
        """A course in skills in force raises what she can attain (E4)."""
        model, skills = self.model, self.learning[SKILLS]
        if self.lessons[SKILLS] > model.month:
            model.note("talent raised by a course", skills > 0.0)
            self.talent += (
                model.now["skill.course_talent"] / self.lesson_months * skills * (1.0 - self.talent)
            )

    def practise(self) -> None:
        """Gain skill at work as far as masters have time; forget it elsewhere (E4).

        Pupils and owners neither gain nor forget.
        """
        now = self.model.now
        if self.stage in (OWNER, SCHOOL):
            return
        if self.employer is None:
            self.skill -= now["skill.forgetting"] * self.skill
            return
        missing = self.attainable() - self.skill
        if missing < 0.0:
            self.model.note("skill above the attainable")
        speed = self.place.learning_speed(self.group, self.learning[SKILLS]) * self.place.master_time
        self.skill += speed * max(missing, 0.0)
        self.practice += 1

    # Step 9: social learning

    def audience(self) -> int:
        """Which programmes can reach her."""
        if self.stage != BATIK:
            return YOUTH
        return CASUAL_WORKERS if self.tier > 0 else DIRECT_WORKERS

    def hear(self) -> None:
        """Components after this month: pulled by peers and kin, employer and place, and taught (E1)."""
        now, place = self.model.now, self.place
        total = now["learning.weight_place"]
        pull = [total * value for value in place.mean_learning]
        peers = [other.learning for other in self.links if other.presence != FUTURE]
        if peers:
            weight = now["learning.weight_peers"]
            total += weight
            each = weight / len(peers)
            for d, values in enumerate(zip(*peers, strict=True)):
                pull[d] += each * sum(values)
        if self.employer is not None:
            weight = now["learning.weight_employer"]
            total += weight
            for d in COMPONENTS:
                pull[d] += weight * self.employer.learning[d]
        openness, speed = now["learning.openness"], now["learning.speed"]
        taught = place.taught[self.audience()]
        if any(self.lessons):
            taught = taught_in_courses(self, taught)
        self.heard = []
        for d in COMPONENTS:
            aim = openness * pull[d] / total + (1.0 - openness) * taught[d]
            self.heard.append(self.learning[d] + speed * (aim - self.learning[d]))

    def adopt(self) -> None:
        """Take on what she heard, when everybody has heard."""
        self.learning = self.heard

    # Step 10: founding

    def founds_a_firm(self) -> bool:
        """Whether a master of an age to dare founds a firm this month (E7-f)."""
        now, invited = self.model.now, self.model.policies.invitation(self)
        if not now["firms.founder_least_age"] * YEAR <= self.age <= now["firms.founder_most_age"] * YEAR:
            return False
        if not self.is_master():
            return False
        if invited:
            self.model.note("founding with help")
        daring = 1.0 + now["firms.founding_empowerment"] * self.empowerment()
        a_year = now["firms.founding"] * self.learning[CAPITAL] * daring * self.model.market.profit()
        a_month = 1.0 - (1.0 - min(max(a_year, 0.0), 1.0)) ** (1.0 / YEAR)
        return self.model.uniform("founding")[self.id] < a_month + invited
