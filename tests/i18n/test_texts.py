"""What is said to users: both languages have every sentence, and the code uses exactly those."""

from __future__ import annotations

import os
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Formatter
from threading import Barrier

import pytest

from batiksim.cli import main
from batiksim.i18n.texts import LANGUAGES, carried, catalogue, language, speaking, suggestion, text

PACKAGE = Path(__file__).resolve().parents[2] / "batiksim"
SOURCES = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".jinja")]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
# Scripts of the app leave out the "app." of a sentence; every page has a title, a heading, a menu word.
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.js"))
OF_A_PAGE = re.compile(r"app\.[a-z]+\.(title|heading|menu)")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_both_languages_have_every_sentence(key: str) -> None:
    sentences = catalogue()[key]
    assert set(sentences) == set(LANGUAGES)
    assert all(sentence.strip() for sentence in sentences.values())
    assert placeholders(sentences["en"]) == placeholders(sentences["id"])


def test_no_sentence_is_missing() -> None:
    used = set(re.findall(r'(?:(?<![\w.])text|fail)\(\s*"([a-z_]+(?:\.(?!yaml)[a-z_]+)*)"', CODE))
    used |= {f"app.{key}" for key in re.findall(r'(?<![\w.])text\(\s*"([a-z_0-9.]+)"', SCRIPTS)}
    assert len(used) > 50 and not sorted(used - set(catalogue()))


def test_no_sentence_is_forgotten() -> None:
    families = set(re.findall(r'f"([a-z_.]+\.)\{', CODE))  # text(f"role.{...}")
    families |= {f"app.{one}" for one in re.findall(r"`([a-z_.]+\.)\$\{", SCRIPTS)}  # text(`age.${...}`)
    named = set(re.findall(r"""(?<=["'])[a-z_0-9.]+(?=["'])""", CODE))
    named |= {f"app.{key}" for key in re.findall(r"""(?<=["'])[a-z_0-9.]+(?=["'])""", SCRIPTS)}
    unused = [
        key
        for key in catalogue()
        if not (key in named or OF_A_PAGE.fullmatch(key) or any(key.startswith(one) for one in families))
    ]
    assert not unused


def test_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BATIKSIM_LANG", raising=False)
    assert (language(), language("id"), language("fr")) == ("en", "id", "en")
    monkeypatch.setenv("BATIKSIM_LANG", "id")
    assert (language(), language("en")) == ("id", "en")
    for written in ("ID", "id_ID", "id_ID.UTF-8", "in_ID", " id "):
        monkeypatch.setenv("BATIKSIM_LANG", written)
        assert language() == "id", written
    monkeypatch.setenv("BATIKSIM_LANG", "fr_FR.UTF-8")
    assert language() == "en"
    assert text("yaml.too_deep", "en", limit=8) == "nested deeper than 8 levels"


def test_each_thread_speaks_its_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    together = Barrier(2, timeout=10)

    def says(lang: str) -> str:
        with speaking(lang):
            together.wait()  # both speak now
            said = text("cli.region")
            together.wait()
        return said

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(says, LANGUAGES)) == [text("cli.region", lang) for lang in LANGUAGES]
    assert language() == "en"


def test_a_language_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    with speaking("id") as chosen:
        assert (chosen, language(), language("en")) == ("id", "id", "en")
        with pytest.raises(ZeroDivisionError), speaking("en"):
            raise ZeroDivisionError
        with speaking():
            assert language() == "id"
    assert language() == "en"


def test_a_command_speaks_for_itself_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    assert main(["show", "nonsense", "--lang", "id"]) == 2
    assert "tidak" in capsys.readouterr().err
    assert (language(), os.environ["BATIKSIM_LANG"]) == ("en", "en")


def test_a_function_carries_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKSIM_LANG", "en")
    with speaking("id"):
        taken = carried(language)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(taken).result() == "id" != pool.submit(language).result()
    assert pickle.loads(pickle.dumps(taken))() == "id" and language() == "en"


def test_suggestion_names_the_nearest() -> None:
    known = ["contracts.surplus_cut", "krapyak-kidul", "kauman"]
    assert suggestion("surplus_cut", known) == " (did you mean contracts.surplus_cut?)"
    assert suggestion("Krapyak Kidul", known) == " (did you mean krapyak-kidul?)"
    assert suggestion("kaumann", known) == " (did you mean kauman?)"
    assert suggestion("zzz", known) == "" == suggestion("kauman" * 10_000, known)
