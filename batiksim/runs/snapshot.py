"""Results of a study that is not finished: tables of the runs there are, in a folder that passes."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.runs.assemble import OK, assemble
from batiksim.runs.folder import read_design
from batiksim.runs.shelf import Shelf


class Snapshot:
    """The results of the runs a study had when this was made, in `folder` as long as somebody holds this.

    Somebody else may be computing in the folder of the study: nothing is written there.
    Raises UsageError while no run has succeeded.
    """

    def __init__(self, study: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="batiksim-"))
        weakref.finalize(self, shutil.rmtree, str(self.folder), ignore_errors=True)
        rows = assemble(read_design(study), Shelf(study), self.folder, unfinished=True)
        if not any(row["status"] == OK for row in rows):
            raise UsageError(text("study.none_yet", folder=study, runs=len(rows)))
