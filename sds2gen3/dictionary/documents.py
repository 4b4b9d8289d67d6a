"""The raw documents of a dictionary, wherever it is kept: a folder of YAML, one JSON document, or an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.fetch import fetch
from sds2gen3.errors import UsageError
from sds2gen3.place import Place
from sds2gen3.resources import Declarations
from sds2gen3.yaml_document import YamlDocument, read_yaml

_MAX_BYTES = 64_000_000


@dataclass(frozen=True)
class Document:
    """One YAML file of a dictionary, or one entry of a JSON document. `stem` is what `$ref` calls it, without '.yaml'."""

    stem: str
    data: Any
    file: str
    pointer: str | None = None
    yaml: YamlDocument | None = None

    def place(self, *keys: str | int) -> Place:
        """The line (YAML) or pointer (JSON) of the deepest of the keys that exists."""
        if self.yaml is not None:
            return Place(self.file, line=self.yaml.place(*keys).line)
        steps = "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
        return Place(self.file, pointer=f"{self.pointer or ''}{steps}")


@dataclass(frozen=True)
class Documents:
    """All documents of a dictionary by stem, where they come from, and what there is to say about that."""

    name: str
    source: str
    by_stem: Mapping[str, Document]
    findings: tuple[Diagnostic, ...] = field(default=())


def read_documents(source: str | Path, declarations: Declarations) -> Documents:
    """The documents of a declared name, a folder, a JSON file or an http(s) address.

    Raises UsageError: C920 where there is none, C921 for a file that cannot be read, C922 for something else than a
    dictionary, C924-C927 for an address that does not give one, C960 for bad YAML (file:line).
    """
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        address, content = fetch(source)
        return parse_json(content, urlsplit(address).hostname or address, address, address)
    path = _path(source, declarations)
    if path.is_dir():
        return _from_folder(path)
    return parse_json(_bytes(path), path.stem, str(path), path.name)


def _path(source: str | Path, declarations: Declarations) -> Path:
    known = declarations.names("dictionaries")
    if isinstance(source, str) and source in known:
        return known[source]
    path = Path(source).expanduser()
    if path.exists():
        return path
    near = get_close_matches(str(source), known, n=1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    hint += f"Known dictionaries: {', '.join(known) or 'none'}. A folder, a .json file or an https address will do too."
    raise UsageError.of("C920", f"There is no dictionary '{source}'.", hint=hint, value=str(source))


def _from_folder(folder: Path) -> Documents:
    """Every *.yaml in the folder itself: the server reads no other names and no folders below."""
    by_stem = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        by_stem[path.stem] = Document(path.stem, document.data, path.name, yaml=document)
    if not by_stem:
        inner = next((p.parent for p in sorted((*folder.glob("*/*.yaml"), *folder.glob("*/*/*.yaml")))), None)
        hint = f"Did you mean '{inner.as_posix()}'?" if inner else ""
        raise UsageError.of("C922", f"The folder '{folder}' holds no .yaml file.", hint=hint, value=str(folder))
    findings = tuple(
        finding("D406", f"The server does not read '{path.name}': only names that end in .yaml.", Place(path.name))
        for path in sorted(folder.glob("*.yml"))
    )
    return Documents(folder.resolve().name, str(folder), by_stem, findings)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError.of("C921", f"'{path.name}' is too large for a dictionary.", Place(path.name))
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise UsageError.of("C921", f"'{path.name}' cannot be read: {reason}.", Place(path.name)) from error


def parse_json(content: bytes, name: str, source: str, file: str) -> Documents:
    """The entries of a dump (keys 'case.yaml') or of what a commons serves (keys 'case')."""
    try:
        data = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        place = Place(file, line=error.lineno)
        raise UsageError.of("C921", f"'{file}' is not valid JSON: {error.msg}.", place) from error
    if not isinstance(data, dict) or not any(_is_node(key, entry) for key, entry in data.items()):
        raise UsageError.of("C922", f"'{file}' is JSON, but not a data dictionary.", Place(file), value=source)
    by_stem = {}
    for key, entry in sorted(data.items()):
        stem = key.removesuffix(".yaml")
        pointer = "/" + key.replace("~", "~0").replace("/", "~1")
        by_stem[stem] = Document(stem, entry, file, pointer)
    return Documents(name, source, by_stem)


def _is_node(key: str, entry: Any) -> bool:
    return not key.startswith("_") and isinstance(entry, dict) and ("properties" in entry or "links" in entry)
