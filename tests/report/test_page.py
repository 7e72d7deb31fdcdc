"""The report as one page: whole, closed to the network, safe, honest, and the same in both languages."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib import rc_context, rcParams

from batiksim.data import rows
from batiksim.i18n.texts import speaking
from batiksim.present.names import month
from batiksim.report.page import assumptions, provenance, render, write_report
from batiksim.report.pictures import svg, waterfall
from batiksim.report.pictures.why import COLUMNS
from batiksim.scenario import Scenario
from batiksim.studies.compare import compare
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from tests.support.comparisons import scenario
from tests.support.made_up_study import made_up, question

ROOT = Path(__file__).resolve().parents[2]
EVIL = "<script>alert(1)</script>"
WHY = "why: '<img src=x onerror=alert(2)> & {{ 7 * 7 }}'\n"
COURSES = "interventions:\n  - training: {from: 2012-01, to: 2012-12, where: [kauman, jenggot]}\n"
SECTIONS = (
    *(
        "front",
        "results",
        "winners",
        "payers",
        "levels",
        "policies",
        "life",
        "assumptions",
        "worth",
        "limits",
        "checks",
    ),
    *("made", "glossary"),
)
VOID = {"meta", "br", "img", "hr", "link", "input"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three scenarios, a draw of each world, two seeds; one title and one reason are attacks."""
    evil = Scenario.parse(f"title: '{EVIL}'\n{WHY}extends: baseline\n{COURSES}", "evil")
    dear = scenario("dear", "parameters:\n  garment.umk_growth: {2012-06: 0.2}\n" + COURSES)
    return compare(
        [Scenario.default(), evil, dear], 2, draws=2, jobs=1, scale=0.005, until="2016-12", full_scale=False,
        out=tmp_path_factory.mktemp("studies") / "study",
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages(study: Study) -> dict[str, str]:
    return {lang: render(study, lang) for lang in ("en", "id")}


class Reader(HTMLParser):
    """Checks that elements are nested, and collects what the tests ask for."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if "style" not in self.open[-1:]:
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_is_closed(pages: dict[str, str], lang: str) -> None:
    tags = Reader(pages[lang]).tags
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & {
        tag for tag, _ in tags
    }
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "xlink:href", "srcset", "action"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", pages[lang]))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "@import" not in pages[lang] and not re.search(r"url\((?!#)", pages[lang])


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_is_in_order(pages: dict[str, str], lang: str) -> None:
    reader = Reader(pages[lang])
    assert reader.tags[0] == ("html", {"lang": lang})
    sections = [
        attributes["id"] for tag, attributes in reader.tags if tag == "section" and "id" in attributes
    ]
    assert [name for name in SECTIONS if name not in sections] == []
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels[1:]))
    ids = [attributes["id"] for _, attributes in reader.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for tag, attributes in reader.tags if tag == "a"}
    assert links <= {f"#{name}" for name in ids}
    drawings = [
        attributes for tag, attributes in reader.tags if tag == "svg" and "aria-hidden" not in attributes
    ]
    assert len(drawings) > 8 and all(len(drawing["aria-label"] or "") > 20 for drawing in drawings)
    figures = [tag for tag, _ in reader.tags].count
    assert figures("figure") == figures("figcaption") == len(drawings)
    assert figures("caption") == figures("table") >= len(drawings) + 5
    assert not re.search(r"\bwill\b|\bnan\b|\{\w+\}|None", _own_words(reader.text))


def _own_words(said: str) -> str:
    """What the page says of itself, without its name and the one future it disclaims."""
    return said.replace("Who will make Pekalongan's batik?", "").replace("what Pekalongan will see", "")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_text_of_scenarios_stays_text(pages: dict[str, str], lang: str) -> None:
    assert EVIL not in pages[lang] and "<img" not in pages[lang]
    said = Reader(pages[lang]).text
    assert EVIL in said and "<img src=x onerror=alert(2)> & {{ 7 * 7 }}" in said
    # Nobody knows in which language a text is that was given once.
    assert any(attributes.get("lang") == "" for _, attributes in Reader(pages[lang]).tags)


def test_the_page_says_how_it_was_made(study: Study, pages: dict[str, str]) -> None:
    said = Reader(pages["id"]).text
    assert study.command in said
    for about in study.about["scenarios"]:
        assert about["hash"] in said
    with speaking("id"):
        assert month("2016-12") == "Desember 2016" and "Desember 2016" in said


def test_the_same_folder_gives_the_same_bytes(study: Study, pages: dict[str, str], tmp_path: Path) -> None:
    """Also both languages at once, and where somebody has a taste of their own in pictures."""

    def written(lang: str) -> bytes:
        return write_report(Study.load(study.folder), tmp_path / f"{lang}.html", lang=lang).read_bytes()

    with rc_context({"font.size": 20.0, "axes.grid": True, "svg.fonttype": "path"}):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(written, pages)) == [page.encode() for page in pages.values()]
        assert rcParams["font.size"] == 20.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["en.html", "id.html"]


def test_nothing_of_a_folder_steers_the_reader(tmp_path: Path) -> None:
    """Neither a terminal, nor the direction of a line, nor the markup, whoever made the folder."""
    study = made_up(tmp_path / "study", asked=question(seeds=1, until="2015-12"))
    study.about["titles"]["short"] = {"en": f"\x1b[31mred\u202e {EVIL}\x00", "id": "x"}
    row = ("short", "orders-short", "total", f"\x07bell\u2066 <b>{EVIL}", 5.0, 1.0, 9.0)
    picture = waterfall(pd.DataFrame([row], columns=COLUMNS), "en")
    page = render(study, "en", [picture])
    assert not set("\x1b\u202e\x00\x07\u2066") & {*page, *svg(picture)}
    assert EVIL not in page and f"[31mred {EVIL}" in Reader(page).text
    assert ElementTree.fromstring(svg(picture)).get("role") == "img"


def test_failed_runs_are_in_plain_sight(tmp_path: Path) -> None:
    study = made_up(tmp_path / "study")
    runs = pd.read_csv(study.folder / "runs.csv", keep_default_na=False, dtype={"error": str})
    runs.loc[3, ["status", "error"]] = "failed", "<b>out of luck</b>"
    runs.to_csv(study.folder / "runs.csv", index=False)
    page = render(Study.load(study.folder), "en", ())
    said = Reader(page).text
    assert said.index("1 of 80 runs failed") < said.index("What would reverse it")
    assert "<b>out of luck</b>" in said and "<b>out" not in page


def test_a_badge_counts_what_a_picture_rests_on() -> None:
    counts = assumptions.counted(["contracts.surplus_cut", YOUNG])
    whole = assumptions.counted(())
    assert 0 < counts["assumed"] < whole["assumed"] and counts["fact"] >= 2 and counts["fitted"] >= 5
    badge = assumptions.badge(["firms.founding"])
    assert badge.grade == "mostly"
    with speaking("id"):
        assert assumptions.badge(["firms.founding"]).words != badge.words


def test_the_failed_checks_are_those_of_the_calibration() -> None:
    page = (ROOT / "docs" / "reference" / "calibration.md").read_text(encoding="utf-8")
    failed = set()
    for regime, role, table in re.findall(r"### ([\w-]+): (\w+)\n(.*?)(?=\n###|\Z)", page, flags=re.S):
        for line in table.splitlines():
            if role == "check" and "**no**" in line:
                name, where, band, model = (part.strip() for part in line.strip("| ").split("|")[:4])
                failed.add((regime, name, *where.split(", "), *band.split(" .. "), model))
    kept = ("regime", "target", "place", "month", "low", "high", "model")
    assert failed and {tuple(row[key] for key in kept) for row in rows("failed_checks.csv")} == failed


def test_any_check_can_be_told_if_it_fails() -> None:
    for target in rows("targets.csv"):
        unit = provenance._unit(target["target"])
        for lang in ("en", "id"):
            with speaking(lang):
                assert provenance._band(target["low"], target["high"], unit)
    with speaking("en"):
        assert provenance._band("", "0", "people") == "at most 0"


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_letters_stand_out() -> None:
    css = (ROOT / "batiksim" / "report" / "page" / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    pairs = [
        (ink, ground) for ink in ("ink", "quiet", "indigo", "soga", "night") for ground in ("paper", "tint")
    ]
    assert all(
        _contrast(colours[ink], colours[ground]) >= 4.5 for ink, ground in (*pairs, ("on-night", "night"))
    )
