"""Everything batiksim raises on purpose.

    BatiksimError
    ├── InputError            something you wrote is wrong; the message says where and what would be right
    │   ├── ScenarioError     a scenario file or a change to a scenario
    │   ├── ParameterError    a parameter: unknown name, outside its range, wrong unit
    │   └── UsageError        an argument of a command or a public function, or a file or folder it names
    ├── RunError              a run could not go on
    │   ├── AccountingError   money, people or orders appeared or vanished: a bug, please report it
    │   └── WorkersError      who computed the runs is gone; the finished ones are kept
    └── StoppedError          somebody stopped it; the message says what is kept and how to go on

The command line turns an `InputError` into one clean line and exit code 2.
"""

from __future__ import annotations

from os import PathLike, fspath


class BatiksimError(Exception):
    """Base of every error that batiksim raises on purpose."""


class InputError(BatiksimError):
    """Something the user wrote is wrong.

    `str(error)` is `file:line:column: message`, with the parts of the place that are known;
    lines and columns count from 1. `others` are further mistakes found in the same reading.
    """

    others: tuple[InputError, ...] = ()

    def __init__(
        self,
        message: str,
        file: str | PathLike[str] | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else fspath(file)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        known = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        if not known:
            return self.message
        return f"{'line ' if self.file is None else ''}{':'.join(known)}: {self.message}"


class ScenarioError(InputError):
    """A scenario file, or a change to a scenario, is wrong."""


class ParameterError(InputError):
    """A parameter is unknown, outside its range or in the wrong unit."""


class UsageError(InputError):
    """An argument of a command or a public function is wrong, or a file or folder it names cannot be used."""


class RunError(BatiksimError):
    """A run could not go on."""


class AccountingError(RunError):
    """Money, people or orders appeared or vanished during a month."""


class WorkersError(RunError):
    """Worker processes, or the cluster they belong to, are gone; what is finished of a study is kept."""


class StoppedError(BatiksimError):
    """Somebody stopped a computation of which something is kept."""
