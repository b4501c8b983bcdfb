"""Buttons of the header: steps, link, files."""
