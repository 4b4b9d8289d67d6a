"""What a sheet's content is called, or where it stands, in versions that have no such field, word or sheet."""

from __future__ import annotations

from pydantic import Field

from sds2gen3.sheets.layouts.declared import Declared


class Move(Declared):
    """One concept in two places. In a version without the one, its content goes to the other, as far as that is free.

    `field` and `to` are fields of one table; with `back` also the other way round. `word`: where the field says yes, `to`
    gets this word among its own. `table`: `to` is of that table, of another sheet, and the content is there as well: in a
    version that has both fields, where the one before had no `to`. `words`: words of the field that other versions spell
    otherwise, in both directions.
    """

    field: str
    to: str | None = None
    back: bool = False
    word: str | None = None
    table: str | None = None
    words: dict[str, str] = Field(default_factory=dict)


class Sheetless(Declared):
    """Where the records of a sheet go in a version without it: to the table of another sheet, field by field.

    `where`: only the records whose fields read so.
    """

    table: str
    where: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str]
