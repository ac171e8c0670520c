"""What reacts to events, a module a feature."""
