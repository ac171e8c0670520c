"""The acts of a case."""
