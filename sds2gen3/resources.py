"""Where the declarations are: the user's own folder first, then those that come with the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Declarations:
    """The folders that hold declarations, in the order in which they are searched (`--schemas` first, ours last)."""

    folders: tuple[Path, ...]

    @classmethod
    def standard(cls, own: Sequence[str | Path] = ()) -> Declarations:
        """The user's own folders, then the bundled one: inside the wheel, else beside the package in a checkout."""
        inside = _PACKAGE / "schemas"
        bundled = inside if inside.is_dir() else _PACKAGE.parent / "schemas"
        return cls((*(Path(folder) for folder in own), bundled))

    def find(self, *parts: str) -> Path | None:
        """The first existing file or folder of that name below the folders, e.g. `find('mappings', 'sds')`."""
        for folder in self.folders:
            path = folder.joinpath(*parts)
            if path.exists():
                return path
        return None

    def names(self, kind: str) -> dict[str, Path]:
        """Name -> folder of every declaration of a kind ('sds', 'dictionaries', 'mappings'); the user's own hides ours."""
        found: dict[str, Path] = {}
        for path in self._entries(kind):
            found.setdefault(path.stem if path.is_file() else path.name, path)
        return dict(sorted(found.items()))

    def _entries(self, kind: str) -> Iterator[Path]:
        for folder in self.folders:
            base = folder / kind
            if base.is_dir():
                yield from sorted(p for p in base.iterdir() if p.is_dir() or p.suffix in (".json", ".yaml"))
