"""What changed between two dictionaries, one plain sentence for each; descriptions and terms do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sds2gen3.dictionary.types import Dictionary, Link, LinkGroup, NodeType, Property

_WORDS = frozenset(
    ("description", "term", "termDef", "title", "terms", "default", "example", "examples", "$schema", "id")
)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is 'node', 'property', 'words', 'required', 'link', 'multiplicity', 'group' or 'open'.

    `before` and `after` are plain values, None for what is not there.
    """

    node: str
    what: str
    name: str
    sentence: str
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "node": self.node,
            "what": self.what,
            "name": self.name,
            "sentence": self.sentence,
            "before": self.before,
            "after": self.after,
        }


def changes(old: Dictionary, new: Dictionary) -> list[Change]:
    """Every difference, node by node in alphabetical order: links, what is required, properties, groups."""
    found: list[Change] = []
    for name in sorted(_submitted(old) | _submitted(new)):
        before, after = old.nodes.get(name), new.nodes.get(name)
        if after is None or before is None:
            word = "gone" if after is None else "new"
            found.append(Change(name, "node", name, f"The node '{name}' is {word}.", bool(before), bool(after)))
        else:
            found += [*_links(before, after), *_required(before, after), *_properties(before, after)]
            found += _groups(before, after)
    return found


def _submitted(dictionary: Dictionary) -> set[str]:
    return {name for name, node in dictionary.nodes.items() if not node.internal}


def _links(old: NodeType, new: NodeType) -> Iterator[Change]:
    for name in sorted({*old.links, *new.links}):
        before, after = old.links.get(name), new.links.get(name)
        if before == after:
            continue
        if before is None or after is None:
            word = "gone" if after is None else "new"
            there = before or after
            assert there is not None
            sentence = f"The link '{name}' of '{old.name}' to '{there.target}' is {word}."
            yield Change(old.name, "link", name, sentence, _told(before), _told(after))
        else:
            yield from _link(old.name, before, after)


def _link(node: str, old: Link, new: Link) -> Iterator[Change]:
    pairs = (
        ("target", old.target, new.target, "leads to"),
        ("multiplicity", old.multiplicity, new.multiplicity, "is"),
        ("backref", old.backref, new.backref, "is seen from the other end as"),
        ("label", old.label, new.label, "is labelled"),
    )
    for what, before, after, verb in pairs:
        if before != after:
            sentence = f"The link '{old.name}' of '{node}' {verb} '{after}', no longer '{before}'."
            yield Change(node, "multiplicity" if what == "multiplicity" else "link", old.name, sentence, before, after)
    if old.required != new.required:
        word = "now required" if new.required else "no longer required"
        sentence = f"The link '{old.name}' of '{node}' is {word}."
        yield Change(node, "required", old.name, sentence, old.required, new.required)


def _told(link: Link | None) -> dict[str, Any] | None:
    if link is None:
        return None
    return {"target": link.target, "multiplicity": link.multiplicity, "required": link.required}


def _required(old: NodeType, new: NodeType) -> Iterator[Change]:
    for name in sorted(old.required ^ new.required):
        now = name in new.required
        if now or name in new.properties or name in new.links:
            word = "now required" if now else "no longer required"
            yield Change(old.name, "required", name, f"'{name}' of '{old.name}' is {word}.", not now, now)


def _properties(old: NodeType, new: NodeType) -> Iterator[Change]:
    links = {*old.links, *new.links}
    before, after = _schemas(old), _schemas(new)
    for name in sorted({*before, *after} - links):
        if name not in before or name not in after:
            word = "gone" if name in before else "new"
            kind = f" ({_kinds(new.properties[name])})" if name in new.properties else ""
            sentence = f"'{name}' of '{old.name}' is {word}{kind}."
            yield Change(old.name, "property", name, sentence, before.get(name), after.get(name))
        elif before[name] != after[name]:
            found = list(_property(old.name, old.properties[name], new.properties[name], before[name], after[name]))
            # That an optional property takes null follows from what is required, which is told by itself.
            alike = (name in old.required) == (name in new.required)
            if not found and alike:
                word = "may now be emptied" if new.properties[name].nullable else "may no longer be emptied"
                sentence = f"'{name}' of '{old.name}' {word}."
                yield Change(old.name, "property", name, sentence, before[name], after[name])
            yield from found


def _property(node: str, old: Property, new: Property, before: Any, after: Any) -> Iterator[Change]:
    """What differs between the two, whether they take null aside."""
    name, (words, others) = old.name, (_words(old), _words(new))
    if words is not None and others is not None and _kinds(old, words) == _kinds(new, words):
        added, gone = [one for one in others if one not in words], [one for one in words if one not in others]
        parts = [f"takes also {_listed(added)}"] if added else []
        parts += [f"takes no longer {_listed(gone)}"] if gone else []
        if parts:
            sentence = f"'{name}' of '{node}' {' and '.join(parts)}."
            yield Change(node, "words", name, sentence, list(words), list(others))
            return
    elif _kinds(old) != _kinds(new):
        sentence = f"'{name}' of '{node}' takes {_kinds(new)}, no longer {_kinds(old)}."
        yield Change(node, "property", name, sentence, _kinds(old), _kinds(new))
        return
    one, other = _without_null(before), _without_null(after)
    rules = sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
    if rules:
        sentence = f"'{name}' of '{node}' has other rules: {', '.join(rules)}."
        yield Change(node, "property", name, sentence, before, after)


def _groups(old: NodeType, new: NodeType) -> Iterator[Change]:
    if set(old.groups) != set(new.groups):
        sentence = (
            f"'{old.name}' has other rules for which links go together: {_grouped(new)}, no longer {_grouped(old)}."
        )
        yield Change(
            old.name, "group", old.name, sentence, list(map(_group, old.groups)), list(map(_group, new.groups))
        )
    before, after = _open(old), _open(new)
    if before != after:
        word = "takes" if after else "takes no longer"
        sentence = f"'{old.name}' {word} properties that the dictionary does not know."
        yield Change(old.name, "open", old.name, sentence, before, after)


def _grouped(node: NodeType) -> str:
    return "; ".join(map(_group, node.groups)) or "none"


def _group(group: LinkGroup) -> str:
    many = "one" if group.required and group.exclusive else "at least one" if group.required else "at most one"
    return f"{many if group.required or group.exclusive else 'any'} of {', '.join(group.links)}"


def _kinds(one: Property, words: Any = None) -> str:
    """What a property takes, in words; agreed words are listed, or told as `words` where these are given."""
    if one.enum is not None:
        agreed = [word for word in one.enum if word is not None]
        return str(words) if words is not None else f"one of {_listed(agreed)}" if agreed else "no value at all"
    if one.items is not None and one.types == {"array"}:
        return f"list of {_kinds(one.items, words)}"
    return " or ".join(sorted(one.types)) or "anything"


def _words(one: Property) -> tuple[Any, ...] | None:
    return one.enum if one.enum is not None or one.items is None else one.items.enum


def _listed(words: list[Any]) -> str:
    more = f" and {len(words) - _SHOWN:,} more" if len(words) > _SHOWN else ""
    return ", ".join(f"'{word}'" for word in words[:_SHOWN]) + more


def _schemas(node: NodeType) -> dict[str, Any]:
    properties = node.schema.get("properties")
    return {name: _bare(one) for name, one in properties.items()} if isinstance(properties, Mapping) else {}


def _bare(schema: Any) -> Any:
    """A schema without its words, and with its types in order: that they are listed otherwise is no difference."""
    if isinstance(schema, Mapping):
        bare = {key: _bare(value) for key, value in schema.items() if key not in _WORDS}
        if isinstance(bare.get("type"), list):
            bare["type"] = sorted(map(str, bare["type"]))
        return bare
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A bare schema that takes no null, as `allow_nulls` found it."""
    found = dict(schema)
    types = found.get("type")
    if isinstance(types, list):
        left = [one for one in types if one != "null"]
        found["type"] = left[0] if len(left) == 1 else left
    for key, null in (("enum", None), ("anyOf", {"type": "null"}), ("oneOf", {"type": "null"})):
        if isinstance(found.get(key), list):
            found[key] = [one for one in found[key] if one != null]
    return found


def _open(node: NodeType) -> bool:
    return node.schema.get("additionalProperties") is not False
