"""Begin a language: `python -m tools.new_language jv` gives every text a draft, a copy of the Indonesian one.

The drafts are then translated where they stand. It changes `batiksim/` and `scenarios/` in the current
folder; a second time only texts without a draft get one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

SOURCE = "id"
_PYTHON = re.compile(r'"id": ("(?:[^"\\\n]|\\.)*")(?=\s*,?\s*\})')
_CODE = re.compile(r"[a-z]{2}")


def main(arguments: Sequence[str]) -> int:
    """Write the drafts and say in how many files; 2 if the code is none of ISO 639-1."""
    if len(arguments) != 1 or not _CODE.fullmatch(arguments[0]):
        print("usage: python -m tools.new_language CODE     two small letters, as jv", file=sys.stderr)
        return 2
    print(f"drafts in {begin(Path.cwd(), arguments[0])} files; now translate them, and run the tests")
    return 0


def begin(root: Path, code: str) -> int:
    """Give every text below `root` a draft in another language; return how many files were changed."""
    changed = 0
    written = (path for name in ("batiksim", "scenarios") for path in (root / name).rglob("*.yaml"))
    for file in sorted(written):
        changed += _yaml(file, code)
    for file in sorted((root / "batiksim").rglob("*.py")):
        changed += _replace(file, _PYTHON, rf'"id": \1, "{code}": \1')
    texts = root / "batiksim" / "i18n" / "texts.py"
    changed += _replace(texts, re.compile(rf'^(LANGUAGES = \((?!.*"{code}").*)\)$', re.M), rf'\1, "{code}")')
    helped = root / "batiksim" / "i18n" / f"help_{code}.yaml"
    if not helped.exists():
        helped.write_bytes(helped.with_name(f"help_{SOURCE}.yaml").read_bytes())
        changed += 1
    return changed


def _yaml(file: Path, code: str) -> bool:
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 10_000, True
    tree = yaml.load(file.read_text(encoding="utf-8"))
    if not _draft(tree, code):
        return False
    with file.open("w", encoding="utf-8", newline="\n") as out:
        yaml.dump(tree, out)
    return True


def _draft(node: Any, code: str) -> bool:
    """Add the drafts below a node; tell whether there was one to add."""
    if isinstance(node, CommentedMap):
        if {"en", SOURCE} <= set(node) and code not in node and isinstance(node[SOURCE], str):
            node.insert(list(node).index(SOURCE) + 1, code, node[SOURCE])
            return True
        return sum(_draft(below, code) for below in node.values()) > 0
    return isinstance(node, list) and sum(_draft(below, code) for below in node) > 0


def _replace(file: Path, pattern: re.Pattern[str], by: str) -> bool:
    before = file.read_text(encoding="utf-8")
    after = pattern.sub(by, before)
    if after != before:
        file.write_text(after, encoding="utf-8", newline="\n")
    return after != before


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
