"""The map in a browser."""
