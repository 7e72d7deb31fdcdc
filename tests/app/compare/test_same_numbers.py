"""The page, the command that it shows, and the terminal say the same of the same pairs."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from batiksim.cli import main
from tests.support.app_comparisons import QUESTION, ended, told
from tools.app_server import Server

ORDERS = {
    "title": {"en": "More orders", "id": "Pesanan bertambah"},
    "interventions": [{"demand_promotion": {"from": "2012-01"}}],
}
ASKED = {**QUESTION, "policies": [*QUESTION["policies"], {"content": ORDERS, "name": "orders"}]}


@pytest.fixture(scope="module")
def page(server: Server) -> dict[str, list[dict]]:
    return told(server, ASKED)


@pytest.fixture(scope="module")
def terminal(page: dict[str, list[dict]], tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the command that the page shows prints, beside the files that the page offers."""
    here, printed = tmp_path_factory.mktemp("terminal"), StringIO()
    asked = page["asked"][0]
    for name, content in asked["files"].items():
        Path(here / name).write_text(content, encoding="utf-8")
    words = asked["command"].split()
    assert words[:2] == ["batiksim", "compare"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.chdir(here)
        assert main([*words[1:], "--json", "--quiet", "--jobs", "1"]) == 0
    return json.loads(printed.getvalue())


def test_effects_are_those_of_the_terminal(page: dict[str, list[dict]], terminal: dict) -> None:
    assert ended(page) == "finished"
    answer = page["answer"][-1]
    shown = {
        (row["indicator"], policy["name"], row["period"], row["world"]): row
        for policy in answer["policies"]
        for row in policy["effects"]
    }
    compared = 0
    for indicator, rows in terminal["effects"].items():
        for row in rows:
            mine = shown[indicator, row["scenario"], row["period"], row["regime"]]
            for name in ("baseline", "expected", "error", "doubt_low_90", "doubt_high_90", "better", "pairs"):
                assert mine[name] == row[name], (indicator, row["scenario"], row["period"], name)
            compared += row["expected"] != 0.0
    assert compared >= 4  # of policies that do something
    assert answer["runs"] == terminal["runs"] == page["asked"][0]["runs"]


def test_dots_are_the_pairs_that_the_effects_are_means_of(page: dict[str, list[dict]]) -> None:
    values = defaultdict(list)
    for pair in (pair for line in page["pairs"] for pair in line["rows"]):
        for indicator, periods in pair["values"].items():
            for period, value in periods.items():
                values[indicator, pair["policy"], period, pair["draw"]].append(value)
    whole = [
        (policy["name"], row)
        for policy in page["answer"][-1]["policies"]
        for row in policy["effects"]
        if row["world"] == "all"
    ]
    assert whole
    for name, row in whole:
        draws = [
            v
            for (of, policy, when, _), v in values.items()
            if (of, policy, when) == (row["indicator"], name, row["period"])
        ]
        assert sum(map(len, draws)) == row["pairs"] == QUESTION["draws"] * QUESTION["seeds"]
        means = [sum(one) / len(one) for one in draws]
        assert sum(means) / len(means) == pytest.approx(row["expected"], rel=1e-9, abs=1e-9)


def test_both_languages_are_told(page: dict[str, list[dict]]) -> None:
    answer = page["answer"][-1]
    assert answer["headline"]["en"].startswith("In the model")
    assert answer["headline"]["id"].startswith("Dalam model")
    for policy in answer["policies"]:
        for row in policy["effects"]:
            assert row["said"]["en"] != row["said"]["id"]
