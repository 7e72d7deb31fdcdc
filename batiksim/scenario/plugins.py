"""Files of one's own that add kinds of interventions: the environment variable BATIKSIM_INTERVENTIONS names
them, separated like those of PATH, and they are read before the first scenario asks which kinds there are.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from batiksim.errors import BatiksimError, UsageError
from batiksim.i18n.texts import shown, text

VARIABLE = "BATIKSIM_INTERVENTIONS"


def load_named() -> None:
    """Read the files that the environment names; those already read are not read again."""
    for file in os.environ.get(VARIABLE, "").split(os.pathsep):
        if file:
            load(file)


def load(file: str | os.PathLike[str]) -> None:
    """Read a Python file that registers kinds of interventions; a second time does nothing.

    Raises UsageError if there is no such file, or with file and line for whatever the file itself raises.
    """
    path = Path(file).resolve()
    name = f"batiksim_interventions_{path.stem}"
    there = getattr(sys.modules.get(name), "__file__", None)
    if there is not None and Path(there) == path:
        return
    spec = spec_from_file_location(name, path) if path.is_file() and path.suffix == ".py" else None
    if spec is None or spec.loader is None:
        raise UsageError(text("kind.no_file", file=shown(str(file), 200)))
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, BatiksimError) or not isinstance(error, Exception):
            raise
        why = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
        raise UsageError(text("kind.broken", why=why), path, _line(error, path)) from error
    # Worker processes start from nothing, but they inherit the environment.
    known = [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    if str(path) not in known:
        os.environ[VARIABLE] = os.pathsep.join([*known, str(path)])


def _line(error: Exception, path: Path) -> int | None:
    """The line of a file that an error comes from: of its text, or the last of it that was carried out."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)
