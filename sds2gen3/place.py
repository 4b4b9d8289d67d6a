"""Place: where in the curator's files something stands. Everything else may import this; it imports nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_FULL = re.compile(r"(?P<file>.*?\.\w+)(?:!(?P<sheet>.*))?!(?P<column>[A-Z]*)(?P<row>\d*)", re.DOTALL)
_POINTED = re.compile(r"(?P<file>.*?\.\w+)#(?P<pointer>.*)", re.DOTALL)


@lru_cache(maxsize=1024)
def column_letter(column: int) -> str:
    """The spreadsheet letters of a 1-based column number: 1 -> 'A', 27 -> 'AA'."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int | None:
    """The 1-based number of spreadsheet letters: 'A' -> 1, 'AA' -> 27; None for none."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number or None


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, row, column, line, JSON value or whole file; `str(place)` is how a curator would say it.

    `file` is POSIX and relative to the dataset's root; `row` and `column` are 1-based, as Excel shows them.
    An empty cell has a place too. `pointer` is a JSON pointer (RFC 6901), `line` a line of a text file such as a mapping.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    pointer: str | None = None
    line: int | None = None

    @property
    def cell(self) -> str:
        """`E3` for a cell, `row 3` for a row, `column E` for a column, else ''."""
        if self.row is not None and self.column is not None:
            return f"{column_letter(self.column)}{self.row}"
        if self.row is not None:
            return f"row {self.row}"
        return f"column {column_letter(self.column)}" if self.column is not None else ""

    @property
    def full(self) -> str:
        """file!sheet!cell, as `provenance.jsonl` writes it; text files have no sheet."""
        if self.sheet and self.cell:
            return f"{self.file}!{self.sheet}!{self.cell}"
        return str(self)

    @classmethod
    def parse(cls, full: str) -> Place:
        """The Place that `full` spells so; a text that is no spelling of a place becomes the name of a file."""
        if cell := _FULL.fullmatch(full):
            row = int(cell["row"]) if cell["row"] else None
            return cls(cell["file"], cell["sheet"], row=row, column=column_number(cell["column"]))
        if pointed := _POINTED.fullmatch(full):
            return cls(pointed["file"], pointer=pointed["pointer"])
        return cls(full)

    def __str__(self) -> str:
        if self.pointer is not None:
            return f"{self.file}#{self.pointer}"
        if self.line is not None:
            return f"{self.file}:{self.line}"
        return f"{self.file}!{self.cell}" if self.cell else self.file

    def as_dict(self) -> dict[str, str | int | None]:
        """Its parts as plain JSON values."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "pointer": self.pointer,
            "line": self.line,
        }

    @property
    def order(self) -> tuple[str, str, int, int, str]:
        """Sort key: reading order within a file."""
        return (self.file, self.sheet or "", self.row or self.line or 0, self.column or 0, self.pointer or "")
