"""The mechanisms of the study: where each is, and the values of parameters at which it does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from batiksim.codes import COMPONENTS
from batiksim.config.dated_values import Value


@dataclass(frozen=True)
class Mechanism:
    """What it is, the module of its rule and its equation, and what switches it off."""

    what: str
    module: str
    equation: str
    off: Mapping[str, Value]

    @property
    def name(self) -> str:
        """Its name as a case of a design."""
        return f"without {self.what}"


_CHANNEL = {
    "information": "the gate to the trade",
    "skills": "speed of learning",
    "capital": "credit and founding",
    "bargaining": "the worker's share",
    "togetherness": "the bond with those who work in batik",
}

MECHANISMS = (
    *(
        Mechanism(
            f"learning of {name} ({_CHANNEL[name]})", "rules/social_learning.py", "E1",
            {f"learning.{name}": False},
        )
        for name in COMPONENTS
    ),
    Mechanism("empowerment", "rules/social_learning.py", "E1-e", {"learning.empowerment": False}),
    Mechanism("interest at fifteen", "rules/craft_skill.py", "E2", {"choice.interest": 0}),
    Mechanism("conformity", "rules/choice.py", "E3", {"choice.conformity": 0}),
    Mechanism("the image of old people's work", "rules/choice.py", "E3", {"choice.image": 0}),
    Mechanism("family and coworkers as a circle", "rules/choice.py", "E3", {"choice.circle_weight": 0}),
    Mechanism("seeking as an option", "rules/choice.py", "E3-s",
              {"choice.hoped_young": 0, "choice.hoped_adult": 0}),
    Mechanism("loss of other work by chance", "model/steps/jobs.py", "E3-s",
              {"other.loss_young": 0, "other.loss_adult": 0, "other.loss_older": 0}),
    Mechanism("talent", "rules/craft_skill.py", "E4-z", {"skill.least_talent": 1}),
    Mechanism("pay told to newcomers ahead", "rules/craft_skill.py", "E4-z", {"skill.horizon": 1}),
    Mechanism("fine cloth", "rules/orders.py", "E6-f", {"demand.fine_share": 0}),
    Mechanism("the premium of fine cloth", "rules/contracts.py", "E6-f", {"contracts.fine_premium": 0}),
    Mechanism("forgetting", "rules/craft_skill.py", "E4", {"skill.forgetting": 0}),
    Mechanism("brokers", "rules/contracts.py", "E5", {"contracts.surplus_cut": 0}),
    Mechanism("pay that answers to unfilled posts", "rules/contracts.py", "E5", {"contracts.scarcity": 0}),
    Mechanism("hand work paid by the piece", "rules/contracts.py", "E5", {"contracts.piece_hand": 0}),
    Mechanism("orders lost where posts stay open", "rules/orders.py", "E6-p", {"demand.loss": 0}),
    Mechanism("the price of demand", "rules/orders.py", "E6-d",
              {"demand.price_elasticity": 0, "demand.pass_through": 0}),
    Mechanism("the trend of orders", "rules/orders.py", "E6", {"demand.trend": 0}),
    Mechanism("printed imitation", "rules/orders.py", "E6", {"demand.imitation": 0}),
    Mechanism("online sales", "model/steps/firms.py", "E6", {"online.adoption": 0}),
    Mechanism("matching in blocks", "rules/matching.py", "E6-m", {"matching.block": 0}),
    Mechanism("recall of who was laid off", "kernels/matching.py", "E7-r", {"lifecycle.recall_months": 0}),
    Mechanism("founding of firms", "rules/lifecycle.py", "E7-f", {"firms.founding": 0}),
    Mechanism("founding by the empowered", "rules/lifecycle.py", "E7-f", {"firms.founding_empowerment": 0}),
    Mechanism("renewal of committees", "model/steps/craft.py", "E1", {"committee.recruitment": 0}),
    Mechanism("Covid", "world/drivers.py", "E6", {"covid.drop": 0}),
    Mechanism("floods", "world/drivers.py", "E6", {"flood.severity": 0}),
)  # fmt: skip
