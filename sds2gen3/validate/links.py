"""Each record's links: there where they must be, as many as may be, to records that exist (contract sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.dictionary.types import Link, LinkGroup, NodeType
from sds2gen3.model import Part
from sds2gen3.nearest import Guesses
from sds2gen3.place import Place
from sds2gen3.validate.known import Known
from sds2gen3.validate.naming import cell, label, noun, sheet
from sds2gen3.validate.targets import ids_of, is_elsewhere, is_required, key_of
from sds2gen3.validate.words import a, either, shown


def check(node: NodeType, known: Known, told: frozenset[Place]) -> Iterator[Diagnostic]:
    """The findings L500-L508 of all records of a node.

    `told` are the cells at which an earlier stage has found an error already: a link that could not be made there is
    not told again.
    """
    for link in node.links.values():
        yield from _Checked(node, link, known, told).findings()
    for group in node.groups:
        for part in known[node.name].table.parts:
            yield from _group(group, node, part, known, told)


class _Checked:
    """One link of one node type over all its records."""

    def __init__(self, node: NodeType, link: Link, known: Known, told: frozenset[Place]) -> None:
        self.node = node
        self.link = link
        self.known = known
        self.told = told
        self.required = is_required(link, node)
        self.single = link.multiplicity in ("one_to_one", "one_to_many")
        self.guesses = Guesses(known[link.target].names)
        self.children: dict[str, list[tuple[Part, int]]] = {}
        self.verdicts: dict[str, tuple[str, str, str] | None] = {}

    def findings(self) -> Iterator[Diagnostic]:
        for part in self.known[self.node.name].table.parts:
            yield from self._of_part(part)
        for target, children in self.children.items():
            if len(children) > 1:
                yield self._taken(target, children)

    def _of_part(self, part: Part) -> Iterator[Diagnostic]:
        column = part.columns.get(self.link.name)
        if column is None:
            if self.required:
                yield from self._of_all(part)
            return
        untold = not part.origins.get(self.link.name)
        if self.required and untold and not any(self._ids(value) != [] for value in column):
            yield from self._of_all(part)
            return
        fine = set() if self.single else self._fine(part)
        for number, value in enumerate(column):
            if id(value) in fine:
                continue
            ids = self._ids(value)
            if not ids:
                yield from self._none(part, number, value, ids)
                continue
            if len(ids) > 1:
                ids = list(dict.fromkeys(ids))
                yield from self._several(part, number, ids)
            for item, name in enumerate(ids):
                yield from self._target(part, number, item if len(ids) > 1 else None, name)

    def _ids(self, value: Any) -> list[str] | None:
        return ids_of(value, self.link, self.known.project_id)

    def _fine(self, part: Part) -> set[int]:
        """The identities of the values of which there is nothing to say. Many records share one: `convert` makes it once."""
        return {id(value) for value in part.distinct(self.link.name) if self._is_fine(value)}

    def _is_fine(self, value: Any) -> bool:
        ids = self._ids(value)
        if ids is None or (len(ids) > 1 and not self.link.to_many):
            return False
        return all(self._said(name) is None for name in ids) if ids else not self.required

    def _of_all(self, part: Part) -> Iterator[Diagnostic]:
        """No record of the part has the link, and no cell could have given it: said once.

        Not said where there is no such parent at all because its sheet could not be read: that has been said already.
        """
        if self.link.target not in self.known.graph.nodes and self.known.unread:
            return
        name = noun(part, self.node.name)
        message = f"No {name} here is linked to {a(self._target_noun())}, but every {name} must be."
        yield finding("L500", message, sheet(part), node=self.node.name, property=self.link.name)

    def _none(self, part: Part, number: int, value: Any, ids: list[str] | None) -> Iterator[Diagnostic]:
        if ids is not None and not self.required:
            return
        place = cell(part, number, self.link.name)
        if place in self.told:
            return
        name = noun(part, self.node.name)
        if ids is not None:
            message = f"This {name} is not linked to {a(self._target_noun())}, but every {name} must be."
            yield finding("L500", message, place, node=self.node.name, property=self.link.name)
            return
        code, message = self._unnamed(name, value)
        yield finding(code, message, place, value=value, node=self.node.name, property=self.link.name)

    def _unnamed(self, name: str, value: Any) -> tuple[str, str]:
        """Code and message for a link of which the target cannot be told."""
        targets = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
        key = key_of(self.link)
        if key != "submitter_id" and any("submitter_id" in one for one in targets):
            return "L502", f"The {self.link.target} of this {name} is named by another key than '{key}'."
        if any(one.get("id") is not None for one in targets):
            return "L501", f"This {name} is linked by an id of the commons' own; only '{key}' can be checked."
        if any(one.get(key) and is_elsewhere(one, self.link, self.known.project_id) for one in targets):
            return "L502", f"This {name} is linked to {a(self._target_noun())} of another project."
        return "L501", f"This {name} is linked to {a(self._target_noun())} without an id."

    def _several(self, part: Part, number: int, ids: list[str]) -> Iterator[Diagnostic]:
        if len({name.lower() for name in ids}) < 2 or self.link.to_many:
            return
        place = cell(part, number, self.link.name)
        if place not in self.told:
            names = " and ".join(shown(name) for name in ids)
            message = f"This {noun(part, self.node.name)} is linked to {names}, but may have one {self._target_noun()}."
            yield finding("L503", message, place, value=ids, node=self.node.name, property=self.link.name)

    def _target(self, part: Part, number: int, item: int | None, name: str) -> Iterator[Diagnostic]:
        if self.single:
            children = self.children.setdefault(name.lower(), [])
            if not (children and children[-1][0] is part and children[-1][1] == number):
                children.append((part, number))
        said = self._said(name)
        if said is None:
            return
        code, message, hint = said
        place = cell(part, number, self.link.name, item)
        if place not in self.told:
            yield finding(code, message, place, hint=hint, value=name, node=self.node.name, property=self.link.name)

    def _said(self, name: str) -> tuple[str, str, str] | None:
        if name not in self.verdicts:
            self.verdicts[name] = self._verdict(name)
        return self.verdicts[name]

    def _verdict(self, name: str) -> tuple[str, str, str] | None:
        """Code, message and hint for a target's id; None where all is well. Once per distinct id."""
        if self.link.target in ("project", "program"):
            return self._root_verdict(name)
        ids = self.known[self.link.target]
        if name in ids.exact:
            return None
        written = ids.lower.get(name.lower())
        what = self._target_noun()
        if written is not None:
            return (
                "L505",
                f"The {what} {shown(name)} is written {shown(written)} in its own sheet.",
                f"Write '{written}'.",
            )
        return "L504", f"There is no {what} {shown(name)}{self._where()}.", self.guesses.did_you_mean(name)

    def _root_verdict(self, name: str) -> tuple[str, str, str] | None:
        given = self.known.graph.roots.get(self.link.target, {}).get(key_of(self.link))
        if not isinstance(given, str) or given == name:
            return None
        if given.lower() == name.lower():
            message = (
                f"The {self.link.target} {shown(name)} is called {shown(given)} where the records are submitted to."
            )
            return "L505", message, f"Write '{given}'."
        message = f"This record is linked to the {self.link.target} {shown(name)}, but submitted to {shown(given)}."
        return "L502", message, ""

    def _taken(self, target: str, children: list[tuple[Part, int]]) -> Diagnostic:
        places = [place for part, number in children if (place := cell(part, number, self.link.name)) is not None]
        name = self.known[self.link.target].lower.get(target, target)
        child = noun(children[0][0], self.node.name)
        message = f"The {self._target_noun()} {shown(name)} has {len(children)} {child} records, but may have one."
        return finding(
            "L506",
            message,
            places[1] if len(places) > 1 else None,
            value=name,
            node=self.node.name,
            property=self.link.name,
            related=places[:1] + places[2:],
        )

    def _target_noun(self) -> str:
        parts = self.known[self.link.target].table.parts
        return noun(parts[0] if parts else None, self.link.target)

    def _where(self) -> str:
        files = {part.table.file for part in self.known[self.link.target].table.parts if part.table is not None}
        return f" in {either(sorted(files))}" if len(files) == 1 else ""


def _group(group: LinkGroup, node: NodeType, part: Part, known: Known, told: frozenset[Place]) -> Iterator[Diagnostic]:
    """A subgroup of links: one at least where required [960], one at most where exclusive [962].

    Nothing is said of a record that names one where the sheet of such a parent could not be read: that has been said.
    """
    links = [node.links[name] for name in group.links if name in node.links]
    unread = known.unread and any(link.target not in known.graph.nodes for link in links)
    empty: list[Any] = [None] * len(part)
    columns = [part.columns.get(link.name, empty) for link in links]
    name = noun(part, node.name)
    kinds = either([f"'{one}'" for one in dict.fromkeys(label(part, link.name) for link in links)])
    for number, values in enumerate(zip(*columns, strict=True)):
        given = [link for link, value in zip(links, values, strict=True) if ids_of(value, link) != []]
        if (given or not group.required) and (len(given) < 2 or not group.exclusive):
            continue
        places = [p for link in given or links if (p := part.place(number, link.name)) is not None]
        if any(place in told for place in places):
            continue
        if unread and not given and _names(part, number, links):
            continue
        place = places[0] if places else part.place(number)
        if given:
            message = (
                f"This {name} has {' and '.join(label(part, link.name) for link in given)}, but may have one of them."
            )
            yield finding("L508", message, place, node=node.name, related=places[1:])
        else:
            message = f"This {name} has no {kinds} that leads to {_targets(links, known)}, but needs one."
            yield finding("L507", message, place, node=node.name)


def _names(part: Part, number: int, links: list[Link]) -> bool:
    """Whether the record names some parent in its sheet."""
    table, fields = part.table, {name for link in links for name in part.origins.get(link.name, ())}
    return table is not None and any(
        table.columns[name][part.rows[number]] is not None for name in fields if name in table.columns
    )


def _targets(links: list[Link], known: Known) -> str:
    """What the parents are called: `a subject or a sample`."""
    parts = {link.target: next(iter(known[link.target].table.parts), None) for link in links}
    return either(list(dict.fromkeys(a(noun(part, target)) for target, part in parts.items())))
