"""System 4: a daily process model of deciduous woods, calibrated by pixel (Ma et al. 2022)."""
