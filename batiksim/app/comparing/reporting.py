"""The process that makes a report of a finished comparison: `python -m batiksim.app.comparing.reporting`.

It reads one line of JSON from its input, `{study, lang, page, files}`, and writes the page of
`batiksim report` and a zip archive of its pictures, tables and scenarios. It ends when its input is closed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

from batiksim.app.comparing.child import end_with_input
from batiksim.errors import BatiksimError
from batiksim.runs.folder import SCENARIOS


def main() -> int:
    """Make the report that the first line of the input asks for; 1 where it cannot be made."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_input, daemon=True).start()
    try:
        make(Path(asked["study"]), asked["lang"], Path(asked["page"]), Path(asked["files"]))
    except BatiksimError:
        return 1
    return 0


def make(folder: Path, lang: str, page: Path, files: Path) -> None:
    """Write the page and the archive, each whole or not at all, the page last."""
    from batiksim.report import page as pages
    from batiksim.report.page.exporting import export
    from batiksim.report.pictures import pictures
    from batiksim.studies.study import Study

    study = Study.load(folder)
    drawn = list(pictures(study, lang))
    content = pages.render(study, lang, drawn)
    with tempfile.TemporaryDirectory(dir=page.parent) as passing:
        exported, archive = Path(passing) / "files", Path(passing) / files.name
        export(study, drawn, exported)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(f"report-{lang}.html", content)
            for file in sorted(exported.iterdir()):
                packed.write(file, file.name)
            for file in sorted((folder / SCENARIOS).iterdir()):
                packed.write(file, f"{SCENARIOS}/{file.name}")
        archive.replace(files)
    pages.save(page, content)


if __name__ == "__main__":
    sys.exit(main())
