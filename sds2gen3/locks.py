"""A lock on an open file, which the system lets go of when its process ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 40  # Windows locks bytes; one far behind the end keeps nobody from reading

    def lock(file: IO[bytes]) -> bool:
        """Whether the file is ours now; False where another process has it."""
        position = file.tell()
        try:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(position)
        return True

else:
    import fcntl

    def lock(file: IO[bytes]) -> bool:
        """Whether the file is ours now; False where another process has it."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # a file system without locks, where nobody can be kept out
        return True
