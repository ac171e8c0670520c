"""Merchants at the console."""
