"""Where scenarios are found: the shipped library or beside the scenario that names them, never elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from os.path import exists, isdir, isfile
from pathlib import Path

from batiksim.config.yaml_file import Node
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import shown, suggestion, text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_ -]{0,99}(?:\.ya?ml)?", re.ASCII)
_ENDINGS = (".yaml", ".yml")


@cache
def library() -> Mapping[str, Path]:
    """Return the shipped scenarios: stem -> file, sorted by stem.

    Installed, they lie inside the package; in a checkout, in the folder `scenarios` beside it.
    """
    return {path.stem: path for path in sorted(_folder().rglob("*.yaml"), key=lambda path: path.stem)}


def _folder() -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def no_scenario(name: str) -> ScenarioError:
    """Return the error of a name that is neither a file nor in the library: what is there instead."""
    if not name.strip():
        return ScenarioError(text("scenario.nameless"))
    where = shown(name, 300)
    if isdir(name):
        return ScenarioError(text("scenario.folder"), where)
    if exists(name):
        return ScenarioError(text("scenario.device"), where)
    path = Path(name)
    ended = next((name + end for end in _ENDINGS if isfile(name + end)), None)
    near = suggestion(ended, [ended]) if ended else suggestion(path.stem, library())
    if path.suffix and not ended:
        return ScenarioError(text("scenario.no_file", None, near=near), where)
    return ScenarioError(text("scenario.unknown", None, name=shown(name), near=near))


def resolve(name: Node, own: Path | None) -> Path:
    """Return the file that `extends: name` means for the scenario file `own` (None: a text without a file).

    A file beside `own` is preferred to the library. Raises the node's error for paths and unknown names.
    """
    if name.kind != "scalar" or not _NAME.fullmatch(name.text):
        raise name.fail("extends.name", name=name.shown)
    stem = name.text.removesuffix(".yaml").removesuffix(".yml")
    beside = [] if own is None else [own.parent / f"{stem}{end}" for end in _ENDINGS]
    for path in beside:
        if path.is_file() and not (own is not None and path.samefile(own)):
            if path.resolve().parent != path.parent.resolve():
                raise name.fail("extends.link", name=name.shown)
            return path
    shipped = library().get(stem)
    if shipped is not None and not (own is not None and own.is_file() and shipped.samefile(own)):
        return shipped
    if any(path.is_file() for path in beside) or shipped is not None:
        raise name.fail("extends.itself", name=name.shown)
    known = [*library(), *(path.stem for path in (own.parent.glob("*.yaml") if own else []))]
    raise name.fail("extends.unknown", name=name.shown, near=suggestion(stem, known))
