"""Strict YAML: a small tree whose every value knows its file, line and column.

Refused, each with its place: aliases and anchors (the seed of YAML bombs), tags, repeated keys, keys that are
no words, deep nesting, large files, text that is not UTF-8, more than one document. Scalars stay text: what
"no", "010" or "1e999" means is decided by whoever reads the value (`fields.py`), never guessed here.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from os.path import isfile
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from batiksim.errors import InputError, ScenarioError
from batiksim.i18n.texts import shown, text

MAX_BYTES = 64_000  # a scenario of our library has about 2,000
MAX_NODES = 10_000
MAX_DEPTH = 8


@dataclass(frozen=True)
class Source:
    """Where a tree came from, what an error in it is called, how large it may be.

    The compiled parser is `quick`, and less exact about where an error is: it is for files of the package.
    `language` says how numbers are written in it, if that is known.
    """

    file: str | None = None
    error: type[InputError] = ScenarioError
    max_bytes: int = MAX_BYTES
    max_nodes: int = MAX_NODES
    quick: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Node:
    """One value and its place, from 1: a scalar (`text`), a mapping (`entries`) or a list (`items`)."""

    kind: str
    source: Source = field(default_factory=Source)
    line: int | None = None
    column: int | None = None
    text: str = ""
    plain: bool = True  # written without quotes
    entries: tuple[tuple[Node, Node], ...] = ()
    items: tuple[Node, ...] = ()

    def fail(self, key: str, /, **values: object) -> InputError:
        """Return the error `key` of the catalogue, placed here."""
        return self.source.error(text(key, None, **values), self.source.file, self.line, self.column)

    def get(self, name: str) -> Node | None:
        """Return the value of a key of a mapping, or None."""
        return next((value for key, value in self.entries if key.text == name), None)

    def written_in(self, lang: str) -> Node:
        """Return this tree with its numbers understood as they are written in a language."""
        return replace(
            self,
            source=replace(self.source, language=lang),
            entries=tuple((key.written_in(lang), value.written_in(lang)) for key, value in self.entries),
            items=tuple(item.written_in(lang) for item in self.items),
        )

    @property
    def shown(self) -> str:
        """The value as it may stand in a message."""
        if self.kind == "scalar":
            return shown(self.text) if self.text else text("yaml.nothing")
        return text(f"yaml.{self.kind}")


def as_node(value: object, source: Source | None = None, depth: int = 0) -> Node:
    """Return a Python value (number, text, mapping, list) as a tree without places.

    Raises the source's error for any other type.
    """
    source = source or Source()
    if depth > MAX_DEPTH:
        raise source.error(text("yaml.too_deep", limit=MAX_DEPTH))
    if isinstance(value, Mapping):
        pairs = tuple(
            (as_node(k, source, depth + 1), as_node(v, source, depth + 1)) for k, v in value.items()
        )
        return Node("mapping", source, entries=pairs)
    if isinstance(value, list | tuple):
        return Node("list", source, items=tuple(as_node(v, source, depth + 1) for v in value))
    node = Node("scalar", source, text=_scalar_text(value, source))
    return node if isinstance(value, str) else node.written_in("en")  # as Python writes numbers


def _scalar_text(value: object, source: Source) -> str:
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()  # a numpy scalar
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value
    raise source.error(text("yaml.python_type", type=type(value).__name__))


def read_file(path: str | PathLike[str], source: Source) -> Node:
    """Read a YAML file into a tree.

    Raises the source's error if the file cannot be read, is too large or is not strict YAML.
    """
    try:
        if not isfile(path):  # a pipe or device would never end
            raise source.error(text("yaml.no_file"), source.file)
        with open(path, "rb") as stream:
            content = stream.read(source.max_bytes + 1)
    except OSError as error:
        raise source.error(text("yaml.unreadable", None, why=error.strerror), source.file) from None
    return read_bytes(content, source)


def read_bytes(content: bytes, source: Source) -> Node:
    """Read YAML from bytes (UTF-8, with or without byte order mark; any line ends) into a tree."""
    if len(content) > source.max_bytes:
        raise source.error(text("yaml.too_large", limit=source.max_bytes), source.file)
    content = content.removeprefix(BOM_UTF8)
    try:
        decoded = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = text("yaml.not_utf8", byte=f"0x{content[error.start]:02x}")
        raise source.error(message, source.file, line, column) from None
    return read_text(decoded, source)


def read_text(content: str, source: Source) -> Node:
    """Read YAML from text into a tree."""
    return _Reader(content, source).document()


class _Reader:
    """Builds the tree from the parser's events, so that limits act before memory is used."""

    def __init__(self, content: str, source: Source) -> None:
        self.source = source
        self.lines = content.splitlines()
        self.events = self._parse(content)
        self.count = 0

    def _parse(self, content: str) -> Iterator[Event]:
        try:
            yield from YAML(typ="safe", pure=not self.source.quick).parse(content)
        except InputError:
            raise
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
            raise self._syntax_error(error.problem or error.context or "", line, column) from None
        except ReaderError as error:
            before = content[: error.position]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            message = text("yaml.character", code=f"U+{ord(content[error.position]):04X}")
            raise self.source.error(message, self.source.file, line, column) from None
        except Exception as error:  # whatever a parser does with strange text, the user sees one clean line
            raise self._syntax_error(str(error), None, None) from None

    def _syntax_error(self, problem: str, line: int | None, column: int | None) -> InputError:
        here = self.lines[line - 1] if line and line <= len(self.lines) else ""
        if "\t" in here[: len(here) - len(here.lstrip())]:
            return self.source.error(text("yaml.tab"), self.source.file, line, here.index("\t") + 1)
        return self.source.error(
            text("yaml.syntax", problem=shown(problem, 120)), self.source.file, line, column
        )

    def document(self) -> Node:
        next(self.events)  # start of the stream
        event = next(self.events)
        if isinstance(event, StreamEndEvent):
            raise self.source.error(text("yaml.empty"), self.source.file, 1, 1)
        tree = self._node(next(self.events), 0)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                raise self._fail(event, "yaml.documents")
            assert isinstance(event, DocumentEndEvent | StreamEndEvent)
        return tree

    def _fail(self, event: Event, key: str, /, **values: object) -> InputError:
        return self._at(event, "scalar").fail(key, **values)

    def _at(self, event: Event, kind: str, **content: Any) -> Node:
        mark = event.start_mark
        return Node(kind, self.source, mark.line + 1, mark.column + 1, **content)

    def _node(self, event: Event, depth: int) -> Node:
        self.count += 1
        if self.count > self.source.max_nodes:
            raise self._fail(event, "yaml.too_many", limit=self.source.max_nodes)
        if depth > MAX_DEPTH:
            raise self._fail(event, "yaml.too_deep", limit=MAX_DEPTH)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._fail(event, "yaml.alias")
        if (tag := getattr(event, "tag", None)) is not None:
            raise self._fail(event, "yaml.tag", tag=shown(str(tag)))
        if isinstance(event, ScalarEvent):
            return self._at(event, "scalar", text=event.value, plain=event.style in (None, ""))
        if isinstance(event, SequenceStartEvent):
            return self._at(event, "list", items=tuple(self._list(depth)))
        assert isinstance(event, MappingStartEvent)
        return self._at(event, "mapping", entries=tuple(self._mapping(depth)))

    def _list(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int) -> Iterator[tuple[Node, Node]]:
        seen: dict[str, int | None] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._node(event, depth + 1)
            if key.kind != "scalar":
                raise key.fail("yaml.key")
            if key.text in seen:
                raise key.fail("yaml.repeated", name=key.shown, line=seen[key.text])
            seen[key.text] = key.line
            value = self._node(next(self.events), depth + 1)
            if value.kind == "scalar" and value.plain and not value.text:
                value = replace(value, line=key.line, column=key.column)  # the parser is lines further by now
            yield key, value
