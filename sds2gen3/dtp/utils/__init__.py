"""The settings files of the reference."""
