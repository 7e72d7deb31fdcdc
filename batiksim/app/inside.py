"""Sentences and data that are put into a page, and the templates they are put into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import catalogue

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def texts_of(lang: str, prefixes: tuple[str, ...] = ("app.",)) -> Mapping[str, str]:
    """The sentences of a language whose keys begin with one of the prefixes."""
    return {key: said[lang] for key, said in catalogue().items() if key.startswith(prefixes)}


def inside_html(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it ends the element or begins a comment."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def template(*path: str) -> Template:
    """A template below the package of the app; what it is given is escaped."""
    from jinja2 import Environment, StrictUndefined

    source = files("batiksim.app").joinpath(*path).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
