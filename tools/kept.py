"""Results of long measurements, kept line by line in a folder, so that a stopped one goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from batiksim.errors import UsageError
from batiksim.runs import fingerprints

QUESTION, ROWS = "question.json", "rows.jsonl"


class Kept:
    """The rows in a folder, `rows`, and a way to add one.

    Raises UsageError for a folder with rows of another question, or of another version of the package: its
    code, parameters and targets.
    """

    def __init__(self, folder: Path, question: Mapping[str, Any]) -> None:
        asked = json.dumps({**question, "package": fingerprints.package()}, indent=2)
        folder.mkdir(parents=True, exist_ok=True)
        about, self._file = folder / QUESTION, folder / ROWS
        if about.exists() and about.read_text(encoding="utf-8") != asked:
            raise UsageError(f"{folder} holds results of another question or model; take another folder")
        about.write_text(asked, encoding="utf-8")
        whole = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        lines = whole.split("\n")
        if lines.pop():  # a line that was being written when the process was killed
            self._file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self.rows: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def add(self, row: dict[str, Any]) -> None:
        """Keep a row."""
        with open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.rows.append(row)
