"""A node by itself: is it valid JSON Schema, can a record of it ever be valid, and does it have what Gen3 needs?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

import jsonschema_rs

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.properties import as_list
from sds2gen3.dictionary.types import NodeType, Property
from sds2gen3.patterns import complexity

CATEGORIES = (
    "TBD",
    "administrative",
    "analysis",
    "biospecimen",
    "clinical",
    "data",
    "data_bundle",
    "data_file",
    "index_file",
    "metadata_file",
    "notation",
    "qc_bundle",
)
_KEYS = ("category", "links", "program", "project", "systemProperties", "uniqueKeys", "validators")
_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_JSON_TYPES = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_LITERAL = ("enum", "default", "term", "const")  # what stands below these is no schema

Path = tuple[str | int, ...]


def check_schema(node: NodeType) -> Iterator[Diagnostic]:
    """The findings about one node, links aside."""
    yield from _frame(node)
    yield from _required(node)
    yield from _named_properties(node)
    yield from _names(node)
    yield from _key(node)
    for name, prop in node.properties.items():
        yield from _clearable(node, name, prop)
    for path, schema in _subschemas(node.schema, ()):
        yield from _words(node, path, schema)
        yield from _patterns(node, path, schema)
    yield from _draft4(node)


def _frame(node: NodeType) -> Iterator[Diagnostic]:
    lacking = [key for key in _KEYS if key not in node.schema]
    if lacking:
        message = f"'{node.name}' lacks {', '.join(lacking)}."
        yield finding("D420", message, node.place(), node=node.name)
    if "category" in node.schema and node.category not in CATEGORIES:
        near = get_close_matches(node.category, CATEGORIES, n=1)
        message = f"'{node.name}' has the category '{node.category}', which Gen3 does not know."
        hint = f"Did you mean '{near[0]}'?" if near else ""
        yield finding("D419", message, node.place("category"), hint=hint, value=node.category, node=node.name)
    if node.schema.get("additionalProperties") is not False:
        message = f"'{node.name}' takes properties that are not declared."
        yield finding("D415", message, node.place("additionalProperties"), node=node.name)


def _required(node: NodeType) -> Iterator[Diagnostic]:
    properties = node.schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    for name in sorted(node.required - known.keys()):
        near = get_close_matches(name, known, n=1)
        message = f"'{node.name}' requires '{name}', which is no property of it: no record can ever be valid."
        hint = f"Did you mean '{near[0]}'?" if near else f"Add the property '{name}', or take it out of 'required'."
        yield finding("D408", message, node.place("required"), hint=hint, value=name, node=node.name, property=name)


def _named_properties(node: NodeType) -> Iterator[Diagnostic]:
    known = node.properties.keys() | node.links.keys()
    named = {name: "uniqueKeys" for key in node.unique_keys for name in key}
    named.update(dict.fromkeys(node.system_properties, "systemProperties"))
    for name in sorted(named.keys() - known):
        message = f"'{node.name}' names '{name}' in {named[name]}, which is no property of it."
        yield finding("D428", message, node.place(named[name]), value=name, node=node.name)


def _names(node: NodeType) -> Iterator[Diagnostic]:
    properties = node.schema.get("properties")
    names = [(name, node.place("properties", name)) for name in (properties if isinstance(properties, dict) else ())]
    names += [(name, node.place("links")) for link in node.links.values() for name in (link.name, link.backref)]
    for name, place in dict([(node.name, node.place("id")), *names]).items():
        if name and not _NAME.fullmatch(name):
            message = f"'{node.name}' uses the name '{name}'."
            hint = f"Write '{re.sub('[^_a-zA-Z0-9]', '_', name)}', and let it begin with a letter."
            yield finding("D418", message, place, hint=hint, value=name, node=node.name)


def _key(node: NodeType) -> Iterator[Diagnostic]:
    key = node.properties.get(node.key)
    if key is not None and key.nullable:
        message = f"The key '{node.key}' may be null."
        place = node.place("properties", node.key)
        yield finding("D423", message, place, node=node.name, property=node.key)


def _clearable(node: NodeType, name: str, prop: Property) -> Iterator[Diagnostic]:
    if "type" in prop.schema and "enum" in prop.schema and not prop.nullable and name not in node.required:
        message = f"'{name}' of '{node.name}' cannot be cleared: it has 'type' beside 'enum'."
        yield finding("D427", message, node.place("properties", name), node=node.name, property=name)


def _words(node: NodeType, path: Path, schema: dict[str, Any]) -> Iterator[Diagnostic]:
    words = schema.get("enum")
    if not isinstance(words, list):
        return
    widened = words[-1:] == [None] and len(path) == 2  # the null that optional properties get, not a word of the list
    property = str(path[1]) if len(path) > 1 else None
    for code, text, word in _word_problems(words[:-1] if widened else words, as_list(schema.get("type"))):
        message = f"The words of {_shown(node, path)} hold {text}."
        yield finding(code, message, node.place(*path), value=word, node=node.name, property=property)


def _word_problems(words: list[Any], type_names: list[Any]) -> Iterator[tuple[str, str, Any]]:
    """Code, what the list holds, and the word."""
    types = tuple(kind for name in type_names for kind in _JSON_TYPES.get(str(name), ()))
    seen: set[str] = set()
    for word in words:
        if isinstance(word, bool) and bool not in types:
            yield "D421", f"{str(word).lower()}: YAML reads yes, no, on and off so", word
        elif word is None and type(None) not in types:
            yield "D422", "null", word
        elif word is not None and types and not isinstance(word, types):
            yield "D422", f"{word!r}, which is no {' or '.join(str(name) for name in type_names)}", word
        if repr(word) in seen:
            yield "D422", f"{word!r} twice", word
        seen.add(repr(word))


def _patterns(node: NodeType, path: Path, schema: dict[str, Any]) -> Iterator[Diagnostic]:
    names = schema.get("patternProperties")
    for pattern in (schema.get("pattern"), *(names if isinstance(names, dict) else ())):
        if isinstance(pattern, str):
            yield from _pattern(node, path, pattern)


def _pattern(node: NodeType, path: Path, pattern: str) -> Iterator[Diagnostic]:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "it is too large"
        message = f"The pattern of {_shown(node, path)} is no regular expression: {reason}."
        yield finding("D417", message, node.place(*path), value=pattern, node=node.name)
        return
    if complexity(pattern)[1]:
        message = f"The pattern of {_shown(node, path)} has a loop within a loop, so that some texts take for ever."
        yield finding("D429", message, node.place(*path), value=pattern, node=node.name)


def _draft4(node: NodeType) -> Iterator[Diagnostic]:
    from jsonschema import Draft4Validator

    if _meta().is_valid(dict(node.schema)):  # a hundred times faster than to look for faults
        return
    for error in Draft4Validator(Draft4Validator.META_SCHEMA).iter_errors(dict(node.schema)):
        path = tuple(error.absolute_path)
        if error.validator == "uniqueItems" and path[-1:] == ("enum",):
            continue  # told by _words, more plainly
        where = ".".join(str(step) for step in path) or "the schema"
        reason = error.message if len(error.message) < 200 else f"it does not fit '{error.validator}'"
        message = f"'{where}' of '{node.name}' is not valid JSON Schema: {reason}."
        yield finding("D416", message, node.place(*path), node=node.name)


@cache
def _meta() -> jsonschema_rs.Draft4Validator:
    from jsonschema import Draft4Validator

    return jsonschema_rs.Draft4Validator(Draft4Validator.META_SCHEMA, validate_formats=False)


def _subschemas(schema: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every schema inside a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key, inner in schema.items():
            if key == "properties" and isinstance(inner, dict):
                for name, one in inner.items():
                    yield from _subschemas(one, (*path, key, name))
            elif key not in _LITERAL and isinstance(inner, (dict, list)):
                yield from _subschemas(inner, (*path, key))
    elif isinstance(schema, list):
        for number, one in enumerate(schema):
            yield from _subschemas(one, (*path, number))


def _shown(node: NodeType, path: Path) -> str:
    return f"'{path[1]}' of '{node.name}'" if len(path) > 1 and path[0] == "properties" else f"'{node.name}'"
