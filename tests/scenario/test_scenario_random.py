"""Whatever stands in a file, the answer is a scenario or a ScenarioError; a scenario survives writing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batiksim.calendar import month_name
from batiksim.config.dated_values import LAST
from batiksim.config.parameters import load_parameters
from batiksim.errors import ScenarioError
from batiksim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("small_world")

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=200).filter(
    str.strip
)
MONTHS = st.integers(0, LAST)


@st.composite
def changes(draw: st.DrawFn) -> dict[str, object]:
    """Random sound changes: constants, and dated values in order, open or closed."""
    found: dict[str, object] = {}
    for name in draw(st.sets(st.sampled_from(sorted(load_parameters())))):
        parameter = load_parameters()[name]
        if parameter.type == "choice":
            found[name] = draw(st.sampled_from(parameter.options))
            continue
        low, high = parameter.bounds or (0, 1)
        value = {
            "switch": st.booleans(),
            "integer": st.integers(int(low), int(high)),
            "number": st.floats(low, high),
        }[parameter.type]
        if name.startswith("start."):
            found[name] = draw(value)
            continue
        months = sorted(draw(st.sets(MONTHS, max_size=6)))
        dates = {}
        for start, after in pairwise([*months, LAST + 1]):
            closed = draw(st.booleans())
            end = draw(st.integers(start, after - 1))
            dates[month_name(start) + (f"..{month_name(end)}" if closed else "")] = draw(value)
        found[name] = dates or draw(value)
    return found


@given(first=st.deferred(changes), second=st.deferred(changes), title=TEXTS, why=TEXTS)
def test_any_scenario_survives_writing(first: dict, second: dict, title: str, why: str) -> None:
    scenario = Scenario.default().but(first).but(second, title=title)
    scenario = replace(scenario, why={"en": why.strip(), "id": why.strip()})
    again = Scenario.parse(scenario.to_yaml())
    assert again.hash == scenario.hash
    assert (again.title, again.why) == (scenario.title, scenario.why)
    assert again.to_yaml() == scenario.to_yaml()


@given(months=MONTHS, value=st.floats(-0.1, 0.3))
def test_months_before_a_change_keep_their_bits(months: int, value: float) -> None:
    plain = Scenario.default()
    changed = plain.but(
        {
            "garment.umk_growth": {month_name(months): value},
            "contracts.share_brokered": {month_name(months): abs(value)},
        }
    )
    for name in ("garment.umk_growth", "contracts.share_brokered"):
        assert changed.series(name, months).tobytes() == plain.series(name, months).tobytes()


WORDS = [
    *(
        "title",
        "extends",
        "parameters",
        "interventions",
        "uncertainty",
        "contracts.surplus_cut",
        "cooperative",
    ),
    *("from", "where", "2027-01", "2027-01..2030-12", "0.1", "24 months", "baseline", "kauman"),
    *(": ", ":\n  ", "\n- ", "\n  - ", "{", "}", "[", "]", ", ", "\n", "\t", "\r", "\x85"),
    *("#", "'", '"', "|", ">", "&a", "*a", "!", "%", "---", "...", "?"),
]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=40).map("".join)))
@example("%YAML 9.9\n---\na: 1")
@example("%TAG ! x\n--- !y z")
@example("title: !<")
@example('title: "\\U99999999"')
@example("title: \ud800")
@example("a: >9999999999999999999\n  b")
@example("\ufeff\ufeff")
def test_any_text_is_a_scenario_or_a_scenario_error(content: str) -> None:
    try:
        scenario = Scenario.parse(content)
    except ScenarioError as error:
        assert str(error).isprintable()
    else:
        assert Scenario.parse(scenario.to_yaml()).hash == scenario.hash


@given(st.binary(max_size=200))
def test_any_bytes_are_a_scenario_or_a_scenario_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "random.yaml"
    file.write_bytes(content)
    try:
        Scenario.load(file)
    except ScenarioError as error:
        assert str(error).isprintable()


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)


@given(st.deferred(lambda: st.sampled_from(sorted(load_parameters()))), VALUES)
def test_any_change_is_a_scenario_or_a_scenario_error(name: str, value: object) -> None:
    try:
        Scenario.default().but({name: value})
    except ScenarioError as error:
        assert str(error).isprintable()
