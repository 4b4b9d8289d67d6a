"""Whole datasets."""
