"""Mappings: between the sheets' Tables and the dictionary's nodes, declared in YAML."""

from __future__ import annotations

from sds2gen3.mapping.check import check
from sds2gen3.mapping.from_elements import Imported, from_elements, load_elements
from sds2gen3.mapping.load import load
from sds2gen3.mapping.rules import Mapping
from sds2gen3.mapping.skeleton import skeleton

__all__ = ["Imported", "Mapping", "check", "from_elements", "load", "load_elements", "skeleton"]
