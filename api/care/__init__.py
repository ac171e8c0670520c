"""Carers and those they order for: consent, a monthly cap, the kinds allowed."""
