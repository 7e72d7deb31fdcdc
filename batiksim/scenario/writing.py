"""Writing scenarios: a file that needs no parent, always the same bytes for the same content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Protocol

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from batiksim.calendar import month_name
from batiksim.config.dated_values import LAST, Span, Value
from batiksim.config.units import AMBIGUOUS
from batiksim.scenario.budgets import Budget
from batiksim.scenario.interventions import Intervention, kind
from batiksim.scenario.keys import given
from batiksim.scenario.targets import Target


class Written(Protocol):
    """What is written of a scenario."""

    @property
    def stem(self) -> str: ...
    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def why(self) -> Mapping[str, str]: ...
    @property
    def spans(self) -> Mapping[str, tuple[Span, ...]]: ...
    @property
    def interventions(self) -> tuple[Intervention, ...]: ...
    @property
    def uncertainty(self) -> Mapping[str, tuple[Value, ...]]: ...
    @property
    def budgets(self) -> Mapping[str, Budget]: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...


def write(scenario: Written) -> str:
    """Return the YAML text of a scenario with everything that differs from the shipped parameters."""
    return dump(content(scenario))


def content(scenario: Written) -> dict[str, Any]:
    """Return what a file of a scenario holds, as a mapping that `Scenario.of` takes and JSON can hold."""
    spans, uncertainty, budgets = scenario.spans, scenario.uncertainty, scenario.budgets
    sections: dict[str, Any] = {
        "title": _label(scenario.title),
        "why": _label(scenario.why) if scenario.why else None,
        "parameters": {name: dated(laid) for name, laid in sorted(spans.items())},
        "budgets": {name: budget.written() for name, budget in sorted(budgets.items())},
        "interventions": [{measure.kind: settings(measure)} for measure in scenario.interventions],
        "uncertainty": {name: list(prior) for name, prior in sorted(uncertainty.items())},
        "target": [target.written() for target in scenario.targets],
    }
    return {name: section for name, section in sections.items() if section}


def _label(label: Mapping[str, str]) -> Any:
    return label["en"] if label["en"] == label["id"] else dict(sorted(label.items()))


def dated(laid: tuple[Span, ...]) -> Any:
    """The values of one parameter as a scenario file has them: by period, or one that always holds."""
    if len(laid) == 1 and (laid[0].start, laid[0].end) == (0, LAST):
        return laid[0].value
    return {f"{month_name(span.start)}..{month_name(span.end)}": span.value for span in laid}


def settings(measure: Intervention) -> dict[str, Any]:
    """What a scenario file says of one intervention."""
    return {key.name: what.write(value) for key, what, value in given(measure, kind(measure.kind))}


class _Representer(SafeRepresenter):
    """Writes numbers so that they are the same in every language: 1.125 could be taken for 1125."""


def _unmistakable(representer: SafeRepresenter, value: float) -> Any:
    node = representer.represent_float(value)
    if AMBIGUOUS.fullmatch(node.value):
        node.value += "0"
    return node


_Representer.add_representer(float, _unmistakable)


def dump(content: Any, *, on_one_line: bool = False) -> str:
    """Return a value as YAML text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = on_one_line
    yaml.allow_unicode = True
    yaml.width = 1 << 20 if on_one_line else 100
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = StringIO()
    yaml.dump(content, stream)
    return re.sub(r" +\n", "\n", stream.getvalue())  # folded lines end in a blank that means nothing
