"""The curator's own workbooks back: a copy of each with findings, the cells coloured and commented, the findings listed."""

from sds2gen3.report.workbooks.annotate import Limits, annotate

__all__ = ["Limits", "annotate"]
