"""How things are described: variables, parameters, classes, periods. No rows of any system."""
