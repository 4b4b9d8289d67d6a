"""Rules that hold one sheet against another: counts, references, relations."""
