"""What the report says to ask next: where there are sets enough, and where there are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from batiksim.i18n.texts import speaking
from batiksim.report.aims import Focus
from batiksim.report.page.asking import asking
from batiksim.studies import extra
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG


def test_the_shopping_list_is_split_by_world(sampled: Study) -> None:
    said, (table, choices) = asking(sampled, Focus())
    assert len(table.head) == 6 and "hands are short" in table.head[3]
    first = table.rows[0]
    assert "the end of 2017" in first[0].words  # the last of the policies' own years
    assert first[1].words == "Batik workers under 30, 2013" and first[1].note == "ask 400 firms"
    assert [cell.kind for cell in first[2:5]] == ["number clear"] * 3
    assert any("choice.pay" in one for one in said)
    assert [row[0].words for row in choices.rows] == [
        "short or Baseline", "long or Baseline", "short or long", "long or short",
    ]  # fmt: skip
    assert "same public money" in choices.rows[3][0].note and choices.rows[2][3].words != "–"
    with speaking("id"):
        again, (other, _) = asking(sampled, Focus())
    assert len(again) == len(said) and not set(again) & set(said)
    assert [len(row) for row in other.rows] == [len(row) for row in table.rows]


def test_it_asks_about_what_was_chosen(sampled: Study) -> None:
    _, (table, _) = asking(sampled, Focus(indicator=YOUNG, year=2015))
    assert "the end of 2015" in table.rows[0][0].words


def test_without_the_libraries_the_command_is_told(sampled: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "installed", lambda package: False)
    said, (table, _) = asking(sampled, Focus())
    assert len(table.rows) > 1 and any('pip install "batiksim[bench]"' in one for one in said)


def test_with_too_few_sets_the_way_to_more_is_told(finished: Path) -> None:
    (said,), tables = asking(Study.load(finished), Focus())
    assert not tables and "batiksim compare baseline" in said and "20 sets" in said
