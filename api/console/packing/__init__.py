"""Pages of packing."""
