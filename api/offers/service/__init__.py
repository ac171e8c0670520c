"""The acts of offers."""
