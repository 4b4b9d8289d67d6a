"""What lists the files of a dataset: the manifests of a local dataset, records that were made of them, or those of a commons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sds2gen3.cli.options import Given
from sds2gen3.config import Settings
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.download import Row, Store

_BESIDE = ("readme", "changes", "license")  # files at the root that belong to the metadata, without their suffix


@dataclass(frozen=True)
class Listing:
    """`rows(dicom)` are the rows of the manifests, with `dicom` else those that lead to images in a PACS.

    `own` is where a local dataset has its files itself, `metadata` holds its metadata files.
    """

    name: str
    settings: Settings
    rows: Callable[[bool], Iterator[Row]]
    own: str | None = None
    metadata: Store | None = None


def listing_of(dataset: str, given: Given) -> Listing:
    """That of a path, where one is there, else of the dataset of the commons. Raises as `read_dataset` and `select`."""
    from sds2gen3.write import is_output

    path = Path(dataset)
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        return _of_commons(dataset, given)
    return _of_records(path, given) if path.is_dir() and is_output(path) else _of_sheets(path, given)


def _of_sheets(path: Path, given: Given) -> Listing:
    from sds2gen3.cli.cargo import settings_of
    from sds2gen3.download import rows_of_tables
    from sds2gen3.download.stores.local import HeldStore
    from sds2gen3.resources import Declarations
    from sds2gen3.sheets import read_dataset
    from sds2gen3.sheets.files.locate import locate

    settings = settings_of(given, path)
    found = read_dataset(path, Declarations.standard(settings.schemas.value))
    located = locate(path)
    root = path / located.base
    files = {source.path: (source.size, source.read) for source in located.sources}
    if path.is_dir():
        for name in located.files:
            if name.partition(".")[0].lower() in _BESIDE and "/" not in name:
                files.setdefault(name, ((root / name).stat().st_size, (root / name).read_bytes))
    tables = found.tables.get("manifest", ())
    return Listing(
        found.name,
        settings,
        lambda dicom: rows_of_tables(tables),
        str(root) if path.is_dir() else None,
        HeldStore(path.as_posix(), files),
    )


def _of_records(path: Path, given: Given) -> Listing:
    from sds2gen3 import dictionary
    from sds2gen3.cli.cargo import settings_of
    from sds2gen3.download import rows_of_graph
    from sds2gen3.resources import Declarations
    from sds2gen3.write import made_for, reread

    settings = settings_of(given, path)
    declarations = Declarations.standard(settings.schemas.value)
    graph, _ = reread(path, dictionary.load(settings.dictionary.value or str(made_for(path)), declarations))
    return Listing(graph.dataset.name, settings, lambda dicom: rows_of_graph(graph))


def _of_commons(name: str, given: Given) -> Listing:
    from sds2gen3.cli.reading import opened
    from sds2gen3.commons.reading import Wanted, select
    from sds2gen3.download import lists_files, rows_of_cases, rows_of_records

    try:
        library = opened(given)
    except UsageError as error:
        if error.diagnostics[0].code != "U600":
            raise
        message = f"There is no folder '{name}', and no login for a commons that may have such a dataset."
        raise UsageError.of("U600", message, value=name) from error
    dictionary = library.dictionary()
    listing = [node for node in dictionary.order if lists_files(dictionary.nodes[node].properties)]
    if not listing:
        raise UsageError.of("U690", f"No node of {library.client.endpoint} lists files.", value=name)

    def rows(dicom: bool) -> Iterator[Row]:
        cases = ["case"] if dicom and "case" in dictionary.nodes else []
        wanted = Wanted(nodes=(*listing, *cases), dataset=name)
        for one in select(library.project(), dictionary, wanted):
            if one.node.name in cases:
                yield from rows_of_cases(one.records())
            else:
                yield from rows_of_records(one.records(), one.node.name)

    return Listing(name, library.settings, rows)
