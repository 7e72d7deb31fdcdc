"""The page of data: what a key is used for, and texts of sources that stay texts."""

from __future__ import annotations

import pytest

from batiksim.data import rows
from tools.data_page import INPUTS, SURVEY, USES, escaped, keys_in, kind, linked, told, uses


def test_keys_are_found_whole() -> None:
    known = {"umk_city", "umk_city_2026", "firm_size_dist_1-10"}
    assert keys_in("umk_city 2011; share A", known) == {"umk_city"}
    assert keys_in("umk_city_2026, firm_size_dist_1-10", known) == {"umk_city_2026", "firm_size_dist_1-10"}
    assert keys_in("A: reasoned", known) == set()


def test_uses_are_those_of_targets_parameters_and_tables() -> None:
    found = uses()
    assert set(found) == {row["key"] for row in rows("evidence.csv")}
    assert all(some <= set(USES) and some for some in found.values())
    assert not [key for key, some in found.items() if "none" in some and len(some) > 1]
    assert "fit" in found["cluster_firms_workers"] and "input" in found["umk_city"]
    for row in rows("targets.csv"):
        assert all(row["role"] in found[key] for key in keys_in(row["source"], found))


def test_every_table_with_a_source_is_looked_at() -> None:
    from importlib.resources import files

    tables = {file.name for file in files("batiksim.data").iterdir() if file.name.endswith(".csv")}
    sourced = {name for name in tables if "source" in rows(name)[0]}
    assert sourced - set(INPUTS) == {"targets.csv", SURVEY}


@pytest.mark.parametrize(
    ("value", "words"),
    [("9944", "a number"), ("-2.5", "a number"), ("25-50", "several numbers"), ("31;142", "several numbers"),
     ("6000 -> 100", "several numbers"), ("hard", "words"), ("3-6 mo basic", "words")],
)  # fmt: skip
def test_kinds_of_values(value: str, words: str) -> None:
    assert kind(value) == words


def test_texts_of_sources_stay_texts() -> None:
    assert escaped("a <b> [c](d) *e* `f`") == "a &lt;b&gt; \\[c\\](d) \\*e\\* \\`f\\`"
    assert linked("A [b]", "https://x.org/a(b) c") == "[A \\[b\\]](https://x.org/a%28b%29%20c)"
    assert linked("A", "javascript:alert(1)") == "A" and linked("", "") == "no source found"
    assert told({"check", "fit"}) == "fit, check" and told({"none"}) == ""
