"""Write docs/reference, assumptions.md and data.md from the data of the package: a number has one home.

`make docs` runs it; a test fails while the committed pages differ from what it would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from batiksim.calendar import month_name
from batiksim.cli.schemas import OUTPUTS, file_name, output_schema
from batiksim.config.dated_values import Timeline, Value
from batiksim.config.parameters import CONFIDENCES, Parameter, load_parameters
from batiksim.i18n.texts import text
from batiksim.model.schedule import STEPS
from batiksim.recording.indicators import load_indicators
from batiksim.scenario.interventions import Kind, Option, kinds
from tools.data_page import data_page
from tools.uncertainty_picture import picture
from verification.oracle import Oracle
from verification.oracles import ORACLES

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Written by `make docs` from batiksim/data. Change it there. -->"
MOST_DATES = 4

ASSUMPTIONS = """\
Every number of the model is a fact with a source, fitted to facts, or assumed. This page sorts them by how
sure we are. A study that matters should vary the uncertain ones within their prior range, and should say so.

* **fact**: taken from a source. **fitted**: chosen so that the model meets a fact. **assumed**: reasoned.
* **driver**: the world outside the model; after the last known date its course is an assumption.
* **switch**: a choice between ways to run the model.

The choice that weighs most is left open: whether orders or hands are short (`choice.regime`, see
[worlds.md](worlds.md)). What the model cannot say with any numbers stands in
[model.md](model.md#what-the-model-cannot-say).
"""

VERIFICATION = """\
In some limits the answer is known by a formula. This page puts that answer beside what the rules of the model
give: a function of `batiksim/rules`, a compiled pass of `batiksim/kernels` (`decide`, `influence`, `account`)
as the model runs it, or all people of a small *region* with every other mechanism switched off. Without
chance the two must agree to a relative error of 1e-9, with chance (one fixed seed) within four standard
errors. The test suite asserts every line, `tests/verification/test_oracles.py`.
"""


OUTPUT = """\
Data go to stdout, progress and notes to stderr. With `--json` a command prints one JSON object, whose
`schema` names what it keeps to: `batiksim/run/1` is the first version of what `batiksim run` prints.
`batiksim schema run` prints that schema. New keys may come within a version; it counts up when a key goes
or means something else. Numbers have a decimal point in every language; one that is undefined is null.

With `--csv FILE` (`--csv -`: on stdout) commands that print a table write it for a spreadsheet: in English
with comma and decimal point, with `--lang id` with semicolon, decimal comma and the mark of UTF-8. Where a
command has several tables, `--table` names one. A text that a spreadsheet would take for a formula begins
with an apostrophe.

Exit codes: 0 done, 1 some runs failed, 2 the input is wrong or a file cannot be read or written, 130
stopped.
"""


def number(value: Value) -> str:
    """A value as readers expect it: 0.2, 2,156,000, yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"


def by_date(timeline: Timeline) -> str:
    """A value or its dated steps; of a long series the first and the last."""
    if len(timeline.knots) == 1:
        return number(timeline.knots[0][1])
    steps = [f"{month_name(month)}: {number(value)}" for month, value in timeline.knots]
    if len(steps) > MOST_DATES:
        steps = [*steps[:2], "...", steps[-1]]
    return "; ".join(steps) + (" (in a straight line)" if timeline.linear else "")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(title: str, *parts: str) -> str:
    """A Markdown page with its title and the note where it comes from."""
    return "\n".join([f"# {title}\n", f"{NOTE}\n", *parts])


def _value(parameter: Parameter) -> str:
    regimes = [f"{by_date(line)} if {name}" for name, line in parameter.regimes.items()]
    return "; ".join([by_date(parameter.timeline), *regimes])


def _prior(parameter: Parameter) -> str:
    return "" if parameter.prior is None else "..".join(map(number, parameter.prior))


def parameters_page(parameters: Mapping[str, Parameter]) -> str:
    """All parameters, one table a family."""
    head = ("name", "what it is", "unit", "value", "allowed", "prior", "role", "confidence", "source")
    families = groupby(parameters.values(), key=lambda parameter: parameter.name.split(".")[0])
    parts = [
        f"## {family}\n\n"
        + table(
            head,
            (
                (
                    f"`{p.name}`",
                    p.label["en"],
                    p.unit,
                    _value(p),
                    p.allowed,
                    _prior(p),
                    p.role,
                    p.confidence,
                    p.source["en"],
                )
                for p in members
            ),
        )
        for family, members in families
    ]
    intro = (
        "*allowed* are the bounds a scenario must keep; *prior* is the range a study of uncertainty samples. "
        "Dated values hold until the next date.\n"
    )
    return page("Parameters", intro, *parts)


def assumptions_page(parameters: Mapping[str, Parameter]) -> str:
    """Parameters by confidence, the least certain first."""
    head = ("name", "what it is", "value", "prior", "role", "why")
    parts = []
    for confidence in reversed(CONFIDENCES):
        rows = [
            (f"`{p.name}`", p.label["en"], f"{_value(p)} {p.unit}", _prior(p), p.role, p.source["en"])
            for p in parameters.values()
            if p.confidence == confidence
        ]
        title = "Assumed" if confidence == "assumed" else f"Confidence {confidence}"
        parts.append(f"## {title} ({len(rows)})\n\n" + table(head, rows))
    return page("What is assumed", ASSUMPTIONS, *parts)


def indicators_page() -> str:
    """All indicators with their formulas."""
    rows = (
        (
            f"`{i.name}`",
            i.label["en"],
            i.label["id"],
            i.unit,
            i.allowed,
            i.kind,
            text(f"year_of.{i.year}", "en"),
            i.formula["en"],
        )
        for i in load_indicators().values()
    )
    intro = (
        "One column each in `series.parquet`, by month and place; `all`, `city` and `regency` are groups of "
        "places. The column *in a year* says what yearly records hold: counts are those of December, what "
        "flows is summed and per year (people/year, IDR/year), and pay, shares and all other ratios are "
        "means of the twelve months, each month weighted by what the ratio is divided by; medians and Gini "
        "coefficients, which have no such weight, are plain means of the months in which they are defined. "
        "So a yearly share of workers times the workers of December is not the count of December. Every "
        "value lies in the *range*; a ratio of nothing (the mean age of nobody) is undefined and left "
        "empty. The part of the owners can be below 0: in a bad month they lose money.\n"
    )
    head = ("name", "English", "Indonesia", "unit", "range", "kind", "in a year", "formula")
    return page("Indicators", intro, table(head, rows))


def _option(name: str, option: Option) -> tuple[str, ...]:
    bounds = f"{number(option.low)}..{number(option.high)}"
    usual = "" if option.default is None else number(option.default)
    return f"`{name}`", option.label["en"], option.unit, usual, bounds


def _moves(kind: Kind) -> str:
    """What a kind raises and lowers, as the tests hold it to."""
    return ", ".join(f"`{name}` {'up' if sign > 0 else 'down'}" for name, sign in kind.sign.items())


def _catalogue() -> str:
    """One row a kind: how it acts, which way it moves what, who pays how much, and where that is from."""
    rows = (
        (
            f"[{kind.name}](#{kind.name})",
            kind.channel["en"],
            _moves(kind),
            kind.payer,
            f"{number(kind.unit_cost)} {kind.cost_unit}",
            kind.cost_source["en"],
        )
        for kind in kinds().values()
    )
    return table(("kind", "mechanism", "tested sign", "paid by", "cost", "source of the cost"), rows)


def interventions_page() -> str:
    """Every kind of intervention: channel, payer, cost, options."""
    parts = [_catalogue()]
    for kind in kinds().values():
        strength = {} if kind.strength is None else {"strength": kind.strength}
        options = [_option(name, option) for name, option in {**strength, **kind.options}.items()]
        channel, source = kind.channel["en"], kind.cost_source["en"]
        cost = f"{number(kind.unit_cost)} {kind.cost_unit} ({source})"
        parts.append(
            f"## {kind.name}\n\n{kind.label['en']} / *{kind.label['id']}*\n\n"
            f"Acts on: {channel}. Run by: {kind.stakeholder}. Paid by: {kind.payer}. Cost: {cost}.\n\n"
            + (f"`who`: {', '.join(kind.who)}.\n\n" if kind.who else "")
            + (table(("option", "what it is", "unit", "default", "allowed"), options) if options else "")
        )
    intro = (
        "Each takes `from`, `to`, `every`, `ramp`, `where`, `coverage`, `budget`, `unit_cost` and "
        "`by`, and `who` where it is said for whom, besides the options below; "
        "[interventions.md](../interventions.md) explains them. A marks an assumption. The tested "
        "sign is that of the strongest dose, "
        "`tests/interventions/test_interventions.py`.\n"
    )
    return page("Interventions", intro, *parts)


def month_page() -> str:
    """The steps of a month in their order."""
    rows = (
        (str(place), f"`{step.name}`", step.label["en"], step.label["id"], "yes" if step.optional else "")
        for place, step in enumerate(STEPS)
    )
    intro = 'A step that can be left out is left out with `BatikModel(..., skip={"name"})`.\n'
    return page("A month", intro, table(("", "step", "English", "Indonesia", "can be left out"), rows))


def outputs_page() -> str:
    """What --json of every command prints, and the schemas that describe it."""
    rows = []
    for command in OUTPUTS:
        schema = output_schema(command)
        parts = [schema, *schema.get("oneOf", ())]
        keys = ", ".join(
            f"`{key}`" for key in dict.fromkeys(key for part in parts for key in part.get("properties", ()))
        )
        if command == "resume":
            keys = "those of `run`, `compare`, `why` or `breakeven`; of several questions `answers`"
        link = f"[{file_name(command)}](schemas/{file_name(command)})"
        rows.append((f"`batiksim {command}`", keys or "a JSON schema", link))
    return page("What `--json` prints", OUTPUT, table(("command", "keys", "schema"), rows))


def schema_files() -> dict[Path, str]:
    """The published schemas by file."""
    folder = DOCS / "reference" / "schemas"
    return {
        folder / file_name(command): json.dumps(output_schema(command), indent=2, ensure_ascii=False) + "\n"
        for command in OUTPUTS
    }


@cache
def pages() -> dict[Path, str]:
    """What every generated page should contain."""
    parameters = load_parameters()
    return {
        DOCS / "assumptions.md": assumptions_page(parameters),
        DOCS / "data.md": data_page(),
        DOCS / "img" / "uncertainty.svg": picture("en"),
        DOCS / "img" / "uncertainty-id.svg": picture("id"),
        DOCS / "reference" / "parameters.md": parameters_page(parameters),
        DOCS / "reference" / "indicators.md": indicators_page(),
        DOCS / "reference" / "interventions.md": interventions_page(),
        DOCS / "reference" / "month.md": month_page(),
        DOCS / "reference" / "outputs.md": outputs_page(),
        **schema_files(),
    }


def _outcome(oracle: Oracle) -> tuple[str, str]:
    """What was measured, to the stated digits and some more, and how far off it is."""
    value, error = oracle.measured
    if not error:
        return oracle.like(value), "exact" if oracle.holds else "WRONG"
    return f"{value:.6g} ± {error:.2g}", f"{oracle.gap:+.1f} standard errors" if oracle.holds else "WRONG"


def verification_page() -> str:
    """Limits with a known answer beside what the rules and the region give; takes some seconds."""
    rows = (
        (oracle.limit, oracle.formula, oracle.through, oracle.stated, *_outcome(oracle)) for oracle in ORACLES
    )
    return page(
        "Verification",
        VERIFICATION,
        table(("limit", "formula", "by", "expected", "got", "difference"), rows),
    )


if __name__ == "__main__":
    for path, content in {**pages(), DOCS / "reference" / "verification.md": verification_page()}.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
