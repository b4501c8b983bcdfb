"""The commands of the command line, one file for each that is more than a few lines."""
