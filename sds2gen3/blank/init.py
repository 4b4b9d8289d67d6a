"""init: the blank workbooks of an SDS version, and a settings file with every line explained."""

from __future__ import annotations

from pathlib import Path

from sds2gen3.blank.helps import Helps
from sds2gen3.blank.sheet import blank_sheet
from sds2gen3.blank.workbook import workbook
from sds2gen3.config import FILE
from sds2gen3.errors import UsageError
from sds2gen3.nearest import did_you_mean
from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.layout import Layouts

SETTINGS = """\
# Settings of sds2gen3 for this dataset. Take the # away from a line to use it; options on the command line go first.
# 'sds2gen3 validate --help' says more about each.

# Which mapping turns the sheets into records, and for which dictionary (names, or paths of your own):
# mapping = "sds"
# dictionary = "my_dictionary"
# schemas = ["my_schemas"]

# Whether warnings fail too, and how many findings of one kind are shown (0: all):
# strict = true
# max-per-group = 10

# Findings that are not shown, by their code or its beginning:
# ignore = ["R152"]

# What the mapping needs and the sheets do not hold:
# [needs]
# program = "my_program"
# project = "my_project"
"""


def init(folder: Path, version: str | None = None, declarations: Declarations | None = None) -> list[Path]:
    """Write a blank workbook for each sheet of the version (the newest without one), and sds2gen3.toml. Gives the files.

    Raises UsageError: C907 no such version, C941 a file that is there already, C935 where it cannot be written.
    """
    layouts = Layouts(declarations or Declarations.standard())
    chosen = layouts.version(known_version(version, layouts))
    helps = Helps.of(chosen.name, layouts)
    kinds = [kind for kind in chosen.files if layouts.version_sheet(chosen.name, kind).headers]
    files = [folder / f"{kind}.xlsx" for kind in kinds]
    _refuse([*files, folder / FILE])
    contents = [workbook(blank_sheet(kind, chosen, layouts, helps)) for kind in kinds]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip([*files, folder / FILE], [*contents, SETTINGS.encode()], strict=True):
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError.of("C935", f"'{folder.as_posix()}' cannot be written: {reason}.") from error
    return [*files, folder / FILE]


def known_version(version: str | None, layouts: Layouts) -> str:
    """The version, the newest where none is given. Raises UsageError C907 for one that there is not."""
    if version is None:
        return layouts.versions[-1]
    if version not in layouts.versions:
        hint = did_you_mean(version, layouts.versions) or f"Use one of: {', '.join(layouts.versions)}."
        raise UsageError.of("C907", f"There is no SDS version '{version}'.", hint=hint, value=version)
    return version


def _refuse(files: list[Path]) -> None:
    there = [path.name for path in files if path.exists() or path.is_symlink()]
    if there:
        names = ", ".join(f"'{name}'" for name in there[:3]) + (" ..." if len(there) > 3 else "")
        raise UsageError.of("C941", f"'{files[0].parent.as_posix()}' holds files of these names already: {names}.")
