"""What is declared of each kind of sheet for every version: its orientation, fields, groups and template texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from sds2gen3.sheets.layouts.declared import Declared
from sds2gen3.sheets.layouts.graded import Grade
from sds2gen3.sheets.layouts.moves import Move, Sheetless

Kind = Literal["text", "id", "path", "url", "doi", "orcid", "rrid", "date", "datetime", "count", "boolean", "quantity"]
Form = Literal[
    "orcid", "ror", "doi", "rrid", "link", "dataset", "term", "license", "award",
    "date", "moment", "count", "age", "mass", "quantity", "any",
]  # fmt: skip
_FORMS: Mapping[Kind, Form] = {
    "orcid": "orcid",
    "doi": "doi",
    "rrid": "rrid",
    "url": "link",
    "date": "date",
    "datetime": "moment",
    "count": "count",
    "quantity": "quantity",
}
LINK_KINDS = frozenset({"url", "doi", "orcid", "rrid"})
LABEL, SECTION = "_label_", "_section_"


class FieldFacts(Declared):
    """What is known of a canonical field in every version.

    `kind` is how its cells are read, `form` what they are held to, by default that of the kind; `severity`: how much a
    misfit or a second value matters there, where not as the catalogue says.

    `list`: several values are normal; `split`: the pattern on which one cell holds several. `label`: a heading over the
    user's own columns. `dialect`: no official template has it. `refers`: 'table.field' where its values must occur.
    `called`: what people call it that may be something else, so that it is only asked whether it is meant.
    `planned`: a date that may be still to come when the sheet is filled in.
    `file`: it names a file of the dataset, as a path from the folder of its sheet; `inverse`: the field by which that
    file's own record names this one. `answers`: how the templates write true and false in it.
    """

    kind: Kind = "text"
    form: Form | None = None
    severity: Grade | None = None
    list: bool = False
    split: str | None = None
    hint: str = ""
    spellings: tuple[str, ...] = ()
    label: bool = False
    dialect: bool = False
    refers: tuple[str, ...] = ()
    file: bool = False
    inverse: str | None = None
    answers: tuple[str, str] | None = None
    planned: bool = False
    called: tuple[str, ...] = ()

    @property
    def held_to(self) -> Form:
        """The form that the values have, 'any' where there is none."""
        return self.form or _FORMS.get(self.kind, "any")


class Join(Declared):
    """A row of its own that holds the group's key (SDS 1.x): a further Table with constants and rows that go `with` it."""

    identifier: str
    always: dict[str, str] = Field(default_factory=dict)
    with_: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with(cls, data: dict[str, object]) -> dict[str, object]:
        return {"with_" if key == "with" else key: value for key, value in data.items()}


class Group(Declared):
    """Fields of a column-wise sheet that belong together: each value column is one record of a Table of that name."""

    noun: str
    fields: tuple[str, ...]
    key: str | None = None
    optional_key: bool = False
    record: Literal["column", "single"] = "column"
    join: tuple[Join, ...] = ()


class SheetFacts(Declared):
    """`sds/sheets/<kind>.yaml` as it is written. `own`: how much a field that is not of the SDS matters.

    `corner`: headings over the names of the fields, the template's first; `beside`: the one over what the template says of them.

    `moves`: concepts that stand elsewhere in other versions; `sheetless`: where the records go in versions without the sheet.

    `owner`: the field that tells whose a record is; others may refer to it by both ids, sub-1_sam-1. `parents`: the fields
    that tell what a record is a part of, or about, so that its data are theirs too. `elsewhere`: the field that tells in
    which other dataset it is. `pattern`: the field of a manifest that stands for several files.
    """

    noun: str
    orientation: Literal["rows", "columns"]
    record: Literal["single", "column"] = "single"
    key: str | None = None
    corner: tuple[str, ...] = ()
    beside: str = "Description"
    own: Literal["info", "warning"] = "info"
    fields: dict[str, FieldFacts]
    groups: dict[str, Group] = Field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    sheetless: tuple[Sheetless, ...] = ()
    owner: str | None = None
    parents: tuple[str, ...] = ()
    elsewhere: str | None = None
    pattern: str | None = None


class TemplateTexts(Declared):
    """Texts of the official templates that are not data: explanations, cells that come filled in, instruction rows."""

    explained: dict[str, tuple[str | int | float, ...]] = Field(default_factory=dict)
    prefilled: dict[str, tuple[str | int | float, ...]] = Field(default_factory=dict)
    rows: tuple[dict[str, str | int | float], ...] = ()


@dataclass(frozen=True)
class SheetLayout:
    """One kind of sheet over all versions. `keys` maps every known header, as `header_key`, to its canonical field."""

    kind: str
    facts: SheetFacts
    keys: Mapping[str, str]

    @property
    def transposed(self) -> bool:
        return self.facts.orientation == "columns"

    def field(self, name: str) -> FieldFacts:
        """What is known of the field; a user's own column is plain text."""
        return self.facts.fields.get(name) or FieldFacts()

    @cached_property
    def group_of(self) -> Mapping[str, str]:
        """Field -> the name of the group's Table; the other fields are in the sheet's own Table."""
        found = {name: group for group, g in self.facts.groups.items() for name in g.fields}
        for group, g in self.facts.groups.items():
            found |= {join.identifier: group for join in g.join}
        return found

    @property
    def tables(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The Tables that the sheet gives, with the fields they can have."""
        own = {f.removeprefix(LABEL) for f in self.facts.fields if f not in self.group_of}
        yield self.kind, frozenset(own)
        for name, group in self.facts.groups.items():
            yield name, frozenset(group.fields) | ({"sds_field"} if group.join else frozenset())


def header_key(text: object) -> str:
    """What makes two headers the same: their letters and digits (NFKC, no case). 'Subject ID ' and 'subject_id' agree."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(character for character in folded if character.isalnum())
