"""Models compose equations over the land cells of a scene."""
