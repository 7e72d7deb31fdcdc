"""Execute the notebooks and write them anew with their outputs, for readers who only look.

    python -m pip install --constraint constraints.txt --editable ".[notebook,bench]"
    python -m tools.notebook            # all
    python -m tools.notebook 03 05      # those whose names begin so

Each notebook is a pair: the script `.py` (jupytext, percent format) is what people edit, the `.ipynb` beside
it is written here. A test keeps the two in step and runs the script.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SECONDS = 600


def write(script: Path) -> None:
    """Execute the cells of a script in a fresh kernel and write the notebook beside it.

    What differs from run to run and says nothing (times, random ids, the version of Python) is left out.
    """
    import jupytext
    import nbformat
    from nbclient import NotebookClient

    os.environ["PYTHONWARNINGS"] = "ignore:IProgress"  # a progress bar that is not used wants widgets
    notebook = jupytext.read(script)
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    ).execute()
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["jupytext"].pop("main_language", None)
    nbformat.write(notebook, script.with_suffix(".ipynb"))


def main(names: list[str]) -> None:
    """Write the notebooks whose names begin with one of these; without any, all."""
    for script in sorted(NOTEBOOKS.glob("*.py")):
        if not names or script.name.startswith(tuple(names)):
            print(script.name, file=sys.stderr)
            write(script)


if __name__ == "__main__":
    main(sys.argv[1:])
