"""The three forms in which a command gives what it found: for people, as JSON, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from batiksim.cli import screen
from batiksim.errors import UsageError
from batiksim.i18n.texts import shown, text

Rows = Callable[[], Sequence[Mapping[str, Any]]]
EMPTY: Mapping[str, Rows] = {}
STDOUT = "-"
_ENDING = ".csv"


class Output:
    """How one command gives its result; made before the work, so that what cannot be is refused at once.

    `csv` is a file or "-", `table` the name of the one that it is to hold, by default the first. With
    `among` the JSON is one of several and is put there instead of being printed. Raises UsageError.
    """

    def __init__(
        self,
        name: str,
        as_json: bool,
        csv: str | None = None,
        *,
        table: str = "",
        quiet: bool = False,
        among: list[dict[str, Any]] | None = None,
    ) -> None:
        self._among = among
        self._name, self._as_json, self._csv, self._table, self._quiet = name, as_json, csv, table, quiet
        if as_json and csv == STDOUT:
            raise UsageError(text("output.two"))
        if csv is not None and csv != STDOUT:
            _check(csv)

    @property
    def silent(self) -> bool:
        """Whether nothing but the result is wanted: a program reads it, or the user said so."""
        return self._quiet or self._as_json or self._csv == STDOUT

    def give(
        self,
        found: Callable[[], Mapping[str, Any]],
        tables: Mapping[str, Rows] = EMPTY,
        for_people: Callable[[], None] = lambda: None,
    ) -> None:
        """Print the result in the form asked for, and write its table where one is asked for.

        `found` makes the JSON, `tables` the rows of each table by name.
        """
        if self._csv is not None:
            self._write(tables[self._table] if self._table else next(iter(tables.values())))
        with screen.reader():
            if self._as_json:
                from batiksim.cli.schemas import version

                content = {"schema": version(self._name), **found()}
                screen.say_json(content) if self._among is None else self._among.append(content)
            elif self._csv != STDOUT:
                for_people()

    def _write(self, rows: Rows) -> None:
        from batiksim.present.spreadsheet import spreadsheet

        content = spreadsheet(rows())
        if self._csv == STDOUT:
            with screen.reader():
                screen.say(content, end="", keep="\ufeff")
            return
        from batiksim.runs import atomic_files

        file = atomic_files.named(self._csv or "")
        with atomic_files.draft(file.parent) as draft:
            (draft / file.name).write_text(content, encoding="utf-8", newline="\n")
        screen.note(text("output.wrote", file=file), self._quiet)


def _check(csv: str) -> None:
    """Refuse what is no place for a table, before any work; another ending would lose somebody's file."""
    file = Path(csv)
    if file.suffix.lower() != _ENDING:
        raise UsageError(text("output.not_csv", file=shown(csv, 200)))
    if not file.parent.is_dir():
        raise UsageError(text("folder.missing", folder=file.parent))
    if file.is_dir():
        raise UsageError(text("output.is_folder", file=file))
