"""What the fluxes say: totals by region and class, and the outlines that regions have."""
