"""Codes of stage R."""

from __future__ import annotations

from sds2gen3.catalogue.code import Code, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

READING: tuple[Code, ...] = ()
