"""The commands of the command line; none loads the page's toolkit to write a file."""
