"""Rules that one sheet is held to: what must be filled in, and how its values must read."""
