"""What the curator calls a record and its values, and where they stand."""

from __future__ import annotations

from sds2gen3.model import Part
from sds2gen3.place import Place


def label(part: Part, property: str) -> str:
    """The header of the column that the property comes from; the property's own name where there is none."""
    if property in part.gathered:
        sources = part.gathered[property]
    else:
        sources = tuple((part.table, field) for field in part.origins.get(property, ()) if part.table is not None)
    names = {table.labels.get(field, field.replace("_", " ")).strip() for table, field in sources}
    return names.pop() or property if len(names) == 1 else property


def typed(part: Part, record: int, property: str, value: str) -> str:
    """An id as the curator typed it: the text of its cell, if it is made of one; else the id itself."""
    fields = part.origins.get(property, ())
    if part.table is None or len(fields) != 1 or fields[0] not in part.table.columns:
        return value
    cell = part.table.columns[fields[0]][part.rows[record]]
    return cell if isinstance(cell, str) else value


def noun(part: Part | None, node: str) -> str:
    """`subject`, `sample`, as the sheet calls its records; the node's name where there is no sheet."""
    table = None if part is None else part.table
    return node if table is None or table.noun == "record" else table.noun


def cell(part: Part, record: int, property: str | None = None, item: int | None = None) -> Place | None:
    """The cell of a record's property, else the record itself; None where the record comes from no sheet."""
    if property is None:
        return part.place(record)
    try:
        place = part.place(record, property, item)
    except IndexError:
        # The list has more items than cells, because a cell holds several.
        place = part.place(record, property)
    return place or part.place(record)


def sheet(part: Part) -> Place | None:
    """The sheet that the part's records come from."""
    return None if part.table is None else Place(part.table.file, part.table.sheet)
