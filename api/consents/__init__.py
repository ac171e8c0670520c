"""Consents: to what purpose a person agreed, under which text, since when."""
