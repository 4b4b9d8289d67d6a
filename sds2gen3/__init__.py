"""From SPARC Dataset Structure (SDS) sheets to validated records of a Gen3 data commons.

The names in `__all__` are the public ones; everything else may change. They are imported when first used, so that
`import sds2gen3` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sds2gen3.catalogue import Severity
    from sds2gen3.commons import connect, submit
    from sds2gen3.convert import convert
    from sds2gen3.diagnostics import Diagnostic, Report
    from sds2gen3.dictionary import Dictionary
    from sds2gen3.dictionary import check as check_dictionary
    from sds2gen3.dictionary import load as load_dictionary
    from sds2gen3.errors import DataError, SdsError, UsageError
    from sds2gen3.mapping import Mapping
    from sds2gen3.mapping import check as check_mapping
    from sds2gen3.mapping import load as load_mapping
    from sds2gen3.model import Dataset, Graph, NodeTable, Receipt, Table
    from sds2gen3.place import Place
    from sds2gen3.sheets import read_dataset
    from sds2gen3.validate import validate
    from sds2gen3.write import write

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "Dataset",
    "Diagnostic",
    "Dictionary",
    "Graph",
    "Mapping",
    "NodeTable",
    "Place",
    "Receipt",
    "Report",
    "SdsError",
    "Severity",
    "Table",
    "UsageError",
    "__version__",
    "check_dictionary",
    "check_mapping",
    "connect",
    "convert",
    "load_dictionary",
    "load_mapping",
    "read_dataset",
    "submit",
    "validate",
    "write",
]

_HOMES = {
    "DataError": ("errors", "DataError"),
    "Dataset": ("model", "Dataset"),
    "Diagnostic": ("diagnostics", "Diagnostic"),
    "Dictionary": ("dictionary.types", "Dictionary"),
    "Graph": ("model", "Graph"),
    "Mapping": ("mapping.rules", "Mapping"),
    "NodeTable": ("model", "NodeTable"),
    "Place": ("place", "Place"),
    "Receipt": ("model", "Receipt"),
    "Report": ("diagnostics", "Report"),
    "SdsError": ("errors", "SdsError"),
    "Severity": ("catalogue", "Severity"),
    "Table": ("model", "Table"),
    "UsageError": ("errors", "UsageError"),
    "check_dictionary": ("dictionary", "check"),
    "check_mapping": ("mapping", "check"),
    "connect": ("commons", "connect"),
    "convert": ("convert", "convert"),
    "load_dictionary": ("dictionary", "load"),
    "load_mapping": ("mapping", "load"),
    "read_dataset": ("sheets", "read_dataset"),
    "submit": ("commons", "submit"),
    "validate": ("validate", "validate"),
    "write": ("write", "write"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sds2gen3' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(f"sds2gen3.{module}"), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """`sds2gen3.convert` is the function, also after the import system has loaded the subpackage of the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
