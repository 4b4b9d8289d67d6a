"""The options that commands share: declared once in Given, added to a command by `@shared()`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

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


def _option(*names: str, panel: str, help: str, **details: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel, help=help, show_default=False, **details)


@dataclass(frozen=True)
class Given:
    """The shared options as given on the command line; None and empty mean: not given."""

    mapping: Annotated[
        str | None,
        _option(
            "--mapping",
            "-m",
            panel=DECLARED,
            help="Name or folder of the mapping (default: sds).",
            autocompletion=_mappings,
        ),
    ] = None
    dictionary: Annotated[
        str | None,
        _option(
            "--dictionary",
            panel=DECLARED,
            help="Name, folder, JSON file or address of the data dictionary (default: the one that the mapping names).",
            autocompletion=_dictionaries,
        ),
    ] = None
    schemas: Annotated[
        list[str] | None,
        _option(
            "--schemas",
            panel=DECLARED,
            metavar="FOLDER",
            help="Your own folder of sheet layouts, dictionaries and mappings, searched first. Can be repeated.",
        ),
    ] = None
    program: Annotated[
        str | None, _option("--program", panel=DECLARED, help="The program in the commons that the data go to.")
    ] = None
    project: Annotated[
        str | None, _option("--project", panel=DECLARED, help="The project in the commons that the data go to.")
    ] = None
    set: Annotated[
        list[str] | None,
        _option(
            "--set",
            panel=DECLARED,
            metavar="NAME=VALUE",
            help="Another value that the mapping needs. Can be repeated.",
        ),
    ] = None
    format: Annotated[
        str | None,
        _option(
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
        _option("--select", panel=REPORT, metavar="CODE", help="Only these codes, or all that begin so: S202, S2, L."),
    ] = None
    ignore: Annotated[
        list[str] | None,
        _option("--ignore", panel=REPORT, metavar="CODE", help="Not these codes, nor those that begin so."),
    ] = None
    metadata_only: Annotated[
        bool | None,
        _option(
            "--metadata-only",
            panel=DECLARED,
            help="The data files are elsewhere: do not hold manifests and folders against them.",
        ),
    ] = None
    strict: Annotated[bool | None, _option("--strict", panel=REPORT, help="Warnings fail too.")] = None
    max_per_group: Annotated[
        int | None,
        _option(
            "--max-per-group",
            panel=REPORT,
            min=0,
            metavar="N",
            help="Findings and cells listed of one kind in one file; 0: all (default: 10).",
        ),
    ] = None
    color: Annotated[
        str | None,
        _option("--color", panel=REPORT, metavar="auto|always|never", help="Colours in the text (default: auto)."),
    ] = None
    quiet: Annotated[bool, _option("--quiet", "-q", panel=REPORT, help="Findings and verdict only.")] = False
    verbose: Annotated[
        bool, _option("--verbose", "-v", panel=REPORT, help="Also what was done on your behalf; full errors.")
    ] = False
    profile: Annotated[
        str | None,
        _option(
            "--profile",
            panel=SETTINGS,
            metavar="FOLDER",
            help="Folder with the settings file of a commons, which beats that of the dataset.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        _option(
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
        _option(
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
        _option(
            "--credentials",
            panel=COMMONS,
            metavar="FILE",
            help="File of the key, a name below ~/.gen3, or - for stdin (default: GEN3_API_KEY, ~/.gen3/credentials.json).",
        ),
    ] = None
    ca_bundle: Annotated[
        Path | None,
        _option(
            "--ca-bundle", panel=COMMONS, metavar="FILE", help="Certificates that the commons is trusted by, as PEM."
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


EVERYWHERE = tuple(option.name for option in fields(Given) if option.name not in CONNECT)
"""What a command takes that works on datasets."""

ALL_BUT_SELECT = tuple(name for name in EVERYWHERE if name != "select")
"""What a command takes that acts on the verdict: an error that was not selected would still be one."""


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value):
        raise UsageError.of("C903", f"--set {text} does not say NAME=VALUE.", value=text)
    return name.strip(), value


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Given, include_extras=True)


def shared(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The command with these options of Given (without names: all but those of a commons), received as its `given`."""
    hints = _hints()
    added = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=hints[f.name])
        for f in fields(Given)
        if f.name in (names or EVERYWHERE)
    ]

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True)
        kept = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own.parameters.values() if p.name != "given"]

        @wraps(command)
        def run(**values: Any) -> None:
            given = Given(**{parameter.name: values.pop(parameter.name) for parameter in added})
            command(given=given, **values)

        run.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
        return run

    return with_options
