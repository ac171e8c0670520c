"""Vegetables: cycles that neighbours join, their stock, and who takes part."""
