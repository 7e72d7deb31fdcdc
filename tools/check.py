"""What `make test` checks: style, types, and the tests on this Python and on Python 3.12 with Mesa 3.5.

Each suite uses all cores, and one process more: tests of pages and processes wait for others. On the second
Python the tests that take long are left out, and the rooms in which another version of Python, numpy or Mesa
changes nothing (ROOMS names the others). The site of the docs is built by its tests (tests/docs), where
a warning is a failure. All checks run even when one fails; the exit code is 1 if any did.
The last line is `N passed, M failed`, where a failed style or type check counts as one failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python312 import ready_python312

ROOT = Path(__file__).resolve().parents[1]
LINTERS = (
    ("ruff check", ("ruff", "check", "--quiet", ".")),
    ("ruff format", ("ruff", "format", "--quiet", "--check", ".")),
    ("mypy", ("mypy", "--no-error-summary")),
)
# What another version of Python, numpy, numba or Mesa could change.
ROOMS = ("agents", "kernels", "recording", "model")
VERSIONS = """
import platform
from importlib.metadata import version
print("Python", platform.python_version(), "+ Mesa", version("mesa"))
"""


@dataclass(frozen=True)
class Outcome:
    """What one check found; `verdict` replaces the counts where there are none."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    verdict: str = ""

    def __str__(self) -> str:
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{self.name}: {self.verdict or counts}"


def lint(name: str, module: Sequence[str]) -> Outcome:
    """Run one style or type check; what it has to say goes straight to the terminal."""
    print(f"--- {name}", flush=True)
    code = subprocess.run([sys.executable, "-m", *module], cwd=ROOT).returncode
    return Outcome(name, failed=int(code != 0), verdict="FAILED" if code else "ok")


def suite(python: Path, *options: str) -> Outcome:
    """Run the test suite with the given interpreter and count from the JUnit file pytest leaves."""
    name = subprocess.run([python, "-c", VERSIONS], stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"--- tests on {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.xml")
        # A file stays in one process, with what it has prepared; tests/conftest.py says which begin.
        command = [
            str(python),
            "-m",
            "pytest",
            "-q",
            "-n",
            str((os.cpu_count() or 1) + 1),
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            "--durations=30",
            f"--junitxml={counts}",
        ]
        code = subprocess.run([*command, *options], cwd=ROOT).returncode
        if not counts.exists():
            return Outcome(name, failed=1, verdict="FAILED, pytest did not get to the end")
        found = next(ElementTree.parse(counts).iter("testsuite")).attrib
    failed = int(found["failures"]) + int(found["errors"])
    skipped = int(found["skipped"])
    passed = int(found["tests"]) - failed - skipped
    # pytest can also stop without a failed test (no tests collected, interrupted): that is a failure too
    return Outcome(name, passed, failed or int(code != 0), skipped)


def suite_on_python312() -> Outcome:
    """Run the test suite once more where this machine has Python 3.12, and say so where it has not."""
    name = "Python 3.12 + Mesa 3.5"
    try:
        python = ready_python312(ROOT)
    except subprocess.CalledProcessError:
        return Outcome(name, failed=1, verdict="FAILED, batiksim could not be installed")
    return (
        suite(python, "-m", "not slow", "-p", "no:cacheprovider", *(f"tests/{room}" for room in ROOMS))
        if python
        else Outcome(name, verdict="not run (no python3.12 found)")
    )


def main(arguments: Sequence[str]) -> int:
    """Run the checks, print one line for each and the sum last."""
    outcomes = [lint(name, module) for name, module in LINTERS]
    if "--lint-only" not in arguments:
        subprocess.run([sys.executable, "-m", "tools.browser"], cwd=ROOT)  # the tests say what is missing
        outcomes.append(suite(Path(sys.executable)))
        if sys.version_info < (3, 12):
            outcomes.append(suite_on_python312())
    print("---", *outcomes, sep="\n")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
