"""User-facing sentences in English and Bahasa Indonesia, kept in `i18n/catalogue/`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, ParamSpec, TypeVar

from batiksim.i18n.shell import quoted_place

LANGUAGES = ("en", "id")

_spoken: ContextVar[str | None] = ContextVar("batiksim_language", default=None)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def language(lang: str | None = None) -> str:
    """Return `lang`, or the language spoken here, or that of the variable BATIKSIM_LANG, or "en".

    A locale such as id_ID.UTF-8 is its language; "in" is how older systems write Indonesian.
    """
    chosen = (lang or _spoken.get() or os.environ.get("BATIKSIM_LANG", "")).strip().lower()[:2]
    chosen = "id" if chosen == "in" else chosen
    return chosen if chosen in LANGUAGES else "en"


@contextmanager
def speaking(lang: str | None = None) -> Iterator[str]:
    """Say everything in one language while the block runs, in this thread or task and in no other.

    Without `lang` it is the language spoken already. Not for a generator's `yield`: who asks for the next
    value would speak it too.
    """
    chosen = language(lang)
    before = _spoken.set(chosen)
    try:
        yield chosen
    finally:
        _spoken.reset(before)


def carried(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A function that speaks the language of here wherever it is called: another thread, another process."""
    return _Carried(function, language())


@dataclass(frozen=True)
class _Carried:
    """What `carried` makes; a class, so that it can be sent to other processes."""

    function: Callable[..., Any]
    lang: str

    def __call__(self, *args: Any, **options: Any) -> Any:
        with speaking(self.lang):
            return self.function(*args, **options)


def text(key: str, lang: str | None = None, /, **values: object) -> str:
    """Return the sentence `key` in a language with `values` filled in, `{place!q}` quoted for the shell."""
    return _SENTENCES.format(catalogue()[key][language(lang)], **values)


class _Sentences(Formatter):
    def convert_field(self, value: Any, conversion: Any) -> Any:
        return quoted_place(value) if conversion == "q" else super().convert_field(value, conversion)


_SENTENCES = _Sentences()


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence: key -> language -> text with `{placeholders}`.

    Raises ValueError if a key stands in two files.
    """
    from ruamel.yaml import YAML  # only needed when something is said

    reader = YAML(typ="safe")
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((files("batiksim") / "i18n" / "catalogue").iterdir(), key=lambda file: file.name):
        sentences = reader.load(file.read_text(encoding="utf-8"))
        if twice := found.keys() & sentences.keys():
            raise ValueError(f"{file.name} repeats {sorted(twice)}")
        found |= sentences
    return found


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return " (did you mean X?)" for the nearest known name, or nothing.

    Long names are not compared: nearness costs the square of the length.
    """
    known = list(known)
    wanted = name[:60].strip().lower().replace(" ", "-")
    near = [k for k in known if k.lower().replace(" ", "-") == wanted]
    near += [k for k in known if k.endswith(f".{wanted}")]
    spelled = {k.lower(): k for k in reversed(known)}
    near += [spelled[k] for k in get_close_matches(wanted, spelled, n=1, cutoff=0.6)]
    return " " + text("did_you_mean", name=near[0]) if near else ""


def shown(value: str, width: int = 40) -> str:
    """Return text made safe to print in a message: one line, printable, not long."""
    line = "".join(c if c.isprintable() else "?" for c in value)
    return line if len(line) <= width else line[: width - 3] + "..."
