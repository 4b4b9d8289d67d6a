"""Apart: the reader of .xls in a process of its own. It asks for whatever memory the file names, and dies where there is none.

An .xlsx is looked through before it is read (`scan`), which leaves nothing of that kind; the binary format has too many places.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

from sds2gen3.sheets.formats.package import Refused
from sds2gen3.sheets.grid import Grid

SECONDS = 60.0
MEMORY = 4 << 30  # bytes of addresses, where the system can limit them; 65,536 rows of 256 columns take a quarter

_CHILD = """
import pickle, sys
sys.path[:], limit, data, file = pickle.load(sys.stdin.buffer)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
except (ImportError, ValueError, OSError):
    pass
from sds2gen3.sheets.formats.fast import read_fast
try:
    made = read_fast(data, file, trust=True)
except BaseException as error:
    made = type(error).__name__, str(error)
pickle.dump(made, sys.stdout.buffer)
"""


class ReaderError(Exception):
    """The reader's own complaint; `kind` is the name of its exception."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def read_apart(data: bytes, file: str) -> list[Grid]:
    """The worksheets, as `read_fast` gives them. Raises ReaderError for what it raised, Refused where it broke down."""
    order = pickle.dumps((sys.path, MEMORY, data, file))
    command = [sys.executable, "-I", "-c", _CHILD]
    try:
        ended = subprocess.run(command, input=order, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("it takes longer than a minute to read") from None
    if ended.returncode:
        raise Refused("its reader broke down over it; it is damaged, or made to do harm")
    made: Any = pickle.loads(ended.stdout)
    if isinstance(made, tuple):
        raise ReaderError(*made)
    grids: list[Grid] = made
    return grids
