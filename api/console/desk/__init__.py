"""Pages of what goes on now."""
