"""Recipes: how files become a scene."""
