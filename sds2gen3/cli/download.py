"""`sds2gen3 download`: the data files that the manifests of a dataset list, from where they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sds2gen3.cli.groups import option
from sds2gen3.cli.options import CONNECT, Given, shared
from sds2gen3.errors import UsageError

if TYPE_CHECKING:
    from sds2gen3.config import Settings
    from sds2gen3.download import Row, Store

WHICH = "Which files"
WHERE = "Where they are stored"

EPILOG = """Examples:
  sds2gen3 download my-study here --from s3://lab-data/my-study
  sds2gen3 download my_dataset here --from https://data.example.org/my-study --only 'primary/sub-1/*' --dry-run"""

FROM = (
    "Folder or address that holds the dataset: a path, https://, s3:// and others of fsspec, dicomweb+https:// for a PACS, "
    "irods://. {dataset} in it is the name of the dataset (default: 'from' below \\[storage] in sds2gen3.toml)."
)


@dataclass(frozen=True)
class DownloadOptions:
    """What `download` is asked for."""

    dataset: Annotated[
        str,
        typer.Argument(metavar="DATASET", help="Dataset of the commons, or a local dataset or folder of records."),
    ]
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="Folder to write to.")]
    source: Annotated[str | None, option("--from", panel=WHERE, metavar="ADDRESS", help=FROM)] = None
    host: Annotated[
        list[str] | None,
        option(
            "--host",
            panel=WHERE,
            metavar="HOST",
            help="A host (or bucket) that addresses in the rows of a manifest are followed to. Can be repeated.",
        ),
    ] = None
    jobs: Annotated[
        int | None, option("--jobs", "-j", panel=WHERE, min=1, max=32, help="Files fetched at a time (default: 4).")
    ] = None
    only: Annotated[
        list[str] | None,
        option("--only", panel=WHICH, metavar="GLOB", help="Only files like 'primary/sub-1/*'. Can be repeated."),
    ] = None
    everything: Annotated[
        bool, option("--everything", panel=WHICH, help="All files that the storage holds there, listed or not.")
    ] = False
    dry_run: Annotated[bool, option("--dry-run", help="Say what would be fetched.", panel=WHICH)] = False


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("download", epilog=EPILOG)(download)


@shared(
    *("dictionary", "schemas", "program", "project", "format", "max_per_group", "color", "quiet", "verbose", "config"),
    *CONNECT,
)
def download(given: Given, asked: DownloadOptions) -> None:
    """Fetch the data files that the manifests of a dataset list, with the metadata beside them.

    Files go on where they broke off, are held against the checksum or size in the manifest, and are never written outside
    of DEST; what is there already is not fetched again. Exit code 0: all are there. 1: some row or file is wrong. 3: the
    storage cannot be reached. 4: some are missing yet, run the same command again.
    """
    from sds2gen3.cli import output as out
    from sds2gen3.cli.listing import listing_of
    from sds2gen3.download import download as fetch
    from sds2gen3.download import open_store

    listing = listing_of(asked.dataset, given)
    settings = listing.settings
    with ExitStack() as stack, out.working(settings, given) as step:
        address = _address(asked, settings, listing.name) or listing.own
        store = stack.enter_context(open_store(address)) if address else None
        done = fetch(
            _rows(listing.rows(store is not None and store.dicom), store, asked),
            store,
            asked.dest,
            jobs=asked.jobs or settings.storage_jobs.value or 1,
            only=tuple(asked.only or ()),
            dry_run=asked.dry_run,
            whole=asked.everything,
            beside=listing.metadata,
            hosts=(*(asked.host or ()), *settings.storage_hosts.value),
            step=step,
        )
    report = done.report
    report.summary = {"dataset": listing.name, "path": asked.dataset, **report.summary}
    out.publish([report], settings, given)
    raise typer.Exit(done.exit_code)


def _address(asked: DownloadOptions, settings: Settings, name: str) -> str | None:
    """Where the files are stored, as far as it is said. Raises UsageError U690."""
    from sds2gen3.download.stores.login import PASSWORD, TOKEN, has_login
    from sds2gen3.storage import is_remote, shown

    setting = settings.storage_from
    address = asked.source or setting.value
    if address is None:
        return None
    trusted = asked.source is not None or setting.source.startswith("environment")
    if is_remote(address) and not trusted and has_login():
        message = f"Your login would be sent to '{shown(address)}', which {setting.source} names."
        hint = f"If it is meant for that host, give the address with --from; else unset {TOKEN} and {PASSWORD}."
        raise UsageError.of("U690", message, hint=hint, value=shown(address))
    return address.replace("{dataset}", name)


def _rows(rows: Iterator[Row], store: Store | None, asked: DownloadOptions) -> list[Row]:
    """The rows. Raises UsageError U690 where it is not said where any of them is stored."""
    from sds2gen3.download import has_address

    found = list(rows)
    if store is None and (asked.everything or not any(map(has_address, found))):
        raise UsageError.of("U690", f"It is not said where the files of '{asked.dataset}' are stored.")
    return found
