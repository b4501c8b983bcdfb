"""What each card of a page shows, as plain values, and every file made of it."""
