"""Numbers, places and titles as people in Pekalongan write them: read as they are meant, or asked about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batiksim.config import fields
from batiksim.config.parameters import load_parameters
from batiksim.config.units import write_number, write_percent
from batiksim.config.yaml_file import Source, as_node
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES
from batiksim.i18n.unit_names import named
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import kinds
from batiksim.scenario.settings import parse_set

ROOT = Path(__file__).resolve().parents[2]
STIPEND = "interventions:\n  - apprenticeship:\n      from: 2026-01\n      strength: {}\n"
BUDGET = "interventions:\n  - apprenticeship:\n      from: 2026-01\n      budget: {}\n"
LOAN = "interventions:\n  - micro_credit:\n      from: 2026-01\n      amount: {}\n"
SEATS = "interventions:\n  - apprenticeship:\n      from: 2026-01\n      seats: {}\n"
CUT = "parameters:\n  contracts.surplus_cut: {}\n"


def read(content: str, lang: str | None = None) -> float:
    """The one number of a file, whichever it is."""
    scenario = Scenario.parse(f"language: {lang}\n{content}" if lang else content)
    if scenario.spans:
        return scenario.value("contracts.surplus_cut")
    (measure,) = scenario.interventions
    key = content.split("from: 2026-01\n      ")[1].partition(":")[0]
    found = measure.options.get(key, getattr(measure, key, None))
    assert found is not None
    return found


def refused(content: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse(content)
    return "\n".join(str(error) for error in (caught.value, *caught.value.others))


@pytest.mark.parametrize(
    ("form", "written", "meant"),
    [
        (LOAN, "Rp 1.500.000", 1.5e6),
        (LOAN, "Rp1.500.000,-", 1.5e6),
        (LOAN, "Rp. 1.500.000,50", 1_500_000.5),
        (LOAN, "1.500.000", 1.5e6),
        (LOAN, "1,500,000", 1.5e6),
        (LOAN, "2,5 juta", 2.5e6),
        (LOAN, "2.5 juta", 2.5e6),
        (STIPEND, "Rp 750 ribu per bulan", 750_000),
        (STIPEND, "Rp 9 juta setahun", 750_000),
        (BUDGET, "4,5 miliar", 4.5e9),
        (BUDGET, "4,5 milyar", 4.5e9),
        (BUDGET, "Rp 4,5 miliar per tahun", 4.5e9),
        (BUDGET, '"4,5 miliar"', 4.5e9),
        (CUT, "12,5 %", 0.125),
        (CUT, "12.5 %", 0.125),
        (CUT, "0.15", 0.15),
        (CUT, "0.125", 0.125),  # nobody writes thousands from 0
        (CUT, '"0,15"', 0.15),
        (SEATS, "1500", 1500),
    ],
)
def test_what_can_be_meant_in_one_way_is_read_in_every_file(form: str, written: str, meant: float) -> None:
    for lang in (None, "id") if '"' in written and "," in written else (None, *LANGUAGES):
        assert read(form.format(written), lang) == meant


@pytest.mark.parametrize(
    ("form", "written", "indonesian", "english"),
    [
        (LOAN, "Rp 750.000", 750_000, 750),
        (LOAN, "Rp750.000", 750_000, 750),
        (STIPEND, "Rp750.000/bulan", 750_000, 750),
        (STIPEND, "750.000 rupiah per bulan", 750_000, 750),
        (STIPEND, "750.000", 750_000, 750),
        (STIPEND, "750,000", 750, 750_000),
        (BUDGET, "4.000 juta IDR/tahun", 4e9, 4e6),
        (SEATS, "1.500", 1500, 1.5),
        (SEATS, "4,500", 4.5, 4500),
        (SEATS, "1.500 orang", 1500, 1.5),
    ],
)
def test_the_language_of_the_file_decides_what_has_two_meanings(
    form: str, written: str, indonesian: float, english: float
) -> None:
    wanted = {"id": indonesian, "en": english}
    for lang, meant in wanted.items():
        low = 100_000 if form == LOAN else 0
        if meant < low:
            assert "is outside" in refused(f"language: {lang}\n{form.format(written)}")
        else:
            assert read(form.format(written), lang) == meant
    told = refused(form.format(written))
    for lang, meant in wanted.items():
        assert f"{fields.in_thousands(float(meant))} (language: {lang})" in told


def test_the_document_says_what_is_read() -> None:
    document = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([\w.]+) \| ([\w.]+) \| ([\w.]+) \|$", document, flags=re.M)
    assert len(rows) > 5
    for written, *told in rows:
        for lang, meant in zip(("id", "en", None), told, strict=True):
            node = as_node(written, Source(language=lang))
            if meant == "refused":
                with pytest.raises(ScenarioError, match=r"could be|decimal comma"):
                    fields.number(node, "x", "IDR/month")
            else:
                assert fields.number(node, "x", "IDR/month") == float(meant)


def test_both_readings_are_told() -> None:
    told = refused(LOAN.format("Rp 750.000"))
    assert told.startswith("line 4:15: micro_credit.amount = Rp 750.000 could be 750 thousand (language: id)")
    assert "or 750 (language: en); write one of these lines at the top of the file" in told


def test_shares_and_ratios_of_three_decimals_stay_what_yaml_says() -> None:
    assert Scenario.parse("parameters: {choice.conformity: 1.125}").value("choice.conformity") == 1.125
    told = refused("language: id\nparameters: {choice.conformity: 1.125}")
    assert "1.125 (1125) is outside" in told  # not silently one of the two


def test_numbers_of_python_and_of_the_package_have_one_meaning() -> None:
    assert fields.number(as_node(750.125), "x", "IDR") == 750.125
    changed = Scenario.default().but({"start.regency_workers": 2500.125})
    assert changed.value("start.regency_workers") == 2500.125
    with pytest.raises(ScenarioError, match=r"2500 \(language: id\) or 2\.5 \(language: en\)"):
        Scenario.default().but(parse_set("start.regency_workers=2.500"))
    with pytest.raises(ScenarioError, match="750 thousand"):
        fields.number(as_node("Rp 750.000"), "x", "IDR")


def test_another_language_is_refused() -> None:
    assert "language = jv is not one of: en, id" in refused("language: jv\n")


def test_a_parent_keeps_its_own_language(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "induk.yaml").write_text(f"language: id\n{SEATS.format('1.500')}", encoding="utf-8")
    (tmp_path / "anak.yaml").write_text(
        f"language: en\nextends: induk\n{SEATS.format('1,200')}", encoding="utf-8"
    )
    found = [one.options["seats"] for one in Scenario.load(tmp_path / "anak.yaml").interventions]
    assert found == [1500, 1200]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("interventions:\n  - training: {from: 2026-01, budget: 4,5 miliar}", 'budget: "4,5 miliar"'),
        ("interventions:\n  - training: {from: 2026-01, coverage: 0,6, to: 2030-12}", 'coverage: "0,6"'),
        ("parameters: {contracts.surplus_cut: 12,5 %}", 'contracts.surplus_cut: "12,5 %"'),
        ("parameters:\n  contracts.surplus_cut: {2027-01: 0,15}", '2027-01: "0,15"'),
        ("title: {en: Pay, skill, and pride, id: Upah}", 'en: "Pay, skill, and pride"'),
        ("why: {id: Upah naik, buruh tinggal}", 'id: "Upah naik, buruh tinggal"'),
    ],
)
def test_a_comma_inside_braces_gets_a_hint_to_quote(content: str, value: str) -> None:
    told = refused(content)
    assert "inside { } a comma ends a value" in told and value in told
    assert "not known" not in told and "no parameter" not in told


PLACES = ["Kota Buaran", "KOTA BUARAN", "kota_buaran", "Kauman", "Kab. Tirto", "CITY"]


@pytest.mark.parametrize("where", PLACES)
def test_places_are_found_in_any_case(where: str) -> None:
    plain = where.lower().replace(".", "").replace(" ", "-").replace("_", "-")
    content = "interventions:\n  - training: {from: 2026-01, where: %s}\n"
    (measure,), (again,) = (Scenario.parse(content % name).interventions for name in (where, plain))
    assert measure.where == again.where


def test_a_range_with_decimal_commas_gets_the_hint_too() -> None:
    told = refused("uncertainty: {choice.conformity: [0,5, 3,5]}")
    assert "inside [ ] a comma ends a number" in told
    quoted = Scenario.parse('language: id\nuncertainty: {choice.conformity: ["0,5", "3,5"]}')
    assert quoted.uncertainty == {"choice.conformity": (0.5, 3.5)}


def test_an_unknown_option_lists_those_there_are_the_nearest_first() -> None:
    told = refused("interventions:\n  - training: {from: 2026-01, max_ages: 30}")
    listed = told.partition("it can have: ")[2].split(", ")
    assert listed[0] == "max_age" and {"seats", "lasts", "min_age", "budget", "where"} < {*listed}


def test_words_of_the_first_edition_are_still_read() -> None:
    old = Scenario.parse("interventions:\n  - wage_subsidy: {from: 2026-01, without: [beside_pay]}")
    assert [measure.without for measure in old.interventions] == [("transfer",)]


NUMBERS = st.floats(-1e17, 1e17) | st.integers(-(10**12), 10**12).map(float)


@given(value=NUMBERS, lang=st.sampled_from(LANGUAGES), unit=st.sampled_from(["", "IDR/month", "seats/year"]))
@example(1.125, "id", "").via("three decimals")
@example(750_000.0, "en", "IDR/month").via("thousands")
@example(1e-7, "id", "")
def test_a_number_that_is_written_can_be_read_back(value: float, lang: str, unit: str) -> None:
    written = f"{write_number(value, lang)} {named(unit, lang)}".strip()
    node = as_node(written, Source(language=lang))
    assert fields.number(node, "x", unit) == value


@given(share=st.floats(0, 1), lang=st.sampled_from(LANGUAGES))
def test_a_share_in_percent_can_be_read_back(share: float, lang: str) -> None:
    assert fields.number(as_node(write_percent(share, lang), Source(language=lang)), "x", "share") == share


def test_every_unit_can_be_read_back_in_both_languages() -> None:
    units = {parameter.unit for parameter in load_parameters().values() if parameter.bounds}
    units |= {option.unit for kind in kinds().values() for option in kind.options.values()}
    units |= {kind.strength.unit for kind in kinds().values() if kind.strength is not None}
    for lang in LANGUAGES:
        for unit in units:
            written = as_node(f"{write_number(1234.5, lang)} {named(unit, lang)}", Source(language=lang))
            assert fields.number(written, "x", unit) == pytest.approx(1234.5, rel=1e-15), (unit, lang)


@settings(max_examples=15)
@given(value=st.floats(0, 5e6), seats=st.floats(0, 1e6), lang=st.sampled_from((None, *LANGUAGES)))
@example(750.125, 1.125, "id").via("three decimals")
@example(750.125, 1.125, None).via("three decimals")
def test_what_new_and_to_yaml_write_means_the_same_in_every_language(
    value: float, seats: float, lang: str | None
) -> None:
    content = STIPEND.format(repr(value)) + f"      seats: {seats!r}\n"
    scenario = Scenario.parse(f"language: en\n{content}")
    written = scenario.draft("mine", lang) if lang else scenario.to_yaml()
    assert Scenario.parse(written).hash == scenario.hash
    assert Scenario.parse(f"language: id\n{scenario.to_yaml()}").hash == scenario.hash
