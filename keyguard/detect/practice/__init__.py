"""Practices: habits that lose keys, found in what is there today."""
