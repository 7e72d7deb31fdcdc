"""Parameters: what is shipped is sound, values by date are right, a broken file is named with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import batiksim
from batiksim.calendar import month_index
from batiksim.config.dated_values import LAST, Span, Timeline
from batiksim.config.parameters import CONFIDENCES, ROLES, load_parameters, read_family
from batiksim.config.yaml_file import Node, Source, read_file
from batiksim.errors import ParameterError

PARAMETERS = Path(batiksim.__file__).with_name("data") / "parameters"

GOOD = """\
cut:
  label: {en: Cut, id: Potongan}
  unit: share
  value: 0.2
  range: [0, 0.6]
  role: assumed
  source: made up
  confidence: low
"""


def test_every_shipped_parameter_is_described() -> None:
    for name, parameter in load_parameters().items():
        assert name == parameter.name
        assert parameter.label["en"] and parameter.label["id"] and parameter.unit and parameter.source
        assert parameter.role in ROLES and parameter.confidence in CONFIDENCES
        if parameter.bounds is not None:
            low, high = parameter.bounds
            for timeline in (parameter.timeline, *parameter.regimes.values()):
                assert low <= timeline.series(LAST + 1).min() <= timeline.series(LAST + 1).max() <= high
            assert parameter.prior is None or low <= parameter.prior[0] < parameter.prior[1] <= high


def test_the_quick_parser_reads_the_shipped_files_like_the_exact_one() -> None:
    for file in PARAMETERS.glob("*.yaml"):
        trees = [
            read_file(file, Source(file.name, ParameterError, 1_000_000, 50_000, quick))
            for quick in (True, False)
        ]
        assert _places(trees[0]) == _places(trees[1])


def _places(node: Node) -> list[object]:
    below = [*(part for pair in node.entries for part in pair), *node.items]
    return [node.kind, node.text, node.plain, node.line, node.column, *map(_places, below)]


@pytest.mark.usefixtures("small_world")
def test_values_by_date() -> None:
    known = load_parameters()
    growth = known["garment.umk_growth"].series(LAST + 1)
    assert growth[month_index("2015-12")] == 0.08 and growth[month_index("2016-01")] == 0.09
    assert growth[LAST] == 0.055
    brokered = known["contracts.share_brokered"].series(120)
    assert len(brokered) == 120 and brokered.dtype == np.float64
    start, end = month_index("2014-12"), month_index("2019-01")
    assert brokered[start] == 0.5 and brokered[end] == 0.7
    assert brokered[start + 7] == pytest.approx(0.5 + 0.2 * 7 / (end - start), rel=1e-12)
    assert known["contracts.memory"].value == 6
    assert known["choice.image"].series(2).tolist() == [1.0, 1.0]
    with pytest.raises(ParameterError, match=r"choice\.regime"):
        known["choice.regime"].series(3)


@pytest.mark.usefixtures("small_world")
def test_a_series_cannot_reach_back_into_the_parameter() -> None:
    load_parameters()["contracts.surplus_cut"].series(10)[:] = 9
    assert load_parameters()["contracts.surplus_cut"].series(10).tolist() == [0.2] * 10


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 0.2", "value: 0.7", "4:10: family.cut = 0.7 is outside 0..0.6 share (Cut)"),
        ("value: 0.2", "value: {2012-01: 0.2}", "4:10: family.cut has no value in 2011-01"),
        ("value: 0.2", "value: {2011-01: 0.2, 2010-01: 0.3}", "4:25: family.cut: 2010-01 comes after"),
        ("value: 0.2", "value: {2011-01..2012-01: 0.2}", "4:10: family.cut: a shipped value begins"),
        ("value: 0.2", "value: [0.2]", "4:10: family.cut = a list is not a number share"),
        ("role: assumed", "role: asumed", "6:9: family.cut.role = asumed is not one of: fact, "),
        ("unit: share", "unit:", "3:3: family.cut.unit must be text, not nothing"),
        ("  range: [0, 0.6]\n", "", "2:3: family.cut needs range"),
        ("range: [0, 0.6]", "range: [0.6, 0]", "5:10: family.cut.range: the low end 0.6 is not below"),
        ("range: [0, 0.6]", "prior: [0.1, 0.9]\n  range: [0, 0.6]", "5:16: family.cut = 0.9 is outside"),
        ("  source: made up\n", "", "2:3: family.cut needs source"),
        ("confidence: low", "confidence: low\n  colour: red", "9:3: colour is not known in family.cut"),
        ("cut:", "Cut:", "1:1: Cut is not a name for a parameter"),
        ("label: {en: Cut, id: Potongan}", "label: {en: Cut, jv: Motong}", "2:20: jv is not known in"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "family.yaml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        read_family(file)
    assert str(caught.value).startswith(f"family.yaml:{message}")


def test_spans_lie_over_each_other() -> None:
    timeline = Timeline(((0, 1.0), (100, 2.0))).under([Span(10, 49, 5.0, "a"), Span(20, 29, 6.0, "b")])
    assert [(span.start, span.end, span.value, span.origin) for span in timeline.spans] == [
        (10, 19, 5.0, "a"),
        (20, 29, 6.0, "b"),
        (30, 49, 5.0, "a"),
    ]
    assert timeline.runs() == [(0, 1.0), (10, 5.0), (20, 6.0), (30, 5.0), (50, 1.0), (100, 2.0)]
    assert [timeline.next_entry(month) for month in (0, 10, 49, 50, 100)] == [10, 20, 50, 100, LAST + 1]


def test_months_outside_a_span_keep_their_bits() -> None:
    line = Timeline(((0, 0.1), (LAST, 0.7)), linear=True)
    changed = line.under([Span(200, 300, 9.0)])
    assert changed.values[:200] == line.values[:200] and changed.values[301:] == line.values[301:]
