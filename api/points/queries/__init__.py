"""SQL of points, by what it is about."""
