"""The options that commands share: declared once in Given, added to a command by `@shared()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from sds2gen3.cli.groups import Command, grouped, option
from sds2gen3.errors import UsageError
from sds2gen3.report import FORMATS
from sds2gen3.resources import Declarations

DECLARED = "Mapping and dictionary"
REPORT = "Report"
SETTINGS = "Settings"
COMMONS = "Commons"

CONNECT = ("endpoint", "credentials", "ca_bundle")
"""What a command takes that talks to a commons."""

CHECK = ("mapping", "dictionary", "schemas", "format", "strict", "max_per_group", "color", "quiet", "verbose", "config")
"""What a command takes that checks a declaration."""


def _mappings(incomplete: str) -> list[str]:
    return [name for name in Declarations.standard().names("mappings") if name.startswith(incomplete)]


def _dictionaries(incomplete: str) -> list[str]:
    return [name for name in Declarations.standard().names("dictionaries") if name.startswith(incomplete)]


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


@dataclass(frozen=True)
class Given:
    """The shared options as given on the command line; None and empty mean: not given."""

    mapping: Annotated[
        str | None,
        option(
            "--mapping",
            "-m",
            panel=DECLARED,
            help="Name or folder of the mapping (default: sds).",
            autocompletion=_mappings,
        ),
    ] = None
    dictionary: Annotated[
        str | None,
        option(
            "--dictionary",
            panel=DECLARED,
            help="Name, folder, JSON file or address of the data dictionary (default: the one that the mapping names).",
            autocompletion=_dictionaries,
        ),
    ] = None
    schemas: Annotated[
        list[str] | None,
        option(
            "--schemas",
            panel=DECLARED,
            metavar="FOLDER",
            help="Your own folder of sheet layouts, dictionaries and mappings, searched first. Can be repeated.",
        ),
    ] = None
    program: Annotated[
        str | None, option("--program", panel=DECLARED, help="The program in the commons that the records belong to.")
    ] = None
    project: Annotated[
        str | None, option("--project", panel=DECLARED, help="The project in the commons that the records belong to.")
    ] = None
    set: Annotated[
        list[str] | None,
        option(
            "--set",
            panel=DECLARED,
            metavar="NAME=VALUE",
            help="Another value that the mapping needs. Can be repeated.",
        ),
    ] = None
    format: Annotated[
        str | None,
        option(
            "--format",
            "-f",
            panel=REPORT,
            metavar="FORMAT",
            help=f"How findings are shown: {', '.join(FORMATS)} (default: text).",
            autocompletion=_formats,
        ),
    ] = None
    select: Annotated[
        list[str] | None,
        option(
            "--select",
            panel=REPORT,
            metavar="CODE",
            help="Only these codes, or all that begin so: S202,S2,L. Can be repeated.",
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        option(
            "--ignore",
            panel=REPORT,
            metavar="CODE",
            help="Not these codes, nor those that begin so: R152,S2. Can be repeated.",
        ),
    ] = None
    metadata_only: Annotated[
        bool | None,
        option(
            "--metadata-only",
            panel=DECLARED,
            help="The data files are elsewhere: do not hold manifests and folders against them.",
        ),
    ] = None
    strict: Annotated[bool | None, option("--strict", panel=REPORT, help="Warnings fail too.")] = None
    max_per_group: Annotated[
        int | None,
        option(
            "--max-per-group",
            panel=REPORT,
            min=0,
            metavar="N",
            help="Findings and cells listed of one kind in one file; 0: all (default: 10).",
        ),
    ] = None
    color: Annotated[
        str | None,
        option("--color", panel=REPORT, metavar="auto|always|never", help="Colours in the text (default: auto)."),
    ] = None
    quiet: Annotated[bool, option("--quiet", "-q", panel=REPORT, help="Findings and verdict only.")] = False
    verbose: Annotated[
        bool, option("--verbose", "-v", panel=REPORT, help="Also what was done on your behalf; full errors.")
    ] = False
    profile: Annotated[
        str | None,
        option(
            "--profile",
            panel=SETTINGS,
            metavar="FOLDER",
            help="Folder with the settings file of a commons, which beats that of the dataset.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        option(
            "--config",
            panel=SETTINGS,
            metavar="FILE",
            help="Settings file (default: sds2gen3.toml in the dataset's folder or the nearest parent).",
            exists=True,
            dir_okay=False,
        ),
    ] = None

    endpoint: Annotated[
        str | None,
        option(
            "--endpoint",
            panel=COMMONS,
            metavar="ADDRESS",
            help="Address of the commons (default: the one that the key is of).",
            envvar="GEN3_ENDPOINT",
            show_envvar=True,
        ),
    ] = None
    credentials: Annotated[
        str | None,
        option(
            "--credentials",
            panel=COMMONS,
            metavar="FILE",
            help="File of the key, a name below ~/.gen3, or - for stdin (default: GEN3_API_KEY, GEN3_CRED_FILE, "
            "~/.gen3/credentials.json).",
        ),
    ] = None
    ca_bundle: Annotated[
        Path | None,
        option(
            "--ca-bundle",
            panel=COMMONS,
            metavar="FILE",
            help="Certificates that the commons is trusted by, as PEM.",
            envvar="GEN3_SSL_CERT",
            show_envvar=True,
        ),
    ] = None

    def options(self) -> dict[str, Any]:
        """The options that are settings, in the form that `config.load` takes."""
        names = (
            "mapping",
            "dictionary",
            "schemas",
            "format",
            "select",
            "ignore",
            "strict",
            "metadata_only",
            "max_per_group",
            "color",
            "profile",
        )
        needs = {"program": self.program, "project": self.project, **dict(map(_pair, self.set or ()))}
        return {
            **{name: getattr(self, name) for name in names},
            **{f"needs.{name}": value for name, value in needs.items()},
        }


EVERYWHERE = tuple(one.name for one in fields(Given) if one.name not in CONNECT)
"""What a command takes that works on datasets."""

ALL_BUT_SELECT = tuple(name for name in EVERYWHERE if name != "select")
"""What a command takes that acts on the verdict: an error that was not selected would still be one."""


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value):
        raise UsageError.of("C903", f"--set {text} does not say NAME=VALUE.", value=text)
    return name.strip(), value


def shared(*names: str) -> Callable[[Command], Command]:
    """The command with these options of Given (without names: all but those of a commons), received as its `given`.

    Another parameter whose type is a dataclass stands for the options that are its fields.
    """
    return lambda command: grouped(command, Given, names or EVERYWHERE)
