"""System 2: ground samples and rasters joined by random forests (Zeng et al. 2023)."""
