"""How the passes are compiled: one decorator, where compiled code is kept, and the switch that does without.

    @compiled                       # by numba, kept on disk
    @compiled(plain=twin)           # the same; where numba compiles nothing, `twin` runs in its place
    @compiled(inline="always")      # options of numba's `njit`

NUMBA_DISABLE_JIT=1 runs every pass as Python, for a debugger. BATIKSIM_PLAIN=1 compiles, but with the plain
twins of the intrinsics, written in LLVM, and keeps nothing. Results are the same either way.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import config, njit
from numba.core.caching import FunctionCache

from batiksim.i18n.texts import text

_numba: Any = config  # its settings are made when it is imported
PYTHON = bool(_numba.DISABLE_JIT)
PLAIN = PYTHON or os.environ.get("BATIKSIM_PLAIN", "") not in ("", "0")
# Set once somebody was told that nothing can be kept: the processes that this one starts inherit it.
_TOLD = "BATIKSIM_TOLD_OF_CACHE"
_refused: list[str] = []
_SOURCES = ("rules", "kernels")
_passes: list[Any] = []


def compiled(
    function: Callable[..., Any] | None = None, *, plain: Callable[..., Any] | None = None, **options: Any
) -> Any:
    """Compile a function when it is first called and keep that on disk, or in memory if the disk refuses.

    `plain` gives the same from the same arguments, and stands in for a function too slow as plain Python.
    """
    if function is None:
        return lambda decorated: compiled(decorated, plain=plain, **options)
    if PYTHON:
        return plain or function
    # Nobody calls passes from C; for each of them that wrapper would take a tenth of the time to compile.
    options = {"no_cfunc_wrapper": True} | options
    dispatcher: Any = njit(**options)(function)
    if not PLAIN:  # what is kept does not know which of the intrinsics went into it
        try:
            dispatcher._cache = _Kept(function)
        except (RuntimeError, OSError) as error:  # numba finds no folder to write to
            _tell(error)
    if options.get("inline") != "always":
        _passes.append(dispatcher)
    return dispatcher


def passes() -> tuple[Any, ...]:
    """Functions that are compiled each by itself, of all modules imported so far."""
    return tuple(_passes)


def is_kept(dispatcher: Any) -> bool:
    """Whether the disk has code of a compiled function, made of these very sources."""
    try:
        return bool(dispatcher._cache._cache_file._load_index())
    except (AttributeError, OSError):  # nothing is ever kept of it; the disk cannot be read
        return False


@cache
def sources() -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of the files that compiled functions are made of."""
    package = Path(__file__).resolve().parents[1]
    files = [package / "codes.py", *(file for room in _SOURCES for file in (package / room).rglob("*.py"))]
    about = [(file, file.stat()) for file in sorted(files)]
    return tuple((str(file.relative_to(package)), told.st_size, told.st_mtime_ns) for file, told in about)


def cache_folder(dispatcher: Any) -> Path:
    """Where the code of a compiled function is kept; raises OSError where it is not, with the reason."""
    if PLAIN:
        raise OSError("NUMBA_DISABLE_JIT" if PYTHON else "BATIKSIM_PLAIN")
    if _refused:
        raise OSError(_refused[0])
    return Path(dispatcher.stats.cache_path)


class _Kept(FunctionCache):
    """Compiled code on disk; a disk that refuses costs time, never the run.

    Passes are compiled together with the rules and passes they call, which stand in other files, and numba
    looks at the file of the function alone: kept code is good for these very sources only.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = (self._cache_file._source_stamp, sources())

    def load_overload(self, *wanted: Any) -> Any:
        try:
            return super().load_overload(*wanted)
        except OSError as error:
            return self._without(error)

    def save_overload(self, *kept: Any) -> None:
        try:
            super().save_overload(*kept)
        except OSError as error:
            self._without(error)

    def _without(self, error: OSError) -> None:
        self.disable()
        _tell(error)


def _tell(error: Exception) -> None:
    """Say once, for all processes of this run, that compiled code is not kept."""
    _refused.append(str(error))
    if _TOLD not in os.environ:
        os.environ[_TOLD] = "1"
        logging.getLogger("batiksim").warning(text("kernels.no_cache", why=error))
