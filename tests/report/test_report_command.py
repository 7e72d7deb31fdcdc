"""`batiksim report` as people meet it: files where they belong, a PDF where there is a browser."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

import pandas as pd
import pytest

from batiksim.cli import main
from batiksim.config.parameters import WORLDS
from batiksim.errors import RunError
from batiksim.recording.indicators import GROUPS
from batiksim.report.browser import VARIABLE, find_browser, print_pdf
from batiksim.report.page import render
from batiksim.runs import draws
from batiksim.runs.design import make_design
from batiksim.scenario import Scenario, library
from batiksim.studies.compare import compare
from batiksim.studies.study import Study
from batiksim.world.places import regions
from tests.support import made_up_study
from tests.support.comparisons import two

ROOT = Path(__file__).resolve().parents[2]
BROWSER = find_browser()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of two scenarios."""
    out = tmp_path_factory.mktemp("studies") / "study"
    compare(
        two(), 2, jobs=1, scale=0.005, until="2013-12", regimes=("orders-short",), full_scale=False, out=out
    )
    return out


def report(*words: object) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BATIKSIM_")}
    return subprocess.run(
        [sys.executable, "-m", "batiksim", "report", *(str(word) for word in words)],
        env={**kept, "PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip


Told = Callable[..., tuple[int, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """The exit code and what was said on stderr, without the start of a program."""
    monkeypatch.setenv("BATIKSIM_LANG", "en")  # and undone afterwards, whatever --lang made of it

    def run(*words: object) -> tuple[int, str]:
        code = main(["report", *(str(word) for word in words)])
        return code, capsys.readouterr().err

    return run


def test_the_page_lies_in_the_folder_and_files_where_asked(folder: Path, tmp_path: Path) -> None:
    done = report(folder, "--lang", "id", "--files", tmp_path / "slides", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (folder / "report-id.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="id">') and page.endswith("</html>\n")
    names = {path.name for path in (tmp_path / "slides").iterdir()}
    pictures = {name.removesuffix(".png") for name in names if name.endswith(".png")}
    assert pictures and all({f"{name}.svg", f"{name}.csv"} <= names for name in pictures)
    assert {"table-indicators.csv", "table-costs.csv", "table-winners.csv"} <= names
    assert not [name for name in names if name.startswith(".")]


def test_the_commands_on_the_page_run_in_its_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are printed; the policy is a user's own, and the library does not know it."""
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    monkeypatch.setattr(draws, "WORLDS", ("orders-short",))
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("report-*"))
    monkeypatch.chdir(kept)
    before = render(Study.load("."), "en", ())
    commands = [unescape(found) for found in re.findall(r"<code>(batiksim [^<]+)</code>", before)]
    assert [command.split()[1] for command in commands] == ["compare", "breakeven", "why"]
    for command in commands:
        words = shlex.split(command)[1:]
        more = ["--out", "again"] if words[0] == "compare" else []
        assert main([*words, *more, "--jobs", "1", "--quiet"]) == 0
    old, new = (Study.load(place).series.drop(columns="scenario") for place in (".", "again"))
    pd.testing.assert_frame_equal(old, new, check_exact=True)
    after = render(Study.load("."), "en")
    assert "nother size" in after and "batiksim why" not in after and 'id="picture-why-1"' in after


def test_a_kept_scenario_that_cannot_be_read_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("report-*"))
    # As in the first edition, which kept neither a copy nor checksums: there the content is what tells.
    (kept / "parts" / "question.json").unlink()
    asked = json.loads((kept / "study.json").read_text(encoding="utf-8"))
    asked = {key: value for key, value in asked.items() if "checksum" not in key}
    (kept / "study.json").write_text(json.dumps(asked), encoding="utf-8")
    file = kept / "scenarios" / "2-courses.yaml"
    written = file.read_text(encoding="utf-8")
    for content, said in ((written.replace("training", "tool_library"), "BATIKSIM_INTERVENTIONS"),
                          (written + "nonsense: 1\n", "nonsense"), ("\0", "")):  # fmt: skip
        file.write_text(content, encoding="utf-8")
        for words in (["report", str(kept)], ["resume", str(kept)], ["why", "--out", str(kept)]):
            assert main(words) == 2
            told = capsys.readouterr().err
            assert told.count("\n") == 1 and str(file) in told and said in told


def test_without_a_browser_the_page_is_there_and_the_way_to_a_pdf(
    folder: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "no-browser"))
    code, words = told(folder, "-o", page, "--pdf")
    assert code == 1 and page.exists() and not page.with_suffix(".pdf").exists()
    assert "BATIKSIM_BROWSER names" in words and str(page) in words and "Traceback" not in words


def test_nothing_found_says_how_to_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(RunError, match="print it to PDF"):
        print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for a browser")
def test_a_browser_that_fails_leaves_the_old_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "browser").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (tmp_path / "browser").chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "browser"))
    (tmp_path / "page.pdf").write_bytes(b"old")
    with pytest.raises(RunError, match="exit code 3"):
        print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"browser", "page.pdf"}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium, Chrome or Edge is installed")
def test_the_pdf_is_the_page_on_paper(folder: Path, tmp_path: Path) -> None:
    done = report(folder, "-o", tmp_path / "page.html", "--pdf")
    assert done.returncode == 0, done.stderr
    pdf = (tmp_path / "page.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf))
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}  # A4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "page.pdf"]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium, Chrome or Edge is installed")
def test_paper_has_no_navigation_and_hides_nothing_else(tmp_path: Path) -> None:
    css = (ROOT / "batiksim" / "report" / "page" / "report.css").read_text(encoding="utf-8")
    words = {"contents": 'class="contents"', "data": 'class="data"', "plain": ""}
    lengths = {}
    for name, kind in words.items():
        tall = '<p style="height:150mm;margin:0">.</p>' * 2
        inside = f"<summary>s</summary>{tall}" if name == "data" else tall
        tag = "details" if name == "data" else "nav" if name == "contents" else "div"
        page = tmp_path / f"{name}.html"
        page.write_text(
            f"<!DOCTYPE html><style>{css}</style><{tag} {kind}>{inside}</{tag}>", encoding="utf-8"
        )
        print_pdf(page, page.with_suffix(".pdf"))
        lengths[name] = _pages(page.with_suffix(".pdf").read_bytes())
    assert lengths == {"contents": 1, "data": 1, "plain": 2}


NAMES = ("direct-contracts", "floor-for-home-workers", "school-leavers")
FRONT_ALONE = (
    "<style>main > :not(.front), footer { display: none; } main > .front { break-after: auto; }</style>"
)


@pytest.fixture(scope="module", params=["en", "id"])
def three(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a comparison of three policies that ship, in one language."""
    shipped = library()
    asked = make_design(
        [Scenario.default(), *(Scenario.load(shipped[one]) for one in NAMES)], 4, scale=0.1, since="2011-01",
        until="2040-12", record="yearly", regimes=WORLDS, baseline=None, full_scale=True,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(made_up_study, "PLACES", (*regions(), *GROUPS))
        study = made_up_study.made_up(tmp_path_factory.mktemp("three"), asked=asked)
    return render(study, request.param)


def _printed(page: str, file: Path) -> int:
    file.write_text(page, encoding="utf-8")
    print_pdf(file, file.with_suffix(".pdf"))
    return _pages(file.with_suffix(".pdf").read_bytes())


@pytest.mark.skipif(BROWSER is None, reason="no Chromium, Chrome or Edge is installed")
def test_three_policies_are_twelve_pages_and_the_first_is_one(three: str, tmp_path: Path) -> None:
    assert _printed(three, tmp_path / "whole.html") <= 12
    assert _printed(three.replace("</head>", f"{FRONT_ALONE}</head>"), tmp_path / "front.html") == 1


@pytest.mark.skipif(BROWSER is None, reason="no Chromium, Chrome or Edge is installed")
@pytest.mark.parametrize("wide", [False, True])
def test_a_phone_needs_no_swiping_sideways(three: str, tmp_path: Path, wide: bool) -> None:
    """At 360 px, with everything unfolded; the measure itself would see what is too wide."""
    opened = three.replace("<details", "<details open")
    shown = opened.replace("<main", '<div style="width: 500px">.</div><main') if wide else opened
    frame = f'<iframe width="360" height="800" srcdoc="{escape(shown)}"></iframe>'
    measure = "document.title = document.querySelector('iframe').contentDocument.documentElement.scrollWidth"
    holder = tmp_path / "holder.html"
    holder.write_text(
        f"<!DOCTYPE html>{frame}<script>onload = () => {{ {measure} }}</script>", encoding="utf-8"
    )
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [str(BROWSER), *quiet, "--dump-dom", holder.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    (width,) = re.findall(r"<title>(\d+)</title>", done.stdout)
    assert (int(width) <= 360) != wide


def _pages(pdf: bytes) -> int:
    """Pages of a PDF, whose objects may stand in compressed streams."""
    streams = [_inflated(found) for found in re.findall(rb"stream\r?\n(.*?)endstream", pdf, flags=re.S)]
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in (pdf, *streams))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_what_is_no_finished_comparison_is_refused(folder: Path, tmp_path: Path, told: Told) -> None:
    begun = tmp_path / "begun"
    shutil.copytree(folder, begun, ignore=shutil.ignore_patterns("report-*"))
    (begun / "manifest.json").unlink()
    run = tmp_path / "run"
    run.mkdir()
    (run / "scenario.yaml").write_text("title: {en: x}\n", encoding="utf-8")
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged, ignore=shutil.ignore_patterns("report-*"))
    (damaged / "series.parquet").write_bytes(b"nothing")
    wanted = tmp_path / "page.html"
    for words, said in (
        ((tmp_path / "nowhere", "-o", wanted), "there is no folder"),
        ((tmp_path, "-o", wanted), "holds no comparison"),
        ((begun, "-o", wanted), "batiksim resume"),
        ((run, "-o", wanted), "a single run, not a comparison"),
        ((damaged, "-o", wanted), f"batiksim resume {damaged}"),
    ):
        code, refused = told(*words)
        assert code == 2 and said in refused, refused
        assert refused.count("\n") == 1 and not wanted.exists()


def test_what_the_results_are_about_can_be_chosen(folder: Path, tmp_path: Path, told: Told) -> None:
    page = tmp_path / "page.html"
    words = ("--group", "casual", "--place", "city", "--year", 2013, "--lang", "id")
    assert told(folder, "-o", page, *words)[0] == 0
    said = page.read_text(encoding="utf-8")
    results = said[said.index('id="results"') : said.index('id="levels"')]
    assert "Pekerja lewat makelar, Kota Pekalongan" in results and "selama 2013" in results
    assert "Pekerja batik di bawah 30 tahun, seluruh" not in results
    for wrong, said in (
        (("--place", "Kaumann"), "did you mean kauman?"),
        (("--place", "kauman"), "without runs of the whole region"),
        (("--group", "casuals"), "did you mean casual?"),
        (("--indicator", "batik.worker"), "did you mean batik.workers?"),
        (("--year", 2050), "2050 is not among the recorded months 2011..2013"),
    ):
        code, refused = told(folder, "-o", page, *wrong, "--lang", "en")
        assert code == 2 and said in refused and refused.count("\n") == 1, refused


def test_what_is_no_place_for_a_page_is_refused(folder: Path, tmp_path: Path, told: Told) -> None:
    (tmp_path / "a.html").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out, said in (
        (tmp_path / "a.html", "is a folder"),
        (tmp_path / "page.pdf", "names an HTML file"),
        (tmp_path / "file" / "page.html", "file is a file, not a folder"),
        (tmp_path / "nowhere" / "page.html", "there is no folder"),
    ):
        code, refused = told(folder, "-o", out)
        assert code == 2 and said in refused, refused
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "file"]
