"""The declared layouts of `schemas/sds`: sheets, versions, words and template texts."""
