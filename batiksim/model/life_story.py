"""One person's life as the model lived it, with the reasons for each choice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from batiksim.agents.people import Person
from batiksim.calendar import month_name
from batiksim.codes import Stage, names
from batiksim.i18n.numbers import number
from batiksim.i18n.texts import text
from batiksim.model.steps.choices import TERMS
from batiksim.state.diary import Entry

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel

OPTIONS = ("batik", "garment", "other", "seeking")
SEEKING = OPTIONS.index("seeking")
BEGINS = {"hired", "recalled"}  # how a batik job begins
LONG_MONTHS = 24  # a stay in batik of which the story says whether anything else was weighed


def tell(model: BatikModel, person: Person) -> str:
    """Her life in sentences, oldest first.

    Unless she was watched from the start, the same run is repeated up to the present month with an eye on
    her: seed and scenario make it exact. A model that was changed by hand says so.
    """
    if person.id in model.watched and model.diary.since < 0:
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
    place = model.places.id[person.place]
    born = month_name(int(person.birth))
    opening = "story.born_parent" if person.parent else "story.born"
    interest = text(f"story.interest.{int(person.interest)}")
    who = text(f"story.{person.sex}")
    lines = [text(opening, id=person.id, born=born, place=place, who=who, interest=interest)]
    lines += _told(model, model.diary.of(person.id))
    stage = text(f"story.stage.{person.stage}")
    lines.append(text("story.now", month=month_name(model.month), age=f"{person.age:.0f}", stage=stage))
    return lines


def _told(model: BatikModel, entries: list[Entry]) -> Iterator[str]:
    """The sentences of a diary: months of seeking on in one, and after a long stay in batik what was weighed
    in it.
    """
    spell: list[Entry] = []
    since = None  # the month from which she is in batik
    for seeks, some in groupby(entries, key=_seeks_on):
        if seeks:
            refused = [entry for entry in some if sum(entry["available"]) > 1]
            if refused:
                yield _seeking(refused)
            continue
        for entry in (group := list(some)):
            leaves = entry["event"] in ("stage", "settled") and entry.get("stage") != Stage.BATIK
            if leaves and since is not None:
                yield from _stay(since, entry["month"], spell)
                since, spell = None, []
            if entry["event"] in BEGINS or (entry["event"] == "begins" and entry["stage"] == Stage.BATIK):
                since = max(entry["month"], 0) if since is None else since
            spell.append(entry)
            same = [one for one in group if one["month"] == entry["month"]]
            if _worth_telling(entry) and not _said_again(entry, same):
                yield _sentence(model, entry, same)
    if since is not None:
        yield from _stay(since, model.month, spell)


def _seeks_on(entry: Entry) -> bool:
    return entry["event"] == "choice" and entry["chosen"] == entry["present"] == SEEKING


def _said_again(entry: Entry, same: list[Entry]) -> bool:
    """Leave out what the `same` month only passes through, or says with a choice or a job, too."""
    events = [one["event"] for one in same]
    if entry["event"] == "job_ends":
        return "stage" in events or not BEGINS.isdisjoint(events)
    if entry["event"] != "stage":
        return False
    last = [one for one in same if one["event"] == "stage"][-1]
    told = any(one["event"] == "choice" and _succeeds(one, same) for one in same)
    return entry is not last or told or not BEGINS.isdisjoint(events) or "work_ends" in events


def _succeeds(choice: Entry, same: list[Entry]) -> bool:
    """Whether somebody who wanted something else than she has got it in the same month."""
    stages = [one["stage"] for one in same if one["event"] == "stage"]
    wanted = {0: (Stage.BATIK,), 1: (Stage.GARMENT,), 2: (Stage.OTHER, Stage.HOME), SEEKING: ()}
    moves = choice["chosen"] != choice["present"]
    return moves and any(stage in stages for stage in wanted[choice["chosen"]])


def _worth_telling(entry: Entry) -> bool:
    """Leave out months in which nothing but the present stage was on offer, and school at the start."""
    if entry["event"] == "choice":
        return sum(entry["available"]) > 1
    return entry["event"] != "begins" or entry["stage"] != Stage.SCHOOL


def _stay(since: int, until: int, spell: list[Entry]) -> Iterator[str]:
    """How often somebody who was long in batik thought again, and how often something else was on offer."""
    if until - since < LONG_MONTHS:
        return
    choices = [one for one in spell if one["event"] == "choice" and one["stage"] == Stage.BATIK]
    offered = sum(sum(one["available"]) > 1 for one in choices)
    about = {"first": month_name(since), "last": month_name(until)}
    key = "story.stay.never" if not choices else "story.stay.offered" if offered else "story.stay.nothing"
    yield text(key, times=len(choices), offered=offered, **about)


def _sentence(model: BatikModel, entry: Entry, same: list[Entry]) -> str:
    month = month_name(max(entry["month"], 0))
    if entry["event"] == "choice":
        return _choice(entry, month, same)
    if entry["event"] in BEGINS:
        place = model.places.id[model.owners.place[entry["owner"]]]
        tier = text(f"story.tier.{entry['tier']}")
        changes = any(one["event"] == "job_ends" for one in same)
        key = "story.changes" if changes and entry["event"] == "hired" else f"story.{entry['event']}"
        return text(key, month=month, place=place, tier=tier, rate=_rupiah(entry["rate"]))
    if entry["event"] in ("stage", "begins"):
        if entry["event"] == "begins" and entry["stage"] == Stage.BATIK:
            key = "story.begins_employed" if entry["rate"] > 0.0 else "story.begins_between"
            return text(key, month=month, rate=_rupiah(entry["rate"]))
        stage = text(f"story.stage.{names(Stage)[entry['stage']]}")
        return text("story.becomes", month=month, stage=stage)
    return text(f"story.{entry['event']}", month=month)


# Choices


def _choice(entry: Entry, month: str, same: list[Entry]) -> str:
    """What was on offer, what she took, and why where it pays less."""
    took = entry["chosen"]
    offers = _list([_option(entry, k) for k in range(SEEKING) if entry["available"][k]], "story.or")
    taken = text(f"story.work.{OPTIONS[took]}")
    if took == entry["present"]:
        return text("story.stays", month=month, offers=offers, taken=taken, why=_why(entry))
    key = "story.takes" if _succeeds(entry, same) else "story.in_vain"
    return text(key, month=month, offers=offers, taken=taken, why=_why(entry))


def _option(entry: Entry, k: int) -> str:
    about = {"name": text(f"story.work.{OPTIONS[k]}"), "pay": _rupiah(entry["pay"][k])}
    if OPTIONS[k] == "batik" and entry["hours"] < 1.0:
        return text("story.option_hours", hours=number(100 * entry["hours"]), **about)
    return text("story.option", **about)


def _seeking(refused: list[Entry]) -> str:
    """Months of seeking on, in which offers were refused."""
    last = refused[-1]
    best = max(refused, key=lambda entry: entry["pay"][_rival(entry)])
    about = {"first": month_name(refused[0]["month"]), "last": month_name(last["month"])}
    about |= {"hope": _rupiah(best["pay"][SEEKING]), "offer": _option(best, _rival(best))}
    if best["pay"][SEEKING] >= best["pay"][_rival(best)]:
        key = "story.seeks_once" if len(refused) == 1 else "story.seeks"
        return text(key, times=len(refused), **about)
    key = "story.seeks_less_once" if len(refused) == 1 else "story.seeks_less"
    return text(key, times=len(refused), reasons=_list(_reasons(best), "story.and"), **about)


def _rival(entry: Entry) -> int:
    """The best paid of what she did not take; of seeking counts what she hoped for."""
    return max(
        (k for k in range(len(OPTIONS)) if entry["available"][k] and k != entry["chosen"]),
        key=lambda k: entry["pay"][k],
    )


def _why(entry: Entry) -> str:
    """Why she took it: because it pays more, or what decided although something else pays more."""
    rival, took = _rival(entry), entry["chosen"]
    if entry["pay"][took] >= entry["pay"][rival]:
        return text("story.why.more")
    reasons = _list(_reasons(entry), "story.and")
    if rival == SEEKING:
        return text("story.why.hoped", pay=_rupiah(entry["pay"][rival]), reasons=reasons)
    return text("story.why.less", rival=text(f"story.work.{OPTIONS[rival]}"), reasons=reasons)


def _reasons(entry: Entry) -> list[str]:
    """What outweighed the better pay of the rival: the largest advantages that together do so."""
    return [_reason(entry, term) for term in deciding(entry)]


def deciding(entry: Entry) -> list[str]:
    """The terms that decided for what was taken against what pays best, the largest first.

    Beside those of utility: "luck", the taste of the month; "experiment" where the model was asked to accept
    an offer that she had refused.
    """
    took, rival = entry["chosen"], _rival(entry)
    worth = [value + luck for value, luck in zip(entry["utility"], entry["noise"], strict=True)]
    if any(worth[k] > worth[took] for k in range(len(OPTIONS)) if entry["available"][k]):
        return ["experiment"]
    ours, theirs = entry["terms"][took], entry["terms"][rival]
    gains = {name: ours[k] - theirs[k] for k, name in enumerate(TERMS)}
    needed = -gains.pop("pay")
    gains["luck"] = entry["noise"][took] - entry["noise"][rival]
    found: list[str] = []
    for name in sorted(gains, key=lambda name: -gains[name]):
        if found and (needed <= 0.0 or gains[name] <= 0.0):
            break
        found.append(name)
        needed -= gains[name]
    return found


def _reason(entry: Entry, term: str) -> str:
    took, rival = OPTIONS[entry["chosen"]], OPTIONS[_rival(entry)]
    if term == "company":
        share = number(100 * entry["share"][entry["chosen"]])
        return text("story.reason.company", share=share, name=text(f"story.work.{took}"))
    if term == "advantages":
        k = entry["chosen"]
        speaks_for = k < 2 and entry["terms"][k][TERMS.index(term)] > 0.0
        name = text(f"story.work.{took if speaks_for else rival}")
        return text(f"story.reason.advantages_{'for' if speaks_for else 'against'}", name=name)
    return text(f"story.reason.{term}")


def _list(parts: list[str], joint: str) -> str:
    """One, two or more parts as a phrase."""
    if len(parts) == 1:
        return parts[0]
    return text(joint, first=", ".join(parts[:-1]), last=parts[-1])


def _rupiah(value: float) -> str:
    return f"Rp {number(round(value, -3))}"
