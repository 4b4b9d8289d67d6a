"""Editing .xlsx files in place: the parts that change are patched, every other byte of the workbook stays as it was."""
