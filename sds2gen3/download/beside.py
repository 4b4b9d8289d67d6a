"""Beside: the metadata files of a dataset, which are fetched with its data files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sds2gen3.download.safe_names import judged
from sds2gen3.download.stores.protocol import Store
from sds2gen3.download.wanted import Wanted
from sds2gen3.sheets.files.names import ROOT_KINDS

_SUFFIXES = (".xlsx", ".csv", ".tsv", ".json")
_OTHERS = ("README.md", "README.txt", "README", "CHANGES", "CHANGES.md", "CHANGES.txt", "LICENSE")


def metadata_of(given: Store | None, wanted: Sequence[Wanted]) -> Iterator[Wanted]:
    """All files of the store that holds the metadata; else every name that they may have, none of which need be there.

    Their paths are still to be judged. Manifests are looked for at the root, in its folders, and where rows say they are from.
    """
    if given is not None:
        for path, key in sorted((given.below("", _no_pulse) or {}).items()):
            yield Wanted(path, key, beside=True)
        return
    for path in dict.fromkeys(_names(wanted)):
        if not judged(path).wrong:  # a manifest that a record names
            yield Wanted(judged(path).path, judged(path).path, optional=True, beside=True)


def _names(wanted: Sequence[Wanted]) -> Iterator[str]:
    for kind in ROOT_KINDS:
        yield from (kind + suffix for suffix in _SUFFIXES)
    yield from _OTHERS
    yield from sorted({one.row.manifest for one in wanted if one.row is not None and one.row.manifest})
    tops = sorted({one.path.partition("/")[0] for one in wanted if "/" in one.path})
    for folder in ("", *(f"{top}/" for top in tops)):
        yield from (f"{folder}manifest{suffix}" for suffix in _SUFFIXES)


def _no_pulse() -> None:
    """Nobody watches: the files are at hand."""
