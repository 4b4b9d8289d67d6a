"""ConfigLoader: the JSON files in which scripts keep addresses and the names of key files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sds2gen3.errors import UsageError
from sds2gen3.place import Place


class ConfigLoader:
    """Settings from a JSON file; `configs` holds those of the file that was named, if one was."""

    def __init__(self, file: str | os.PathLike[str] | None = None) -> None:
        self.configs = self.load_from_json(file) if file is not None else {}

    @staticmethod
    def load_from_json(file: str | os.PathLike[str]) -> dict[str, Any]:
        """The object in the file. Raises UsageError C900 for a file that cannot be read, or holds something else."""
        path = Path(file)
        try:
            configs = json.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            reason = error.strerror or "it cannot be opened"
            raise UsageError.of("C900", f"'{path}' cannot be read: {reason}.", Place(str(path))) from error
        except ValueError as error:
            raise UsageError.of("C900", f"'{path}' is not in JSON.", Place(str(path))) from error
        if not isinstance(configs, dict):
            raise UsageError.of("C900", f"'{path}' holds no JSON object.", Place(str(path)))
        return configs
