"""Options declared as the fields of a frozen dataclass, and handed to the command as one object of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import is_dataclass
from functools import cache, wraps
from typing import Any, get_type_hints

import typer

Command = Callable[..., None]


def option(*names: str, panel: str, help: str, **details: Any) -> Any:
    """One option, in a named panel of the help; its default is not shown unless `show_default` says so."""
    return typer.Option(*names, rich_help_panel=panel, help=help, **{"show_default": False, **details})


def grouped(command: Command, last: type, taken: Collection[str]) -> Command:
    """The command with the fields of each dataclass among its parameters in the place of the dataclass.

    Of `last`, which many commands share, only the fields named in `taken` are options, after all others.
    """
    own = inspect.signature(command, eval_str=True)
    groups: dict[str, tuple[Any, list[inspect.Parameter]]] = {}
    options: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        if parameter.annotation is last:
            groups[name] = last, [one for one in _parameters(last) if one.name in taken]
        elif is_dataclass(parameter.annotation):
            members = _parameters(parameter.annotation)
            groups[name] = parameter.annotation, members
            options += members
        else:
            options.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
    options += [one for group, shared in groups.values() if group is last for one in shared]

    @wraps(command)
    def run(**values: Any) -> None:
        objects = {
            name: group(**{one.name: values.pop(one.name) for one in members})
            for name, (group, members) in groups.items()
        }
        command(**objects, **values)

    run.__signature__ = own.replace(parameters=options)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in options}
    return run


def _parameters(group: Any) -> list[inspect.Parameter]:
    """A parameter for each field, with its default."""
    hints = _hints(group)
    return [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, parameter in inspect.signature(group).parameters.items()
    ]


@cache
def _hints(group: type) -> dict[str, Any]:
    return get_type_hints(group, include_extras=True)
