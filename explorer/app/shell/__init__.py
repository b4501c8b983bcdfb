"""The shell of the page: server, opening, what is told of failures, and filling the page."""
