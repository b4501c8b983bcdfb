"""Buttons of the header: history, link, and files to download."""
