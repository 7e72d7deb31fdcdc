"""`--help` in the language of the reader.

The English words stand where a command or an option is declared. What they are in another language is
read from `help_LANG.yaml`, and only for who wants it: English help imports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from typer.core import TyperCommand, TyperGroup

from batiksim.i18n.texts import language

# The words of the parser itself, which writes them in English into a finished page.
_OF_THE_PARSER = (
    "Usage:", "Options:", "Commands:", "Arguments:", "[OPTIONS]", "COMMAND [ARGS]...", "[default: ",
    "[required]", "Show this message and exit.",
)  # fmt: skip


class Command(TyperCommand):
    """A command whose help is in the language of the reader."""

    def get_help(self, ctx: Any) -> str:
        """The help of the command."""
        if language() != "en":
            translate(self)
        return _in_words(super().get_help(ctx))


class Commands(TyperGroup):
    """The whole program, whose help is in the language of the reader."""

    def get_help(self, ctx: Any) -> str:
        """The help of the program, which lists the commands."""
        if language() != "en":
            for one in (self, *self.commands.values()):
                translate(one)
        return _in_words(super().get_help(ctx))


def translate(command: Any) -> None:
    """Put the words of the reader's language into a command; those without a translation stay."""
    words = translations()
    for described in (command, *command.params):
        described.help = words.get(described.help, described.help)
    command.short_help = words.get(command.short_help, command.short_help)
    command.epilog = words.get(command.epilog, command.epilog)


def _in_words(page: str) -> str:
    if language() == "en":
        return page
    words = translations()
    pattern = "|".join(re.escape(word) for word in _OF_THE_PARSER)
    return re.sub(pattern, lambda found: words[found[0]], page)


def translations() -> Mapping[str, str]:
    """What the help says in English -> in the language of the reader."""
    return _translations(language())


@cache
def _translations(lang: str) -> Mapping[str, str]:
    from ruamel.yaml import YAML

    content = files("batiksim.i18n").joinpath(f"help_{lang}.yaml").read_text(encoding="utf-8")
    found: Mapping[str, str] = YAML(typ="safe").load(content)
    return found
