"""Runners at the console."""
