"""Who can be asked about the dataset, and who answers for it (SDS-D10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.model import Table
from sds2gen3.nearest import nearest
from sds2gen3.sheets.layouts.anchors import DESCRIPTION
from sds2gen3.sheets.layouts.between import Role
from sds2gen3.sheets.layouts.facts import header_key
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all, listed, words
from sds2gen3.sheets.tables.headers import NEARLY


def check_contributors(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding where no contributor is the contact, and where several have a role that only one can have."""
    contact, sole = sheets.version.contact, sheets.version.sole
    group_of = sheets.layouts.sheet(DESCRIPTION).group_of
    names = dict.fromkeys(group_of[role.field] for role in (contact, sole) if role)
    tables = [table for name in names for table in sheets.tables(name) if len(table)]
    if contact and tables and not any(_with(contact, table) or _nearly(contact, table) for table in tables):
        yield _no_contact(sheets, contact, tables[0])
    for table in tables if sole else ():
        several = _with(sole, table) if sole else []
        if sole and len(several) > 1:
            whole = listed(_name(sheets, table, record) for record in several)
            message = f"{len(several)} {table.noun}s are {sole.words[0]}: {whole}."
            places = [table.place(record, sole.field) for record in several]
            yield at_all("L542", message, places, table.columns[sole.field][several[1]], severity=sole.grade)


def _with(role: Role, table: Table) -> list[int]:
    """The records that have one of the role's words."""
    wanted = {header_key(word) for word in role.words}
    return [i for i in range(len(table)) if any(header_key(word) in wanted for word in words(table, role.field, i))]


def _nearly(role: Role, table: Table) -> bool:
    """Whether a role is meant to be one of the words: that it is misspelt is told with what to write (S230)."""
    wanted = {header_key(word): word for word in role.words}
    texts = [text for i in range(len(table)) for text in words(table, role.field, i)]
    pieces = (piece for text in texts for piece in (text, *re.split(r"[,;/|]", text)))
    return any(header_key(piece) in wanted or nearest(header_key(piece), wanted, NEARLY) for piece in pieces)


def _no_contact(sheets: Sheets, contact: Role, table: Table) -> Diagnostic:
    label = table.labels.get(contact.field, contact.field.replace("_", " ")).strip()
    yes_or_no = sheets.layouts.sheet(DESCRIPTION).field(contact.field).kind == "boolean"
    wanted = contact.words[0] if yes_or_no else " or ".join(_of_version(sheets, contact))
    message = f"No {table.noun} can be asked: none has {wanted} at '{label}'."
    hint = f"Write {contact.words[0]} at '{label}' of the one to ask."
    place = table.header_place(contact.field) if contact.field in table.headers else table.place(0)
    return finding("L541", message, place, hint=hint, severity=contact.grade)


def _of_version(sheets: Sheets, role: Role) -> list[str]:
    """The role's words that the version has on its list; all of them where it has none."""
    asked = sheets.version.vocabularies.get(DESCRIPTION, {}).get(role.field)
    known = sheets.version.words[asked.list] if asked else role.words
    return [word for word in role.words if word in known] or list(role.words)


def _name(sheets: Sheets, table: Table, record: int) -> str:
    key = sheets.layouts.sheet(DESCRIPTION).facts.groups[table.name].key
    return " ".join(words(table, key or "", record)) or f"number {record + 1}"
