"""Words of a command line, quoted so that whoever copies it gives the program the same words."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable

_PLAIN_ON_WINDOWS = re.compile(r"[\w.:\\/+=@-]+")
# What PowerShell replaces inside double quotes; between single ones it leaves everything alone.
_REPLACED = re.compile('[$`"“”„]')


def quoted(word: object, system: str = sys.platform) -> str:
    """One word for the shell of a system: `sh` and its kin, PowerShell and the command prompt on Windows.

    Signs that a terminal would obey, and bytes that are no text, are written by their number.
    """
    written = str(word)
    if system == "win32":
        return _for_windows(written)
    if written.isprintable():
        return shlex.quote(written)
    raw = written.encode("utf-8", errors="surrogateescape")
    return "$'" + "".join(_numbered(byte) for byte in raw) + "'"


def quoted_place(place: object, system: str = sys.platform) -> str:
    """A file or folder as a word for the shell, one that begins with a dash so that it is no option."""
    written = str(place)
    return quoted(f"./{written}" if written.startswith("-") else written, system)


def command_line(words: Iterable[object], system: str = sys.platform) -> str:
    """Words as one line for the shell of a system."""
    return " ".join(quoted(word, system) for word in words)


def _for_windows(word: str) -> str:
    if _PLAIN_ON_WINDOWS.fullmatch(word):
        return word
    if _REPLACED.search(word):
        return "'" + word.replace("'", "''") + "'"
    # A backslash before the closing quote would take away its meaning.
    return '"' + word + "\\" * word.endswith("\\") + '"'


def _numbered(byte: int) -> str:
    sign = chr(byte)
    if sign in "'\\":
        return f"\\{sign}"
    return sign if " " <= sign <= "~" else f"\\x{byte:02x}"
