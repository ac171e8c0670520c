"""What runners have earned: read from completed orders, never stored."""
