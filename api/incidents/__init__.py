"""Trouble on the way: reported by customer or runner, in front of staff at once."""
