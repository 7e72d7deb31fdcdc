"""What every test starts from: the same process start method, caches and random examples on every machine."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import tempfile
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# Windows and macOS have only "spawn"; tests that pass under "fork" alone would prove nothing there.
multiprocessing.set_start_method("spawn", force=True)

# numba keeps compiled functions beside the source; an installation nobody may write to needs another place,
# and the variable must be set before anything imports numba.
_package = importlib.util.find_spec("batiksim")
if _package is not None and _package.origin and not os.access(Path(_package.origin).parent, os.W_OK):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir(), "batiksim-numba")))

# Looking for new examples is for people at a keyboard; a machine must find the same ones every time.
settings.register_profile("batiksim", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("batiksim")
