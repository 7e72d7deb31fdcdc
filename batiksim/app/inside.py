"""Sentences and data that are put into a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from batiksim.i18n.texts import catalogue


@cache
def texts_of(lang: str, prefixes: tuple[str, ...] = ("app.",)) -> Mapping[str, str]:
    """The sentences of a language whose keys begin with one of the prefixes."""
    return {key: said[lang] for key, said in catalogue().items() if key.startswith(prefixes)}


def inside_html(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it ends the element or begins a comment."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
