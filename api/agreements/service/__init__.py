"""The acts around an agreement."""
