"""Acts on open talks."""
