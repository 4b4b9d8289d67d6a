"""From Grids (or a JSON document) to Tables: every cell ends in one, or is left out with a reason."""
