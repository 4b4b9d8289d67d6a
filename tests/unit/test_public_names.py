"""The names that others may rely on."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import sds2gen3

PROMISED = [
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


def test_the_public_names_are_those_promised() -> None:
    assert sorted(sds2gen3.__all__) == sorted(PROMISED)
    assert dir(sds2gen3) == sorted(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_every_public_name_is_there_and_is_no_module(name: str) -> None:
    value = getattr(sds2gen3, name)
    assert callable(value) or isinstance(value, str)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sds2gen3.nothing


@pytest.mark.parametrize("name", ["convert", "validate", "write"])
def test_a_function_is_not_hidden_by_the_subpackage_of_its_name(name: str) -> None:
    module = importlib.import_module(f"sds2gen3.{name}")
    assert sys.modules[f"sds2gen3.{name}"] is module
    assert getattr(sds2gen3, name) is getattr(module, name)


def test_importing_the_package_loads_nothing_else() -> None:
    program = "import sys, sds2gen3; print(*[name for name in sys.modules if name.startswith('sds2gen3.')])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
