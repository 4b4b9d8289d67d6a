"""Gen3Convertor: the metadata of an SDS dataset as files of records, one for each category."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from sds2gen3 import dictionary as dictionaries
from sds2gen3 import mapping as mappings
from sds2gen3.catalogue import Severity
from sds2gen3.convert import convert
from sds2gen3.diagnostics import Diagnostic, Report
from sds2gen3.dictionary.types import Dictionary, NodeType
from sds2gen3.dtp.gen3.fitting import fitting, misfits
from sds2gen3.dtp.gen3.sheet import read_sheet
from sds2gen3.errors import DataError, UsageError
from sds2gen3.mapping.rules import Mapping as Rules
from sds2gen3.model import Graph
from sds2gen3.nearest import did_you_mean
from sds2gen3.sheets import read_dataset
from sds2gen3.sheets.layouts.layout import Layouts
from sds2gen3.validate import unsendable, validate
from sds2gen3.write.swap import swapped_file
from sds2gen3.write.unmapped import unmapped

if TYPE_CHECKING:
    import pandas

Name = str | os.PathLike[str]
_CATEGORIES = {"case": "subjects", "sample": "samples"}  # what the files of these nodes are called
_SINGLE = frozenset(("experiment", "dataset_description"))  # whose file is the record itself, not a list
_UNMAPPED = "unmapped.jsonl"


class Gen3Convertor:
    """Converts a dataset for `project`, in which it becomes the experiment of that name.

    `version` is the SDS version that the dataset should be of; each sheet is read by its own headers. Raises UsageError
    C902 for a version that there is not.
    """

    def __init__(self, project: str, experiment: str, version: str = "2.0.0") -> None:
        known = Layouts().versions
        if version not in known:
            hint = did_you_mean(version, known) or f"Use one of: {', '.join(known)}."
            raise UsageError.of("C902", f"There is no SDS version '{version}'.", hint=hint, value=version)
        self._project, self._experiment, self._version = project, experiment, version
        self._schemas: Path | None = None
        self._mapping: str | Path | None = None

    def set_schema_dir(self, path: Name) -> None:
        """Take the data dictionary from that folder of YAML files; without it, the dictionary that comes with sds2gen3."""
        self._schemas = Path(path)

    def set_mapping(self, mapping: Name) -> None:
        """Take a mapping of your own: its folder or name, or an element_mapping.xlsx. Not in the reference."""
        path = Path(mapping)
        self._mapping = path if path.exists() else os.fspath(mapping)

    def execute(self, source_dir: Name, dest_dir: Name, keep_going: bool = False) -> Report:
        """Write experiment.json, dataset_description.json, subjects.json, samples.json, manifest.json ... into `dest_dir`.

        A file holds a list of records, those of the experiment and of dataset_description the record itself;
        unmapped.jsonl lists the cells that are in none, with the reason. Nothing is written where the dataset has errors,
        unless `keep_going`. Returns all findings, warnings too; raises DataError with the errors, each at its cell, and
        UsageError for a dataset, dictionary or mapping that cannot be used.
        """
        nodes = self._dictionary()
        rules, notes = self._rules(nodes)
        dataset = read_dataset(Path(source_dir))
        if dataset.version and dataset.version != self._version:
            words = f"The dataset is of SDS {dataset.version}, not {self._version}, and was read as such."
            warnings.warn(words, stacklevel=2)
        graph = convert(dataset, rules, nodes, **self._needs(rules))
        found = [*notes, *dataset.findings, *graph.findings, *validate(graph, nodes)]
        report = Report(found).first_causes()
        if report.errors and not keep_going:
            raise DataError(*(one for one in report if one.severity == Severity.ERROR))
        unfit = [one for table in graph.nodes.values() for one in unsendable.check(table)]
        if unfit:
            raise DataError(*unfit)
        report.summary["written"] = [path.as_posix() for path in _written(graph, nodes, Path(dest_dir))]
        return report

    @staticmethod
    def read_excel(path: Name, sheet_name: str | int | None = None) -> pandas.DataFrame:
        """A sheet (by name or number, the first by default) as a DataFrame: the first row names the columns.

        Texts are as typed ("007", "NA"), numbers and dates as Excel has them, empty cells None. CSV and TSV are read too.
        Raises DataError R120-R129 for a file that cannot be read, UsageError C902 for a sheet that it does not have.
        """
        return read_sheet(Path(path), sheet_name)

    def _dictionary(self) -> Dictionary:
        """Raises UsageError where it cannot be used."""
        nodes = dictionaries.load("sds" if self._schemas is None else self._schemas)
        broken = [one for one in nodes.findings if one.severity == Severity.ERROR]
        if broken:
            raise UsageError(*broken)
        return nodes

    def _rules(self, nodes: Dictionary) -> tuple[Rules, list[Diagnostic]]:
        """The mapping and what is to be said of it: the one that was set, else the first of ours that fits."""
        if self._mapping is not None:
            return _own(self._mapping, nodes)
        return fitting(nodes), []

    def _needs(self, rules: Rules) -> dict[str, str]:
        """The records belong to the project alone; its program, which they do not name, is said to be called like it."""
        said = {"program": self._project, "project": self._project, "dataset": self._experiment}
        return {name: value for name, value in said.items() if name in rules.needs}


def _own(mapping: str | Path, nodes: Dictionary) -> tuple[Rules, list[Diagnostic]]:
    """Raises UsageError for one that does not fit the dictionary."""
    notes: list[Diagnostic] = []
    if isinstance(mapping, Path) and mapping.is_file():
        rules, found = mappings.load_elements(mapping, nodes)
        notes += found
    else:
        rules = mappings.load(mapping)
    if errors := misfits(rules, nodes):
        raise UsageError(*errors)
    return rules, notes


def _written(graph: Graph, nodes: Dictionary, folder: Path) -> Iterator[Path]:
    for name, table in graph.nodes.items():
        records = [_record(record, nodes.nodes[name]) for record in table.records()]
        single = name in _SINGLE and len(records) == 1
        content = orjson.dumps(
            records[0] if single else records, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )
        path = folder / f"{_CATEGORIES.get(name, name)}.json"
        with swapped_file(path) as file:
            file.write(content)
        yield path
    with swapped_file(folder / _UNMAPPED) as file:
        file.writelines(unmapped(graph))
    yield folder / _UNMAPPED


def _record(record: Mapping[str, Any], node: NodeType) -> dict[str, Any]:
    """The record with each link as a list, as the reference has them."""
    return {
        name: [value] if name in node.links and isinstance(value, dict) else value for name, value in record.items()
    }
