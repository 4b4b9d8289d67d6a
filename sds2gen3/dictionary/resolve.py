"""`$ref` in dictionaries: what it names is merged into the object that holds it, as the server does (dictionaryutils)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.documents import Document
from sds2gen3.errors import UsageError

_MAX_VALUES = 1_000_000  # that of a large commons resolves to some 100,000; counting this far takes seconds
_MAX_DEPTH = 150
_SEARCHED = 2_000  # names; to look for a near one among more takes longer than it helps


class Resolver:
    """Resolves documents against each other. `findings` tells what could not be resolved, each place once."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.findings: list[Diagnostic] = []
        self._documents = documents
        self._open: list[tuple[str, str]] = []
        self._count = 0
        self._depth = 0

    def resolve(self, document: Document) -> Any:
        """The document's data with every reference replaced, as new plain JSON values; the data itself is left alone.

        Raises UsageError C923 for references or nesting without end.
        """
        return self._value(document.data, document, ())

    def _value(self, value: Any, document: Document, path: tuple[str | int, ...]) -> Any:
        self._count += 1
        if self._count > _MAX_VALUES or self._depth > _MAX_DEPTH:
            how = "expands to far too many values" if self._count > _MAX_VALUES else "is nested too deeply"
            raise UsageError.of("C923", f"'{document.file}' {how}.", document.place(*path))
        self._depth += 1
        try:
            if isinstance(value, dict):
                return self._object(value, document, path)
            if isinstance(value, list):
                return [self._value(item, document, (*path, number)) for number, item in enumerate(value)]
            return self._scalar(value, document, path)
        finally:
            self._depth -= 1

    def _object(self, value: dict[Any, Any], document: Document, path: tuple[str | int, ...]) -> dict[str, Any]:
        """Own keys first, then those of each reference over them: the server merges in this order."""
        result = {}
        for key, item in value.items():
            name = self._name(key, document, path)
            if not name.startswith("$ref"):
                result[name] = self._value(item, document, (*path, name))
        for key, item in value.items():
            if isinstance(key, str) and key.startswith("$ref"):
                result.update(self._target(item, document, (*path, key)))
        return result

    def _name(self, key: Any, document: Document, path: tuple[str | int, ...]) -> str:
        if isinstance(key, str):
            return key
        message = f"YAML reads a name as {key!r}, not as text."
        self._tell("D407", message, document, path, "Put it into quotes, e.g. 'yes'.")
        return str(key)

    def _scalar(self, value: Any, document: Document, path: tuple[str | int, ...]) -> Any:
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        shown = value.isoformat() if isinstance(value, date) else str(value)
        message = f"YAML reads {shown} as a {type(value).__name__}, not as text."
        self._tell("D421", message, document, path, f"Put it into quotes: '{shown}'.")
        return shown

    def _target(self, reference: Any, document: Document, path: tuple[str | int, ...]) -> dict[str, Any]:
        """What a reference names, resolved; an empty object, with a finding, where it names nothing or itself."""
        if not isinstance(reference, str) or "#" not in reference:
            hint = 'Write "_definitions.yaml#/name", or "#/name" for a place in the same file.'
            return self._lost(f"'{reference}' is not a reference.", document, path, hint)
        base, _, pointer = reference.partition("#")
        target = self._documents.get(base.removesuffix(".yaml")) if base else document
        if target is None:
            names = [f"{stem}.yaml" for stem in sorted(self._documents)]
            return self._lost(f"'{reference}': there is no '{base}'.", document, path, _near(base, names))
        if (target.stem, pointer) in self._open:
            chain = " -> ".join(f"{stem}#{inner}" for stem, inner in (*self._open, (target.stem, pointer)))
            self._tell("D402", f"The reference leads back to itself: {chain}.", document, path, "")
            return {}
        steps = tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
        value: Any = target.data
        for step in steps:
            inside = value if isinstance(value, dict) else {}
            if step not in inside:
                names = [str(name) for name in inside]
                return self._lost(f"'{reference}': there is no '{step}'.", document, path, _near(step, names))
            value = inside[step]
        if not isinstance(value, dict):
            return self._lost(f"'{reference}' names no object that could be merged.", document, path, "")
        self._open.append((target.stem, pointer))
        resolved: dict[str, Any] = self._value(value, target, steps)
        self._open.pop()
        return resolved

    def _lost(self, message: str, document: Document, path: tuple[str | int, ...], hint: str) -> dict[str, Any]:
        self._tell("D401", message, document, path, hint)
        return {}

    def _tell(self, code: str, message: str, document: Document, path: tuple[str | int, ...], hint: str) -> None:
        one = finding(code, message, document.place(*path), hint=hint)
        if one not in self.findings:
            self.findings.append(one)


def _near(name: str, names: list[str]) -> str:
    near = get_close_matches(name[:200], names, n=1) if len(names) <= _SEARCHED else []
    return f"Did you mean '{near[0]}'?" if near else ""
