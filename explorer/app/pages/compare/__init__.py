"""The Compare page: two scenarios, how they differ, and what from."""
