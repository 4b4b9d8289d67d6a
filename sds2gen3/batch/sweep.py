"""Sweep: remove what a killed process has left of folders that it was replacing, and undo what it had half done."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

_LEFT = re.compile(r"\.(?P<name>.+)\.(?P<what>partial|old)-(?P<pid>\d+)")  # the names that sds2gen3.write gives


def sweep(folder: Path) -> None:
    """Of each dataset its old folder or its new one stays, as a whole. What a living process is at is left alone."""
    try:
        left = sorted(folder.iterdir())
    except OSError:
        return
    for path in left:
        told = _LEFT.fullmatch(path.name)
        if told is None or _lives(int(told["pid"])):
            continue
        target = folder / told["name"]
        if told["what"] == "old" and not target.exists():
            path.rename(target)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    """Whether another process of that number is there; where asking is not harmless, none is thought to be."""
    if os.name != "posix" or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
