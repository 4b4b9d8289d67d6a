"""From the bytes of one file to Grids (or a JSON document), whatever its suffix says."""
