"""The drawer on the left: what the model believes."""
