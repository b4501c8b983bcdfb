"""System 3: ecosystem respiration by a multi-level attention network (Liu et al. 2022)."""
