"""What one SDS version asks for: its files and words, and per sheet the official headers and what must be filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import ConfigDict, Field, RootModel

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.layouts.declared import Declared

Class = Literal["key", "required", "optional", "uncoloured", "section"]
Grade = Literal["error", "warning"]
DatasetType = Literal["experimental", "computational", "device"]
_GRADES: Mapping[str, Severity] = {"error": Severity.ERROR, "warning": Severity.WARNING}


class Graded(Declared):
    """Something that is asked for, and how much it matters; `when` limits it to datasets of one type."""

    severity: Grade
    when: DatasetType | None = None

    @property
    def grade(self) -> Severity:
        return _GRADES[self.severity]


class Filled(Graded):
    """A field that must hold something, or one of several (`any_of`).

    `given`: only in records where that other field is filled. `unless`: not in records whose field reads so (* stands
    for anything). `once`: one record that has it is enough.
    """

    field: str | None = None
    any_of: tuple[str, ...] = ()
    given: str | None = None
    unless: dict[str, str] = Field(default_factory=dict)
    once: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return self.any_of or ((self.field,) if self.field else ())


class Form(Graded):
    """The form of a field's values, as a regular expression."""

    pattern: str
    hint: str = ""


class Words(Declared):
    """Which list of words a field takes; `closed`: no others."""

    list: str
    closed: bool


class NeededFile(Graded):
    """A metadata file that must be there, and hold a record.

    `counted`: only where dataset_description gives that count and it is not 0; `unless_zero`: not where it gives 0.
    """

    file: str
    counted: str | None = None
    unless_zero: str | None = None


class Evidence(Declared):
    """Headers (lower case), files and folders by which a version shows."""

    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class VersionFile(Declared):
    """`sds/<version>/sds.yaml` as it is written."""

    extends: str | None = None
    released: str = ""
    adds: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    since: Evidence = Evidence()
    last: Evidence = Evidence()
    required: tuple[NeededFile, ...] | None = None
    vocabularies: dict[str, dict[str, Words]] = Field(default_factory=dict)
    nothing: tuple[str, ...] | None = None
    missing_codes: tuple[str, ...] | None = None


class VersionSheetFile(Declared):
    """`sds/<version>/<kind>.yaml` as it is written; what it does not say is as in the extended version."""

    headers: dict[str, tuple[str, Class]] | None = None
    changes: dict[str, tuple[str, Class]] = Field(default_factory=dict)
    filled: tuple[Filled, ...] | None = None
    forms: dict[str, Form] | None = None
    unique: tuple[str, ...] | None = None


class WordsFile(RootModel[dict[str, tuple[str, ...]]]):
    """`sds/<version>/vocab.yaml` as it is written: lists of words by name."""

    model_config = ConfigDict(frozen=True)


class Version(Declared):
    """An SDS version with everything that it takes over from those it extends.

    `vocabularies[kind][field]` names a list of `words`; `nothing` are words that mean that there is no value.
    """

    name: str
    released: str
    files: tuple[str, ...]
    since: Evidence
    last: Evidence
    required: tuple[NeededFile, ...]
    vocabularies: dict[str, dict[str, Words]]
    words: dict[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    missing_codes: tuple[str, ...]


class VersionSheet(Declared):
    """One sheet of a version: canonical field -> (official header, class), in the official order, and what it asks for."""

    headers: dict[str, tuple[str, Class]] = Field(default_factory=dict)
    filled: tuple[Filled, ...] = ()
    forms: dict[str, Form] = Field(default_factory=dict)
    unique: tuple[str, ...] = ()


def resolve_version(name: str, line: Sequence[VersionFile], words: Sequence[Mapping[str, Sequence[str]]]) -> Version:
    """The version from its own file and those that it extends, the oldest first."""
    files: list[str] = []
    vocabularies: dict[str, dict[str, Words]] = {}
    required: tuple[NeededFile, ...] = ()
    nothing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    for file in line:
        files = [f for f in (*files, *file.adds) if f not in file.removes]
        for kind, fields in file.vocabularies.items():
            vocabularies.setdefault(kind, {}).update(fields)
        required = required if file.required is None else file.required
        nothing = nothing if file.nothing is None else file.nothing
        missing = missing if file.missing_codes is None else file.missing_codes
    return Version(
        name=name,
        released=line[-1].released,
        files=tuple(sorted(files)),
        since=line[-1].since,
        last=line[-1].last,
        required=required,
        vocabularies=vocabularies,
        words={key: tuple(values) for one in words for key, values in one.items()},
        nothing=nothing,
        missing_codes=missing,
    )


def resolve_sheet(line: Sequence[VersionSheetFile]) -> VersionSheet:
    """The sheet from its own file and those of the versions that it extends, the oldest first."""
    headers: dict[str, tuple[str, Class]] = {}
    filled: tuple[Filled, ...] = ()
    forms: dict[str, Form] = {}
    unique: tuple[str, ...] = ()
    for file in line:
        headers = {**(headers if file.headers is None else file.headers), **file.changes}
        filled = filled if file.filled is None else file.filled
        forms = forms if file.forms is None else file.forms
        unique = unique if file.unique is None else file.unique
    return VersionSheet(headers=headers, filled=filled, forms=forms, unique=unique)
