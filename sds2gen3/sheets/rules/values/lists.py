"""The declared lists that values are held to: units, licences, the calendar, and how identifiers look behind their prefix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.declared import Declared, Model, read_declared
from sds2gen3.sheets.rules.values.licences import Licences
from sds2gen3.sheets.rules.values.quantities import Units


class Prefixes(Declared):
    """`schemas/values/prefixes.yaml`: by prefix, the pattern of what stands behind it."""

    rrid: dict[str, str]
    term: dict[str, str]


class Calendar(Declared):
    """`schemas/values/dates.yaml`: the last day that a dataset may speak of."""

    latest: dt.date = dt.date.max


@dataclass(frozen=True)
class Lists:
    """The files of `schemas/values`, each read when something is first held to it. Raises UsageError C970 for a misfit."""

    declarations: Declarations

    @cached_property
    def units(self) -> Units:
        return self._read("units", Units)

    @cached_property
    def licences(self) -> Licences:
        return self._read("licenses", Licences)

    @cached_property
    def latest(self) -> dt.date:
        return self._read("dates", Calendar).latest

    @cached_property
    def rrid(self) -> Mapping[str, str]:
        return self._prefixes.rrid

    @cached_property
    def term(self) -> Mapping[str, str]:
        return self._prefixes.term

    @cached_property
    def _prefixes(self) -> Prefixes:
        return self._read("prefixes", Prefixes)

    def _read(self, name: str, model: type[Model]) -> Model:
        path = self.declarations.find("values", f"{name}.yaml")
        return model.model_validate({}) if path is None else read_declared(path, model)
