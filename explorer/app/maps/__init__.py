"""Maps, drawn one way."""
