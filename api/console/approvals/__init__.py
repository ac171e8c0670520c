"""Pages of whom staff let in."""
