"""Pools and populations: a pool is of subjects or of samples, members are of a population (SDS-E12)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from sds2gen3.diagnostics import Diagnostic
from sds2gen3.model import Table
from sds2gen3.place import Place
from sds2gen3.sheets.layouts.between import Pools
from sds2gen3.sheets.rules.between.sheets import Sheets, at_all, listed


def check_pools(sheets: Sheets) -> Iterator[Diagnostic]:
    """A finding for each pool that is used in several sheets, and for members of what is no population."""
    pools = sheets.version.pools
    if pools is None:
        return
    yield from _in_several(sheets, pools)
    for sheet in pools.sheets:
        for table in sheets.tables(sheet):
            yield from _no_population(sheets, table, pools)


def _in_several(sheets: Sheets, pools: Pools) -> Iterator[Diagnostic]:
    used: dict[str, dict[str, list[Place]]] = {}
    spelt: dict[str, str] = {}
    for sheet in pools.sheets:
        for table in sheets.tables(sheet):
            for record in range(len(table)) if pools.field in table.headers else ():
                for text in sheets.words(table, pools.field, record):
                    place = table.place(record, pools.field)
                    spelt.setdefault(text.casefold(), text)
                    used.setdefault(text.casefold(), {}).setdefault(table.file, []).append(place)
    for key, files in used.items():
        if len(files) > 1:
            message = f"The pool '{spelt[key]}' is in {' and in '.join(files)}, but a pool is of one kind."
            last = list(files.values())[-1]
            others = [place for places in files.values() if places is not last for place in places]
            yield at_all("L546", message, [*last, *others], spelt[key], severity=pools.grade)


def _no_population(sheets: Sheets, table: Table, pools: Pools) -> Iterator[Diagnostic]:
    found: dict[str, list[Place]] = {}
    for record in range(len(table)) if pools.member in table.headers else ():
        for text in sheets.words(table, pools.member, record):
            if not fnmatchcase(text.casefold(), pools.population):
                found.setdefault(text, []).append(table.place(record, pools.member))
    if found:
        label = table.labels.get(pools.member, pools.member.replace("_", " ")).strip()
        message = f"{listed(found)} at '{label}' is no population: its id would begin with {pools.population[:-1]}."
        yield at_all("L547", message, [p for places in found.values() for p in places], next(iter(found)))
