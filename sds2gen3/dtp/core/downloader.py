"""Downloader: a dataset as a whole, its data files from where they are stored and its metadata from the commons."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sds2gen3.catalogue import Severity
from sds2gen3.download import (
    DownloadReport,
    Row,
    Store,
    download,
    lists_files,
    open_store,
    rows_of_cases,
    rows_of_records,
)
from sds2gen3.dtp.core.metadata import Dataset, dataset_of, write_metadata
from sds2gen3.dtp.gen3.auth import Auth
from sds2gen3.dtp.gen3.held import Commons
from sds2gen3.dtp.utils.config_loader import ConfigLoader
from sds2gen3.errors import DataError, UnreachableError, UsageError

Name = str | os.PathLike[str]
_TYPES = ("pacs", "irods", "address")
_IRODS_PORT = 1247


class Downloader:
    """Downloads datasets from the storage that the settings file `data_storage_config` describes.

    `data_storage_type`: "pacs" (the file names `dicomweb`, the address of its DICOMweb service), "irods" (`irods_host`,
    `irods_port`, `irods_user`, `irods_password`, `irods_zone`, `irods_project_root`) or "address" (`address`, of a folder, a web
    server or an object storage, in which {dataset} stands for the dataset's id); None takes what the file calls `storage`.
    `gen3_config` names `gen3_endpoint` and `gen3_cred_file`; only iRODS can do without. Raises UsageError C900, C902, U600-U602.
    """

    def __init__(
        self, data_storage_config: Name, gen3_config: Name | None = None, data_storage_type: str | None = "pacs"
    ) -> None:
        self._settings = ConfigLoader.load_from_json(data_storage_config)
        self._type = data_storage_type or self._settings.get("storage")
        if self._type not in _TYPES:
            hint = f"Use one of: {', '.join(_TYPES)}."
            raise UsageError.of("C902", f"There is no storage type '{self._type}'.", hint=hint, value=self._type)
        if gen3_config is None and self._type != "irods":
            raise UsageError.of("C902", "What to download is known from the commons only: name 'gen3_config' too.")
        self._commons = _commons(ConfigLoader.load_from_json(gen3_config)) if gen3_config is not None else None

    def download_dataset(self, dataset_id: str, dest: Name) -> DownloadReport:
        """Fetch the data files of the dataset into `dest`, with its SDS workbooks beside them where a commons is known.

        What is there already is not fetched again, broken transfers go on, checksums are compared, and nothing is written
        outside of `dest`. Returns what became of each file. Raises DataError where some row or file is wrong,
        UnreachableError where something is missing yet and the same call goes on; UsageError for settings that cannot be
        used. What came until then stays.
        """
        with ExitStack() as stack:
            store = stack.enter_context(self._store(dataset_id))
            beside, rows = None, list[Row]()
            if self._commons is not None:
                dataset = dataset_of(self._commons, dataset_id)
                metadata = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sds2gen3-"))) / "sds"
                write_metadata(dataset, self._commons.dictionary, metadata)
                beside = stack.enter_context(open_store(str(metadata)))
                rows = list(_rows(dataset, store))
            done = download(rows, store, Path(dest), beside=beside, whole=self._type == "irods")
        _refuse(done)
        return done

    def _store(self, dataset_id: str) -> Any:
        if self._type == "irods":
            return _irods(self._settings, dataset_id)
        name = "dicomweb" if self._type == "pacs" else "address"
        address = self._settings.get(name)
        if not isinstance(address, str) or not address:
            hint = (
                "Images are fetched through DICOMweb, e.g. http://127.0.0.1:8042/dicom-web."
                if name == "dicomweb"
                else ""
            )
            raise UsageError.of("C902", f"The settings of the storage have no '{name}'.", hint=hint)
        if name == "dicomweb" and not address.startswith("dicomweb+"):
            address = f"dicomweb+{address}"
        return open_store(address.replace("{dataset}", dataset_id))


def _commons(settings: dict[str, Any]) -> Commons:
    return Commons(Auth(settings.get("gen3_endpoint"), settings.get("gen3_cred_file")))


def _rows(dataset: Dataset, store: Store) -> Iterator[Row]:
    """What manifests list; of a PACS also the images of each subject whose id is that of a study."""
    for node, records in dataset.records.items():
        if records and lists_files({name for record in records for name in record}):
            yield from rows_of_records(records, node)
    if store.dicom:
        yield from rows_of_cases(dataset.records.get("case", ()))


def _irods(settings: dict[str, Any], dataset_id: str) -> Any:
    """The collection of the dataset, with the login of the settings. Raises UsageError C902, C980."""
    from contextlib import closing

    from sds2gen3.storage import missing

    host, zone = settings.get("irods_host"), settings.get("irods_zone")
    root = str(settings.get("irods_project_root") or "").rstrip("/")
    if not (host and zone and root):
        raise UsageError.of(
            "C902", "The settings of iRODS name no 'irods_host', 'irods_zone' and 'irods_project_root'."
        )
    address = f"irods://{host}{root}/{dataset_id}"
    try:
        from irods.session import iRODSSession

        from sds2gen3.download.stores.irods import IrodsStore
    except ImportError as error:
        raise missing(address, error, "irods") from error
    session = iRODSSession(
        host=host,
        port=settings.get("irods_port") or _IRODS_PORT,
        user=settings.get("irods_user"),
        password=settings.get("irods_password"),
        zone=zone,
    )
    return closing(IrodsStore(address, session))


def _refuse(done: DownloadReport) -> None:
    if done.exit_code == 0:
        return
    errors = [one for one in done.report if one.severity == Severity.ERROR] or list(done.report)
    raise (DataError if done.exit_code == 1 else UnreachableError)(*errors)
