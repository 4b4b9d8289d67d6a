"""The requests of a dry run, as files: the very bytes that a submission would send, in its order."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from sds2gen3.errors import UsageError
from sds2gen3.write.folder import REQUESTS

_OURS = re.compile(r"\d{4,}_\w+\.json")


def write_requests(documents: Iterable[tuple[str, bytes]], folder: Path) -> Path:
    """Write each request into `folder/requests`, which is replaced as a whole, and return that folder.

    Raises UsageError: C932 for files of the user in it, C935 where it cannot be written.
    """
    target = folder / REQUESTS
    partial = folder / f".{REQUESTS}.partial-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strange = [path.name for path in target.iterdir() if not _OURS.fullmatch(path.name)] if target.is_dir() else []
        if strange:
            raise UsageError.of("C932", f"'{target.as_posix()}' holds other files: '{min(strange)}'.")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            for name, content in documents:
                (partial / name).write_bytes(content)
            shutil.rmtree(target, ignore_errors=True)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError.of("C935", f"'{target.as_posix()}' cannot be written: {reason}.") from error
    return target
