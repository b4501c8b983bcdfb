"""System 4: a daily process model of deciduous woods, calibrated pixel by pixel (Ma et al. 2022)."""
