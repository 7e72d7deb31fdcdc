"""Scenario: a frozen set of differences from one parent, with dated values and named interventions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from os import PathLike, fspath
from os.path import isfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.config.consistency import broken
from batiksim.config.dated_values import Span, Timeline, Value
from batiksim.config.fields import label
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes
from batiksim.config.parameters import REGIME, Parameter, load_parameters, spans
from batiksim.config.yaml_file import Node, Source, as_node, read_file, read_text
from batiksim.errors import ParameterError, ScenarioError
from batiksim.i18n.texts import LANGUAGES, language, shown, suggestion, text
from batiksim.scenario.budgets import Budget as Budget
from batiksim.scenario.budgets import drawn
from batiksim.scenario.drafting import draft
from batiksim.scenario.explaining import explain
from batiksim.scenario.file import Draft, moved, read_draft, read_interventions, read_parameters
from batiksim.scenario.interventions import Intervention
from batiksim.scenario.json_schema import schema as schema
from batiksim.scenario.shipped import library, no_scenario, resolve
from batiksim.scenario.targets import Target as Target
from batiksim.scenario.targets import moved as move_targets
from batiksim.scenario.targets import read as read_targets
from batiksim.scenario.targets import renewed
from batiksim.scenario.writing import write
from batiksim.world.places import CHOICE as PLACES
from batiksim.world.places import PEKALONGAN

BASELINE = "baseline"
LONGEST_CHAIN = 8


@dataclass(frozen=True, repr=False)
class Scenario:
    """What is different from the shipped parameters, and which interventions there are.

    A value object: equal content has one `hash`, and nothing can be changed after it is made. `spans` are the
    values laid over the shipped ones, those of the ancestors included, as are `interventions`, `uncertainty`,
    the `budgets` that interventions share and the `targets` that results are held against. A value the
    scenario sets comes before its parent's, then the regime's, then the default.
    """

    stem: str = BASELINE
    title: Mapping[str, str] = field(default_factory=lambda: FrozenDict(dict.fromkeys(LANGUAGES, "Baseline")))
    why: Mapping[str, str] = field(default_factory=FrozenDict)
    parent: Scenario | None = None
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=FrozenDict)
    interventions: tuple[Intervention, ...] = ()
    uncertainty: Mapping[str, tuple[Value, ...]] = field(default_factory=FrozenDict)
    budgets: Mapping[str, Budget] = field(default_factory=FrozenDict)
    targets: tuple[Target, ...] = ()

    @classmethod
    def load(cls, path: str | PathLike[str], stem: str | None = None) -> Scenario:
        """Return the scenario of a file, or of the shipped library when given a bare name.

        `stem` is what it is called, by default as its file. Raises ScenarioError with file, line and column;
        further mistakes of the file are its `others`.
        """
        name = fspath(path)
        if name in library() and not isfile(name):
            return _from_file(library()[name], ())
        if not isfile(name):
            raise no_scenario(name)
        return _from_file(Path(name), (), stem)

    @classmethod
    def parse(cls, content: str, stem: str = "scenario") -> Scenario:
        """Return the scenario a YAML text describes; it can extend the library only."""
        return _from_tree(read_text(content, Source()), stem, None, ())

    @classmethod
    def of(cls, settings: Settings | None) -> Scenario:
        """Return the scenario somebody means: one, its name or file, or what a file holds as a mapping.

        None is the baseline. A mapping goes through the reader of files; it is called like its title.
        Raises ScenarioError as `load` does, and for anything else.
        """
        if settings is None:
            return cls.default()
        if isinstance(settings, Scenario):
            return settings
        if isinstance(settings, Mapping):
            return _from_tree(as_node(settings), "", None, ())
        if isinstance(settings, str | PathLike):
            return cls.load(settings)
        raise ScenarioError(text("scenario.type", type=type(settings).__name__))

    @classmethod
    def default(cls) -> Scenario:
        """Return the baseline."""
        return cls.load(BASELINE) if BASELINE in library() else cls()

    def but(self, changes: Mapping[str, Any], title: str | None = None) -> Scenario:
        """Return this scenario with other parameters: name -> value, or name -> {date: value}.

        Values are in the parameter's unit, or text with a unit ("24 months"). Raises ScenarioError.
        """
        stem = _stem(title or "")
        node, wrong = as_node(changes), Mistakes()
        spans = _lay(self, read_parameters(node, wrong), stem, wrong)
        wrong.tell()
        return replace(
            self,
            stem=stem or self.stem,
            title=label(as_node(title), "title") if title else self.title,
            why=FrozenDict() if title else self.why,
            parent=self,
            spans=spans,
            interventions=moved(self.interventions, _places(spans), node),
            targets=move_targets(self.targets, _places(spans), node),
        )

    def with_intervention(
        self, kind: str, *, since: str, until: str | None = None, **options: Any
    ) -> Scenario:
        """Return this scenario with one more intervention, from month `since` to `until` (default: the last).

        `options` are what the kind takes in a scenario file, read by the same rules: `where="jenggot"`,
        `coverage=0.6`, `budget="2 billion IDR/year"`. Raises ScenarioError.
        """
        for month, name in (("from", "since"), ("to", "until")):
            if month in options:
                raise ScenarioError(text("intervention.month", key=month, name=name))
        body = {"from": since, **({} if until is None else {"to": until}), **options}
        added = read_interventions(as_node([{kind: body}]), self.stem, self.places, self.budgets)
        return replace(self, parent=self, interventions=self.interventions + added)

    @cached_property
    def regime(self) -> str | None:
        """The value of `choice.regime`, which decides between shipped values."""
        return _regime(self.spans)

    @cached_property
    def places(self) -> str:
        """The set of places that is simulated, the value of `start.places`."""
        return _places(self.spans)

    def timeline(self, name: str) -> Timeline:
        """Return the value of a parameter by month. Raises ParameterError for an unknown name."""
        if name not in self._timelines:
            self._timelines[name] = _timeline(_parameter(name), self.spans, self.regime)
        return self._timelines[name]

    @cached_property
    def _timelines(self) -> dict[str, Timeline]:
        return {}  # filled as they are asked for

    def value(self, name: str, month: int | None = None) -> Any:
        """Return the value of a parameter in a month (0 = January 2011), or the one it always has.

        Raises ScenarioError if no month is given and the value changes: such a parameter is read once.
        """
        timeline = self.timeline(name)
        if month is not None:
            return timeline.at(month)
        if not timeline.constant:
            raise ScenarioError(text("scenario.not_constant", name=name))
        return timeline.at(0)

    def series(self, name: str, months: int) -> NDArray[np.float64]:
        """Return the value of a parameter in each of the first `months` months."""
        if _parameter(name).type == "choice":
            raise ParameterError(text("parameter.no_series", name=name))
        return self.timeline(name).series(months)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that can change a result: values by month, interventions, uncertainty."""
        content: dict[str, Any] = {
            "parameters": {name: self.timeline(name).runs() for name in load_parameters()},
            "interventions": [_plain(measure) for measure in self.interventions],
            "uncertainty": dict(self.uncertainty),
        }
        if shared := {name: vars(one) for name, one in drawn(self.interventions, self.budgets)}:
            content["budgets"] = shared
        written = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def explain(self, lang: str | None = None) -> str:
        """Return what differs from the shipped parameters, with units, sources and whose numbers they are."""
        return explain(self, self.parent.stem if self.parent else None, language(lang))

    def to_yaml(self) -> str:
        """Return a scenario file that needs no parent; loading it gives the same `hash`."""
        return write(self)

    def draft(self, name: str, lang: str | None = None) -> str:
        """Return the text of a new scenario file that is the same in effect, with comments for its author.

        It extends the baseline of its set of places, so that deleting a line gives that baseline's number.
        """
        return draft(name, self, self.places if self.places in library() else BASELINE, language(lang))

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.stem}: {len(self.spans)} parameters, {len(self.interventions)} interventions>"
        )

    def __reduce__(self) -> tuple[type[Scenario], tuple[Any, ...]]:
        return Scenario, tuple(getattr(self, item.name) for item in fields(self))  # without what is cached


# What the scenario of a model, a run or a comparison can be given as; see `Scenario.of`.
Settings = Scenario | str | PathLike[str] | Mapping[str, Any]


def several(settings: Settings | Iterable[Settings] | None) -> list[Scenario]:
    """Return the scenarios that are meant where one or several can be given; None is none."""
    if settings is None:
        return []
    if isinstance(settings, Iterable) and not isinstance(settings, str | Mapping):
        return [Scenario.of(one) for one in settings]
    return [Scenario.of(settings)]


def _stem(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _plain(measure: Intervention) -> dict[str, Any]:
    content = {key: value for key, value in vars(measure).items() if key != "origin"}
    return {key: value for key, value in content.items() if key not in _UNSAID or value not in ((), None)}


_UNSAID = ("every", "without", "unit_cost")  # keys that are no part of a scenario that says nothing of them


def _parameter(name: str) -> Parameter:
    known = load_parameters()
    if name not in known:
        raise ParameterError(text("parameter.unknown", name=name, near=suggestion(name, known)))
    return known[name]


def _regime(spans: Mapping[str, tuple[Span, ...]]) -> str | None:
    parameter = load_parameters().get(REGIME)
    return None if parameter is None else str(_timeline(parameter, spans, None).at(0))


def _places(spans: Mapping[str, tuple[Span, ...]]) -> str:
    parameter = load_parameters().get(PLACES)
    return PEKALONGAN if parameter is None else str(_timeline(parameter, spans, None).at(0))


def _timeline(parameter: Parameter, laid: Mapping[str, tuple[Span, ...]], regime: str | None) -> Timeline:
    return parameter.shipped(regime).under(laid.get(parameter.name, ()))


def _lay(
    parent: Scenario | None, changes: tuple[tuple[Parameter, Node], ...], origin: str, wrong: Mistakes
) -> Mapping[str, tuple[Span, ...]]:
    """The parent's spans with the changes on top; the regime first, because dates are read against it."""
    laid = dict(parent.spans) if parent else {}
    for parameter, node in sorted(changes, key=lambda change: change[0].name != REGIME):
        below = _timeline(parameter, laid, _regime(laid))
        with wrong:
            laid[parameter.name] = below.under(spans(parameter, below, node, origin)).spans
    written = {parameter.name: node for parameter, node in changes}
    regime = _regime(laid)
    for found in broken(lambda name: _timeline(_parameter(name), laid, regime), written):
        with wrong:  # told where the file says one of them
            where = next(name for name in (*reversed(found.rule.names), REGIME) if name in written)
            raise written[where].fail("consistency.broken", **found.about)
    return FrozenDict(sorted(laid.items()))


def _from_file(path: Path, chain: tuple[Path, ...], stem: str | None = None) -> Scenario:
    tree = read_file(path, Source(shown(str(path), 300)))
    return _from_tree(tree, stem or path.stem, path, chain)


def _from_tree(tree: Node, stem: str, own: Path | None, chain: tuple[Path, ...]) -> Scenario:
    wrong = Mistakes()
    draft = read_draft(tree, wrong)
    stem = stem or _stem((draft.title or {}).get("en", "")) or "scenario"
    parent = None
    with wrong:
        parent = _parent(draft, own, chain)
    spans = _lay(parent, draft.parameters, stem, wrong)
    places = _places(spans)
    interventions: tuple[Intervention, ...] = ()
    with wrong:
        interventions = moved(parent.interventions, places, draft.extends or tree) if parent else ()
    budgets = FrozenDict({**(parent.budgets if parent else {}), **draft.budgets})
    with wrong:
        interventions += read_interventions(draft.interventions, stem, places, budgets)
    targets: tuple[Target, ...] = ()
    with wrong:
        targets = move_targets(parent.targets, places, draft.extends or tree) if parent else ()
    with wrong:
        targets = renewed(targets, read_targets(draft.target, places))
    wrong.tell()
    return Scenario(
        stem=stem,
        title=draft.title or FrozenDict(dict.fromkeys(LANGUAGES, stem)),
        why=draft.why,
        parent=parent,
        spans=spans,
        interventions=interventions,
        uncertainty=FrozenDict({**(parent.uncertainty if parent else {}), **draft.uncertainty}),
        budgets=budgets,
        targets=targets,
    )


def _parent(draft: Draft, own: Path | None, chain: tuple[Path, ...]) -> Scenario | None:
    if draft.extends is None:
        return None
    path = resolve(draft.extends, own)
    chain = (*chain, *([own.resolve()] if own else []))
    if path.resolve() in chain:
        raise draft.extends.fail(
            "extends.circle", chain=" -> ".join([*(file.stem for file in chain), path.stem])
        )
    if len(chain) >= LONGEST_CHAIN:
        raise draft.extends.fail("extends.long", limit=LONGEST_CHAIN)
    return _from_file(path, chain)
