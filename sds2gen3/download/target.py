"""DEST: the one folder that is written to, one process at a time, never through a link that leads out of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from sds2gen3.download.safe_names import PARTIAL
from sds2gen3.errors import UsageError
from sds2gen3.locks import lock

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class CannotWrite(Exception):
    """A file that cannot be written; `full` where no other can be either."""

    def __init__(self, reason: str, full: bool = False) -> None:
        self.reason, self.full = reason, full
        super().__init__(reason)


class Target:
    """DEST, which need not be there yet. Paths given to it are judged already (see safe_names)."""

    def __init__(self, dest: Path) -> None:
        self.shown = dest.as_posix()
        self._root = Path(os.path.realpath(dest))
        self._partial = self._root / PARTIAL

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder, and keep other processes from downloading to it. Raises UsageError U697."""
        mark = self._partial / "lock"
        try:
            self._partial.mkdir(parents=True, exist_ok=True)
            if not S_ISDIR(os.lstat(self._partial).st_mode):
                raise NotADirectoryError(errno.ENOTDIR, f"{PARTIAL} is a link")
            with mark.open("ab") as file:
                if not lock(file):
                    hint = "Wait until the other download has ended."
                    message = f"Another download to '{self.shown}' is running."
                    raise UsageError.of("U697", message, hint=hint, value=self.shown)
                yield
        except OSError as error:
            message = f"'{self.shown}' cannot be written to: {error.strerror or type(error).__name__}."
            raise UsageError.of("U697", message, value=self.shown) from error
        with suppress(OSError):  # what has come of unfinished files keeps the folder
            if {one.name for one in self._partial.iterdir()} == {mark.name}:
                mark.unlink()
                self._partial.rmdir()

    def partial(self, name: str) -> Path:
        """Where the bytes of an unfinished file are."""
        return self._partial / name

    def file(self, path: str) -> Path | None:
        """The file of that path, if there is one. Raises CannotWrite where a link is there, or one leads out of DEST."""
        place = self._place(path)
        try:
            mode = os.lstat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise cannot(error) from error
        if S_ISDIR(mode):
            return None
        if not S_ISREG(mode):
            raise CannotWrite(f"{'a link' if S_ISLNK(mode) else 'something else'} of that name is there")
        return place

    def finish(self, partial: Path, path: str) -> None:
        """Let the complete file take its place, that of an old one included. Raises CannotWrite."""
        with writing():
            place = self._place(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._place(path)
            os.replace(partial, place)

    def _place(self, path: str) -> Path:
        place = self._root.joinpath(*path.split("/"))
        real = os.path.realpath(place.parent)
        if real != str(self._root) and not real.startswith(str(self._root).rstrip(os.sep) + os.sep):
            raise CannotWrite("a link in the folder leads out of it")
        return place


@contextmanager
def writing() -> Iterator[None]:
    """What the system says of writing, as CannotWrite."""
    try:
        yield
    except OSError as error:
        raise cannot(error) from error


def cannot(error: OSError) -> CannotWrite:
    """What the system says, as CannotWrite."""
    reason = error.strerror or type(error).__name__
    return CannotWrite(reason[0].lower() + reason[1:], error.errno in _FULL)
