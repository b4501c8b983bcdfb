"""System 1: improved CASA with soil respiration, NEP of China (Liang et al. 2023)."""
