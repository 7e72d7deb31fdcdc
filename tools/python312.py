"""Find a Python 3.12 on this machine and keep a virtual environment for it, to test Mesa 3.5 as well."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ENVIRONMENT = ".venv312"


def candidates() -> Iterator[list[str]]:
    """Commands that may start Python 3.12: on the path, the Windows launcher, and pyenv's own folders."""
    for command in (["python3.12"], ["py", "-3.12"]):
        if found := shutil.which(command[0]):
            yield [found, *command[1:]]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted(pyenv.glob("versions/3.12.*"), reverse=True):
        yield [str(folder / "bin" / "python3.12")]


def is_python312(command: list[str]) -> bool:
    """Tell whether the command really starts Python 3.12 (a pyenv shim may have nothing behind it)."""
    ask = [*command, "-c", "import sys; print(sys.version_info[:2] == (3, 12))"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == "True"


def ready_python312(root: Path) -> Path | None:
    """Return the interpreter of `.venv312`, built or renewed if need be; None where there is no Python 3.12.

    Raises `subprocess.CalledProcessError` when the installation fails.
    """
    environment = root / ENVIRONMENT
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = environment / "ready"
    wanted = max((root / name).stat().st_mtime for name in ("pyproject.toml", "constraints.txt"))
    if ready.exists() and ready.stat().st_mtime >= wanted and is_python312([str(python)]):
        return python
    command = next(filter(is_python312, candidates()), None)
    if command is None:
        return None
    print(f"Installing batiksim for Python 3.12 into {ENVIRONMENT} (once) ...", flush=True)
    subprocess.run([*command, "-m", "venv", str(environment)], check=True)
    install = ["install", "--quiet", "--disable-pip-version-check", "--constraint", "constraints.txt"]
    subprocess.run([str(python), "-m", "pip", *install, "--editable", ".[test]"], cwd=root, check=True)
    subprocess.run([str(python), "-m", "batiksim", "doctor", "--warm"], cwd=root, stdout=subprocess.DEVNULL)
    ready.touch()
    return python
