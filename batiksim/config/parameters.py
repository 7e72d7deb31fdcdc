"""Parameters: every number of the model, with its unit, range, role, source and value by date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batiksim.config import fields
from batiksim.config.dated_values import LAST, Span, Timeline, Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.yaml_file import Node, Source, read_file
from batiksim.errors import ParameterError
from batiksim.i18n.texts import language, suggestion, text

TYPES = ("number", "integer", "choice", "switch")
ROLES = ("fact", "fitted", "assumed", "driver", "switch")
CONFIDENCES = ("high", "medium", "low", "assumed")
REGIME = "choice.regime"
ORDERS_SHORT, HANDS_SHORT = WORLDS = ("orders-short", "hands-short")  # known facts cannot tell them apart
BETWEEN = "between"  # what a set of assumptions is that is clearly of neither
RENAMED = {"single": "orders-short"}  # regimes of older files and what they are called now
START = "start."  # the family that describes the first month; a later date could not do anything

_REQUIRED = ("label", "unit", "value", "role", "source", "confidence")
_OPTIONAL = ("range", "options", "type", "between", "prior", "regimes")
_FIRST_KNOT = "1900-01"
_MOST_KNOTS = 600


@dataclass(frozen=True)
class Parameter:
    """One number, choice or switch of the model.

    `timeline` is its shipped value by month; `bounds` (low, high) the allowed range of numbers, `options` the
    allowed words of a choice; `prior` what an uncertainty study samples: (low, high), or words of a choice;
    `regimes` its shipped value under other values of `choice.regime`.
    """

    name: str
    label: Mapping[str, str]
    unit: str
    type: str
    timeline: Timeline
    bounds: tuple[float, float] | None
    options: tuple[str, ...]
    prior: tuple[Value, ...] | None
    regimes: Mapping[str, Timeline]
    role: str
    source: Mapping[str, str]
    confidence: str

    @property
    def value(self) -> Value:
        """The shipped value in the first month."""
        return self.timeline.at(0)

    def series(self, months: int) -> NDArray[np.float64]:
        """Return the shipped value of each of the first `months` months; choices have none."""
        if self.type == "choice":
            raise ParameterError(text("parameter.no_series", name=self.name))
        return self.timeline.series(months)

    def shipped(self, regime: str | None) -> Timeline:
        """Return the shipped value by month under a value of `choice.regime`."""
        return self.timeline if regime is None else self.regimes.get(regime, self.timeline)

    @property
    def allowed(self) -> str:
        """What the value may be, as text: "0..0.6", "orders-short, hands-short" or "true, false"."""
        if self.bounds is not None:
            return fields.span(*self.bounds)
        return ", ".join(self.options or ("true", "false"))

    def read(self, node: Node) -> Value:
        """Return a value for this parameter from a scenario or parameter file; raises the node's error."""
        if self.type == "switch":
            return fields.switch(node, self.name)
        if self.type == "choice":
            if self.name == REGIME:
                node = replace(node, text=RENAMED.get(node.text, node.text))
            return fields.word(node, self.name, self.options)
        assert self.bounds is not None
        reader = fields.integer if self.type == "integer" else fields.number
        return reader(node, self.name, self.unit, self.bounds, about=self.label[language()])


def dated(
    node: Node, name: str, read: Callable[[Node], Value], first: str, most: int = _MOST_KNOTS
) -> list[tuple[int, int | None, Value]]:
    """Read values by date as (start, end or None, value): in order of time and not overlapping."""
    found: list[tuple[int, int | None, Value]] = []
    wrong = Mistakes()
    for key, value in node.entries[:most]:
        with wrong:
            if value.kind == "scalar" and not value.text:
                fields.check_split(node, key)
            start, end = fields.period(key, name, first)
            if found:
                earlier = found[-1][0] if found[-1][1] is None else found[-1][1]
                if start < found[-1][0]:
                    raise key.fail("dates.order", name=name, value=key.shown)
                if start <= earlier:
                    raise key.fail("dates.overlap", name=name, value=key.shown)
            found.append((start, end, read(value)))
    with wrong:
        for key, _ in node.entries[most:]:
            raise key.fail("field.too_many", name=name, count=len(node.entries), limit=most)
    wrong.tell()
    if not found:
        raise node.fail("dates.empty", name=name)
    return found


@cache
def load_parameters() -> Mapping[str, Parameter]:
    """Return every shipped parameter by its full name, sorted by name.

    Raises ParameterError with file and line if a shipped file is not sound.
    """
    found: dict[str, Parameter] = {}
    for file in sorted(_folder().glob("*.yaml")):
        found.update(read_family(file))
    for parameter in found.values():
        for regime in parameter.regimes:
            if REGIME not in found or regime not in found[REGIME].options:
                raise ParameterError(text("parameter.regime", None, name=parameter.name, regime=regime))
    return FrozenDict(sorted(found.items()))


def _folder() -> Path:
    return Path(__file__).resolve().parents[1] / "data" / "parameters"


def read_family(file: Path) -> dict[str, Parameter]:
    """Return the parameters of one file by full name; the file's stem is the family."""
    source = Source(
        file.name, ParameterError, max_bytes=1_000_000, max_nodes=50_000, quick=True, language="en"
    )
    root = read_file(file, source)
    found = {}
    for key, entry in fields.mapping(root, file.stem):
        name = f"{file.stem}.{key.text}"
        if not key.text.isidentifier() or not key.text.islower():
            raise key.fail("parameter.name", name=key.shown)
        found[name] = _parameter(name, entry)
    return found


def _parameter(name: str, entry: Node) -> Parameter:
    keys = {key.text: value for key, value in fields.mapping(entry, name)}
    fields.known_keys(entry, _REQUIRED + _OPTIONAL, name)
    for needed in _REQUIRED:
        if needed not in keys:
            raise entry.fail("field.missing", name=name, key=needed)
    kind = fields.word(keys["type"], f"{name}.type", TYPES) if "type" in keys else "number"
    shell = Parameter(
        name=name,
        label=fields.label(keys["label"], f"{name}.label"),
        unit=fields.line(keys["unit"], f"{name}.unit"),
        type=kind,
        timeline=Timeline(((0, 0.0),)),
        bounds=_bounds(name, kind, entry, keys),
        options=_options(name, kind, entry, keys),
        prior=None,
        regimes=FrozenDict(),
        role=fields.word(keys["role"], f"{name}.role", ROLES),
        source=fields.label(keys["source"], f"{name}.source", 2000),
        confidence=fields.word(keys["confidence"], f"{name}.confidence", CONFIDENCES),
    )
    return _with_values(shell, keys)


def _with_values(shell: Parameter, keys: Mapping[str, Node]) -> Parameter:
    """The parameter with its values, which are read by the rules of the shell."""
    linear = (
        "between" in keys and fields.word(keys["between"], f"{shell.name}.between", ("linear",)) == "linear"
    )
    prior = _prior(shell, keys["prior"]) if "prior" in keys else None
    regimes = fields.mapping(keys["regimes"], f"{shell.name}.regimes") if "regimes" in keys else ()
    return replace(
        shell,
        timeline=_timeline(shell, keys["value"], linear),
        prior=prior,
        regimes=FrozenDict({key.text: _timeline(shell, value, linear) for key, value in regimes}),
    )


def _bounds(name: str, kind: str, entry: Node, keys: Mapping[str, Node]) -> tuple[float, float] | None:
    if kind in ("choice", "switch"):
        return None
    if "range" not in keys:
        raise entry.fail("field.missing", name=name, key="range")
    return pair(keys["range"], f"{name}.range", lambda node: fields.number(node, f"{name}.range"))


def _options(name: str, kind: str, entry: Node, keys: Mapping[str, Node]) -> tuple[str, ...]:
    if kind != "choice":
        return ()
    if "options" not in keys:
        raise entry.fail("field.missing", name=name, key="options")
    return tuple(fields.line(item, f"{name}.options") for item in fields.items(keys["options"], name, 50))


def _prior(shell: Parameter, node: Node) -> tuple[Value, ...]:
    return uncertain(shell, node, f"{shell.name}.prior")


def uncertain(parameter: Parameter, node: Node, name: str) -> tuple[Value, ...]:
    """Return what a study samples: (low, high) of a number, or two or more words of a choice."""
    if parameter.type == "choice":
        words = tuple(parameter.read(item) for item in fields.items(node, name, len(parameter.options)))
        if len(set(words)) < max(2, len(words)):
            raise node.fail("uncertainty.words", name=name)
        return words
    if parameter.type == "switch":
        raise node.fail("uncertainty.switch", name=name)
    return pair(node, name, lambda item: float(parameter.read(item)))


def pair(node: Node, name: str, read: Callable[[Node], float]) -> tuple[float, float]:
    """Return (low, high) from a list of two numbers, the first below the second."""
    if len(node.items) == 4:
        raise node.fail("field.pair_commas", name=name)
    if node.kind != "list" or len(node.items) != 2:
        raise node.fail("field.pair", name=name, value=node.shown)
    low, high = read_each({end: partial(read, item) for end, item in enumerate(node.items)}).values()
    if not low < high:
        raise node.fail("field.pair_order", name=name, low=f"{low:.15g}", high=f"{high:.15g}")
    return low, high


def _timeline(shell: Parameter, node: Node, linear: bool) -> Timeline:
    """The shipped value by date; it must have a value from the first month on."""
    if node.kind != "mapping":
        return Timeline(((0, shell.read(node)),))
    entries = dated(node, shell.name, shell.read, _FIRST_KNOT)
    if any(end is not None for _, end, _ in entries):
        raise node.fail("parameter.closed", name=shell.name)
    if entries[0][0] > 0:
        raise node.fail("parameter.start", name=shell.name)
    return Timeline(tuple((start, value) for start, _, value in entries), linear)


def unknown_parameter(node: Node, known: Iterable[str]) -> Exception:
    """Return the error of a name that is no parameter."""
    return node.fail("parameter.unknown", name=node.shown, near=suggestion(node.text, known))


def spans(parameter: Parameter, below: Timeline, node: Node, origin: str) -> list[Span]:
    """Return what a scenario lays over `below`, the value its parent has.

    A single value holds throughout. A dated value holds to the end of its period, or, without one, until the
    next entry of the scenario or of its parent, whichever comes first.
    """
    if node.kind != "mapping":
        return [Span(0, LAST, parameter.read(node), origin)]
    if parameter.type == "choice":
        raise node.fail("parameter.choice_dated", name=parameter.name)
    if parameter.name.startswith(START):
        raise node.fail("parameter.start_dated", name=parameter.name, month=fields.FIRST_MONTH)
    entries = dated(node, parameter.name, parameter.read, fields.FIRST_MONTH)
    starts = [start for start, _, _ in entries[1:]] + [LAST + 1]
    return [
        Span(start, min(after, below.next_entry(start)) - 1 if end is None else end, value, origin)
        for (start, end, value), after in zip(entries, starts, strict=True)
    ]
