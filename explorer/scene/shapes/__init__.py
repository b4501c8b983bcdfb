"""Shapes: named areas, and which cells they cover."""
