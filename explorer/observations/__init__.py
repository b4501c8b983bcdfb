"""What was measured: towers and their files, where they stand, vegetation indices of sites."""
