"""One writer per project: a lock for each project of each commons, whatever ledger the submissions of this machine have."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from platformdirs import user_state_path

from sds2gen3.commons.project import Project
from sds2gen3.errors import UsageError
from sds2gen3.locks import lock


@contextmanager
def only_writer(project: Project) -> Iterator[None]:
    """Within it no other process of this user on this machine can write to the project.

    Where no lock can be kept, nothing is locked: that is no reason not to submit. Nor is a commons locked that lives in
    this process. Raises UsageError U661 where another submission writes to the project.
    """
    file = None if project.client.in_process else _lock_file(project)
    if file is None:
        yield
        return
    with file:
        if not lock(file):
            message = f"Another submission is writing to the project '{project.code}' of {project.client.endpoint}."
            raise UsageError.of("U661", message, value=project.code)
        yield


def _lock_file(project: Project) -> IO[bytes] | None:
    """The open file, in the first folder that can be written. It stays there: to remove it would open a gap."""
    name = hashlib.sha256(f"{project.client.endpoint} {project.project_id}".encode()).hexdigest()[:32]
    for folder in (user_state_path("sds2gen3", appauthor=False), Path(tempfile.gettempdir()) / "sds2gen3"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return (folder / f"{name}.lock").open("ab")
        except OSError:
            continue
    return None
