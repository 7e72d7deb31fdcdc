"""What runs were made by: fingerprints of the code, the data and the users' own kinds of interventions.

Results that were made by something else are not mixed with new ones, whatever the number of the version says.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from batiksim.interventions import act
from batiksim.model.version import hash_of, plain

if TYPE_CHECKING:
    from batiksim.scenario import Scenario

# In the order in which reasons are told.
MARKS = ("scenario", "run", "code", "data", "plugins")
# Above the runs: rooms, and tables that are made from runs, which can change without anything changing that a
# run leaves.
_TABLES = ("data/failed_checks.csv", "data/sample.csv", "data/core.csv")
_ABOVE = ("app", "cli", "futures", "present", "report", "studies", *_TABLES)


def package() -> dict[str, str]:
    """Fingerprints of the `code` and the `data` of batiksim, worked out once a process."""
    return {"code": hash_of(".py", without=_ABOVE), "data": hash_of(".csv", ".yaml", without=_ABOVE)}


def plugins(scenarios: Iterable[Scenario]) -> str:
    """A fingerprint of the users' own kinds of interventions in these scenarios, "" without any."""
    return _plugins(frozenset(policy.kind for scenario in scenarios for policy in scenario.interventions))


def reason(kept: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first mark that differs, "unknown" where nothing was kept, "" where all agree."""
    if not kept:
        return "unknown"
    return next((mark for mark in MARKS if kept.get(mark) != now.get(mark)), "")


def _plugins(names: frozenset[str]) -> str:
    """One hash of the modules in which kinds of interventions that did not come with batiksim are written."""
    sources = {}
    for name in sorted(names):
        module = sys.modules.get(act(name).__module__)
        if module is not None and not module.__name__.startswith("batiksim."):
            sources[name] = _source(module.__name__, act(name))
    if not sources:
        return ""
    told = hashlib.sha256()
    for name, source in sources.items():
        told.update(f"{name}\0".encode() + hashlib.sha256(source).digest())
    return told.hexdigest()


def _source(module: str, function: object) -> bytes:
    """The file of a module, or of a session without one what can be found of the function itself."""
    file = getattr(sys.modules[module], "__file__", None)
    if file is not None and Path(file).is_file():
        return plain(Path(file))
    try:
        return inspect.getsource(function).encode()  # type: ignore[arg-type]
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        return code.co_code if code is not None else repr(function).encode()
