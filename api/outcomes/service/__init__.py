"""Acts on outcomes."""
