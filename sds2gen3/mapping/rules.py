"""A mapping, resolved and typed: which node's records come from which table, and how. No I/O, no data."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any, Literal

from sds2gen3.place import Place

TABLE_FIELDS = ("table_folder", "table_file", "record_number", "user_columns", "sds_version")
"""What every table offers beside its own fields: its place, the record's number, the user's own columns, the SDS version."""

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with fields in braces, `{dataset}:{subject_id}`; `parts` alternate literal, field, literal, ... literal."""

    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(_FIELD.split(self.text))

    @property
    def fields(self) -> tuple[str, ...]:
        return self.parts[1::2]

    @property
    def literals(self) -> tuple[str, ...]:
        return self.parts[0::2]


@dataclass(frozen=True, slots=True)
class Transform:
    """One step of a property's closed list of transforms (`transforms.TRANSFORMS`), with its argument."""

    name: str
    argument: Any


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """How one property is made. `sources` is empty when it is a constant or left out on purpose.

    Of several sources, the first that the table fills is taken: one fact under the names of several SDS versions.
    """

    name: str
    sources: tuple[str, ...] = ()
    each: str | None = None
    constant: Any = None
    transforms: tuple[Transform, ...] = ()
    values: MappingOf[str, Any] | None = None
    unmapped: Literal["error", "keep", "drop"] = "keep"
    blank: str | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class LinkRule:
    """How a link finds its parents: by need (`code`), the only record of a node, or the first `where` that finds any.

    A `where` pairs what the target's table holds (a field, or a template of fields) with this table's field. A reference
    that the first `where` looks at must be found by some link of the rule, unless the link is `optional`. Where none finds
    any, `inherit` names the record of the same node that has it (the sample this sample was derived from).
    """

    name: str
    to: str | None = None
    where: tuple[tuple[tuple[Template, str], ...], ...] = ()
    optional: bool = False
    code: str | None = None
    inherit: tuple[tuple[Template, str], ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The fields of this table that the link looks at, each once."""
        return tuple(dict.fromkeys(source for pairs in self.where for _, source in pairs))


@dataclass(frozen=True)
class NodeRule:
    """The records of `node` that come from the tables called `source`. `name` is the rule's file, `place` its line."""

    name: str
    node: str
    source: str
    ids: tuple[Template, ...]
    links: tuple[LinkRule, ...]
    properties: tuple[PropertyRule, ...]
    places: MappingOf[str, Place] = field(default_factory=dict)

    def place(self, key: str = "node") -> Place:
        """Where the declaration of a property, link or key stands."""
        return self.places.get(key, self.places["node"])

    @property
    def fields(self) -> frozenset[str]:
        """Every table field the rule uses, except those of properties left out on purpose."""
        names = {source for p in self.properties if p.each is None for source in p.sources}
        names.update(name for template in self.ids for name in template.fields)
        names.update(name for link in self.links for name in link.sources)
        return frozenset(names)


@dataclass(frozen=True, slots=True)
class Need:
    """A value that the caller must give (`--program`, `--set dataset=...`). `{folder}` in its default is the dataset's folder."""

    name: str
    hint: str
    default: str | None = None


@dataclass(frozen=True)
class Mapping:
    """All rules of a mapping, in file order, with the needs and the program and project records (need names by property)."""

    name: str
    title: str
    source: str
    dictionary: str | None
    needs: MappingOf[str, Need]
    roots: MappingOf[str, MappingOf[str, str]]
    rules: tuple[NodeRule, ...]
    not_mapped: MappingOf[str, str] = field(default_factory=dict)
