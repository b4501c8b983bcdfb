"""Calibration: parameters found from observations."""
