"""Hold a mapping against the dictionary and the sheets' layouts before any data; every finding at its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from collections.abc import Set as AbstractSet

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.mapping.rules import TABLE_FIELDS, LinkRule, Mapping, NodeRule, PropertyRule, Template
from sds2gen3.mapping.transforms import ARGUMENTS
from sds2gen3.nearest import did_you_mean

Tables = MappingOf[str, AbstractSet[str]]
"""Table name -> the fields it can have over all SDS versions (`sheets.layout.table_fields`)."""


def check(mapping: Mapping, dictionary: Dictionary, tables: Tables, filled: Tables | None = None) -> list[Diagnostic]:
    """Everything that makes the mapping unfit for that dictionary or those sheets; empty when it is fit.

    `filled` names, per table, the fields that SDS itself requires to be filled: the mapping must not fill their blanks.
    """
    found: list[Diagnostic] = []
    for rule in mapping.rules:
        node = dictionary.nodes.get(rule.node)
        if node is None or rule.node not in dictionary.order:
            found.append(
                _unknown("M320", f"The dictionary has no node '{rule.node}'", rule.node, dictionary.order, rule, "node")
            )
            continue
        if rule.source not in tables:
            found.append(
                _unknown("M322", f"There is no table '{rule.source}'", rule.source, list(tables), rule, "from")
            )
            continue
        known = {*tables[rule.source], *TABLE_FIELDS, *mapping.needs}
        found += _ids(rule, known)
        found += _links(rule, node, mapping, tables, known)
        found += _properties(rule, node, tables, known, filled or {})
        found += _not_provided(rule, node)
    found += _not_taken(mapping, tables)
    return found


def _ids(rule: NodeRule, known: AbstractSet[str]) -> Iterator[Diagnostic]:
    own = {entry.name for entry in rule.properties if not entry.left_out}
    for template in rule.ids:
        for name in template.fields:
            if name not in known and name not in own:
                yield _unknown("M322", f"The id uses '{name}', which is no field", name, [*known], rule, "id")
        for separator in template.literals[1:-1]:
            if "%" in separator or all(character.isalnum() for character in separator):
                message = f"The id '{template.text}' needs punctuation (not %) between its fields."
                yield finding("M326", message, rule.place("id"))
        if not template.fields:
            yield finding("M326", f"The id '{template.text}' is the same for every record.", rule.place("id"))


def _links(
    rule: NodeRule, node: NodeType, mapping: Mapping, tables: Tables, known: AbstractSet[str]
) -> Iterator[Diagnostic]:
    nodes = {other.node: other.source for other in mapping.rules}
    for link in rule.links:
        if link.name not in node.links:
            yield _unknown(
                "M321", f"'{rule.node}' has no link '{link.name}'", link.name, list(node.links), rule, link.name
            )
            continue
        if link.code is not None and link.code not in mapping.needs:
            yield _unknown(
                "M322", f"'{link.code}' is no need of the mapping", link.code, list(mapping.needs), rule, link.name
            )
        if link.to is not None and link.to != node.links[link.name].target:
            message = f"The link '{link.name}' points to '{node.links[link.name].target}', not to '{link.to}'."
            yield finding("M321", message, rule.place(link.name))
        elif link.to is not None and link.to not in nodes:
            message = f"No rule makes records of '{link.to}', so '{link.name}' can find none."
            yield finding("M325", message, rule.place(link.name))
        yield from _where(rule, link, mapping, tables, known)


def _where(
    rule: NodeRule, link: LinkRule, mapping: Mapping, tables: Tables, known: AbstractSet[str]
) -> Iterator[Diagnostic]:
    yield from _inherit(rule, link, tables, known)
    there = {name for other in mapping.rules if other.node == link.to for name in tables.get(other.source, ())}
    for way in link.where:
        for target, source in way:
            if source not in known:
                yield _unknown("M322", f"'{source}' is no field of '{rule.source}'", source, [*known], rule, link.name)
            for name in target.fields:
                if there and name not in there:
                    message = f"'{name}' is no field of the table that '{link.to}' comes from"
                    yield _unknown("M322", message, name, [*there], rule, link.name)


def _inherit(rule: NodeRule, link: LinkRule, tables: Tables, known: AbstractSet[str]) -> Iterator[Diagnostic]:
    own = tables[rule.source]
    for target, source in link.inherit:
        for name in (*target.fields, source):
            if name not in own and name not in known:
                yield _unknown("M322", f"'{name}' is no field of '{rule.source}'", name, [*own], rule, link.name)


def _properties(
    rule: NodeRule, node: NodeType, tables: Tables, known: AbstractSet[str], filled: Tables
) -> Iterator[Diagnostic]:
    for entry in rule.properties:
        if entry.name not in node.properties:
            message = f"'{rule.node}' has no property '{entry.name}'"
            yield _unknown("M321", message, entry.name, list(node.properties), rule, entry.name)
        fields = tables.get(entry.each, set()) if entry.each is not None else known
        if entry.each is not None and entry.each not in tables:
            yield _unknown("M322", f"There is no table '{entry.each}'", entry.each, list(tables), rule, entry.name)
            continue
        where = entry.each or rule.source
        for source in entry.sources:
            if source not in fields:
                yield _unknown("M322", f"'{source}' is no field of '{where}'", source, [*fields], rule, entry.name)
            if entry.blank is not None and entry.each is None and source in filled.get(where, ()):
                message = f"SDS itself requires '{source}' to be filled; the mapping would fill its blanks."
                yield finding("M327", message, rule.place(entry.name))
        yield from _transforms(rule, entry)


def _transforms(rule: NodeRule, entry: PropertyRule) -> Iterator[Diagnostic]:
    for step in entry.transforms:
        if step.name not in ARGUMENTS:
            message = f"There is no transform '{step.name}'"
            yield _unknown("M323", message, step.name, list(ARGUMENTS), rule, entry.name)
            continue
        wanted = ARGUMENTS[step.name]
        if (wanted is None) != (step.argument is None) or (wanted and not isinstance(step.argument, wanted)):
            takes = "takes no argument" if wanted is None else f"takes a {'text' if wanted is str else 'list of pairs'}"
            yield finding("M323", f"The transform '{step.name}' {takes}.", rule.place(entry.name))


def _not_provided(rule: NodeRule, node: NodeType) -> Iterator[Diagnostic]:
    given = {entry.name for entry in rule.properties if not entry.left_out} | {"type", node.key}
    for name in sorted(node.required - given - node.links.keys() - node.system_properties):
        yield finding("M324", f"'{rule.node}' requires '{name}', which the rule does not make.", rule.place())
    links = {link.name for link in rule.links}
    for link in node.links.values():
        if link.required and link.name not in links:
            yield finding(
                "M325", f"'{rule.node}' requires the link '{link.name}', which the rule does not make.", rule.place()
            )
    for group in node.groups:
        if group.required and not links.intersection(group.links):
            names = " or ".join(f"'{name}'" for name in group.links)
            yield finding("M325", f"'{rule.node}' requires a link {names}, which the rule does not make.", rule.place())


def _not_taken(mapping: Mapping, tables: Tables) -> Iterator[Diagnostic]:
    """Fields that no rule takes: an info, so that leaving something out is a decision that can be read."""
    taken: dict[str, set[str]] = {}
    for rule in mapping.rules:
        used = taken.setdefault(rule.source, set())
        used.update(rule.fields, (entry.name for entry in rule.properties if entry.left_out))
        used.update(name for template in rule.ids for name in _sources(rule, template))
        for entry in rule.properties:
            if entry.each is not None:
                taken.setdefault(entry.each, set()).update(entry.sources)
    for name, fields in sorted(tables.items()):
        if name in mapping.not_mapped:
            continue
        missing = sorted(f for f in fields - taken.get(name, set()) if f"{name}.{f}" not in mapping.not_mapped)
        if missing:
            message = f"No rule takes {', '.join(repr(f) for f in missing)} of '{name}'."
            yield finding("M328", message)


def _sources(rule: NodeRule, template: Template) -> Iterator[str]:
    sources = {entry.name: entry.sources for entry in rule.properties}
    for name in template.fields:
        yield from sources.get(name) or (name,)


def _unknown(
    code: str, message: str, name: str, known: list[str] | tuple[str, ...], rule: NodeRule, key: str
) -> Diagnostic:
    return finding(code, f"{message}.", rule.place(key), hint=did_you_mean(name, sorted(known)), value=name)
