"""The Towers page: the model against observations."""
