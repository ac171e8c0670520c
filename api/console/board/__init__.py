"""Pages of 邻里喧."""
