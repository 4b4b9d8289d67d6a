"""Settings, each with its source: option > environment > sds2gen3.toml > the user's own file > default."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from platformdirs import user_config_path

from sds2gen3.errors import SdsError, UsageError
from sds2gen3.place import Place
from sds2gen3.severities import LEVELS, Change

FILE = "sds2gen3.toml"
PREFIX = "SDS2GEN3_"
GEN3_NEEDS = {"GEN3_PROGRAM": "program", "GEN3_PROJECT": "project"}
"""Variables that scripts for a commons share: the weakest word on a need, and none where the mapping does not ask for it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value and where it comes from: 'option', 'default', 'environment SDS2GEN3_STRICT' or 'sds2gen3.toml:3'."""

    value: T
    source: str


@dataclass(frozen=True)
class Settings:
    """Every setting. `needs` are the values that a mapping asks for and the sheets do not hold, by name.

    `severity` are the changes of all files, the strongest last; its source is the file of the last one.
    """

    mapping: Setting[str] = Setting("sds", "default")
    dictionary: Setting[str | None] = Setting(None, "default")
    schemas: Setting[tuple[str, ...]] = Setting((), "default")
    format: Setting[str] = Setting("text", "default")
    strict: Setting[bool] = Setting(False, "default")
    metadata_only: Setting[bool] = Setting(False, "default")
    select: Setting[tuple[str, ...]] = Setting((), "default")
    ignore: Setting[tuple[str, ...]] = Setting((), "default")
    max_per_group: Setting[int] = Setting(10, "default")
    color: Setting[str] = Setting("auto", "default")
    profile: Setting[str | None] = Setting(None, "default")
    storage_from: Setting[str | None] = Setting(None, "default")
    storage_hosts: Setting[tuple[str, ...]] = Setting((), "default")
    storage_jobs: Setting[int] = Setting(4, "default")
    severity: Setting[tuple[Change, ...]] = Setting((), "default")
    needs: Mapping[str, Setting[str]] = field(default_factory=dict)


def load(
    options: Mapping[str, Any],
    start: Path | None = None,
    config: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings for a dataset at `start`: `options` are those given on the command line (None and empty: not given).

    `config` replaces the search for sds2gen3.toml. Raises UsageError C900-C902 for a file or value that is not understood.
    """
    found: dict[str, Setting[Any]] = {}
    needs: dict[str, Setting[str]] = {}
    for name, setting in _layers(options, start, config, environ):
        if name.startswith("needs."):
            needs[name.removeprefix("needs.")] = setting
        elif name == "severity" and name in found:
            found[name] = Setting(found[name].value + setting.value, setting.source)
        else:
            found[name] = setting
    return Settings(**found, needs=needs)


def _layers(
    options: Mapping[str, Any], start: Path | None, config: Path | None, environ: Mapping[str, str]
) -> Iterator[tuple[str, Setting[Any]]]:
    """Every setting that is given somewhere, the weakest source first. A profile is stronger than a dataset's own file."""
    weak: list[tuple[str, Setting[Any]]] = [
        (f"needs.{need}", Setting(environ[variable], f"environment {variable}"))
        for variable, need in GEN3_NEEDS.items()
        if environ.get(variable)
    ]
    user_file = user_config_path("sds2gen3", appauthor=False) / FILE
    for file in (user_file if user_file.is_file() else None, config or _nearest(start or Path())):
        if file is not None:
            weak += _from_file(file)
    strong = list(_from_environment(environ))
    for name, value in options.items():
        if value is not None and value != () and value != []:
            strong.append((name, Setting(_checked(name, value, "option"), "option")))
    yield from weak
    profile = next((setting.value for name, setting in reversed([*weak, *strong]) if name == "profile"), None)
    if profile is not None:
        yield from _from_file(_of_profile(Path(profile)))
    yield from strong


def _of_profile(folder: Path) -> Path:
    if not (folder / FILE).is_file():
        raise UsageError.of("C914", f"The profile '{folder.as_posix()}' is no folder with a {FILE}.", value=str(folder))
    return folder / FILE


def _nearest(start: Path) -> Path | None:
    """sds2gen3.toml in the dataset's folder or the nearest parent."""
    path = Path(os.path.abspath(start))
    return next((p / FILE for p in (path, *path.parents) if (p / FILE).is_file()), None)


def _from_file(path: Path) -> Iterator[tuple[str, Setting[Any]]]:
    text, data = _toml(path)
    for key, value in data.items():
        place = Place(path.name, line=_line(text, key))
        if key == "needs" and isinstance(value, dict):
            for need, given in value.items():
                place = Place(path.name, line=_line(text, need, table="needs"))
                yield f"needs.{need}", Setting(_checked(f"needs.{need}", given, str(place), place), str(place))
            continue
        if key == "storage" and isinstance(value, dict):
            yield from _table(text, path, key, value)
            continue
        if key == "severity":
            yield "severity", Setting(tuple(_changes(value, place)), str(place))
            continue
        name = key.replace("-", "_")
        if name not in KINDS:
            raise _unknown(key, place)
        checked = _checked(name, value, str(place), place)
        yield name, Setting(_resolved(name, checked, path.parent), str(place))


def _table(text: str, path: Path, table: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Setting[Any]]]:
    """The settings of a table such as [storage]: 'from' in it is the setting storage_from."""
    for key, value in values.items():
        place = Place(path.name, line=_line(text, key, table))
        name = f"{table}_{key.replace('-', '_')}"
        if name not in KINDS:
            raise _unknown(f"{table}.{key}", place)
        yield name, Setting(_resolved(name, _checked(name, value, str(place), place), path.parent), str(place))


def _changes(value: Any, place: Place) -> Iterator[Change]:
    """`[[severity]]` tables: code, is, and files (all, where nothing is said)."""
    for entry in value if isinstance(value, list) else [value]:
        given = entry if isinstance(entry, dict) else {}
        code, level, files = given.get("code"), given.get("is"), given.get("files", "*")
        good = isinstance(code, str) and isinstance(level, str) and isinstance(files, str)
        if not (good and code and level in LEVELS) or set(given) - {"code", "is", "files"}:
            hint = f"Give code, is ({', '.join(LEVELS)}) and, if you like, files with a pattern such as primary/*."
            raise UsageError.of("C902", f"'{entry}' does not fit the setting 'severity' ({place}).", place, hint=hint)
        yield Change(str(code).upper(), LEVELS[str(level)], str(files))


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        reason = re.sub(r" \(at .*\)", "", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise UsageError.of(
            "C900", f"'{path.name}' is not valid TOML: {reason}.", Place(path.name, line=line)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "unreadable") if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError.of("C900", f"'{path}' cannot be read: {reason}.", Place(path.name)) from error


def _line(text: str, key: str, table: str = "") -> int:
    """The line on which a key of a table stands; tomllib does not tell."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            current = header[1]
        stands = re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line) and current == table
        if stands or (not table and current == key):
            return number
    return 1


def _unknown(key: str, place: Place) -> SdsError:
    names = [name.replace("storage_", "storage.").replace("_", "-") for name in KINDS] + ["needs", "severity"]
    near = get_close_matches(key.replace("_", "-"), names, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"The settings are: {', '.join(sorted(names))}."
    return UsageError.of("C901", f"Unknown setting '{key}'.", place, hint=hint, value=key)


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Setting[Any]]]:
    """SDS2GEN3_MAPPING, SDS2GEN3_MAX_PER_GROUP ...; lists separated by commas; needs as SDS2GEN3_NEEDS_PROJECT."""
    for name, kind in KINDS.items():
        variable = PREFIX + name.upper()
        text = environ.get(variable, "")
        if text:
            value: Any = (
                [part.strip() for part in text.split(",") if part.strip()] if kind in (_texts, _codes) else text
            )
            source = f"environment {variable}"
            yield name, Setting(_checked(name, value, source), source)
    start = f"{PREFIX}NEEDS_"
    for variable in sorted(environ):
        if variable.startswith(start) and environ[variable]:
            need = variable.removeprefix(start).lower()
            yield f"needs.{need}", Setting(environ[variable], f"environment {variable}")


def _checked(name: str, value: Any, source: str, place: Place | None = None) -> Any:
    kind = _text if name.startswith("needs.") else KINDS[name]
    checked = kind(value)
    if checked is None:
        shown = name.replace("_", "-").removeprefix("needs.")
        message = f"'{value}' does not fit the setting '{shown}' ({source})."
        raise UsageError.of("C902", message, place, hint=f"Give {TAKES[kind]}.", value=value)
    return checked


def _resolved(name: str, value: Any, folder: Path) -> Any:
    """Paths in a settings file are relative to the file; a mapping or dictionary may also be a name or an address."""
    if name == "schemas":
        return tuple(str(folder / Path(path).expanduser()) for path in value)
    if name in ("mapping", "dictionary", "profile", "storage_from"):
        path = folder / Path(value).expanduser()
        return str(path) if path.exists() else value
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: Any) -> tuple[str, ...] | None:
    values = [value] if isinstance(value, str) else value
    fits = isinstance(values, (list, tuple)) and all(isinstance(item, str) and item for item in values)
    return tuple(values) if fits else None


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _codes(value: Any) -> tuple[str, ...] | None:
    """Codes, each by itself or several with commas between."""
    texts = _texts(value)
    return (
        None if texts is None else tuple(code for text in texts for part in text.split(",") if (code := part.strip()))
    )


def _color(value: Any) -> str | None:
    return value if value in ("auto", "always", "never") else None


Kind = Callable[[Any], Any]

KINDS: dict[str, Kind] = {
    "mapping": _text,
    "dictionary": _text,
    "schemas": _texts,
    "format": _text,
    "strict": _flag,
    "metadata_only": _flag,
    "select": _codes,
    "ignore": _codes,
    "max_per_group": _count,
    "color": _color,
    "profile": _text,
    "storage_from": _text,
    "storage_hosts": _texts,
    "storage_jobs": _count,
}

TAKES: dict[Kind, str] = {
    _text: "a text",
    _texts: "a list of texts",
    _codes: "a list of texts",
    _count: "a number, 0 or more",
    _flag: "true or false",
    _color: "auto, always or never",
}
