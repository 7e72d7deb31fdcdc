"""What things of the model are called: months, regimes, places, scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import category

from batiksim.config.parameters import RENAMED
from batiksim.data import rows
from batiksim.i18n.texts import LANGUAGES, catalogue, language, text

if TYPE_CHECKING:
    from batiksim.studies.study import Study


def title(study: Study, name: str) -> str:
    """The title of a scenario in one line, its name where a folder has none; all of it can be printed."""
    titles = study.about.get("titles", {}).get(name, {})
    given = titles.get(language()) or next((titles[lang] for lang in LANGUAGES if lang in titles), name)
    return " ".join(printable(str(given)).split()) or name


def printable(words: str) -> str:
    """Words without what steers a terminal, turns the direction of a line or is no XML: a space for each."""
    return "\n".join(
        line if line.isprintable() else "".join(sign if _harmless(sign) else " " for sign in line)
        for line in words.split("\n")
    )


def _harmless(sign: str) -> bool:
    return sign.isprintable() or sign == "\t" or category(sign) == "Zs"


def when(name: str) -> str:
    """The end of 2040 for a December, otherwise the month."""
    return text("report.end_of", year=name[:4]) if name.endswith("-12") else month(name)


def month(name: str) -> str:
    """December 2040 for "2040-12"."""
    written = text(f"report.month.{name[5:]}")
    return f"{written} {name[:4]}"


def regime(name: str) -> str:
    """A regime in words, a clause as in "if orders are short"; its name where it is somebody's own."""
    name = RENAMED.get(name, name)
    return text(f"regime.{name}") if f"regime.{name}" in catalogue() else name


def place(name: str) -> str:
    """The name of a place by its id."""
    return {row["id"]: row["name"] for row in rows("places.csv")}.get(name, name)


def area(name: str) -> str:
    """The name of a place or of a group of places by its id."""
    return text(f"where.{name}") if f"where.{name}" in catalogue() else place(name)


def joined(words: Sequence[str]) -> str:
    """A list as it is read aloud: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return text("report.and", first=", ".join(words[:-1]), last=words[-1])
