"""What a storage has to answer: one small protocol, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from sds2gen3.download.sums import Sum

Pulse = Callable[[], None]
"""Called whenever something has come, so that a storage that hangs is noticed; raises where nobody waits any more."""

Failure = Literal["absent", "refused", "broken", "wrong", "outside"]


class StoreError(Exception):
    """A file that cannot be had: `absent`, `refused` for want of rights, `broken` for now, `wrong` for good, or `outside` of
    the storage, where a link leads.

    `hint`: what helps, where that is not what helps with all of its kind.
    """

    def __init__(self, kind: Failure, reason: str, hint: str = "") -> None:
        self.kind, self.reason, self.hint = kind, reason, hint
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Found:
    """What a store has under a name. `version` is another one when the content is; without it nothing can be continued.

    `ranges` says that reading may begin in the middle. `sum` is the store's own checksum. What is `fixed` never changes.
    """

    size: int | None = None
    version: str = ""
    ranges: bool = False
    folder: bool = False
    sum: Sum | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes of a file from `start` on, which is 0 where the store could not begin where it was asked to."""

    start: int
    chunks: Iterator[bytes]


class Store(Protocol):
    """A storage. A key is the path of a file below its address, '' for all; of a PACS the path of a DICOMweb resource.

    All methods may be called by several threads and raise StoreError.
    """

    shown: str
    dicom: bool

    def look(self, key: str, pulse: Pulse) -> Found | None:
        """What is there; None for nothing."""

    def read(self, key: str, found: Found, start: int, pulse: Pulse) -> Stream:
        """The bytes of the file that was found."""

    def below(self, key: str, pulse: Pulse) -> Mapping[str, str] | None:
        """The files in a folder: path below it -> key, sorted. None where the storage cannot list."""

    def close(self) -> None:
        """Let go of connections."""
