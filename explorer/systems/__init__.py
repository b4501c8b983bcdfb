"""The systems, one folder a paper, and the contract that everything else is written against."""
