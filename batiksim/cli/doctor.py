"""`batiksim doctor`: is everything here that batiksim needs, and does it run?"""

from __future__ import annotations

import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer

from batiksim.cli import options, screen
from batiksim.cli.output import Output
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs.manifest import version

NEEDED = (
    *("mesa", "numpy", "numba", "pandas", "pyarrow", "ruamel.yaml", "hijridate", "matplotlib", "jinja2"),
    *("rich", "typer", "loky", "platformdirs", "cloudpickle", "ruamel.yaml.clib"),
)
OPTIONAL = (
    "networkx",
    "scipy",
    "xarray",
    "SALib",
    "scikit-learn",
    "distributed",
)  # used where they are installed
# One line of a package's requirements that belongs to an extra: 'optuna>=4; extra == "research"'.
_EXTRA = re.compile(r"""([\w.-]+).*;.*\bextra\s*==\s*["']([\w-]+)["']""")

Warm = Annotated[
    bool, typer.Option("--warm", help="Compile all there is first, so that no run has to wait for it.")
]


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, whether it is well, what was found or should be done."""

    subject: str
    well: bool | None  # None: missing, and not needed
    detail: str


def doctor(
    warm: Warm = False, as_json: options.Json = False, csv: options.Csv = None, lang: options.Lang = None
) -> int:
    """Check the installation, with one tiny run."""
    output = Output("doctor", as_json, csv)
    signs = {True: "ok  ", False: "BAD ", None: "-   "}
    found: list[Finding] = []

    def findings() -> Iterator[Finding]:
        if found:
            yield from found
            return
        for finding in _findings(_warmed(output) if warm else None):
            found.append(finding)
            yield finding

    def for_people() -> None:
        for finding in findings():
            screen.say(f"{signs[finding.well]} {finding.subject:<14} {finding.detail}", flush=True)
        bad = sum(finding.well is False for finding in found)
        screen.say(text("doctor.bad", count=bad) if bad else text("doctor.good"))

    def rows() -> list[dict[str, Any]]:
        return [asdict(finding) for finding in findings()]

    output.give(lambda: {"findings": rows()}, {"findings": rows}, for_people)
    return int(any(finding.well is False for finding in found))


def _findings(warmed: Callable[[], Finding] | None) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), f"{platform.python_version()} ({sys.executable})")
    yield Finding("system", True, f"{platform.system()} {platform.release()}, {platform.machine()}")
    for package in ("batiksim", *NEEDED):
        found = version(package)
        yield Finding(
            package, found is not None, found or text("doctor.missing", command=f"pip install {package}")
        )
    for package in OPTIONAL:
        if there := version(package):
            yield Finding(package, True, there)
    yield from _extras()
    yield _write_access()
    if warmed is not None:
        yield warmed()
    yield _tiny_run()
    yield _numba_cache()
    yield _kept_pasts()


def _extras() -> Iterator[Finding]:
    """What each extra of the installed package asks for and does not find."""
    try:
        asked = metadata.requires("batiksim") or []
    except metadata.PackageNotFoundError:  # run from its source folder, not installed
        return
    missing: dict[str, list[str]] = {}
    for requirement in asked:
        if match := _EXTRA.match(requirement):
            name, extra = match.groups()
            missing.setdefault(extra, [])
            if version(name) is None:
                missing[extra].append(name)
    for extra, names in missing.items():
        wanted = text(
            "doctor.extra_missing", names=", ".join(names), command=f'pip install "batiksim[{extra}]"'
        )
        yield Finding(f"[{extra}]", None if names else True, wanted if names else text("doctor.extra_there"))


def _write_access() -> Finding:
    """Whether run folders can be written here."""
    here = Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            pass
    except OSError as error:
        return Finding("write access", False, text("doctor.no_write", folder=here, why=error.strerror))
    return Finding("write access", True, str(here))


def _warmed(output: Output) -> Callable[[], Finding]:
    """How to compile what is not kept yet, and to say what that was."""

    def warmed() -> Finding:
        if not (cache := _numba_cache()).well:
            return Finding("compiled", False, cache.detail)
        try:
            from batiksim.cli.warming import warm_on_screen

            found = warm_on_screen(output.silent)
        except Exception as error:  # whatever is broken, the report goes on
            return Finding("compiled", False, f"{type(error).__name__}: {error}")
        if not found.compiled:
            return Finding("compiled", True, text("doctor.warm_already"))
        counts = {"count": found.compiled, "seconds": f"{found.seconds:.0f}"}
        return Finding("compiled", True, text("doctor.warmed", **counts))

    return warmed


def _tiny_run() -> Finding:
    """One year of a hundredth of the people."""
    try:
        from batiksim.runs.runner import run
        from batiksim.runs.warming import TINY_SCALE, TINY_UNTIL

        started = time.perf_counter()
        rows = len(run(scale=TINY_SCALE, until=TINY_UNTIL))
    except Exception as error:  # whatever is broken, the report goes on
        return Finding("tiny run", False, f"{type(error).__name__}: {error}")
    return Finding(
        "tiny run", True, text("doctor.ran", rows=rows, seconds=f"{time.perf_counter() - started:.1f}")
    )


def _numba_cache() -> Finding:
    """Whether compiled functions can be kept, so that only the first run ever waits for the compiler."""
    try:
        from batiksim.kernels.compiling import cache_folder
        from batiksim.kernels.streams import uniform_one

        folder = cache_folder(uniform_one)
    except Exception as error:
        return Finding("numba cache", False, text("doctor.no_cache", why=error))
    return Finding("numba cache", True, str(folder))


def _kept_pasts() -> Finding:
    """What is kept on disk of runs, where, and how to have less of it."""
    from batiksim.runs import kept_pasts

    try:
        cache = kept_pasts.usual()
    except UsageError as error:
        return Finding("kept pasts", False, str(error))
    if cache is None or not cache.usable:
        return Finding("kept pasts", None, text("doctor.no_pasts"))
    about = {"size": cache.size >> 20, "most": cache.largest >> 20, "folder": cache.folder}
    return Finding("kept pasts", True, text("doctor.pasts", None, **about))
