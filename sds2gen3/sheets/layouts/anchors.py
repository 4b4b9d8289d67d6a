"""The kinds of sheets that reading itself starts from; all others are only known by their declarations."""

DESCRIPTION = "dataset_description"
"""Where a dataset describes itself: its version, its type, its counts."""

MANIFEST = "manifest"
"""Where files are listed; there may be one in every folder."""
