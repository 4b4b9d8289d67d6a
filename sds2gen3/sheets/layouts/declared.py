"""Reads one declared file into its model; what does not fit is a UsageError that names file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sds2gen3.errors import UsageError
from sds2gen3.yaml_document import YamlDocument, read_yaml


class Declared(BaseModel):
    """A piece of a declared file: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def read_declared(path: Path, model: type[Model]) -> Model:
    """The file as its model. Raises UsageError: C960 where it is no YAML, C970 for a key or a value that does not fit."""
    document = read_yaml(path)
    try:
        return model.model_validate(document.data or {})
    except ValidationError as broken:
        raise misfit(document, broken) from None


def misfit(document: YamlDocument, broken: ValidationError) -> UsageError:
    """The first thing that does not fit, at its line."""
    first = broken.errors(include_url=False)[0]
    where = first["loc"]
    what = "is not known here" if first["type"] == "extra_forbidden" else f"does not fit: {first['msg']}"
    message = f"'{'.'.join(str(part) for part in where)}' {what}."
    return UsageError(*UsageError.of("C970", message, document.place(*where)).diagnostics)
