"""What an SDS version asks between its sheets, and between sheets and files: counts, roles, pools, folders and their names."""

from __future__ import annotations

from pydantic import Field

from sds2gen3.catalogue import Severity
from sds2gen3.sheets.layouts.declared import Declared
from sds2gen3.sheets.layouts.graded import GRADES, DatasetType, Grade, Graded


class Count(Graded):
    """A count of dataset_description: the sheet whose ids it counts. Ids like `apart` may be counted or not."""

    sheet: str
    apart: str | None = None


class Derived(Declared):
    """A count in each record, and the sheet whose records it counts: those that name this one in the first filled field."""

    sheet: str
    by: tuple[str, ...]


class Pools(Graded):
    """Pools hold records of one sheet only; members belong to a record with an id like `population`."""

    field: str
    sheets: tuple[str, ...]
    member: str
    population: str


class Awards(Declared):
    """The award in a field of one sheet is one that `dataset_description` gives too, in some of the fields `known`."""

    sheet: str
    field: str
    known: tuple[str, ...]


class Kinds(Declared):
    """The field of `dataset_description` that tells what kind of dataset it is, and what it is where that says nothing."""

    field: str
    otherwise: DatasetType


class Role(Graded):
    """Contributors whose `field` holds one of these words."""

    field: str
    words: tuple[str, ...]


class Folders(Declared):
    """The folders of a dataset. `top`: those at its root; `renamed`: those that had another name in an older version.

    `data`: the ones in which folders are named by ids; `named`: how the folders of each sheet's ids look, `pools`: those of
    pools, and `pool` the field that names the pool of a record. Ids like `population`, and records that say yes in the field
    `without`, need no folder; nor do those that a manifest names in its field `entity`. `unknown`: how much it matters that
    such a folder has no row; `unused`: the sheets of whose ids it is told if they have neither a folder nor a file.
    """

    top: tuple[str, ...] = ()
    renamed: dict[str, str] = Field(default_factory=dict)
    data: tuple[str, ...] = ()
    named: dict[str, str] = Field(default_factory=dict)
    pools: str = ""
    pool: str = ""
    population: str = ""
    without: str = ""
    entity: str = ""
    unknown: Grade = "warning"
    unused: tuple[str, ...] = ()

    @property
    def grade(self) -> Severity:
        """How much it matters that a folder is named by an id that has no row."""
        return GRADES[self.unknown]


class Paths(Graded):
    """What the names of files and folders may be made of, and which are names of devices on Windows."""

    pattern: str
    reserved: tuple[str, ...] = ()
    unwelcome: dict[str, str] = Field(default_factory=dict)
