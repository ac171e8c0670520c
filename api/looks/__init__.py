"""Looks: who saw whose contact, for what, written in the transaction of the seeing."""
