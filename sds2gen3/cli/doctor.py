"""`sds2gen3 doctor`: what is installed, which settings hold and why, what is declared, and whether the commons can be used."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sds2gen3.cli.options import ALL_BUT_SELECT, COMMONS, CONNECT, Given, shared
from sds2gen3.errors import SdsError, UsageError

if TYPE_CHECKING:
    from sds2gen3.commons import Client
    from sds2gen3.config import Settings

EPILOG = """Examples:
  sds2gen3 doctor
  sds2gen3 doctor my_dataset --offline"""

PACKAGES = ("pandas", "openpyxl", "python-calamine", "jsonschema", "jsonschema-rs", "pydantic", "requests", "orjson")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("doctor", epilog=EPILOG)(doctor)


@shared(*ALL_BUT_SELECT, *CONNECT)
def doctor(
    given: Given,
    dataset: Annotated[
        Path | None,
        typer.Argument(metavar="[DATASET]", help="Settings are looked up from here.", show_default=False),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", rich_help_panel=COMMONS, help="Ask no commons.")] = False,
) -> None:
    """Tell versions, each setting with its source, what is declared where, and if the commons can be used with it.

    Exit code 0: all of it can be used. 2 or 3: what is told as wrong cannot.
    """
    from sds2gen3 import config
    from sds2gen3.cli.output import emit

    settings = config.load(given.options(), dataset, given.config)
    told: dict[str, Any] = {"v": 1, "versions": _versions(), "settings": _settings(settings)}
    told["declared"], wrong = _declared(settings)
    if not offline:
        told["commons"], failed = _commons(given, settings)
        wrong = wrong or failed
    if settings.format.value == "json":
        emit(json.dumps(told, indent=2, default=str) + "\n")
    else:
        emit("\n".join(_text(told)) + "\n")
    raise typer.Exit(wrong)


def _versions() -> dict[str, str]:
    from importlib import metadata

    import sds2gen3

    found = {"sds2gen3": sds2gen3.__version__, "Python": platform.python_version(), "system": platform.platform()}
    return {**found, **{name: metadata.version(name) for name in PACKAGES}}


def _settings(settings: Settings) -> list[dict[str, Any]]:
    """Each setting with where it comes from."""
    from sds2gen3.storage import shown

    rows = []
    for name in (field.name for field in fields(settings) if field.name != "needs"):
        setting = getattr(settings, name)
        value: Any = [_change(one) for one in setting.value] if name == "severity" else setting.value
        if name == "storage_from" and value is not None:
            value = shown(value)  # without the secrets of a signed address
        rows.append(
            {"name": name.replace("storage_", "storage.").replace("_", "-"), "value": value, "source": setting.source}
        )
    rows += [
        {"name": f"needs.{name}", "value": need.value, "source": need.source} for name, need in settings.needs.items()
    ]
    return rows


def _change(change: Any) -> str:
    """`S236 is error in primary/*`."""
    level = change.severity.label if change.severity is not None else "off"
    return f"{change.code} is {level} in {change.files}"


def _declared(settings: Settings) -> tuple[list[dict[str, str]], int]:
    """What can be named as SDS version, dictionary or mapping, and whether those of the settings can be used."""
    from sds2gen3.cli.declared import load_fitting
    from sds2gen3.resources import Declarations

    declarations = Declarations.standard(settings.schemas.value)
    rows = [
        {"kind": kind, "name": name, "place": str(path)}
        for kind, folder in (("SDS version", "sds"), ("dictionary", "dictionaries"), ("mapping", "mappings"))
        for name, path in declarations.names(folder).items()
        if (folder, name) != ("sds", "sheets")
    ]
    try:
        if settings.dictionary.value != "commons":
            load_fitting(settings)
    except SdsError as error:
        rows.append({"kind": "wrong", "name": settings.mapping.value, "place": str(error)})
        return rows, error.exit_code
    return rows, 0


def _commons(given: Given, settings: Settings) -> tuple[dict[str, Any], int]:
    """Step by step, what works: credentials, reachable, whose key, project open, dictionary the same."""
    from sds2gen3.cli.cargo import connected

    told: dict[str, Any] = {}
    try:
        client = connected(given)
        told["address"] = client.endpoint
        told["programs"] = client.programs()
        told |= _login(client)
        told |= _project(client, settings)
        told["dictionary"] = _same_dictionary(client, settings)
    except SdsError as error:
        first = error.diagnostics[0]
        told["wrong"], told["hint"] = first.message, first.hint
        return told, 0 if first.code == "U600" else error.exit_code
    return told, 0


def _login(client: Client) -> dict[str, Any]:
    from sds2gen3.commons import Auth

    assert isinstance(client.auth, Auth)
    identity = client.auth.identity()
    days = identity.days_left
    return {"user": identity.user, "key": identity.source, "days left": None if days is None else round(days, 1)}


def _project(client: Client, settings: Settings) -> dict[str, Any]:
    from sds2gen3.commons import Project

    names = [settings.needs[name].value for name in ("program", "project") if name in settings.needs]
    if len(names) < 2:
        return {"project": "none is set"}
    project = Project(client, *names)
    project.check()
    return {"project": f"{names[0]}-{names[1]} is {project.state() or 'there'}"}


def _same_dictionary(client: Client, settings: Settings) -> str:
    from sds2gen3.cli.declared import load_dictionary
    from sds2gen3.commons.preflight import check_dictionary

    if settings.dictionary.value == "commons":
        return "taken from the commons"
    try:
        check_dictionary(load_dictionary(settings), client)
    except UsageError as error:
        return str(error)
    return "the same as ours"


def _text(told: dict[str, Any]) -> Iterator[str]:
    from sds2gen3.cli.output import table

    yield "Versions"
    yield table([(name, version) for name, version in told["versions"].items()], indent="  ")
    yield "\nSettings"
    rows = [(row["name"], _shown(row["value"]), f"({row['source']})") for row in told["settings"]]
    yield table(rows, indent="  ")
    yield "\nDeclared"
    yield table([(row["kind"], row["name"], row["place"]) for row in told["declared"]], indent="  ")
    if "commons" in told:
        yield "\nCommons"
        yield table([(name, _shown(value)) for name, value in told["commons"].items()], indent="  ")


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not set" if value is None else str(value)
