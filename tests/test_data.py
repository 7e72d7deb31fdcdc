"""The tables: complete, consistent, and every figure with a source that exists."""

from __future__ import annotations

import math
import re

import pytest

from batiksim.calendar import LAST_MONTH, month_index
from batiksim.data import rows
from batiksim.recording.indicators import GROUPS, load_indicators
from batiksim.world.drivers import REGIONS

CONFIDENCES = {"high", "medium", "low", "unverified", "assumed"}
STATISTICS = {"mean", "max_step", "change", "drop_vs_twin"}
TARGETS = rows("targets.csv")


def evidence_keys() -> set[str]:
    return {row["key"] for row in rows("evidence.csv")}


def test_evidence_is_carried_in_full() -> None:
    evidence = rows("evidence.csv")
    assert len(evidence) == 620
    for row in evidence:
        assert row["key"] and row["value"] and row["definition"]
        assert row["confidence"] in CONFIDENCES
        assert row["source_title"] or row["confidence"] == "unverified"
        assert not row["source_url"] or row["source_url"].startswith("http")


@pytest.mark.parametrize("region", REGIONS)
def test_minimum_wages_have_one_row_a_year_and_rise(region: str) -> None:
    wages = [row for row in rows("umk.csv") if row["region"] == region]
    assert [int(row["year"]) for row in wages] == list(range(2011, 2027))
    amounts = [float(row["idr_month"]) for row in wages]
    assert amounts == sorted(amounts)
    known = {float(row["value"]) for row in rows("evidence.csv") if row["key"] == f"umk_{region}"}
    assert set(amounts) <= known


@pytest.mark.parametrize("table", ["umk.csv", "floods.csv", "factories.csv", "covid.csv", "targets.csv"])
def test_confidence_is_one_of_the_known_words(table: str) -> None:
    assert {row["confidence"] for row in rows(table)} <= CONFIDENCES


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["target"])
def test_a_target_can_be_computed_and_says_where_it_is_from(target: dict[str, str]) -> None:
    assert set(target["indicator"].split(" - ")) <= set(load_indicators())
    assert target["least_scale"] in ("0.1", "0.3", "1")
    assert target["place"] in {row["id"] for row in rows("places.csv")} | set(GROUPS)
    assert target["statistic"] in STATISTICS
    assert target["role"] in ("fit", "check")
    assert 0 <= month_index(target["month"]) <= month_index(LAST_MONTH)
    assert int(target["window"]) >= 1
    low = float(target["low"] or -math.inf)
    high = float(target["high"] or math.inf)
    assert low < high and math.isfinite(low) | math.isfinite(high)
    if target["value"]:
        assert low <= float(target["value"]) <= high
    first = re.split("[; ]", target["source"])[0]
    assert first == "A:" or first in evidence_keys()


def test_names_of_targets_are_unique_and_both_roles_are_there() -> None:
    names = [target["target"] for target in TARGETS]
    assert len(names) == len(set(names))
    assert {target["role"] for target in TARGETS} == {"fit", "check"}


def test_nothing_later_than_2019_is_fitted_but_the_survey_of_kauman() -> None:
    late = {target["source"] for target in TARGETS if target["role"] == "fit" and target["month"] > "2019-12"}
    assert late == {"cluster_helpful_kauman"}


@pytest.mark.parametrize(
    "target", [t for t in TARGETS if t["indicator"].startswith("survey.")], ids=lambda t: t["target"]
)
def test_bands_of_shares_are_two_standard_errors(target: dict[str, str]) -> None:
    share, n = float(target["value"]), int(target["n"])
    error = 2.0 * math.sqrt(share * (1.0 - share) / n)
    assert float(target["low"]) == pytest.approx(max(share - error, 0.0), abs=1e-4)
    if share > 0.0:
        assert float(target["high"]) == pytest.approx(share + error, abs=1e-4)
