"""Blank workbooks of an SDS version, from its declarations: headers, colours, help at each header, drop-down lists."""

from sds2gen3.blank.init import init

__all__ = ["init"]
