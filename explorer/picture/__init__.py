"""Pixels without a screen: which part of the land a map shows, and what each pixel holds."""
