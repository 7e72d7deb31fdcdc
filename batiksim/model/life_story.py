"""One person's life as the model lived it, with the reasons for each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batiksim.agents.people import Person
from batiksim.calendar import month_name
from batiksim.codes import Stage, names
from batiksim.i18n.numbers import number
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel

OPTIONS = ("batik", "garment", "other", "seeking")


def tell(model: BatikModel, person: Person) -> str:
    """Her life in sentences, oldest first.

    Unless she was watched from the start, the same run is repeated up to the present month with an eye on
    her: seed and scenario make it exact. A model that was changed by hand says so.
    """
    if person.id in model.watched:
        return "\n".join(_lines(model, person))
    twin = type(model)(
        model.settings, seed=model.seed, scale=model.scale, until=model.until, skip=model.skip,
        watch=(person.id,), places=model.places,
    )  # fmt: skip
    if model.month >= 0:
        twin.run(month_name(model.month))
    lines = _lines(twin, twin.person(person.id))
    if twin.people.stage[person.row] != model.people.stage[person.row]:
        lines.append(text("story.changed"))
    return "\n".join(lines)


def _lines(model: BatikModel, person: Person) -> list[str]:
    entries = [entry for entry in model.diary if entry["id"] == person.id]
    entries = [entry for k, entry in enumerate(entries) if not _said_again(entry, entries[k + 1 :])]
    place = model.places.id[person.place]
    born = month_name(int(person.birth))
    opening = "story.born_parent" if person.parent else "story.born"
    lines = [text(opening, id=person.id, born=born, place=place, who=text(f"story.{person.sex}"))]
    lines += [_sentence(model, entry) for entry in entries if _worth_telling(entry)]
    stage = text(f"story.stage.{person.stage}")
    lines.append(text("story.now", month=month_name(model.month), age=f"{person.age:.0f}", stage=stage))
    return lines


def _said_again(entry: dict[str, Any], later: list[dict[str, Any]]) -> bool:
    """Leave out a stage that the same month only passes through, or says again with the job that begins."""
    if entry["event"] != "stage":
        return False
    same = [one["event"] for one in later if one["month"] == entry["month"]]
    return "stage" in same or (entry["stage"] == Stage.BATIK and "hired" in same)


def _worth_telling(entry: dict[str, Any]) -> bool:
    """Leave out months in which nothing but the present stage was on offer."""
    return entry["event"] != "choice" or sum(entry["available"]) > 1


def _moved(entry: dict[str, Any]) -> bool:
    return bool(entry["chosen"] != entry["present"])


def _sentence(model: BatikModel, entry: dict[str, Any]) -> str:
    month = month_name(entry["month"])
    if entry["event"] == "choice":
        return _choice(entry, month)
    if entry["event"] == "hired":
        place = model.places.id[model.owners.place[entry["owner"]]]
        tier = text(f"story.tier.{entry['tier']}")
        return text("story.hired", month=month, place=place, tier=tier, rate=_rupiah(entry["rate"]))
    if entry["event"] == "stage":
        stage = text(f"story.stage.{names(Stage)[entry['stage']]}")
        return text("story.becomes", month=month, stage=stage)
    return text(f"story.{entry['event']}", month=month)


def _choice(entry: dict[str, Any], month: str) -> str:
    """What was on offer, what each option was worth to her, and what she took."""
    offers = []
    for k, name in enumerate(OPTIONS):
        if entry["available"][k]:
            worth = entry["utility"][k] + entry["noise"][k]
            facts = {"pay": _rupiah(entry["pay"][k]), "worth": number(worth, 2)}
            facts["name"] = text(f"story.stage.{name}")
            if k < len(entry["share"]):
                share = number(100 * entry["share"][k])
                offers.append(text("story.option", share=share, **facts))
            else:  # of other work nobody knows who is in it
                offers.append(text("story.option_alone", **facts))
    took = entry["chosen"]
    taken = text(f"story.stage.{OPTIONS[took]}")
    verb = "story.wants" if _moved(entry) else "story.stays"
    gate, offer = (number(100 * entry[name]) for name in ("gate", "offer"))
    reasons = "; ".join(offers)
    return text(verb, month=month, offers=reasons, taken=taken, gate=gate, offer=offer)


def _rupiah(value: float) -> str:
    return f"Rp {number(round(value, -3))}"
