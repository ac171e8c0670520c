"""Runners: application, shift, position, capacity."""
