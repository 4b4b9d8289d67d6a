"""JSON text: the parsed document, and whatever in it would otherwise get lost without a word."""

from __future__ import annotations

import json
import re
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place
from sds2gen3.sheets.files.names import shown
from sds2gen3.sheets.formats.decode import decode

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
MAX_OBJECTS, MAX_VALUES = 1_000_000, 8_000_000  # an object takes 300 bytes, however small it is
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")


def read_json(data: bytes, file: str) -> tuple[Any | None, list[Diagnostic]]:
    """The document, None where it cannot be parsed. NaN becomes None; of a name given twice the last value is taken."""
    if data.count(b"{") + data.count(b"[") > MAX_OBJECTS or data.count(b",") > MAX_VALUES:
        return None, [_invalid(file, 1, f"it holds more than {MAX_OBJECTS:,} objects or {MAX_VALUES:,} values")]
    text, findings = decode(data, file)
    flaws: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            flaws.append("twice")
        return made

    try:
        document = json.loads(text, object_pairs_hook=unique, parse_constant=lambda _: flaws.append("number"))
        if _HALF_CHARACTER.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return None, [*findings, _invalid(file, error.lineno, error.msg[:1].lower() + error.msg[1:])]
    except UnicodeEncodeError:
        match = _HALF_CHARACTER.search(text)
        return None, [
            *findings,
            _invalid(file, _line(text, match.start() if match else 0), "a \\u escape is only half a character"),
        ]
    except RecursionError:
        return None, [*findings, _invalid(file, 1, "it is nested too deeply")]
    except ValueError:  # Python refuses to read whole numbers of more than 4,300 digits
        return None, [*findings, _invalid(file, 1, "it holds a number of thousands of digits")]
    return document, findings + (_flaws(text, file) if flaws else [])


def _invalid(file: str, line: int, reason: str) -> Diagnostic:
    return finding("R135", f"This is not valid JSON: {shown(reason)}.", Place(file, line=line))


def _flaws(text: str, file: str) -> list[Diagnostic]:
    """Names that occur twice in one object, and numbers that are none, each with its line."""
    found: list[Diagnostic] = []
    names: list[set[str] | None] = []  # of the objects that are open; None for a list
    tokens = list(_TOKEN.finditer(text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        word = token[0]
        if word in "{[":
            names.append(set() if word == "{" else None)
        elif word in "}]":
            names.pop()
        elif word in _NO_NUMBERS:
            message = f"'{word}' is no value that JSON knows; it is read as empty."
            found.append(finding("R137", message, Place(file, line=_line(text, token.start())), value=word))
        elif word.startswith('"') and following is not None and following[0] == ":":
            name, seen = json.loads(word), names[-1] if names else None
            if seen is not None and name in seen:
                message = f"'{shown(name)}' stands twice in the same object; the last value was read."
                found.append(finding("R136", message, Place(file, line=_line(text, token.start())), value=name))
            elif seen is not None:
                seen.add(name)
    return found


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
