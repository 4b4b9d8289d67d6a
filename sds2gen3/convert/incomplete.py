"""Whether ids may be in a sheet that was not read: then a reference that finds nothing says little that is new."""

from __future__ import annotations

from sds2gen3.model import Dataset

_OF_IDS = frozenset({"subjects", "samples", "sites", "performances"})


def lacks_sheet(dataset: Dataset) -> bool:
    """Whether a sheet with ids is missing that should be there (R180)."""
    return _told_of_ids(dataset, "R180")


def twins(dataset: Dataset) -> bool:
    """Whether a sheet with ids is there twice, of which only one was read (R106)."""
    return _told_of_ids(dataset, "R106")


def _told_of_ids(dataset: Dataset, code: str) -> bool:
    files = [found.place.file for found in dataset.findings if found.code == code and found.place is not None]
    return any(file.rpartition("/")[2].partition(".")[0].casefold() in _OF_IDS for file in files)
