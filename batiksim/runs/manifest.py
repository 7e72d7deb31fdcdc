"""The manifest of a run folder: what was run, with what, on what, and how long it took."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Any

from batiksim.i18n.shell import command_line

if TYPE_CHECKING:
    from batiksim.runs.design import Design

PACKAGES = ("batiksim", "mesa", "numpy", "numba", "pandas", "pyarrow", "ruamel.yaml", "hijridate")


@dataclass(frozen=True)
class Beginning:
    """When something began; how long it takes is read from a clock that nobody sets."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    tick: float = field(default_factory=time.monotonic)


def version(package: str) -> str | None:
    """The installed version of a package, or None; nothing is imported."""
    if package == "batiksim":
        from batiksim import __version__

        return __version__
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def inputs(design: Design) -> dict[str, Any]:
    """What `batiksim run` was asked to do; two runs with equal inputs hold the same series."""
    (scenario,) = design.scenarios
    return {
        "scenario": scenario.stem,
        "scenario_hash": scenario.hash,
        "regime": scenario.regime or "",
        "draw": 0,
        "seeds": list(design.seeds),
        **{key: getattr(design, key) for key in ("scale", "since", "until", "record")},
    }


def of_runs(asked: dict[str, Any], fingerprint: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the manifest of `batiksim run` says of its runs; `fingerprint` is that of `asked`."""
    runs = [
        {key: row[key] for key in ("seed", "draw", "seconds")} | {"error": row["error"] or None}
        for row in rows
    ]
    return {"kind": "batiksim run", "inputs": fingerprint, **asked, "runs": runs}


def about_this_machine(jobs: int, began: Beginning, command: Sequence[str]) -> dict[str, Any]:
    """With what, on what and how long something was run that ends now; `command` is a list of words."""
    seconds = time.monotonic() - began.tick
    return {
        "command": command_line(command),
        "arguments": list(command),
        "jobs": jobs,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "platform": {
            "system": platform.platform(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
        },
        "started": began.at.isoformat(timespec="seconds"),
        "finished": (began.at + timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
