"""January 2011, copied person by person from the model that is to be checked: only what follows is the
reference's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verification.reference.chooser import PEERS
from verification.reference.codes import FUTURE, SIMULATED
from verification.reference.owner import Owner
from verification.reference.person import Person

if TYPE_CHECKING:
    from batiksim.agents.columns import Table
    from batiksim.model.batik_model import BatikModel
    from verification.reference.model import ReferenceModel

PERSON_NUMBERS = (
    *("presence", "stage", "schooling", "leaves_school", "retires", "talent", "skill", "practice", "tier"),
    *("hired", "search", "rate", "pay", "learning"),
)
OWNER_NUMBERS = (
    *("birth", "retires", "weight", "orders", "wanted", "offset", "target", "surplus", "mean_worth"),
    *("rate", "capital", "income", "wage_bill", "idle_months", "poor_months", "learning"),
)
OWNER_SWITCHES = ("order_only", "online", "member", "interest", "open")


def rows(table: Table[Any], *names: str) -> list[dict[str, Any]]:
    """The rows of a table as plain Python numbers, lists for columns of several."""
    columns = {name: getattr(table, name).tolist() for name in names}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def copy_owners(model: ReferenceModel, core: BatikModel) -> list[Owner]:
    """The owners of January 2011, in the order of their rows."""
    owners = []
    for facts in rows(core.owners, "id", "place", *OWNER_NUMBERS, *OWNER_SWITCHES):
        owner = Owner(model, facts["id"], model.places[facts["place"]])
        for name in OWNER_NUMBERS:
            setattr(owner, name, facts[name])
        for name in OWNER_SWITCHES:
            setattr(owner, name, bool(facts[name]))
        owners.append(owner)
    return owners


def copy_people(model: ReferenceModel, core: BatikModel, owners: list[Owner]) -> list[Person]:
    """Everybody, also those who will turn fifteen later, in the order of their rows; then their links."""
    people = []
    facts_of = ("id", "place", "birth", "sex", "group", "parent", "interest", "employer", "peers")
    known = rows(core.people, *facts_of, *PERSON_NUMBERS)
    for facts in known:
        place = model.places[facts["place"]]
        person = Person(
            model, facts["id"], place, birth=facts["birth"], sex=facts["sex"], group=facts["group"]
        )
        for name in PERSON_NUMBERS:
            setattr(person, name, facts[name])
        person.parent = bool(facts["parent"])
        person.interest = None if facts["interest"] < 0 else bool(facts["interest"])
        if facts["employer"] >= 0:
            person.employer = owners[facts["employer"]]
            person.employer.staff[person.group].append(person)
        people.append(person)
    for person, facts in zip(people, known, strict=True):
        linked = [people[row] if row >= 0 else None for row in facts["peers"]]
        person.peers, person.kin = linked[:PEERS], linked[PEERS]
        person.links = [other for other in linked if other is not None]
    return people


def populate(model: ReferenceModel, core: BatikModel) -> None:
    """Owners and people of January 2011, and the cohorts that will be followed from fifteen on."""
    for owner in copy_owners(model, core):
        model.enter_register(owner)
    for person in copy_people(model, core, model.registered):
        model.register[person.id] = person
        if person.presence == SIMULATED:
            model.people.add(person)
        elif person.presence == FUTURE:
            model.cohorts[person.birth].append(person)
