"""What is said about arguments that cannot be understood, in the language of the user.

The parser knows English only and speaks before any option is read, so the language is looked for by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer

from batiksim.i18n.texts import LANGUAGES, shown, text


class Unfit(typer.BadParameter):
    """A value that one of our own checks refuses; its message is already in the language of the user."""


def asked_language(arguments: Sequence[str]) -> str | None:
    """The language of `--lang id`, wherever it stands, for everything said from the first word on."""
    asked = None
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--lang":
            value = value if equals else next(iter(arguments[place + 1 :]), "")
            asked = value if value in LANGUAGES else asked
    return asked


def complaint(error: BaseException) -> str:
    """What is wrong with the arguments, from an error of the parser."""
    kinds = [base.__name__ for base in type(error).__mro__]
    about = str(getattr(error, "message", ""))
    if "NoSuchOption" in kinds:
        near = ", ".join(sorted(getattr(error, "possibilities", None) or ()))
        near = " " + text("usage.near", names=near) if near else ""
        name = shown(str(getattr(error, "option_name", "")))
        told = text("usage.no_option", name=name, near=near)
        return f"{told}; {text('usage.after_command', name=name)}" if _is_of_commands(error, name) else told
    if "MissingParameter" in kinds:
        return text("usage.missing", name=_name_of(error))
    if "BadParameter" in kinds:
        why = about if isinstance(error, Unfit) else _why(about)
        return text("usage.bad_value", name=_name_of(error), why=why)
    return _by_message(about)


def asked_command(error: BaseException) -> str:
    """The command whose help says what is right: "batiksim run", or "batiksim"."""
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else "batiksim"


def _is_of_commands(error: BaseException, name: str) -> bool:
    """Tell whether commands know an option that was put before the command."""
    commands: dict[str, Any] = getattr(getattr(getattr(error, "ctx", None), "command", None), "commands", {})
    return any(name in parameter.opts for command in commands.values() for parameter in command.params)


def _name_of(error: BaseException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    option = next((name for name in parameter.opts if name.startswith("--")), "")
    return option or str(parameter.metavar or parameter.name).strip("[].")


def _why(about: str) -> str:
    """Values the parser itself cannot read are no numbers."""
    if "integer" in about:
        return text("usage.integer")
    return text("usage.number") if re.search("number|float", about) else about


def _by_message(about: str) -> str:
    """The remaining errors have no class of their own, only their English sentence."""
    if found := re.match(r"No such command '(.*?)'\.?(?: Did you mean (?:one of: )?(.+?)\?)?$", about):
        near = " " + text("usage.near", names=found[2].replace("'", "")) if found[2] else ""
        return text("usage.no_command", name=shown(found[1]), near=near)
    if found := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", about):
        return text("usage.extra", words=shown(found[1]))
    if found := re.match(r"Option '(.*?)' does not take a value", about):
        return text("usage.no_value", name=shown(found[1]))
    if found := re.match(r"Option '(.*?)' requires", about):
        return text("usage.needs_value", name=shown(found[1]))
    return about
