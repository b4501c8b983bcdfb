"""A person's work without a screen: scenarios, view, history, link, files."""
