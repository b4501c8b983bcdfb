"""How files take their names: whole or not at all, and never over what is not ours."""
