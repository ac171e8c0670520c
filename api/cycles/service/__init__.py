"""The acts on a cycle, by verb."""
