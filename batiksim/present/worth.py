"""What more knowledge is worth, in plain words: what to ask next, and what that would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from batiksim.i18n.numbers import number, percent
from batiksim.i18n.texts import language, text
from batiksim.present.names import area, joined, regime, title, when
from batiksim.present.numbers import change as changed
from batiksim.present.numbers import known, probability, quantity, rupiah
from batiksim.present.sensitivity import called
from batiksim.recording.indicators import load_indicators
from batiksim.studies.sensitivity import TRUSTED
from batiksim.studies.study.sets import EFFECT, LEVEL
from batiksim.studies.worth import EVERY, Answer, Worth
from batiksim.studies.worth.choices import SAME_COST
from batiksim.studies.worth.facts import NEW

TWO, THREE = 2, 3  # assumptions and facts that a paragraph names
_SEPARATOR = " - "


def what(found: Worth, answer: Answer) -> str:
    """What an answer is about: the indicator, whose, when."""
    about = {
        "label": load_indicators()[found.indicator].label[language()],
        "scenario": title(found.study, answer.scenario),
        "month": when(answer.month),
    }
    if answer.of == LEVEL:
        return text("sensitivity.level_of", **about)
    if answer.of == EFFECT:
        return text("sensitivity.effect_of", **about)
    return text(f"worth.{answer.of}_of", other=title(found.study, answer.other), **about)


def named(row: Mapping[str, Any]) -> str:
    """A fact by the label of its indicator, its place and its year."""
    labels = [load_indicators()[name].label[language()] for name in row["fact_indicator"].split(_SEPARATOR)]
    label = labels[0] if len(labels) == 1 else text("worth.fact.less", one=labels[0], other=labels[1])
    if row["statistic"] != "mean":
        label = text(f"worth.fact.{row['statistic']}", label=label)
    if row["place"] != EVERY:
        label = f"{label}, {area(row['place'])}"
    return f"{label}, {row['fact_month'][:4]}"


def whom(row: Mapping[str, Any]) -> str:
    """Who is asked and how many, or that the fact is in the list of evidence."""
    if row["role"] != NEW:
        return text("worth.listed")
    return text("worth.ask", who=text(f"worth.asked.{row['asked']}"), n=number(int(row["n"])))


def paragraph(found: Worth, answer: Answer) -> str:
    """What would narrow an answer, which assumptions move it, and what that is worth for the choice."""
    unit = load_indicators()[found.indicator].unit
    level = answer.of == LEVEL
    said = [
        text(
            "worth.over", what=what(found, answer), sets=number(answer.sets),
            mean=quantity(answer.expected, unit) if level else changed(answer.expected, unit),
            doubt=quantity(answer.doubt, unit), luck=percent(1.0 - answer.not_luck),
        )
    ]  # fmt: skip
    if found.world != EVERY:
        said.insert(0, text("worth.in_world", world=regime(found.world)))
    said.append(facts(answer))
    if level or answer.of == EFFECT:
        said.append(movers(found, answer))
    if known(answer.perfect):
        said.append(choice(found, answer))
    return " ".join(said)


def facts(answer: Answer) -> str:
    """Which facts would narrow an answer most, or that none is told from chance."""
    if answer.doubt == 0.0:
        return text("worth.only_luck")
    shown = answer.shown.head(THREE).to_dict("records")
    count = number(len(answer.facts))
    if not shown:
        if not len(answer.facts):
            return text("worth.no_facts")
        least = float(answer.facts["chance"].min())
        return text("worth.none", count=count, chance=probability(least))
    parts = [
        text("worth.fact", name=named(row), whom=whom(row), share=percent(row["share"]),
             error=percent(row["share_error"]))
        for row in shown
    ]  # fmt: skip
    return text("worth.most", names=joined(parts), count=count)


def movers(found: Worth, answer: Answer) -> str:
    """The two assumptions that move an answer most, or why none is named."""
    moved = answer.assumptions
    if moved is None:
        command = 'python -m pip install "batiksim[bench]"'
        return text("worth.movers.missing", command=command)
    if not moved.trusted or moved.table.empty:
        if not known(moved.score):
            return text("worth.movers.still")
        about = {"score": number(moved.score, 2), "least": number(TRUSTED, 1)}
        return text("worth.movers.untrusted", **about)
    unit = load_indicators()[found.indicator].unit
    parts = [
        text("worth.mover", name=called(row["parameter"]), total=percent(min(row["total"], 1.0)),
             change=changed(row["change"], unit))
        for row in moved.table.head(TWO).to_dict("records")
    ]  # fmt: skip
    key = "worth.movers" if len(parts) == TWO else "worth.movers.one"
    return text(key, names=joined(parts), score=number(moved.score, 2))


def two(found: Worth, answer: Answer) -> tuple[str, str]:
    """What is better as things are known, and what it is better than: titles of two scenarios."""
    down = load_indicators()[found.indicator].better == "down"
    first = (answer.expected < 0.0) if down else (answer.expected > 0.0)
    names = [title(found.study, name) for name in (answer.scenario, answer.other or found.study.baseline)]
    return (names[0], names[1]) if first else (names[1], names[0])


def best(answer: Answer) -> dict[str, Any] | None:
    """The fact told from chance that is worth most for the choice; None where none is worth anything."""
    some = answer.shown.sort_values("worth", ascending=False, kind="stable").head(1).to_dict("records")
    return dict(some[0]) if some and some[0]["worth"] > 0.0 else None


def choice(found: Worth, answer: Answer) -> str:
    """Which of two is better as things are known, and what it would be worth to know more."""
    unit = load_indicators()[found.indicator].unit
    better, worse = two(found, answer)
    about = {
        "better": better, "worse": worse, "size": quantity(abs(answer.expected), unit),
        "perfect": quantity(answer.perfect, unit), "error": quantity(answer.perfect_error, unit),
    }  # fmt: skip
    said = [text("worth.budget", budget=rupiah(answer.budget))] if answer.of == SAME_COST else []
    said.append(text("worth.choice", **about))
    if about["perfect"].strip("0.,") == "":
        return " ".join([*said, text("worth.choice.firm")])
    said.append(text("worth.choice.perfect", **about))
    if (row := best(answer)) is None:
        return " ".join([*said, text("worth.choice.none")])
    size = {"worth": quantity(row["worth"], unit), "error": quantity(row["worth_error"], unit)}
    return " ".join([*said, text("worth.choice.fact", name=named(row), **size)])


def left_out(found: Worth) -> str:
    """How many facts could not be read, and why; nothing where all could."""
    if not found.left_out:
        return ""
    reasons: dict[str, list[str]] = {}
    for name, why in found.left_out.items():
        reasons.setdefault(why, []).append(name)
    parts = [
        text("worth.left_out.part", count=number(len(names)), why=text(f"worth.left_out.{why}"))
        for why, names in reasons.items()
    ]
    return text("worth.left_out", parts="; ".join(parts))
