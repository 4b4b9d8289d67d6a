"""Claim: one batch at a time writes into an OUT of this machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from platformdirs import user_state_path

from sds2gen3.errors import UsageError
from sds2gen3.locks import lock
from sds2gen3.storage import is_remote, local_path


@contextmanager
def claimed(out: str) -> Iterator[None]:
    """Within it no other batch of this user on this machine writes into OUT. Raises UsageError C916 where one does.

    Where no lock can be kept nothing is locked: that is no reason not to work.
    """
    file = _lock_file(out if is_remote(out) else os.path.realpath(local_path(out)))
    if file is None:
        yield
        return
    with file:
        if not lock(file):
            raise UsageError.of("C916", f"Another batch is writing into '{out}'.", value=out)
        yield


def _lock_file(out: str) -> IO[bytes] | None:
    """The open file, beside those of the commons. It stays there: to remove it would open a gap."""
    name = hashlib.sha256(out.encode(errors="surrogateescape")).hexdigest()[:32]
    for folder in (user_state_path("sds2gen3", appauthor=False), Path(tempfile.gettempdir()) / "sds2gen3"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return (folder / f"batch-{name}.lock").open("ab")
        except OSError:
            continue
    return None
