"""The acts of the board."""
