"""The manifest of a run folder: what was run, with what, on what, and how long it took."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

from batiksim.i18n.shell import command_line

if TYPE_CHECKING:
    from batiksim.runs.runner import Result
    from batiksim.scenario import Scenario

PACKAGES = ("batiksim", "mesa", "numpy", "numba", "pandas", "pyarrow", "ruamel.yaml", "hijridate")


def version(package: str) -> str | None:
    """The installed version of a package, or None; nothing is imported."""
    if package == "batiksim":
        from batiksim import __version__

        return __version__
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def inputs(scenario: Scenario, seeds: Sequence[int], settings: dict[str, Any]) -> dict[str, Any]:
    """What a run was asked to do; two runs with equal inputs hold the same series."""
    return {
        "scenario": scenario.stem,
        "scenario_hash": scenario.hash,
        "regime": scenario.regime or "",
        "draw": 0,
        "seeds": list(seeds),
        **settings,
    }


def manifest(
    asked: dict[str, Any],
    fingerprint: str,
    results: Sequence[Result],
    *,
    command: Sequence[str],
    jobs: int,
    started: datetime,
) -> dict[str, Any]:
    """The content of `manifest.json`; times are UTC and seconds, `fingerprint` is that of `asked`.

    `command` is the exact command line as a list of words.
    """
    return {
        "kind": "batiksim run",
        "inputs": fingerprint,
        **asked,
        **about_this_machine(jobs, started, command),
        "runs": [
            {
                "seed": result.seed,
                "draw": result.draw,
                "seconds": round(result.seconds, 3),
                "error": result.error,
            }
            for result in results
        ],
    }


def about_this_machine(jobs: int, started: datetime, command: Sequence[str]) -> dict[str, Any]:
    """With what, on what and how long something was run that ends now; `command` is a list of words."""
    finished = datetime.now(UTC)
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
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": round((finished - started).total_seconds(), 3),
    }
