"""The page docs/data.md: every fact of batiksim/data/evidence.csv, and what the model makes of it."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from batiksim.config.parameters import load_parameters
from batiksim.data import rows
from batiksim.scenario.interventions import kinds

# What a fact is used for, in the order in which it is told, and what that means.
USES = {
    "fit": "a band that parameters may be chosen to meet",
    "check": "a band a run is held against, never fitted to",
    "number": "the value, the range or the prior of a parameter, or what a policy costs",
    "input": "a dated driver or a start: minimum wages, places, floods, Covid, factories, sizes of firms",
    "survey": "how exactly a survey would see something (`batiksim worth`)",
    "none": "found, and named by nothing in the model",
}
INPUTS = (
    "umk.csv", "places.csv", "places_national.csv", "floods.csv", "covid.csv", "factories.csv",
    "city_counts.csv", "firm_births.csv", "kauman_firm_sizes.csv", "owner_ages.csv", "stakeholders.csv",
)  # fmt: skip
SURVEY = "observable.csv"
TOPICS = {"labour": "Work and craft", "youth_policy": "Youth, school and policy"}
CONFIDENCES = ("high", "medium", "low", "unverified")

INTRO = """\
What is known is thin. {facts} figures were found for {keys} quantities, and {none} of the quantities are
named by nothing in the model. {fit} quantities stand behind the bands that parameters are fitted to and
{check} behind the checks; the model has {numbers} numbers. {assumed} of these are assumed, and {sourced}
name a figure below as their source or as what bounds them. Whether orders or hands are short, which decides
most, no figure tells ([worlds.md](worlds.md)).

A figure is given as its source has it. *Confidence* grades the source, not what the model makes of it;
unverified has no source that could be found. A source of the model names a figure by its key, so *use* is
that of a key: where a key has rows of several places or years, one of them may be what is used. How bands
follow from figures is in [the format](../batiksim/data/README.md#targets), what the model gives for each in
[reference/calibration.md](reference/calibration.md), every number in
[reference/parameters.md](reference/parameters.md).
"""


def keys_in(source: str, known: Iterable[str]) -> set[str]:
    """The keys of evidence that a source names: "kitb_workers_2025; share A" -> {"kitb_workers_2025"}."""
    return set(re.findall(r"[A-Za-z][\w.%<>=+-]*", source)) & set(known)


def uses() -> Mapping[str, frozenset[str]]:
    """What each key of evidence is used for, words of USES, in their order."""
    known = {row["key"] for row in rows("evidence.csv")}
    named = [(row["role"], row["source"]) for row in rows("targets.csv")]
    named += [("number", one.source["en"]) for one in load_parameters().values()]
    named += [("number", one.cost_source["en"]) for one in kinds().values()]
    named += [("input", row["source"]) for name in INPUTS for row in rows(name)]
    named += [("input", f"umk_{row['region']}") for row in rows("umk.csv")]  # its rows name addresses
    named += [("survey", row["source"]) for row in rows(SURVEY)]
    found: dict[str, set[str]] = defaultdict(set)
    for use, source in named:
        for key in keys_in(source, known):
            found[key].add(use)
    return {key: frozenset(found.get(key, {"none"})) for key in known}


def escaped(cell: str) -> str:
    """Text of a source as it is, whatever signs of Markdown or HTML are in it."""
    return re.sub(r"([\\`*_\[\]~])", r"\\\1", html.escape(cell, quote=False))


def linked(title: str, url: str) -> str:
    """A source as a link, or without an address as its title."""
    if not url.startswith(("https://", "http://")):
        return escaped(title) or "no source found"
    return f"[{escaped(title) or 'source'}]({quote(url, safe=':/?&=%#@+,;~!')})"


def kind(value: str) -> str:
    """What a value is: a number, several numbers (a range, a course, shares) or words."""
    if re.fullmatch(r"[+-]?[\d.,]+", value):
        return "a number"
    return "several numbers" if re.match(r"[+-]?\d[^A-Za-z]*$", value) else "words"


def told(use: Iterable[str]) -> str:
    """Uses of a key in their order; nothing for a key that is not used."""
    return ", ".join(name for name in USES if name in use and name != "none")


def data_page() -> str:
    """The whole page: what there is by use, confidence, kind and topic, then every figure."""
    from tools.build_docs import page, table

    facts, used = rows("evidence.csv"), uses()
    parts = [_intro(facts, used)]
    parts.append("## What it is used for\n\n" + table(("use", "what that is", "quantities"), _by_use(used)))
    by = Counter((row["topic"], row["confidence"]) for row in facts)
    counts = [(TOPICS[topic], *(str(by[topic, one]) for one in CONFIDENCES)) for topic in TOPICS]
    parts.append("## How sure, and of what kind\n\n" + table(("figures", *CONFIDENCES), counts))
    kinds_of = Counter((kind(row["value"]), row["topic"]) for row in facts)
    shown = [
        (name, *(str(kinds_of[name, topic]) for topic in TOPICS))
        for name in ("a number", "several numbers", "words")
    ]
    parts.append(table(("value", *TOPICS.values()), shown))
    parts.append("## Bands\n\n" + table(("role", "statistic", "bands", "with a sample size"), _bands()))
    parts.append(
        "## Numbers of the model\n\n"
        + table(("role", "numbers", "with a prior", "name a figure"), _numbers())
    )
    head = ("value", "what it is", "source", "use", "key")
    for topic, title in TOPICS.items():
        for is_used, words in ((True, "used"), (False, "not used")):
            some = [row for row in facts if row["topic"] == topic and bool(told(used[row["key"]])) == is_used]
            parts.append(
                f"## {title}: {words} ({len(some)})\n\n" + table(head, (_row(row, used) for row in some))
            )
    return page("Data", *parts)


def _intro(facts: Sequence[Mapping[str, str]], used: Mapping[str, frozenset[str]]) -> str:
    parameters = load_parameters().values()
    numbers = [one for one in parameters if one.role != "switch"]
    return INTRO.format(
        facts=len(facts), keys=len(used), none=_count(used, "none"), fit=_count(used, "fit"),
        check=_count(used, "check"), numbers=len(numbers),
        assumed=sum(one.role == "assumed" for one in numbers),
        sourced=sum(bool(keys_in(one.source["en"], used)) for one in numbers),
    )  # fmt: skip


def _count(used: Mapping[str, frozenset[str]], use: str) -> int:
    return sum(use in some for some in used.values())


def _by_use(used: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    return [(name, words, str(_count(used, name))) for name, words in USES.items()]


def _bands() -> list[tuple[str, ...]]:
    bands = rows("targets.csv")
    found = Counter((row["role"], row["statistic"]) for row in bands)
    sized = Counter((row["role"], row["statistic"]) for row in bands if row["n"])
    return [
        (role, f"`{name}`", str(n), str(sized[role, name]))
        for (role, name), n in sorted(found.items(), key=lambda item: (item[0][0] != "fit", item[0][1]))
    ]


def _numbers() -> list[tuple[str, ...]]:
    known = {row["key"] for row in rows("evidence.csv")}
    by_role: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in load_parameters().values():
        by_role[one.role].append((one.prior is not None, bool(keys_in(one.source["en"], known))))
    return [
        (role, str(len(some)), str(sum(prior for prior, _ in some)), str(sum(named for _, named in some)))
        for role, some in sorted(by_role.items())
    ]


def _row(row: Mapping[str, str], used: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    what, place, year = (escaped(row[name]) for name in ("definition", "place", "year"))
    source = f"{linked(row['source_title'], row['source_url'])} ({row['confidence']})"
    value = f"{escaped(row['value'])} {escaped(row['unit'])}".strip()
    about = what + ("" if not place and not year else f" ({', '.join(filter(None, (place, year)))})")
    return value, about, source, told(used[row["key"]]), f"`{row['key']}`"
