"""The acts of making good, by verb."""
