"""What staff do about a cycle beside its packing."""
