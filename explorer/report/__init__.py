"""Exports: every file is made from one result under one view, and says how it was made."""
