"""Convert: Tables + Mapping + Dictionary -> Graph. No I/O."""

from __future__ import annotations

from sds2gen3.convert.graph import convert

__all__ = ["convert"]
