"""Exceptions for 'cannot go on'. One root; each holds the Diagnostic that tells the user what to do.

SdsError
├── UsageError        called wrongly: option, path, configuration, mapping, dictionary  (exit 2)
├── DataError         the data is such that nothing can be made of it                   (exit 1)
└── UnreachableError  the server cannot be reached or refused the login                 (exit 3)
"""

from __future__ import annotations

from typing import Any

from sds2gen3.diagnostics import Diagnostic, finding
from sds2gen3.place import Place


class SdsError(Exception):
    """Root of all exceptions raised on purpose. `diagnostics` holds at least one finding; the first is the message."""

    exit_code = 70

    def __init__(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = diagnostics
        super().__init__("; ".join(str(d.message) for d in diagnostics))

    @classmethod
    def of(cls, code: str, message: str, place: Place | None = None, **details: Any) -> SdsError:
        """An exception around one finding of the catalogue."""
        return cls(finding(code, message, place, **details))


class UsageError(SdsError):
    exit_code = 2


class DataError(SdsError):
    exit_code = 1


class UnreachableError(SdsError):
    exit_code = 3
