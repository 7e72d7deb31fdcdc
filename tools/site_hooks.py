"""Hooks of the docs site (mkdocs.yml): pages that stand at the top of the repository, and links out of docs/.

The pages are written for the repository, where every link works as it is. In the site README, CONTRIBUTING
and CHANGELOG are pages too, an address of ours leads to the page itself, and what is no page leads to the
repository.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
DOCS = "docs/"
AT_THE_TOP = {"README.md": "readme.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
# A link of Markdown, and the address in it; blocks of code are left alone.
_CODE = re.compile(r"^```.*?^```", re.M | re.S)
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_OUTSIDE = re.compile(r"[a-z]+:|#|//")


@cache
def home() -> str:
    """Where the repository is, as the package says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["urls"]["Source"])


def on_files(files: Any, config: Any) -> Any:
    """Take in the pages at the top of the repository."""
    for name, page in AT_THE_TOP.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Lead every link to a page of the site, or else to the repository."""
    here = page.file.src_uri
    tops = {uri: name for name, uri in AT_THE_TOP.items()}
    source = tops.get(here, DOCS + here)
    pages = {file.src_uri for file in files}

    def lead(match: re.Match[str]) -> str:
        return match[1] + address(match[2], source, here, pages) + match[3]

    parts = re.split(f"({_CODE.pattern})", markdown, flags=_CODE.flags)
    return "".join(part if part.startswith("```") else _LINK.sub(lead, part) for part in parts)


def address(link: str, source: str, here: str, pages: set[str]) -> str:
    """Where a link of the file `source` of the repository leads from the page `here` of the site."""
    for way in ("blob", "raw"):
        ours = f"{home()}/{way}/main/"
        if link.startswith(ours):
            link = posixpath.relpath(link.removeprefix(ours), posixpath.dirname(source) or ".")
    if _OUTSIDE.match(link):
        return link
    file, mark, heading = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), file))
    page = AT_THE_TOP.get(target, target.removeprefix(DOCS) if target.startswith(DOCS) else "")
    if page in pages:
        return posixpath.relpath(page, posixpath.dirname(here) or ".") + mark + heading
    return f"{home()}/blob/main/{target}{mark}{heading}"
