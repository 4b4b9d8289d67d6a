"""Declared files in YAML: read strictly and bounded, and every key can name its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sds2gen3.errors import UsageError
from sds2gen3.place import Place

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 8_000_000
_MAX_NODES = 500_000  # what aliases may expand to: a "billion laughs" file is refused, an honest one is far below
_MAX_DEPTH = 100  # the C loader does not watch its stack: some 10,000 brackets would end the program


@dataclass(frozen=True)
class YamlDocument:
    """A YAML file: its plain data, and `place(*keys)`, the line on which that key stands."""

    path: Path
    root: yaml.Node | None
    data: Any

    def place(self, *keys: str | int) -> Place:
        """The line of the deepest key of the path that exists; the first line where none does."""
        node, line = self.root, 1
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            line, node = found
        return Place(self.path.name, line=line)


def read_yaml(path: Path) -> YamlDocument:
    """The YAML document in a file. Raises UsageError C960 (file:line) for one that cannot be read, repeats a key, or is a bomb."""
    text = _text(path)
    try:
        _guard_depth(text, path)
        root = yaml.compose(text, Loader=_Loader)
        _guard(root, path)
        return YamlDocument(path, root, None if root is None else _Loader("").construct_document(root))
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


def _guard(root: yaml.Node | None, path: Path) -> None:
    """Refuse what expands without end (aliases of aliases) and keys that are given twice."""
    for count, node in enumerate(_walk(root)):
        if count > _MAX_NODES:
            raise UsageError.of("C960", f"'{path.name}' expands to far too many values.", Place(path.name, line=1))
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    place = Place(path.name, line=key.start_mark.line + 1)
                    raise UsageError.of("C960", f"'{key.value}' is given twice in '{path.name}'.", place)
                seen.add(key.value if isinstance(key, yaml.ScalarNode) else str(id(key)))


def _walk(root: yaml.Node | None) -> Iterator[yaml.Node]:
    stack = [root] if root is not None else []
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, yaml.MappingNode):
            stack.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return None
