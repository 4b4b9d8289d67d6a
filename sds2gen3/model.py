"""The data that flows through the program: Table and Dataset on the SDS side, NodeTable and Graph on the Gen3 side.

Columns, not cell objects: a value's place is computed from its Table, never stored (DESIGN section 3).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, overload

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.distinct import distinct
from sds2gen3.place import Place

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")


class Omit:
    """The type of OMIT, which marks a property that a record does not carry (None is an explicit empty cell)."""

    def __repr__(self) -> str:
        return "OMIT"


OMIT: Final = Omit()


@dataclass(frozen=True)
class Table:
    """One kind of SDS thing from one sheet: subjects, samples, contributors ...

    `columns[field][i]` is record i's plain value: str, int, float, bool, None (empty cell), or a list where one
    record fills several cells of a field. Dates and times are ISO 8601 text. `rows[i]` is the sheet row of record i and
    `headers[field]` the sheet column of the field; in a `transposed` sheet (fields in rows) it is the other way round.
    `items[field]` gives, for the single record of a transposed sheet, the sheet columns of a list's items.
    A field without header is a constant of the layout (its place is the record's first cell).
    `user_columns` are the fields that the user added; `splits[field]` the pattern on which one cell holds several values.
    """

    name: str
    file: str
    sheet: str | None
    columns: Mapping[str, list[Any]]
    rows: Sequence[int]
    headers: Mapping[str, int]
    labels: Mapping[str, str] = field(default_factory=dict)
    noun: str = "record"
    transposed: bool = False
    items: Mapping[str, Sequence[int]] = field(default_factory=dict)
    user_columns: tuple[str, ...] = ()
    splits: Mapping[str, str] = field(default_factory=dict)
    pointer: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def folder(self) -> str:
        """The POSIX folder of the file, '' for the dataset's root."""
        return self.file.rpartition("/")[0]

    def place(self, record: int, field: str | None = None, item: int | None = None) -> Place:
        """Where record number `record` has `field` (or where the record is, without field). Computed, so free to keep."""
        along = self.rows[record]
        across = self.headers.get(field) if field is not None else None
        if self.pointer is not None:
            label = self.labels.get(field, field) if field is not None else None
            end = "" if label is None else "/" + label.replace("~", "~0").replace("/", "~1")
            return Place(self.file, pointer=f"{self.pointer}/{along}{end}" if along >= 0 else f"{self.pointer}{end}")
        if field is not None and field in self.items and self.items[field]:
            along = self.items[field][item or 0]
        if self.transposed:
            return Place(self.file, self.sheet, row=across, column=along)
        return Place(self.file, self.sheet, row=along, column=across)

    def places(self, record: int, field: str) -> list[Place]:
        """Every non-empty cell of a record's field: one for a single value, one per item of a list, none for nothing."""
        if field not in self.headers or (value := self.columns[field][record]) is None:
            return []
        if field in self.items and isinstance(value, list):
            return [self.place(record, field, item) for item in range(len(self.items[field]))]
        return [self.place(record, field)]

    def header_place(self, field: str) -> Place:
        """Where the field's own name stands."""
        position = self.headers.get(field)
        if self.pointer is not None:
            return Place(self.file, pointer=self.pointer)
        if self.transposed:
            return Place(self.file, self.sheet, row=position, column=1)
        return Place(self.file, self.sheet, row=None, column=position)

    @property
    def frame(self) -> pandas.DataFrame:
        """A DataFrame of Python objects: one column per field, the index holds the sheet's row (or column) numbers."""
        import pandas

        data = {
            name: pandas.Series(values, index=list(self.rows), dtype=object) for name, values in self.columns.items()
        }
        return pandas.DataFrame(data, index=pandas.Index(list(self.rows), name="row"))

    @classmethod
    def from_frame(cls, name: str, frame: pandas.DataFrame, file: str = "", sheet: str | None = None) -> Table:
        """A Table from a DataFrame: its columns are canonical fields, its index the row numbers. NaN and NA become None."""
        columns = {str(column): [_plain(value) for value in frame[column]] for column in frame.columns}
        headers = {column: position for position, column in enumerate(columns, 1)}
        return cls(name, file, sheet, columns, [int(row) for row in frame.index], headers)


def _plain(value: Any) -> Any:
    """A plain value for whatever pandas hands out: numpy scalars unwrapped, dates as ISO 8601, its kinds of nothing None."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A cell that is in no Table, with the reason: 'header', 'template text', 'beside the table' ..."""

    place: Place
    value: Any
    reason: str


class MadeCells(Sequence[LeftOut]):
    """Left out cells that are made when they are asked for; to be used like the list of them."""

    __hash__ = None  # type: ignore[assignment]  # like a list

    @overload
    def __getitem__(self, at: int) -> LeftOut: ...

    @overload
    def __getitem__(self, at: slice) -> list[LeftOut]: ...

    def __getitem__(self, at: int | slice) -> LeftOut | list[LeftOut]:
        return list(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __repr__(self) -> str:
        return repr(list(self))


class LeftOutCells(MadeCells):
    """Left out cells of several sources, one after the other."""

    def __init__(self, parts: Sequence[Sequence[LeftOut]]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[LeftOut]:
        return chain.from_iterable(self.parts)


def reasons(cells: Sequence[LeftOut]) -> dict[str, int]:
    """How many cells were left out for each reason."""
    counts: Counter[str] = Counter()
    for part in cells.parts if isinstance(cells, LeftOutCells) else [cells]:
        reason = getattr(part, "reason", None)
        counts.update({reason: len(part)} if reason else Counter(cell.reason for cell in part))
    return dict(sorted((+counts).items()))


@dataclass(frozen=True)
class Dataset:
    """What was read: Tables by name (several where several files hold one kind, as manifests do), and what was not taken.

    `version` is the detected SDS version ('2.0.0'), `root` the folder or zip as given, `name` the folder's name.
    `files` are all paths of the dataset, POSIX and relative, in sorted order.
    """

    root: str
    name: str
    version: str
    tables: Mapping[str, Sequence[Table]]
    left_out: Sequence[LeftOut] = ()
    findings: Sequence[Diagnostic] = ()
    files: Sequence[str] = ()

    @property
    def blank(self) -> bool:
        """Whether the sheets hold nothing of the user's yet (R196)."""
        return any(finding.code == "R196" for finding in self.findings)

    def table(self, name: str) -> Table | None:
        """The first table of that name, None where there is none."""
        found = self.tables.get(name, ())
        return found[0] if found else None


@dataclass(frozen=True)
class Part:
    """The records that one mapping rule makes from one Table: `columns[property][i]`, from table record `rows[i]`.

    `origins[property]` are the table's fields that the property was made from; a property without is a constant.
    `gathered[property]` are, for a list that was gathered from other tables (all contributors' names), those tables and
    their field, in order. `ragged` says that some value is OMIT, so that not every record carries every property.
    `known` are, for records that were read back from an output folder, the cells of each in the spelling of `Place.full`.
    """

    columns: Mapping[str, list[Any]]
    table: Table | None = None
    rows: Sequence[int] = ()
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gathered: Mapping[str, tuple[tuple[Table, str], ...]] = field(default_factory=dict)
    ragged: bool = False
    known: Sequence[Mapping[str, str | Sequence[str]]] = ()
    _found_out: dict[tuple[str, str], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def speaks_of(self, property: str) -> bool:
        """Whether the sheet has anything to say about a property. If so, a record without it says that its cell is empty."""
        return property in self.columns or bool(self.origins.get(property))

    def distinct(self, property: str) -> list[Any]:
        """The values of a column, few of them twice, without OMIT."""

        def find() -> list[Any]:
            column = self.columns[property]
            return distinct([value for value in column if value is not OMIT] if self.ragged else column)

        return self.once("distinct", property, find)

    def once(self, what: str, property: str, find: Callable[[], T]) -> T:
        """What `find` finds out about a column. It is kept, because several checks ask for it and columns do not change."""
        if (what, property) not in self._found_out:
            self._found_out[what, property] = find()
        found: T = self._found_out[what, property]
        return found

    def records(self) -> Iterator[dict[str, Any]]:
        """Each record as a new dict, in column order; OMIT is left out, None stays (an explicit empty cell)."""
        rows = zip(*self.columns.values(), strict=True)
        records = map(dict, map(zip, repeat(tuple(self.columns)), rows))
        if not self.ragged:
            yield from records
        else:
            yield from ({name: value for name, value in record.items() if value is not OMIT} for record in records)

    def place(self, record: int, property: str | None = None, item: int | None = None) -> Place | None:
        """The cell that record number `record` has its property (or the item of its list) from.

        The first cell where there are several, None for constants and parts without a Table.
        """
        if self.known:
            return self._known_place(record, property, item)
        if self.table is None:
            return None
        if property is not None and property in self.gathered:
            return self._gathered_place(record, property, item)
        fields = self.origins.get(property, ()) if property is not None else ()
        if property is not None and not fields:
            return None
        return self.table.place(self.rows[record], fields[0] if fields else None, item)

    def _known_place(self, record: int, property: str | None, item: int | None) -> Place | None:
        """The cell as provenance.jsonl tells it; for the record as a whole, that of its id or of its first value."""
        cells = self.known[record]
        if property is None:
            property = "submitter_id" if "submitter_id" in cells else next(iter(cells), "")
        found = self.places(record, property)
        return (found[item] if item is not None and item < len(found) else found[0]) if found else None

    def _gathered_place(self, record: int, property: str, item: int | None) -> Place | None:
        """The cell of item n, which comes from the n-th record of all groups; without item the first filled one."""
        cells = [(table, row, field) for table, field in self.gathered[property] for row in range(len(table))]
        if item is not None and item < len(cells):
            table, row, field = cells[item]
            return table.place(row, field)
        filled = self.places(record, property)
        return filled[0] if filled or self.table is None else self.table.place(self.rows[record])

    def places(self, record: int, property: str) -> list[Place]:
        """Every non-empty cell that the property of record number `record` was made from, in order."""
        if self.known:
            found = self.known[record].get(property, ())
            return [Place.parse(text) for text in ([found] if isinstance(found, str) else found)]
        if property in self.gathered:
            return [
                place
                for table, field in self.gathered[property]
                for row in range(len(table))
                for place in table.places(row, field)
            ]
        if self.table is None:
            return []
        row = self.rows[record]
        return [place for field in self.origins.get(property, ()) for place in self.table.places(row, field)]


@dataclass(frozen=True)
class NodeTable:
    """All records of one node type, in a fixed order: rule by rule, file by file, row by row. It yields records lazily."""

    node: str
    parts: Sequence[Part] = ()

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def records(self) -> Iterator[dict[str, Any]]:
        """The records as plain dicts, `type` and the key (`submitter_id`) first."""
        for part in self.parts:
            yield from part.records()

    @property
    def frame(self) -> pandas.DataFrame:
        """A DataFrame of Python objects, one column per property; a property that a record does not carry is OMIT."""
        import pandas

        records = list(self.records())
        names = list(dict.fromkeys(name for record in records for name in record))
        data = {n: pandas.Series([r.get(n, OMIT) for r in records], dtype=object) for n in names}
        return pandas.DataFrame(data, columns=pandas.Index(names, dtype=object))

    @classmethod
    def from_frame(cls, node: str, frame: pandas.DataFrame) -> NodeTable:
        """The inverse of `frame`: each row a record, each column a property; NaN becomes None, OMIT stays left out."""
        columns = {str(name): [_plain(value) for value in frame[name]] for name in frame.columns}
        return cls(node, (Part(columns, ragged=True),))


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Cells of a Table's field that are in no record (all, or those of the records listed), and why."""

    table: Table
    field: str
    reason: str
    records: Sequence[int] | None = None

    def cells(self) -> Iterator[LeftOut]:
        """The cells that hold something, one by one."""
        values = self.table.columns[self.field]
        for record in range(len(values)) if self.records is None else self.records:
            value = values[record]
            if isinstance(value, list):
                for item, one in enumerate(value):
                    yield LeftOut(self.table.place(record, self.field, item), one, self.reason)
            elif value is not None:
                yield LeftOut(self.table.place(record, self.field), value, self.reason)


@dataclass(frozen=True)
class Graph:
    """The whole dataset as Gen3 nodes, parents first; `unmapped` is what the mapping left out of the Tables.

    `nodes` are in submission order and hold no empty NodeTable; `roots` are the program and project records.
    """

    dataset: Dataset
    nodes: Mapping[str, NodeTable]
    roots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    unmapped: Sequence[Unmapped] = ()
    findings: Sequence[Diagnostic] = ()

    def left_out(self) -> Iterator[LeftOut]:
        """Every input cell that is in no record, with the reason, in reading order within its source."""
        yield from self.dataset.left_out
        for part in self.unmapped:
            yield from part.cells()


Action = Literal["created", "updated", "same", "deleted", "failed", "held back", "not sent"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one record in a commons. Each record of a submission has exactly one, the last word on it.

    `id` and `transaction` are the server's, `hash` is of the content sent. `verified` says that the record was read back as
    it was sent. `findings` tell why it failed, at its cells; `said` are the server's own words. `carries` are the properties
    and links that `hash` is about.
    """

    type: str
    submitter_id: str
    action: Action
    hash: str = ""
    id: str | None = None
    transaction: int | None = None
    verified: bool = False
    findings: tuple[Diagnostic, ...] = ()
    said: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
