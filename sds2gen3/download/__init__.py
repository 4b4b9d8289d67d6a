"""The data files that manifests list, fetched from where they are stored.

    from sds2gen3.download import Row, download, open_store, rows_of_cases, rows_of_records

    with open_store("s3://lab-data/my-study") as store:            # or a folder, https://, dicomweb+https://, irods://
        report = download(rows_of_records(records, "manifest"), store, Path("my-study"))

`rows` are the rows of a manifest: `rows_of_tables(tables)` of sheets, `rows_of_graph(graph)` of what `convert` made,
`rows_of_records(records, node)` of records of a commons, `rows_of_cases(records)` of subjects whose ids are Study Instance
UIDs (as in a PACS that `dtp` filled).
`download(rows, store, dest, *, jobs=4, only=(), dry_run=False, whole=False, beside=None, hosts=(), patience=Patience(),
step=...) -> DownloadReport`; with `whole` all that the store holds is fetched, listed or not (an iRODS collection, as with
`dtp`). The report has `outcomes` (a file each), `report` (findings), `counts`, `size` and `exit_code`. Nothing that a
manifest or a store says is ever written outside `dest`.
"""

from sds2gen3.download.outcomes import DownloadReport, Outcome
from sds2gen3.download.patience import Patience
from sds2gen3.download.rows import Row, lists_files, rows_of_cases, rows_of_graph, rows_of_records, rows_of_tables
from sds2gen3.download.run import download
from sds2gen3.download.stores import Store, open_store
from sds2gen3.download.wanted import has_address

__all__ = [
    "DownloadReport",
    "Outcome",
    "Patience",
    "Row",
    "Store",
    "download",
    "has_address",
    "lists_files",
    "open_store",
    "rows_of_cases",
    "rows_of_graph",
    "rows_of_records",
    "rows_of_tables",
]
