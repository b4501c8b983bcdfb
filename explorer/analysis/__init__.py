"""Arithmetic on the fields of any system: totals, comparison, split by cause, waterfall, scores."""
