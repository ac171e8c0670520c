"""Merchants: who sells here, what, from which lots, and who works for them."""
