"""The Map page: where, when, how much, and why."""
