"""The acts of telling people."""
