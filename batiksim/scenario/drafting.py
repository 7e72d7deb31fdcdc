"""A new scenario file made from another one: the same in effect, every number in it ready to be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from batiksim.config.parameters import load_parameters
from batiksim.config.units import NOTATIONS
from batiksim.i18n.texts import LANGUAGES, text
from batiksim.i18n.unit_names import named
from batiksim.scenario.interventions import kinds
from batiksim.scenario.keys import Number, given
from batiksim.scenario.writing import Written, dated, dump

_WIDTH = 100
_EXAMPLES = (
    "contracts.surplus_cut: {2027-01: 0.10}",
    "training: {from: 2027-01, to: 2036-12, who: [casual], budget: 2 billion IDR/year}",
)


def draft(name: str, source: Written, extends: str, lang: str) -> str:
    """Return the text of a scenario file `name` that extends a scenario and then is what `source` is.

    `extends` must have no interventions, because those of a parent cannot be changed. Comments are in `lang`.
    """
    lines = [*_comment(text("new.head", lang, name=name, source=source.stem, base=extends))]
    title, notation = dict.fromkeys(LANGUAGES, name), lang if lang in NOTATIONS else NOTATIONS[0]
    lines += [f"title: {_flow(title)}", *_comment(text("new.language", lang)), f"language: {notation}"]
    lines += [f"extends: {_flow(extends)}", "why:"]
    for each in LANGUAGES:
        lines.append(f"  {each}: {_flow(text('new.why', each, title=source.title[each]))}")
    lines += ["", *_comment(text("new.parameters", lang)), *_parameters(source, lang)]
    if source.budgets:
        lines += ["", *_comment(text("new.budgets", lang)), "budgets:"]
        lines += [f"  {key}: {_flow(budget.written())}" for key, budget in sorted(source.budgets.items())]
    lines += ["", *_comment(text("new.interventions", lang)), *_interventions(source, lang)]
    if source.uncertainty:
        lines += ["", *_comment(text("new.uncertainty", lang)), "uncertainty:"]
        lines += [f"  {key}: {_flow(list(prior))}" for key, prior in sorted(source.uncertainty.items())]
    if source.targets:
        lines += ["", *_comment(text("new.targets", lang)), "target:"]
        lines += [f"  - {_flow(target.written())}" for target in source.targets]
    return "\n".join(lines) + "\n"


def _parameters(source: Written, lang: str) -> Iterator[str]:
    if not source.spans:
        yield from ("# parameters:", f"#   {_EXAMPLES[0]}")
        return
    yield "parameters:"
    for name, laid in sorted(source.spans.items()):
        about = load_parameters()[name]
        known = {"label": about.label[lang], "unit": named(about.unit, lang) or "1", "allowed": about.allowed}
        yield from _comment(text("new.parameter", lang, **known), "  ")
        yield f"  {name}: {_flow(dated(laid))}"


def _interventions(source: Written, lang: str) -> Iterator[str]:
    if not source.interventions:
        yield from ("# interventions:", f"#   - {_EXAMPLES[1]}")
        return
    yield "interventions:"
    for measure in source.interventions:
        kind = kinds()[measure.kind]
        yield from _comment(f"{kind.label[lang]}: {kind.channel[lang]}", "  ")
        yield f"  - {measure.kind}:"
        for key, what, value in given(measure, kind):
            unit = f", {named(what.unit, lang)}" if isinstance(what, Number) else ""
            yield f"      {key.name}: {_flow(what.write(value))}  # {key.label(kind, lang)}{unit}"


def _comment(sentence: str, indent: str = "") -> Iterator[str]:
    start = f"{indent}# "
    yield from wrap(sentence, _WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)


def _flow(value: Mapping[str, Any] | list[Any] | str | float) -> str:
    """A value as YAML on one line."""
    return dump(value, on_one_line=True).removesuffix("...\n").strip()
