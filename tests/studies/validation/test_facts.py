"""Files of facts: read whatever a spreadsheet makes of them, and told exactly where they are wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batiksim.data import rows
from batiksim.errors import UsageError
from batiksim.studies.validation.facts import (
    CHECK,
    EVENT,
    FIT,
    MEASURED,
    RANGE,
    SIDE,
    Fact,
    facts_by_name,
    parse_facts,
    read_facts,
    shipped_facts,
)

ROOT = Path(__file__).resolve().parents[3]
HEAD = "target,indicator,place,month,statistic,window,value,low,high\n"
GOOD = "young,batik.share_under_30,all,2020-12,mean,12,.3,.2,.4\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")


def only(content: str) -> Fact:
    (found,) = parse_facts(content, "mine.csv")
    return found


def wrong(content: str) -> str:
    with pytest.raises(UsageError) as problem:
        parse_facts(content, "mine.csv")
    return str(problem.value)


def test_the_facts_that_ship_are_those_of_the_table() -> None:
    facts = {fact.name: fact for fact in shipped_facts()}
    assert list(facts) == [row["target"] for row in rows("targets.csv")]
    assert {fact.role for fact in facts.values()} == {FIT, CHECK}
    for row in rows("targets.csv"):
        fact = facts[row["target"]]
        assert fact.band == (float(row["low"] or "-inf"), float(row["high"] or "inf"))
        assert (fact.indicator, fact.place, fact.source) == (row["indicator"], row["place"], row["source"])
        assert fact.value == (float(row["value"]) if row["value"] else None)
    assert facts["young_workers_fall"].kind == SIDE and facts["pay_2019"].kind == RANGE
    assert facts["age_hand_small"].kind == MEASURED
    assert facts["age_hand_small"].error == pytest.approx(11.0 / math.sqrt(35.0), rel=1e-4)
    assert set(facts_by_name(FIT)) == {name for name, fact in facts.items() if fact.role == FIT}


def test_the_example_of_later_facts_is_one() -> None:
    facts = read_facts(str(ROOT / "docs" / "examples" / "later-facts.csv"))
    assert {fact.role for fact in facts} == {CHECK} and min(fact.month for fact in facts) > "2024"
    known = {row["key"] for row in rows("evidence.csv")}
    assert all(part.split()[0] in known for fact in facts for part in fact.source.split("; "))
    assert not {fact.name for fact in facts} & {fact.name for fact in shipped_facts()}


def test_a_spreadsheet_of_another_country_reads_the_same() -> None:
    english_ = only(HEAD + GOOD)
    indonesian = (
        (HEAD + GOOD).replace(",", ";").replace(".3", "0,3").replace(".2", "0,2").replace(".4", "0,4")
    )
    assert only("".join(indonesian).replace("\n", "\r\n")) == english_
    assert english_ == Fact(
        "young", "batik.share_under_30", ("all",), "2020-12", "mean", 12, 0.3, 0.2, 0.4, role=CHECK
    )


def test_quoted_cells_keep_their_line_and_column() -> None:
    content = (
        HEAD.rstrip() + ',note,n\n"young",batik.workers,all,2020-12,mean,1,,1,2,"a ""word"",\nand more",x\n'
    )
    assert wrong(content).startswith("mine.csv:3:11: n is x, which is no number")
    assert only(content.replace(",x\n", ",7\n")).note == 'a "word", and more'
    assert "mine.csv:2:1: this quotation mark is never closed" in wrong(HEAD + '"young,batik')
    assert "mine.csv:2:8: after a closing quotation mark" in wrong(HEAD + '"young"er,batik')


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (GOOD.replace("batik.share_under_30", "batik.share_under30"), "2:7: there is no indicator"),
        (GOOD.replace("batik.share_under_30", "batik.share_under30"), "did you mean batik.share_under_30?"),
        (GOOD.replace("all", "jengot"), "2:28: there is no place jengot (did you mean jenggot?)"),
        (GOOD.replace("2020-12", "2020-13"), "2:32: "),
        (GOOD.replace("2020-12", "2090-12"), "2:32: 2090-12 is outside 2011-01..2060-12"),
        (GOOD.replace("mean", "maen"), "2:40: statistic is maen"),
        (GOOD.replace(",12,", ",0,"), "2:45: window is 0; it is a whole number of 1..240"),
        (GOOD.replace("2020-12", "2011-06"), "2:45: 12 months up to 2011-06 begin before 2011-01"),
        (GOOD.replace(".3", "much"), "2:48: value is much, which is no number"),
        (GOOD.replace(".3", "nan"), "2:48: value is nan, which is no number"),
        (GOOD.replace(".3", ".5"), "2:48: the value 0.5 lies outside its band 0.2..0.4"),
        (GOOD.replace(",.4", ","), "2:48: a value needs its band"),
        (GOOD.replace(".3,.2,.4", ",,"), "2:49: there is neither low nor high"),
        (GOOD.replace(".3,.2,.4", ",.4,.2"), "2:49: low is 0.4 and high 0.2"),
        (GOOD.replace("young", "young one"), "2:1: young one is no name of a fact"),
        (GOOD.replace("young", "=cmd()"), "2:1: =cmd() is no name of a fact"),
        (GOOD.replace("all", "kauman / jenggot"), "2:28: only the statistic rank takes several places"),
        (GOOD.replace("all", "kauman / kauman"), "2:28: a place is named twice"),
        (GOOD + GOOD, "3:1: young stands in line 2 already"),
        (GOOD.rstrip() + ",5\n", "2:1: this row has 10 cells, the first line 9"),
        ("x,output.value,city,2013-01,drop_vs_twin,1,,.1,.6\n", "2:1: drop_vs_twin: the name must begin"),
        ("x,batik.workers,all,2013-01,sign,1,2,,\n", "2:36: sign: value is 1 (it rose) or -1"),
        ("x,batik.workers,all,2013-01,rank,1,1,,\n", "2:17: rank: name one place"),
        ("x,batik.workers,kauman / jenggot,2013-01,rank,1,3,,\n", "rank: value is a whole number of 1..2"),
        ("x,batik.workers,all,2013-01,share_of_sets,1,.5,1,2\n", "2:45: share_of_sets: value is 1"),
        ("x,batik.workers - batik.entrants - batik.mean_age,all,2013-01,mean,1,,1,2\n", "2:3: a difference"),
    ],
)
def test_a_mistake_is_told_with_its_place(row: str, told: str) -> None:
    said = wrong(HEAD + row)
    assert said.startswith("mine.csv:") and told in said


def test_a_wrong_head_is_told() -> None:
    assert "mine.csv:1:8: there is no column indicater (did you mean indicator?)" in wrong(
        HEAD.replace("indicator", "indicater") + GOOD
    )
    assert "1:1: missing columns: month, statistic" in wrong("target,indicator,place\nx,batik.workers,all\n")
    assert "the column window is there twice" in wrong(HEAD.replace("value", "window") + GOOD)
    assert "column names and no facts" in wrong(HEAD) and "there is no column" in wrong("")


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    bad = GOOD.replace("all", "nowhere").replace("mean", "maen") + GOOD.replace("young,", "b,").replace(
        "20-12", "x"
    )
    with pytest.raises(UsageError) as problem:
        parse_facts(HEAD + bad, "mine.csv")
    places = [(one.line, one.column) for one in (problem.value, *problem.value.others)]
    assert places == [(2, 28), (2, 44), (3, 28)]


def test_what_is_no_text_or_no_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes((HEAD + GOOD).encode() + b"b\xff")
    with pytest.raises(UsageError, match=rf"{file.name}:3:2: "):
        read_facts(str(file))
    with pytest.raises(UsageError, match="cannot be read"):
        read_facts(str(tmp_path / "none.csv"))
    with pytest.raises(UsageError, match="cannot be read"):
        read_facts(str(tmp_path))
    file.write_bytes(b"x" * 1_000_001)
    with pytest.raises(UsageError):
        read_facts(str(file))
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + GOOD).encode())  # as spreadsheets write it
    assert len(read_facts(str(file))) == 1


def test_statistics_that_are_no_number_become_what_can_be_asked() -> None:
    fell = only(HEAD + "x,batik.workers,all,2013-01,sign,12,-1,,\n")
    assert (fell.kind, fell.band, fell.value) == (SIDE, (-math.inf, 0.0), None)
    first = only(HEAD + "x,batik.workers,jenggot,2013-01,rank,12,2,,\n")
    assert first.kind == MEASURED and first.band == (2.0, 2.0) and len(first.places) == 21
    assert first.places[0] == "jenggot" and first.error == 0.0
    not_true = only(HEAD + "x,batik.workers,all,2013-01,share_of_sets,12,0,,9\n")
    assert (not_true.kind, not_true.came_true) == (EVENT, 0.0)


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(content: str) -> None:
    for given_ in (content, HEAD + content, HEAD + GOOD + content):
        try:
            assert parse_facts(given_, "mine.csv")
        except UsageError as problem:
            assert problem.line is not None and problem.column is not None
