"""The shell of the page: server, opening, errors, downloads."""
