"""Pages of points."""
