"""Validate: a Graph against its Dictionary, with the server's verdict and the curator's words. No I/O."""

from __future__ import annotations

from sds2gen3.validate.run import validate

__all__ = ["validate"]
