"""Two datasets cell by cell: which cells are the same, which are only spelt otherwise, and which are not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sds2gen3.mapping.transforms import as_text
from sds2gen3.model import Dataset, Table
from sds2gen3.patterns import splitter
from sds2gen3.place import Place
from sds2gen3.restore.rows import kinds_by_table
from sds2gen3.sheets.layouts.facts import SheetLayout, header_key
from sds2gen3.sheets.layouts.layout import Layouts

Cells = dict[str, Any]
_COMMA = re.compile(r"(T\d\d:\d\d:\d\d),(\d+)")
_TRUE, _FALSE = frozenset({"true", "yes", "y", "x", "1"}), frozenset({"false", "no", "n", "0"})
_EXACT = 2.0**53  # up to here the readers give whole numbers as integers
FOLDER = "(folder)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of one dataset that reads otherwise in the other, or is not there; `place` is in the dataset that has it."""

    table: str
    field: str
    value: Any
    other: Any
    place: Place | None


@dataclass
class Comparison:
    """Cells by table and field: `same` as they are typed, `respelt` (12 for '12', TRUE for yes), `lost` and `added`."""

    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    respelt: list[Difference] = field(default_factory=list)
    lost: list[Difference] = field(default_factory=list)
    added: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether every cell of one is in the other, and none besides."""
        return not (self.lost or self.added)

    def by_field(self) -> dict[tuple[str, str], dict[str, int]]:
        """(table, field) -> how many cells are same, respelt, lost and added."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for key, number in self.same.items():
            found.setdefault(key, Counter())["same"] += number
        for word, listed in (("respelt", self.respelt), ("lost", self.lost), ("added", self.added)):
            for one in listed:
                found.setdefault((one.table, one.field), Counter())[word] += 1
        words = ("same", "respelt", "lost", "added")
        return {key: {word: found[key][word] for word in words} for key in sorted(found)}


@dataclass(frozen=True)
class _Row:
    cells: Cells  # field -> the value as it is
    plain: dict[str, tuple[str, ...]]  # field -> what it says
    table: Table
    number: int
    names: Mapping[str, str]  # field here -> field of the table

    def place(self, name: str) -> Place | None:
        own = self.names.get(name)
        return self.table.place(self.number, own) if own in self.table.headers else None


def compare(before: Dataset, after: Dataset, layouts: Layouts) -> Comparison:
    """Every filled cell of `before` looked for in `after`, and the other way round.

    A row is found by its content, else by its id, else by its order; the order of rows in a sheet does not count, nor do
    empty rows and columns, nor which column a lab's own value stands in.
    """
    found = Comparison()
    for name, kind in kinds_by_table(layouts).items():
        layout = layouts.sheet(kind)
        ours, theirs = (list(_rows(one.tables.get(name, ()), layout)) for one in (before, after))
        for mine, other in _pairs(ours, theirs, layout.facts.key):
            _compare_rows(found, name, mine, other)
    return found


def _rows(tables: Sequence[Table], layout: SheetLayout) -> Iterator[_Row]:
    for table in tables:
        # 'sds_field' is no cell but what the reader says of a row of SDS 1; what the row means is in its other fields.
        names = {_name(table, one, layout): one for one in table.columns if one != "sds_field"}
        for number in range(len(table)):
            cells = {
                n: table.columns[f][number] for n, f in names.items() if table.columns[f][number] not in (None, [])
            }
            plain = {n: says(value, names[n], layout) for n, value in cells.items()}
            if table.folder:
                cells[FOLDER], plain[FOLDER] = table.folder, (table.folder,)
            if cells.keys() - {FOLDER}:
                yield _Row(cells, plain, table, number, names)


def _name(table: Table, one: str, layout: SheetLayout) -> str:
    """A column of the lab's own by its header, which may stand anywhere."""
    if one in layout.facts.fields:
        return one
    return f"own:{header_key(table.labels.get(one) or one) or one}"


def says(value: Any, name: str, layout: SheetLayout) -> tuple[str, ...]:
    """What a cell says, however it is typed: its items, as text, without upper case; TRUE for yes, / for \\\\."""
    facts = layout.field(name)
    items = [text for one in (value if isinstance(value, list) else [value]) for text in _items(one, facts.split)]
    words = [(_COMMA.sub(r"\1.\2", text) if "," in text else text).casefold() for text in items]
    if facts.kind == "path":
        words = [word.replace("\\", "/") for word in words]
    if facts.kind == "boolean" or isinstance(value, bool):
        words = ["true" if word in _TRUE else "false" if word in _FALSE else word for word in words]
    return tuple(words)


def _items(value: Any, split: str | None) -> list[str]:
    if value is None:
        return []
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    text = as_text(value).strip()
    return [part.strip() for part in _splitter(split).split(text) if part.strip()] if split else [text]


@cache
def _splitter(split: str) -> Any:
    return splitter(split)


def _pairs(ours: list[_Row], theirs: list[_Row], key: str | None) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Each row with its counterpart: rows that say the same, then rows of the same id, then the rest in order."""
    ways: list[Callable[[_Row], Any]] = [lambda row: tuple(sorted(row.plain.items()))]
    if key is not None:
        ways.append(lambda row: (row.plain.get(key), row.plain.get("subject_id"), row.plain.get(FOLDER)))
        ways.append(lambda row: "/".join((*row.plain.get(FOLDER, ()), *row.plain[key])) if key in row.plain else None)
        ways.append(lambda row: row.plain.get(key))
    for way in ways:
        there: dict[Any, list[_Row]] = {}
        for row in theirs:
            there.setdefault(way(row), []).append(row)
        taken: set[int] = set()
        left = []
        for row in ours:
            candidates = there.get(way(row)) or []
            if candidates and way(row):
                other = candidates.pop(0)
                taken.add(id(other))
                yield row, other
            else:
                left.append(row)
        ours, theirs = left, [row for row in theirs if id(row) not in taken]
    yield from zip(ours, theirs, strict=False)
    yield from ((row, None) for row in ours[len(theirs) :])
    yield from ((None, row) for row in theirs[len(ours) :])


def _compare_rows(found: Comparison, table: str, mine: _Row | None, other: _Row | None) -> None:
    here, there = (row.cells if row is not None else {} for row in (mine, other))
    for name in dict.fromkeys([*here, *there]):
        if mine is None or name not in here:
            assert other is not None
            found.added.append(Difference(table, name, there[name], None, other.place(name)))
        elif other is None or name not in there or mine.plain[name] != other.plain[name]:
            found.lost.append(Difference(table, name, here[name], there.get(name), mine.place(name)))
        elif _identical(here[name], there[name]):
            found.same[table, name] += 1
        else:
            found.respelt.append(Difference(table, name, here[name], there[name], mine.place(name)))


def _identical(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
