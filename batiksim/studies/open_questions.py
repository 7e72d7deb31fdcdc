"""Questions about a policy that were stopped before they were answered: kept so that they can go on.

A question is a file beside the runs that answer it. It is written before the first of them and removed with
the answer, so that what is there was stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batiksim.i18n.texts import text
from batiksim.runs import atomic_files
from batiksim.runs import folder as folders
from batiksim.scenario import Scenario

WHY, BREAKEVEN = folders.QUESTIONS


@dataclass(frozen=True)
class OpenQuestion:
    """A question of a `kind` ("why", "breakeven") about a policy and its baseline.

    `settings` are those of comparisons, `about` what else the command was told. `name` is that of the folder
    of its runs.
    """

    kind: str
    name: str
    policy: Scenario
    base: Scenario
    settings: Mapping[str, Any]
    about: Mapping[str, Any]

    def runs_in(self, folder: Path | None) -> Path | None:
        """Where its runs are kept."""
        return None if folder is None else folder / self.kind / self.name

    def keep(self, folder: Path | None) -> None:
        """Write it down in a folder (None: nowhere). Raises UsageError."""
        if folder is not None:
            atomic_files.make(folder)
            with atomic_files.writing(folder):
                atomic_files.subfolder(folder, self.kind)
                atomic_files.write(self._file(folder), self._as_json())

    def forget(self, folder: Path | None) -> None:
        """Remove it: it is answered, or cannot be."""
        if folder is not None:
            self._file(folder).unlink(missing_ok=True)

    def _file(self, folder: Path) -> Path:
        return folder / self.kind / f"{self.name}.json"

    def _as_json(self) -> str:
        lists = {key: list(self.settings[key]) for key in ("seeds", "regimes")}
        settings = {**self.settings, **lists}
        scenarios = {"policy": self.policy, "baseline": self.base}
        said = {key: {"name": one.stem, "file": one.to_yaml()} for key, one in scenarios.items()}
        return atomic_files.sealed(said | {"settings": settings, "about": dict(self.about)})


def open_questions(folder: Path) -> list[OpenQuestion]:
    """The questions that were stopped in a folder. Raises UsageError for a damaged one."""
    files = [path for kind in folders.QUESTIONS for path in sorted((folder / kind).glob("*.json"))]
    return [_read(file) for file in files]


def _read(file: Path) -> OpenQuestion:
    with atomic_files.readable(file, text("folder.remedy.question")):
        said = atomic_files.unsealed(atomic_files.read(file))
        policy, base = (
            Scenario.parse(said[key]["file"], said[key]["name"]) for key in ("policy", "baseline")
        )
        settings, about = dict(said["settings"]), dict(said["about"])
        for key in ("seeds", "scale", "until", "record", "regimes"):
            settings[key]
    return OpenQuestion(file.parent.name, file.stem, policy, base, settings, about)
