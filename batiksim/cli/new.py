"""`batiksim new`: a scenario file to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from batiksim.cli import completion, options, screen
from batiksim.cli.output import Output
from batiksim.errors import UsageError
from batiksim.i18n.texts import language, shown, text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", re.ASCII)
# Names that Windows keeps for devices, whatever their ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.ASCII | re.IGNORECASE)
_ENDINGS = (".yaml", ".yml")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the new scenario: letters, digits, - and _.")
]
Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="SCENARIO",
        help="A scenario file, or a name from the library.",
        autocompletion=completion.scenarios,
    ),
]
Out = Annotated[
    str | None, typer.Option(metavar="FILE", help="File to write; default: NAME.yaml in this folder.")
]


def new(
    name: Name,
    source: Source = "baseline",
    out: Out = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    lang: options.Lang = None,
) -> None:
    """Write a scenario file made from another one."""
    from batiksim.runs import atomic_files
    from batiksim.scenario import Scenario, library

    output = Output("new", as_json)
    stem = next((name.removesuffix(end) for end in _ENDINGS if name.endswith(end)), name)
    target = Path(f"{stem}.yaml") if out is None else atomic_files.named(out)
    for given in (stem, *([target.name.partition(".")[0]] if out is not None else [])):
        if not _NAME.fullmatch(given) or _DEVICES.fullmatch(given):
            raise UsageError(text("new.name", name=shown(given)))
        if given in library():
            raise UsageError(text("new.taken", name=given))
    if target.suffix not in _ENDINGS:
        raise UsageError(text("new.ending", file=shown(str(target), 200)))
    content = Scenario.load(source).draft(stem, language(lang))
    _write(target, content)
    output.give(
        lambda: {"file": str(target), "made_from": source},
        for_people=lambda: screen.say(str(target)),
    )
    screen.note(text("new.next", file=target), quiet)


def _write(target: Path, content: str) -> None:
    """Write a file that must not be there yet; nothing is left of one that could not be written whole."""
    from batiksim.runs import atomic_files

    try:
        atomic_files.write(target, content, new=True)
    except FileExistsError:
        raise UsageError(text("new.exists", file=shown(str(target), 200))) from None
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(text("folder.missing", folder=shown(str(target.parent), 200))) from None
    except OSError as error:
        raise UsageError(text("store.cannot_write", folder=target, why=error.strerror or error)) from error
