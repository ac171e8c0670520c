"""Reporting incidents, and acting on them."""
