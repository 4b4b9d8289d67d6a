"""Declared files in YAML: read strictly and bounded, and every key can name its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sds2gen3.errors import UsageError
from sds2gen3.parsed import once
from sds2gen3.place import Place

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 8_000_000
_MAX_NODES = 500_000  # what aliases may expand to: a "billion laughs" file is refused, an honest one is far below
_LINE_LEADS = re.compile(r"^[-?: \t]*", re.MULTILINE)
_TEXT, _MAPPING, _LIST, _MERGE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq", "merge"))
_MAX_DEPTH = 100  # the C loader does not watch its stack: some 10,000 brackets would end the program


@dataclass(frozen=True)
class YamlDocument:
    """A YAML file: its plain data, and `place(*keys)`, the line on which that key stands.

    `lines` are those of the keys of a mapping, each with the lines within its value, or of the items of a list.
    """

    path: Path
    data: Any
    lines: Any

    def place(self, *keys: str | int) -> Place:
        """The line of the deepest key of the path that exists; the first line where none does."""
        within, line = self.lines, 1
        for key in keys:
            found = within.get(str(key)) if isinstance(within, dict) else _item(within, key)
            if found is None:
                break
            line, within = found
        return Place(self.path.name, line=line)


def _item(lines: Any, key: str | int) -> Any:
    return lines[key] if isinstance(lines, list) and isinstance(key, int) and key < len(lines) else None


def read_yaml(path: Path) -> YamlDocument:
    """The YAML document in a file. Raises UsageError C960 (file:line) for one that cannot be read, repeats a key, or is a bomb."""
    kept = once(path, _parse)
    data, lines = kept if isinstance(kept, list) and len(kept) == 2 else _parse(path)
    return YamlDocument(path, data, lines)


def _parse(path: Path) -> list[Any]:
    """The data of a file, and their lines."""
    text = _text(path)
    try:
        if _may_be_deep(text):
            _guard_depth(text, path)
        root = yaml.compose(text, Loader=_Loader)
        return [None, None] if root is None else [_Values(path).of(root), _lines(root)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or "it is not YAML").replace("\n", " ")
        raise UsageError.of(
            "C960", f"'{path.name}' is not valid YAML: {problem}.", Place(path.name, line=line)
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError.of("C960", f"'{path.name}' is not valid YAML.", Place(path.name, line=1)) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError.of("C960", f"'{path.name}' is too large for a declaration.", Place(path.name))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or "unreadable")
        raise UsageError.of("C960", f"'{path.name}' cannot be read: {reason}.", Place(path.name)) from error


def _may_be_deep(text: str) -> bool:
    """Whether it can be nested too deeply: each level takes a bracket, or a column where a line begins."""
    brackets = text.count("[") + text.count("{")
    return brackets + max((len(lead) for lead in _LINE_LEADS.findall(text)), default=0) >= _MAX_DEPTH


def _guard_depth(text: str, path: Path) -> None:
    """Refuse deep nesting before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise UsageError.of("C960", f"'{path.name}' is nested too deeply.", Place(path.name, line=line))


class _Values:
    """The plain values of nodes. Raises UsageError for keys given twice and for what expands without end (aliases of aliases).

    Text, mappings and lists are taken as they are, in one walk: these are nearly all that a declaration holds, and PyYAML's
    own constructor takes three times as long for them. Any other tag is its constructor's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = _MAX_NODES
        self._others = _Loader("")

    def of(self, node: yaml.Node) -> Any:
        """The value of a node."""
        self._left -= 1
        if self._left < 0:
            message = f"'{self._path.name}' expands to far too many values."
            raise UsageError.of("C960", message, Place(self._path.name, line=1))
        if node.tag == _TEXT:
            return node.value
        if node.tag == _MAPPING and isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if node.tag == _LIST and isinstance(node, yaml.SequenceNode):
            return [self.of(one) for one in node.value]
        if not isinstance(node, yaml.ScalarNode):
            raise _refused(f"'{node.tag}' is not for declarations", node)
        return self._others.construct_object(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged = self._merged(value_node) | merged
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise _refused("a key is a single word here", key_node)
            key = self.of(key_node)
            if key in found:
                place = Place(self._path.name, line=key_node.start_mark.line + 1)
                raise UsageError.of("C960", f"'{key_node.value}' is given twice in '{self._path.name}'.", place)
            found[key] = self.of(value_node)
        return merged | found

    def _merged(self, node: yaml.Node) -> dict[Any, Any]:
        """What `<<` takes over: of one mapping, or of several, the first one first."""
        merged: dict[Any, Any] = {}
        for one in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(one, yaml.MappingNode):
                raise _refused("'<<' takes mappings", one)
            merged = self._mapping(one) | merged
        return merged


def _refused(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _lines(node: yaml.Node) -> Any:
    """The lines of what is in a node; of what it takes over with `<<`, those lines tell that are its own."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: [key.start_mark.line + 1, _lines(value)] for key, value in reversed(node.value)}
    if isinstance(node, yaml.SequenceNode):
        return [[one.start_mark.line + 1, _lines(one)] for one in node.value]
    return None
