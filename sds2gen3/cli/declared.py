"""The declarations of a run: the mapping and the dictionary that the settings name."""

from __future__ import annotations

from dataclasses import dataclass

from sds2gen3 import dictionary, mapping
from sds2gen3.catalogue import Severity
from sds2gen3.config import Settings
from sds2gen3.dictionary.types import Dictionary
from sds2gen3.errors import UsageError
from sds2gen3.mapping import check
from sds2gen3.mapping.rules import Mapping
from sds2gen3.resources import Declarations
from sds2gen3.sheets.layouts.layout import table_fields


@dataclass(frozen=True)
class Declared:
    """What was loaded, and from where other declarations are to be taken."""

    declarations: Declarations
    mapping: Mapping
    dictionary: Dictionary


def load(settings: Settings, served: Dictionary | None = None) -> Declared:
    """The mapping and its dictionary, or the one that a commons serves. Raises UsageError where one is missing or broken."""
    declarations = Declarations.standard(settings.schemas.value)
    rules = mapping.load(settings.mapping.value, declarations)
    name = settings.dictionary.value or rules.dictionary
    if name is None and served is None:
        raise UsageError.of("C909", f"The mapping '{rules.name}' names no dictionary.")
    nodes = served or dictionary.load(str(name), declarations)
    errors = [d for d in nodes.findings if d.severity == Severity.ERROR]
    if errors:  # what cannot be resolved cannot judge: 'dictionary check' tells more
        raise UsageError(*errors)
    return Declared(declarations, rules, nodes)


def load_fitting(settings: Settings, served: Dictionary | None = None) -> Declared:
    """As `load`, held against each other: what does not fit would be missing in silence, or be blamed on the data."""
    declared = load(settings, served)
    found = check(declared.mapping, declared.dictionary, table_fields(declared.declarations))
    unfit = [d for d in found if d.severity == Severity.ERROR]
    if unfit:
        raise UsageError(*unfit)
    return declared


def load_dictionary(settings: Settings) -> Dictionary:
    """The dictionary alone: the mapping is looked at only where no dictionary is set."""
    if settings.dictionary.value is None:
        return load(settings).dictionary
    return dictionary.load(settings.dictionary.value, Declarations.standard(settings.schemas.value))
