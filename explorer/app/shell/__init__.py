"""The shell of the page: server, opening, how failures are shown, and filling the page."""
