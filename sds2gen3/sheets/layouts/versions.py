"""What one SDS version asks for: its files and words, and per sheet the official headers and what must be filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from pydantic import ConfigDict, Field, RootModel

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.layouts.between import Awards, Count, Derived, Folders, Kinds, Paths, Pools, Role
from sds2gen3.sheets.layouts.checks import Check
from sds2gen3.sheets.layouts.declared import Declared
from sds2gen3.sheets.layouts.graded import GRADES, Graded

Class = Literal["key", "required", "optional", "uncoloured", "section"]
Said = TypeVar("Said")


class Filled(Graded):
    """A field that must hold something, or one of several (`any_of`).

    `given`: only in records where that other field is filled. `unless`: not in records whose field reads so (* stands
    for anything); `where`: only in those. `once`: one record that has it is enough. `nothing`: words such as N/A do.
    `each`: all of these fields, told in one line for a record, but for those that read `excused` in another record.
    """

    field: str | None = None
    any_of: tuple[str, ...] = ()
    given: str | None = None
    each: tuple[str, ...] = ()
    excused: str = ""
    unless: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    where: dict[str, str] = Field(default_factory=dict)
    once: bool = False
    nothing: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return self.any_of or self.each or ((self.field,) if self.field else ())


class Form(Graded):
    """The form of a field's values, as a regular expression."""

    pattern: str
    hint: str = ""


class Words(Declared):
    """Which list of words a field takes; `closed`: no others. `where`: only in records whose fields read so.

    `short`: what is understood as a word of the list, but better written out; on a closed list that matters as an error, it
    is only what was meant.
    """

    list: str
    closed: bool
    severity: Literal["error", "warning"] = "error"
    where: dict[str, str] = Field(default_factory=dict)
    short: dict[str, str] = Field(default_factory=dict)

    @property
    def grade(self) -> Severity:
        return GRADES[self.severity]

    @property
    def lenient(self) -> bool:
        """Whether another word only matters as a warning; words for nothing are fine then."""
        return self.severity != "error"


class NeededFile(Graded):
    """A metadata file that must be there, and hold a record.

    `counted`: only where dataset_description gives that count and it is not 0; `unless_zero`: not where it gives 0.
    `document`: a text such as README, of any suffix, that is looked for where the data files are.
    """

    file: str
    counted: str | None = None
    unless_zero: str | None = None
    document: bool = False

    @property
    def always(self) -> bool:
        """Whether it is a sheet of every dataset."""
        return not (self.document or self.when or self.counted or self.unless_zero)


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
    counts: dict[str, Count] | None = None
    contact: Role | None = None
    sole: Role | None = None
    pools: Pools | None = None
    awards: Awards | None = None
    kinds: Kinds | None = None
    folders: Folders | None = None
    paths: Paths | None = None
    vocabularies: dict[str, dict[str, Words]] = Field(default_factory=dict)
    nothing: tuple[str, ...] | None = None
    missing_codes: tuple[str, ...] | None = None
    sentinels: tuple[int, ...] | None = None
    bare: bool | None = None


class VersionSheetFile(Declared):
    """`sds/<version>/<kind>.yaml` as it is written; what it does not say is as in the extended version."""

    headers: dict[str, tuple[str, Class]] | None = None
    tab: str | None = None
    changes: dict[str, tuple[str, Class]] = Field(default_factory=dict)
    filled: tuple[Filled, ...] | None = None
    forms: dict[str, Form] | None = None
    unique: tuple[str, ...] | None = None
    checks: tuple[Check, ...] | None = None
    within: dict[str, str] | None = None
    either: tuple[tuple[str, str], ...] | None = None
    inherits: dict[str, str] | None = None
    derived: dict[str, Derived] | None = None
    matches_folder: str | None = None


class WordsFile(RootModel[dict[str, tuple[str, ...]]]):
    """`sds/<version>/vocab.yaml` as it is written: lists of words by name."""

    model_config = ConfigDict(frozen=True)


class Version(Declared):
    """An SDS version with everything that it takes over from those it extends.

    `vocabularies[kind][field]` names a list of `words`; `nothing` are words that mean that there is no value; `sentinels` are
    numbers that do. `bare`: identifiers may stand without the link that makes them one.
    """

    name: str
    released: str
    files: tuple[str, ...]
    since: Evidence
    last: Evidence
    required: tuple[NeededFile, ...]
    counts: dict[str, Count]
    contact: Role | None
    sole: Role | None
    pools: Pools | None
    awards: Awards | None
    kinds: Kinds
    folders: Folders
    paths: Paths | None
    vocabularies: dict[str, dict[str, Words]]
    words: dict[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    missing_codes: tuple[str, ...]
    sentinels: tuple[int, ...]
    bare: bool


class VersionSheet(Declared):
    """One sheet of a version: canonical field -> (official header, class), in the official order, and what it asks for.

    `unique` are ids that stand in one row only; `within[id]` is the field under whose value an id is unique. Of `either`,
    one field is filled, not both. `inherits[field]` names parents that hold the same; `matches_folder` is the field whose
    ids agree with the folders of a path. `tab`: what the template calls the sheet in its workbook.
    """

    headers: dict[str, tuple[str, Class]] = Field(default_factory=dict)
    tab: str = "Sheet1"
    filled: tuple[Filled, ...] = ()
    forms: dict[str, Form] = Field(default_factory=dict)
    unique: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    within: dict[str, str] = Field(default_factory=dict)
    either: tuple[tuple[str, str], ...] = ()
    inherits: dict[str, str] = Field(default_factory=dict)
    derived: dict[str, Derived] = Field(default_factory=dict)
    matches_folder: str | None = None


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
        counts=_latest(file.counts for file in line) or {},
        contact=_latest(file.contact for file in line),
        sole=_latest(file.sole for file in line),
        pools=_latest(file.pools for file in line),
        awards=_latest(file.awards for file in line),
        kinds=_latest(file.kinds for file in line) or Kinds(field="", otherwise="experimental"),
        folders=_latest(file.folders for file in line) or Folders(),
        paths=_latest(file.paths for file in line),
        vocabularies=vocabularies,
        words={key: tuple(values) for one in words for key, values in one.items()},
        nothing=nothing,
        missing_codes=missing,
        sentinels=_latest(file.sentinels for file in line) or (),
        bare=_latest(file.bare for file in line) or False,
    )


def _latest(values: Iterable[Said | None]) -> Said | None:
    """What the youngest version says that says anything."""
    latest: Said | None = None
    for value in values:
        latest = latest if value is None else value
    return latest


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
    return VersionSheet(
        headers=headers,
        tab=_latest(file.tab for file in line) or "Sheet1",
        filled=filled,
        forms=forms,
        unique=unique,
        checks=_latest(file.checks for file in line) or (),
        within=_latest(file.within for file in line) or {},
        either=_latest(file.either for file in line) or (),
        inherits=_latest(file.inherits for file in line) or {},
        derived=_latest(file.derived for file in line) or {},
        matches_folder=_latest(file.matches_folder for file in line),
    )
