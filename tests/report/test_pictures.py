"""Pictures of a comparison show the numbers of the study, say them in both languages, and never fail."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from batiksim.config.parameters import load_parameters
from batiksim.recording.indicators import load_indicators
from batiksim.report import style
from batiksim.report.pictures import Picture, pictures, save, svg, waterfall
from batiksim.report.pictures.levels import observed
from batiksim.runs.assemble import LIFE
from batiksim.runs.design import Design, Run, make_design
from batiksim.runs.store import COSTS, INCOMES, SERIES
from batiksim.scenario import Scenario
from batiksim.studies.study import Study
from tests.support.made_up_study import HEAD, answering, made_up

YOUNG = "batik.workers_under_30"
SECTIONS = {"front", "results", "levels", "why"}
HOSTILE = 'title: {en: "$x_1$ <b>& \\"quoted\\" \U0001f9f5 " , id: "Judul $$ <script>"}\nextends: baseline\n'
HOSTILE += "interventions:\n  - training: {from: 2012-01, to: 2012-12}\n"
WHY = pd.DataFrame(
    [
        ("short", "orders-short", "pay", "Pay & $", 60.0, 10.0, 120.0),
        ("short", "orders-short", "rest", "Together only", -15.0, -30.0, 40.0),
        ("short", "orders-short", "total", "Whole effect", 45.0, 10.0, 200.0),
    ],
    columns=["scenario", "regime", "channel", "label", "effect", "low", "high"],
)


def question(
    seeds: int = 5,
    until: str = "2030-12",
    names: int = 2,
    regimes: tuple[str, ...] = ("orders-short", "hands-short"),
) -> Design:
    scenarios = [
        Scenario.parse(HEAD.format(f"policy {k}", "{from: 2014-01}"), f"policy-{k}") for k in range(names)
    ]
    return make_design(
        [Scenario.default(), *scenarios], seeds, scale=0.1, since="2011-01", until=until, record="yearly",
        regimes=regimes, baseline=None, full_scale=False,
    )  # fmt: skip


def drawn(study: Study, lang: str = "en") -> dict[str, Picture]:
    return {picture.name: picture for picture in pictures(study, lang)}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("pictures")
    made_up(folder, as_it_is, question())
    stages = {f"{year}-12": "school" if year < 2015 else "batik" for year in range(2011, 2031)}
    other = {month: "garment" if stage == "batik" else stage for month, stage in stages.items()}
    line = "2015-03: begins a batik job in kauman, hired by the owner, at Rp 2,602,000 a full month."
    entry = {
        "regime": "orders-short", "baseline": "baseline", "scenario": "policy-0", "seed": 1,
        "start": "2014-01", "stage_differs": 16, "craft_differs": 16,
        "person": {"id": 1, "sex": "woman", "place": "kauman", "born": "1998-06", "parent": False},
        "lives": {
            "baseline": {"stages": other, "story": {"en": [], "id": []}},
            "policy-0": {"stages": stages, "story": {"en": [line], "id": []}},
        },
    }  # fmt: skip
    told = {
        "rule": {"en": "A rule.", "id": "Aturan."},
        "lives": [entry, {"regime": "hands-short", "error": "x"}],
    }
    (folder / LIFE).write_text(json.dumps(told), encoding="utf-8")
    loaded = Study.load(folder)
    answering(loaded, WHY.assign(scenario="policy-0")).to_csv(folder / "why.csv", index=False)
    return loaded


@pytest.fixture(scope="module")
def both(study: Study) -> dict[str, dict[str, Picture]]:
    return {lang: drawn(study, lang) for lang in ("en", "id")}


def words(picture: Picture) -> list[str]:
    return [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg(picture)) if text]


def test_what_can_be_drawn_is_there_in_both_languages(both: dict[str, dict[str, Picture]]) -> None:
    assert list(both["en"]) == list(both["id"])
    assert {picture.section for picture in both["en"].values()} == SECTIONS
    for name, english in both["en"].items():
        other = both["id"][name]
        assert english.title != other.title and english.caption != other.caption
        assert english.alt.startswith(english.title) and english.alt.endswith(".")
        pd.testing.assert_frame_equal(english.table, other.table)
    assert len(both["en"]) == len({picture.name for picture in both["en"].values()})


def test_every_picture_says_what_it_rests_on(both: dict[str, dict[str, Picture]]) -> None:
    known = {*load_parameters(), *load_indicators()}
    for picture in both["en"].values():
        assert picture.rests_on and set(picture.rests_on) <= known


def test_tables_are_the_numbers_of_the_study(study: Study, both: dict[str, dict[str, Picture]]) -> None:
    own = study.effects(YOUNG).query("period == 'own'")
    shown = both["en"]["overview"].table
    assert len(shown) == len(own) > 0
    for name in ("expected", "low", "high", "luck_low"):
        np.testing.assert_array_equal(shown[name], own[name])
    course = both["en"]["course-1-1"]
    wide = study.numbers.indicator(YOUNG)
    pairs = study.pairs("orders-short", "policy-0", wide).mean()
    drawn_ = course.table.query("regime == 'orders-short'").set_index("month")["difference"]
    assert drawn_.to_numpy() == pytest.approx(pairs[drawn_.index].to_numpy())


def test_marks_are_those_numbers(study: Study, both: dict[str, dict[str, Picture]]) -> None:
    row = study.effects(YOUNG).query("period == 'own' and regime == 'all' and scenario == 'policy-0'").iloc[0]
    lines = [list(line.get_xdata()) for line in both["en"]["overview"].figure.axes[0].lines]
    assert [row["low"], row["high"]] in lines and [row["expected"]] in lines


def test_observed_numbers_are_dots(both: dict[str, dict[str, Picture]]) -> None:
    dots = observed("batik.workers", "city")
    assert {value for _, value, *_ in dots} >= {9944.0, 6224.0, 12937.0}
    lines = [tuple(line.get_ydata()) for line in both["en"]["level-1"].figure.axes[0].lines]
    assert all((value,) in lines for _, value, *_ in dots)
    assert len(observed("unemployment.all", "city")) >= 6


def test_nothing_is_outside_the_picture(both: dict[str, dict[str, Picture]]) -> None:
    for pictured in both.values():
        for picture in pictured.values():
            width, height = picture.figure.get_size_inches() * style.POINTS
            for text in picture.figure.findobj(
                lambda thing: hasattr(thing, "get_text") and thing.get_visible()
            ):
                if text.get_text().strip() and text.axes is not None and text.get_clip_on() is False:
                    box = text.get_window_extent()
                    assert box.x0 > -3 and box.x1 < width + 3, (picture.name, text.get_text())
                    assert box.y0 > -3 and box.y1 < height + 3, (picture.name, text.get_text())


def test_svg_is_the_same_each_time_and_keeps_to_itself(
    study: Study, both: dict[str, dict[str, Picture]]
) -> None:
    again = drawn(Study.load(study.folder))
    taken: set[str] = set()
    for name, picture in both["en"].items():
        first = svg(picture)
        assert first == svg(picture) == svg(again[name])
        root = ET.fromstring(first)
        assert (
            root.tag.endswith("svg") and root.get("role") == "img" and root.get("aria-label") == picture.alt
        )
        ids = set(re.findall(r' id="([^"]+)"', first))
        assert all(found.startswith(f"{name}-") for found in ids) and not ids & taken
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', first)) <= ids
        assert "<style" not in first and "<metadata" not in first and "http://" not in first.split(">", 1)[1]
        taken |= ids


def test_numbers_are_written_as_in_the_language(both: dict[str, dict[str, Picture]]) -> None:
    english, other = (" ".join(words(both[lang]["level-3"])) for lang in ("en", "id"))
    assert re.search(r"0\.\d", english) and re.search(r"0,\d", other)


def test_files_stand_alone(both: dict[str, dict[str, Picture]], tmp_path: Path) -> None:
    picture = both["id"]["level-2"]
    paths = save(picture, tmp_path)
    assert [path.name for path in paths] == [f"{picture.name}{end}" for end in (".png", ".svg", ".csv")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    again = [path.read_bytes() for path in paths]
    assert again == [path.read_bytes() for path in save(picture, tmp_path)]
    ET.fromstring(paths[1].read_text(encoding="utf-8"))
    pd.testing.assert_frame_equal(
        pd.read_csv(paths[2], sep=";", decimal=",", encoding="utf-8-sig"), picture.table, check_dtype=False
    )


def test_a_waterfall_adds_up() -> None:
    picture = waterfall(WHY, "id")
    bars = picture.figure.axes[0].patches
    assert [bar.get_x() for bar in bars] == [0.0, 60.0, 0.0]
    assert [bar.get_width() for bar in bars] == [60.0, -15.0, 45.0]
    assert "Pay & $" in picture.title and picture.section == "why"
    assert "Pay &amp; $" in svg(picture)


def test_only_answers_to_its_question_are_drawn(tmp_path: Path) -> None:
    study = made_up(
        tmp_path, as_it_is, question(seeds=2, until="2015-12", regimes=("orders-short", "hands-short"))
    )
    right = answering(study, WHY.assign(scenario="policy-0", regime="hands-short"))
    wrong: dict[str, object] = {
        "hash": "f" * 64, "baseline_hash": "f" * 64, "indicator": "firms.count", "month": "2014-12",
        "scale": 0.2, "regime": "somebody's",
    }  # fmt: skip
    others = [right.assign(**{name: value}) for name, value in wrong.items()]
    # The hash says whose answer it is, whatever the file was called.
    pd.concat([*others, right.assign(scenario="2-policy-0")]).to_csv(tmp_path / "why.csv", index=False)
    for lang, under in (("en", "(hands are short)"), ("id", "(kekurangan tenaga kerja)")):
        told = [picture for picture in drawn(study, lang).values() if picture.section == "why"]
        assert len(told) == 1 and "“policy 0”" in told[0].title and under in told[0].title
        assert list(told[0].table) == list(WHY)


def one_seed() -> Design:
    return question(seeds=1)


def one_regime_short() -> Design:
    return question(seeds=2, until="2013-12", regimes=("orders-short",))


def many() -> Design:
    return question(seeds=2, until="2015-12", names=5, regimes=("orders-short",))


def hostile() -> Design:
    long = Scenario.parse(
        HEAD.format('"' + "very long title " * 7 + '"', "{from: 2012-01, to: 2012-12}"), "long"
    )
    return make_design(
        [Scenario.default(), Scenario.parse(HOSTILE, "hostile"), long], 2, scale=0.1, since="2011-01",
        until="2014-12", record="yearly", regimes=("orders-short",), baseline=None, full_scale=False,
    )  # fmt: skip


def nothing(run: Run, frames: dict[str, pd.DataFrame]) -> None:
    """No differences, no costs, and an indicator that is never defined."""
    frames[COSTS]["idr"] = 0.0
    series = frames[SERIES]
    names = [name for name in series.columns if name not in ("month", "place")]
    series[names] = np.random.default_rng(run.seed).random((len(series), len(names)))
    frames[INCOMES]["idr"] = 1e9
    series[["batik.share_over_50", "chain.share_broker"]] = np.nan


def as_it_is(run: Run, frames: dict[str, pd.DataFrame]) -> None:
    """Made-up numbers: shares below 1; policies cost something and bring some young workers."""
    series = frames[SERIES]
    if run.scenario == "baseline":
        frames[COSTS]["idr"] = 0.0
        series[YOUNG] /= 2
    shares = [name for name in series.columns if "share" in name or name.startswith("pay.")]
    series[shares] /= 100


@pytest.mark.parametrize(
    ("asked", "change"),
    [
        (one_seed, as_it_is),
        (one_seed, nothing),
        (one_regime_short, as_it_is),
        (hostile, nothing),
        (many, as_it_is),
    ],
)
def test_odd_comparisons_are_drawn(
    asked: Callable[[], Design], change: Callable[[Run, dict[str, pd.DataFrame]], None], tmp_path: Path
) -> None:
    study = made_up(tmp_path, change, asked())
    found = drawn(study, "id")
    assert {"level-1", "level-2"} <= set(found)
    for picture in found.values():
        ET.fromstring(svg(picture))
        assert "nan" not in f"{picture.title} {picture.note} {picture.caption} {picture.alt}".lower().split()
    in_force = asked is not one_regime_short  # where the policy starts after the last month
    assert ("overview" in found) == in_force
    assert any(name.startswith("course-") for name in found) == (change is not nothing and in_force)
    if asked is many:
        assert {f"course-{k}-1" for k in range(1, 6)} <= set(found)


def test_titles_are_shown_as_they_are(tmp_path: Path) -> None:
    found = drawn(made_up(tmp_path, as_it_is, hostile()), "en")
    picture = svg(found["overview"])
    assert "$x_1$ &lt;b&gt;&amp; &quot;quoted&quot;" in picture or '$x_1$ &lt;b&gt;&amp; "quoted"' in picture
    assert "<b>" not in picture and "…" not in picture
    assert all("very long title" in found[name].alt for name in ("overview",))
    save(found["overview"], tmp_path)


def test_things_in_a_row_keep_their_order_and_do_not_overlap() -> None:
    found = style.spaced([0.0, 1.0, 1.5, 100.0], [10.0, 10.0, 10.0, 10.0])
    assert found == pytest.approx([-55 / 6, 5 / 6, 65 / 6, 100.0])
    assert style.spaced([], []) == []
