"""Wrong and hostile scenario files: one clean error each, with file, line and column, in well under a second."""

# ruff: noqa: E501 (a table with one case a line)
from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from batiksim.config.yaml_file import MAX_BYTES
from batiksim.errors import ScenarioError
from batiksim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("small_world")


def refused(file: Path) -> str:
    """Return the message about a file, which must come quickly."""
    started = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(file)
    assert time.process_time() - started < 10  # a bomb would take for ever
    message = str(caught.value)
    assert message.isprintable() and len(message) < 600 and str(file.parent) in message
    return message.replace(f"{file.parent}{os.sep}", "")


def cut(value: str) -> str:
    return f"parameters:\n  contracts.surplus_cut: {value}\n"


def coop(settings: str) -> str:
    return f"interventions:\n  - cooperative: {{{settings}}}\n"


WRONG = {
    # numbers
    "outside": (cut("1.4"), "2:26: contracts.surplus_cut = 1.4 is outside 0..0.6 share (Broker's cut of the surplus)"),
    "negative": (cut("-1e-3"), "2:26: contracts.surplus_cut = -1e-3 is outside 0..0.6"),
    "infinite": (cut("1e999"), "2:26: contracts.surplus_cut = 1e999 is too large"),
    "many digits": (cut("9" * 50_000), "2:26: contracts.surplus_cut = 9999"),
    "huge with unit": (cut("1e999 %"), "2:26: contracts.surplus_cut = 1e999 % is outside 0..0.6"),
    "nan": (cut(".nan"), "2:26: contracts.surplus_cut = .nan is not a plain decimal number"),
    "inf": (cut("-.inf"), "2:26: contracts.surplus_cut = -.inf is not a plain decimal number"),
    "octal": (cut("010"), "2:26: contracts.surplus_cut = 010 is not a plain decimal number"),
    "octal of 1.2": (cut("0o7"), "2:26: contracts.surplus_cut = 0o7 is not a plain decimal number"),
    "hexadecimal": (cut("0x1"), "2:26: contracts.surplus_cut = 0x1 is not a plain decimal number"),
    "underscore": (cut("1_0"), "2:26: contracts.surplus_cut = 1_0 is not a plain decimal number"),
    "other digits": (cut("٣"), "2:26: contracts.surplus_cut = ٣ is not a number share"),
    "comma": (cut("0,15"), "2:26: contracts.surplus_cut = 0,15 has a decimal comma; write 0.15"),
    "quoted": (cut('"0.15"'), "2:26: contracts.surplus_cut = 0.15 stands in quotes"),
    "no": (cut("no"), "2:26: contracts.surplus_cut = no is not a number share"),
    "true": (cut("true"), "2:26: contracts.surplus_cut = true is not a number share"),
    "nothing": (cut(""), "2:3: contracts.surplus_cut = nothing is not a number share"),
    "list": (cut("[0.1]"), "2:26: contracts.surplus_cut = a list is not a number share"),
    "wrong unit": (cut("24 months"), "2:26: contracts.surplus_cut = 24 months is in the wrong unit (months); the unit is share"),
    "yearly": ("parameters: {garment.pay: 1e6 IDR}", "1:27: garment.pay = 1e6 IDR is in the wrong unit (IDR); the unit is IDR/month"),
    "no unit": ("parameters: {garment.pay: 2 billion}", "1:27: garment.pay = 2 billion is outside 0..100 million IDR/month"),
    "half": ("parameters: {contracts.memory: 1.5}", "1:32: contracts.memory = 1.5 is not a whole number"),
    "switch no": ("parameters: {choice.image: no}", "1:28: choice.image = no is not a switch value; write true or false"),
    "switch 1": ("parameters: {choice.image: 1}", "1:28: choice.image = 1 is not a switch value"),
    "choice": ("parameters: {choice.regime: hand-short}", "1:29: choice.regime = hand-short is not one of: orders-short, hands-short (did you mean hands-short?)"),
    "choice dated": ("parameters: {choice.regime: {2020-01: hands-short}}", "1:29: choice.regime is one choice for the whole run"),
    "start dated": ("parameters: {start.firms: {2020-01: 5}}", "1:27: start.firms describes 2011-01, where every run starts"),
    # dates
    "order": (cut("{2030-01: 0.1, 2020-01: 0.2}"), "2:41: contracts.surplus_cut: 2020-01 comes after a later date"),
    "overlap": (cut("{2020-01..2022-06: 0.1, 2022-06: 0.2}"), "2:50: contracts.surplus_cut: 2022-06 overlaps"),
    "same month": (cut("{2020-01: 0.1, 2020-01..2020-02: 0.2}"), "2:41: contracts.surplus_cut: 2020-01..2020-02 overlaps"),
    "backwards": (cut("{2022-06..2020-01: 0.1}"), "2:27: contracts.surplus_cut: the period 2022-06..2020-01 ends before"),
    "month 13": (cut("{2022-13: 0.1}"), "2:27: contracts.surplus_cut = 2022-13 is not a month"),
    "a day": (cut("{2022-01-01: 0.1}"), "2:27: contracts.surplus_cut = 2022-01-01 is not a month; write year-month"),
    "early": (cut("{2010-12: 0.1}"), "2:27: contracts.surplus_cut = 2010-12 is outside the months of the model, 2011-01..2060-12"),
    "late": (cut("{2061-01: 0.1}"), "2:27: contracts.surplus_cut = 2061-01 is outside the months"),
    "no dates": (cut("{}"), "2:26: contracts.surplus_cut has no dates"),
    "dated outside": (cut("{2020-01: 7}"), "2:36: contracts.surplus_cut = 7 is outside 0..0.6"),
    # names
    "unknown key": ("parameter: {}", "1:1: parameter is not known in scenario (did you mean parameters?)"),
    "unknown parameter": ("parameters:\n  contracts.surplus_cutt: 0", "2:3: there is no parameter contracts.surplus_cutt (did you mean contracts.surplus_cut?)"),
    "family left out": ("parameters:\n  surplus_cut: 0", "2:3: there is no parameter surplus_cut (did you mean contracts.surplus_cut?)"),
    "repeated": (cut("0.1") + "  contracts.surplus_cut: 0.2", "3:3: contracts.surplus_cut is given twice, first in line 2"),
    "repeated section": ("title: a\nwhy: b\ntitle: c", "3:1: title is given twice, first in line 1"),
    "merge": ("parameters:\n  <<: {a: 1}", "2:3: there is no parameter <<"),
    "list as key": ("? [a]\n: 1", "1:3: a name must be a word"),
    "parameters as list": ("parameters: [1]", "1:13: parameters must hold names and values, not a list"),
    "not a mapping": ("- a", "1:1: scenario must hold names and values, not a list"),
    "title list": ("title: [a]", "1:8: title must be text, not a list"),
    "title long": ("title: " + "x" * 201, "1:8: title has 201 characters; at most 200"),
    "title language": ("title: {fr: a}", "1:9: fr is not known in title"),
    "title escape": ('title: "\\e[31m"', "1:8: title holds a control character"),
    "title surrogate": ('title: "\\ud800"', "1:8: "),
    # interventions
    "no such kind": ("interventions:\n  - coperative: {}", "2:5: there is no intervention coperative (did you mean cooperative?)"),
    "no list": ("interventions: {cooperative: {}}", "1:16: interventions must be a list"),
    "two in one": ("interventions:\n  - {cooperative: {}, b: {}}", "2:5: an intervention is one name with its settings"),
    "bare word": ("interventions:\n  - cooperative", "2:5: an intervention is one name with its settings"),
    "no settings": ("interventions:\n  - cooperative:", "2:5: cooperative must hold names and values, not nothing"),
    "no from": (coop("to: 2030-01"), "2:18: cooperative needs from"),
    "to before from": (coop("from: 2030-01, to: 2029-12"), "2:38: cooperative.to = 2029-12 is before cooperative.from = 2030-01"),
    "option": (coop("from: 2030-01, due: 3"), "2:34: due is not known in cooperative (did you mean dues?)"),
    "option outside": (coop("from: 2030-01, dues: 2 juta IDR/month"), "2:40: cooperative.dues = 2 juta IDR/month is outside 0..1 million IDR/month (Dues)"),
    "strength": (coop("from: 2030-01, strength: 0.6"), "2:44: cooperative.strength = 0.6 is outside 0..0.5 share (Gain in bargaining)"),
    "coverage": (coop("from: 2030-01, coverage: 120 %"), "2:44: cooperative.coverage = 120 % is outside 0..1 share"),
    "ramp": (coop("from: 2030-01, ramp: 24 people"), "2:40: cooperative.ramp = 24 people is in the wrong unit (people); the unit is months"),
    "budget": (coop("from: 2030-01, budget: 2 billion IDR"), "2:42: cooperative.budget = 2 billion IDR is in the wrong unit (IDR); the unit is IDR/year"),
    "by": (coop("from: 2030-01, by: goverment"), "2:38: cooperative.by = goverment is not one of: craft, government"),
    "who": (coop("from: 2030-01, who: [casuals]"), "2:40: cooperative.who = casuals is not one of: youth, direct, casual, owners, members (did you mean casual?)"),
    "place": (coop("from: 2030-01, where: [jengot]"), "2:42: cooperative.where: there is no place jengot (did you mean jenggot?)"),
    "place by name": (coop("from: 2030-01, where: Krapyak Kidull"), "2:41: cooperative.where: there is no place Krapyak Kidull (did you mean krapyak-kidul?)"),
    "Buaran": (coop("from: 2030-01, where: [kauman, buaran]"), "2:50: cooperative.where: buaran exists in the city and in the regency; write kota-buaran / kab-buaran"),
    "Tirto": (coop("from: 2030-01, where: Tirto"), "2:41: cooperative.where: Tirto exists in the city and in the regency; write kota-tirto / kab-tirto"),
    "no place": (coop("from: 2030-01, where: []"), "2:41: cooperative.where must be a list such as [a, b], not a list"),
    "too many": ("interventions:\n" + "  - cooperative: {from: 2030-01}\n" * 201, "202:5: interventions has 201 entries; at most 200"),
    # ranges
    "range outside": ("uncertainty: {choice.conformity: [0, 9]}", "1:38: choice.conformity = 9 is outside 0..8"),
    "range order": ("uncertainty: {choice.conformity: [2, 1]}", "1:34: choice.conformity: the low end 2 is not below the high end 1"),
    "range of three": ("uncertainty: {choice.conformity: [1, 2, 3]}", "1:34: choice.conformity must be two numbers [low, high]"),
    "range of a switch": ("uncertainty: {choice.image: [true, false]}", "1:29: choice.image is a switch"),
    "one word": ("uncertainty: {choice.regime: [orders-short]}", "1:30: choice.regime: name at least two different words"),
    # YAML
    "bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "1:4: anchors and aliases"),
    "itself": ("a: &a [*a]", "1:4: anchors and aliases"),
    "tag": ("title: !!python/object:os.system x", "1:8: the tag tag:yaml.org,2002:python/object:os.sy"),
    "deep list": ("a: " + "[" * 30_000, "1:12: nested deeper than 8 levels"),
    "deep mapping": ("a: " + "{a: " * 15_000, "1:33: nested deeper than 8 levels"),
    "deep lines": ("".join(" " * n + "a:\n" for n in range(300)), "9:9: nested deeper than 8 levels"),
    "many values": ("a: [" + "1," * 20_000 + "]", "1:19999: the file holds more than 10000 values"),
    "two documents": ("title: a\n---\ntitle: b", "2:1: a second document begins here"),
    "empty": ("", "1:1: the file is empty"),
    "comments only": ("# nothing\n", "1:1: the file is empty"),
    "tab": ("parameters:\n\tcontracts.surplus_cut: 0.1", "2:1: a tab is used as indentation"),
    "tab in the middle": ("parameters:\n  \tcontracts.surplus_cut: 0.1", "2:3: a tab is used as indentation"),
    "open list": ("title: [a", "1:10: cannot be understood as YAML here"),
    "open quote": ('title: "a', "1:10: cannot be understood as YAML here"),
    "indentation": ("title: a\n  why: b", "2:6: cannot be understood as YAML here"),
    "control character": ("title: a\x07", "1:9: the character U+0007"),
    "NUL": ("title: \x00", "1:8: the character U+0000"),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_wrong_files(tmp_path: Path, content: str, message: str, newline: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content.replace("\n", newline).encode())
    assert refused(file).startswith(f"x.yaml:{message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: Kauman\nwhy: caf\xe9", "2:9: the byte 0xe9 is not UTF-8 text"),
        (b"\xef\xbb\xbftitle: \xff", "1:8: the byte 0xff is not UTF-8 text"),
        ("title: a".encode("utf-16"), "1:1: the byte 0xff is not UTF-8 text"),
        (b"\x80" * 1000, "1:1: the byte 0x80"),
        (b"\xef\xbb\xbfparameters:\r\n  a.b: 1\r\n", "2:3: there is no parameter a.b"),
        (b"#" * (MAX_BYTES + 1), " the file is larger than 64000 bytes"),
        (b"title: [" * 8000, "1:33: nested deeper"),
        (b"a: 'b\n" * 9000, "2:5: cannot be understood"),
        (b"- " * 30_000, "1:19: nested deeper"),
        (b"? " * 30_000, "1:19: nested deeper"),
        (b"a:\n" * 20_000, "2:1: a is given twice, first in line 1"),
        (b"".join(b"k%d: 1\n" % n for n in range(6000)), "5000:8: the file holds more than 10000 values"),
        (
            b"parameters:\n  contracts.memory:\n"
            + b"".join(b"    %d-01: 6\n" % n for n in range(3000, 6000)),
            "3:5: ",
        ),
        (b"title: " + b"a" * 63_000, "1:8: title has 63000 characters"),
        (b"a" * 63_000 + b": 1", "1:63001: cannot be understood"),
    ],
)
def test_wrong_bytes(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    assert refused(file).startswith(f"x.yaml:{message}")


def test_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.yaml").startswith(
        "missing.yaml: no such file; a scenario of the library"
    )
    assert refused(tmp_path / "basline.yaml").startswith(
        "basline.yaml: no such file (did you mean baseline?);"
    )
    (tmp_path / "folder.yaml").mkdir()
    assert refused(tmp_path / "folder.yaml").startswith("folder.yaml: this is a folder")
    for name, message in (
        (
            "basline",
            "there is no scenario basline (did you mean baseline?), neither a file nor in the library",
        ),
        ("", "this name is empty"),
        ("a\0.yaml", "no such file"),
        ("x" * 5000 + ".yaml", "no such file"),
    ):
        with pytest.raises(ScenarioError) as caught:
            Scenario.load(name)
        assert message in str(caught.value) and str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..",
        ".",
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "sub/y",
        "a\\b",
        "~/x",
        "file:x",
        "[a]",
        "''",
        "x\u0000",
    ],
)
def test_extends_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    (folder / "sub").mkdir(parents=True)
    for outside in (tmp_path / "x.yaml", folder / "sub" / "y.yaml"):
        outside.write_text("title: outside\n", encoding="utf-8")
    file = folder / "a.yaml"
    file.write_text(f'extends: "{name}"\n' if name != "[a]" else "extends: [a]\n", encoding="utf-8")
    assert refused(file).startswith("a.yaml:1:1")


def test_extends_does_not_follow_a_link_out(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("title: outside\n", encoding="utf-8")
    folder = tmp_path / "inner"
    folder.mkdir()
    try:
        (folder / "linked.yaml").symlink_to(tmp_path / "x.yaml")
    except OSError:
        pytest.skip("links need a privilege on this system")
    (folder / "a.yaml").write_text("extends: linked\n", encoding="utf-8")
    assert refused(folder / "a.yaml") == "a.yaml:1:10: extends = linked is a link to another folder"


def test_extends_in_a_circle(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"title: x\nextends: {parent}\n", encoding="utf-8")
    assert (
        refused(tmp_path / "a.yaml")
        == "c.yaml:2:10: scenarios extend each other in a circle: a -> b -> c -> a"
    )
    (tmp_path / "self.yaml").write_text("extends: self\n", encoding="utf-8")
    assert refused(tmp_path / "self.yaml") == "self.yaml:1:10: extends = self is this file itself"


def test_extends_without_end(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"s{number}.yaml").write_text(f"extends: s{number + 1}\n", encoding="utf-8")
    assert refused(tmp_path / "s0.yaml") == "s7.yaml:1:10: more than 8 scenarios extend each other"


def test_an_unknown_or_wrong_parent(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: baselin\n", encoding="utf-8")
    assert refused(tmp_path / "a.yaml").endswith("in this folder (did you mean baseline?)")
    (tmp_path / "parent.yaml").write_text(cut("7"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("extends: parent\n", encoding="utf-8")
    assert refused(tmp_path / "b.yaml").startswith("parent.yaml:2:26: contracts.surplus_cut = 7 is outside")


def test_errors_in_the_chosen_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "id")
    with pytest.raises(
        ScenarioError, match=r"contracts\.surplus_cut = 1\.4 di luar 0\.\.0\.6 bagian \(Potongan"
    ):
        Scenario.parse(cut("1.4"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "nan is not a plain decimal number"),
        (float("inf"), "inf is not a plain decimal number"),
        (10**400, "is too large"),
        (None, "nothing is not a number"),
        (True, "true is not a number"),
        (object(), "a value of type object cannot stand in a scenario"),
        ([0.1], "a list is not a number"),
        ({2027: 0.1}, "2027 is not a month"),
        ({"2027-01": {"2027-01": 0.1}}, "a mapping is not a number"),
        (0.7, "is outside 0..0.6"),
    ],
)  # fmt: skip
def test_but_is_as_strict(value: object, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.default().but({"contracts.surplus_cut": value})
    assert message in str(caught.value)


def test_but_survives_a_value_within_itself() -> None:
    endless: dict[str, object] = {}
    endless["2027-01"] = endless
    with pytest.raises(ScenarioError, match="nested deeper"):
        Scenario.default().but({"contracts.surplus_cut": endless})
